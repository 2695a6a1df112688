// The OpenAPI 3.1 document, read off the endpoint table. The UI's typed client is generated from it.
#include <fmt/format.h>

#include "api/router.hpp"

namespace evenkeel::api {
namespace {

json::Value text(std::string_view s) { return boost::json::string(s.data(), s.size()); }

/// "POST /api/v1/releases/{id}/go" -> "post_releases_id_go".
std::string operation_id(const Endpoint& e) {
  std::string id;
  for (const char c : e.method) id += char(c | 32);
  std::string_view path = e.path;
  if (path.starts_with("/api/v1")) path.remove_prefix(7);
  for (const char c : path) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (word) id += c;
    else if (!id.ends_with('_') && c != '}') id += '_';
  }
  return id;
}

json::Array parameters(const Endpoint& e) {
  json::Array all;
  for (std::size_t at = 0; (at = e.path.find('{', at)) != std::string::npos; ++at) {
    const auto name = e.path.substr(at + 1, e.path.find('}', at) - at - 1);
    all.push_back(json::Object{{"name", text(name)}, {"in", "path"}, {"required", true}, {"schema", json::Object{{"type", "string"}}}});
  }
  for (const auto& q : e.queries) {
    json::Object parameter{{"name", text(q.name)}, {"in", "query"}, {"required", q.required}, {"schema", q.schema}};
    if (!q.help.empty()) parameter["description"] = text(q.help);
    if (q.schema.is_object() && q.schema.get_object().contains("items")) parameter["style"] = "form", parameter["explode"] = false;
    all.push_back(std::move(parameter));
  }
  return all;
}

json::Object operation(const Endpoint& e, json::Object& components) {
  json::Object op{{"operationId", text(operation_id(e))}, {"summary", text(e.summary)}};
  if (!e.details.empty()) op["description"] = text(e.details);
  if (!e.tag.empty()) op["tags"] = json::Array{text(e.tag)};
  if (!e.roles.empty()) op["x-roles"] = json::to_value(e.roles);
  if (e.open) op["security"] = json::Array{};
  if (auto all = parameters(e); !all.empty()) op["parameters"] = std::move(all);
  if (e.request_schema)
    op["requestBody"] = json::Object{{"required", true}, {"content", json::Object{{"application/json", json::Object{{"schema", e.request_schema(components)}}}}}};
  json::Object success{{"description", text(e.summary)}};
  const bool has_body = e.response_schema || e.response_type != "application/json";
  if (has_body) {
    json::Object media;
    if (e.response_schema) media["schema"] = e.response_schema(components);
    success["content"] = json::Object{{e.response_type, std::move(media)}};
  }
  const auto status = !has_body && e.status == 200 ? 204 : e.status;
  op["responses"] = json::Object{{std::to_string(status), std::move(success)}, {"default", json::Object{{"$ref", "#/components/responses/Problem"}}}};
  return op;
}

json::Object problem_schema() {
  const json::Object string{{"type", "string"}};
  const auto strings = [&](std::initializer_list<const char*> names) {
    json::Object properties;
    json::Array required;
    for (const auto* name : names) properties[name] = string, required.push_back(text(name));
    return json::Object{{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
  };
  return {{"type", "object"},
          {"description", "RFC 9457. `errors` are complaints about parts of the input, `refusals` are rules that say no and what to do about it."},
          {"required", json::Array{"type", "title", "status", "detail"}},
          {"properties", json::Object{{"type", string}, {"title", string}, {"status", json::Object{{"type", "integer"}}}, {"detail", string}, {"field", string},
                                      {"errors", json::Object{{"type", "array"}, {"items", strings({"field", "message"})}}},
                                      {"refusals", json::Object{{"type", "array"}, {"items", strings({"rule", "value", "limit", "evidence", "next_step", "who"})}}}}}};
}

}  // namespace

json::Value openapi(const std::vector<Endpoint>& endpoints, std::string_view version) {
  json::Object components, paths;
  for (const auto& e : endpoints) {
    std::string method;
    for (const char c : e.method) method += char(c | 32);
    auto& path = paths[e.path];
    if (!path.is_object()) path = json::Object{};
    path.get_object()[method] = operation(e, components);
  }
  components["Problem"] = problem_schema();
  const json::Object problem_media{{"application/problem+json", json::Object{{"schema", json::Object{{"$ref", "#/components/schemas/Problem"}}}}}};
  return json::Object{
      {"openapi", "3.1.0"},
      {"info", json::Object{{"title", "Evenkeel"}, {"version", text(version)}, {"description", "Release management: plan, rehearse, decide, deploy, watch, tell, learn."}}},
      {"paths", std::move(paths)},
      {"components", json::Object{{"schemas", std::move(components)},
                                  {"responses", json::Object{{"Problem", json::Object{{"description", "Why not"}, {"content", problem_media}}}}},
                                  {"securitySchemes", json::Object{{"token", json::Object{{"type", "http"}, {"scheme", "bearer"}}}}}}},
      {"security", json::Array{json::Object{{"token", json::Array{}}}}}};
}

}  // namespace evenkeel::api
