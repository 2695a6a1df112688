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
    if (word)
      id += c;
    else if (!id.ends_with('_') && c != '}')
      id += '_';
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

/// The schemas of all endpoints under their short names. Two structs with one short name must not become one: a second meaning
/// gets a name of its own ("ReleaseInput", "Done2"). An answer always carries all its members, so there all are required; a
/// request may leave out those with defaults.
class Components {
 public:
  json::Value add(const SchemaMaker& make, bool answer) {
    json::Object fresh;
    auto schema = make(fresh);
    if (answer)
      for (auto& [name, body] : fresh) require_all(body.get_object());
    std::map<std::string, std::string> names;
    for (const auto& [name, body] : fresh) names[std::string(name)] = std::string(name);
    // A new name changes what refers to it, which may need a new name in turn: again from the start until nothing moves.
    for (bool settled = false; !settled;) {
      settled = true;
      for (const auto& [name, body] : fresh) {
        auto chosen = free_name(std::string(name), with_names(body, names), answer);
        settled = settled && chosen == names[std::string(name)];
        names[std::string(name)] = std::move(chosen);
      }
    }
    for (const auto& [name, body] : fresh) all_[names[std::string(name)]] = with_names(body, names);
    return with_names(schema, names);
  }
  json::Object take() { return std::move(all_); }

 private:
  /// The first name that is free, or already means exactly this.
  std::string free_name(const std::string& name, const json::Value& body, bool answer) const {
    std::string candidate = name;
    for (int n = 1; all_.contains(candidate) && all_.at(candidate) != body; ++n) {
      candidate = name + (answer ? "" : "Input");
      if (answer || n > 1) candidate += std::to_string(answer ? n + 1 : n);
    }
    return candidate;
  }
  static void require_all(json::Object& schema) {
    if (!schema.contains("properties")) return;
    json::Array names;
    for (const auto& [name, property] : schema["properties"].get_object()) names.push_back(text(name));
    if (!names.empty()) schema["required"] = std::move(names);
  }
  static json::Value with_names(const json::Value& value, const std::map<std::string, std::string>& names) {
    static constexpr std::string_view prefix = "#/components/schemas/";
    if (value.is_array()) {
      json::Array out;
      for (const auto& item : value.get_array()) out.push_back(with_names(item, names));
      return out;
    }
    if (!value.is_object()) return value;
    json::Object out;
    for (const auto& [key, item] : value.get_object()) {
      if (key == "$ref") {
        const auto it = names.find(std::string(item.get_string()).substr(prefix.size()));
        out[key] = it == names.end() ? item : text(std::string(prefix) + it->second);
      } else
        out[key] = with_names(item, names);
    }
    return out;
  }
  json::Object all_;
};

json::Object operation(const Endpoint& e, Components& components) {
  json::Object op{{"operationId", text(operation_id(e))}, {"summary", text(e.summary)}};
  if (!e.details.empty()) op["description"] = text(e.details);
  if (!e.tag.empty()) op["tags"] = json::Array{text(e.tag)};
  if (!e.access.roles.empty()) op["x-roles"] = json::to_value(e.access.roles);
  if (!e.access.because.empty()) op["x-because"] = text(e.access.because);
  if (e.open()) op["security"] = json::Array{};
  if (auto all = parameters(e); !all.empty()) op["parameters"] = std::move(all);
  if (e.request_schema)
    op["requestBody"] =
        json::Object{{"required", true},
                     {"content", json::Object{{"application/json", json::Object{{"schema", components.add(e.request_schema, false)}}}}}};
  json::Object success{{"description", text(e.summary)}};
  const bool has_body = e.response_schema || e.response_type != "application/json";
  if (has_body) {
    json::Object media;
    if (e.response_schema) media["schema"] = components.add(e.response_schema, true);
    success["content"] = json::Object{{e.response_type, std::move(media)}};
  }
  const auto status = !has_body && e.status == 200 ? 204 : e.status;
  op["responses"] =
      json::Object{{std::to_string(status), std::move(success)}, {"default", json::Object{{"$ref", "#/components/responses/Problem"}}}};
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
          {"description",
           "RFC 9457. `errors` are complaints about parts of the input, `refusals` are rules that say no and what to do about it."},
          {"required", json::Array{"type", "title", "status", "detail"}},
          {"properties",
           json::Object{{"type", string},
                        {"title", string},
                        {"status", json::Object{{"type", "integer"}}},
                        {"detail", string},
                        {"field", string},
                        {"errors", json::Object{{"type", "array"}, {"items", strings({"field", "message"})}}},
                        {"refusals", json::Object{{"type", "array"},
                                                  {"items", strings({"rule", "value", "limit", "evidence", "next_step", "who"})}}}}}};
}

}  // namespace

json::Value openapi(const std::vector<Endpoint>& endpoints, std::string_view version) {
  Components gathered;
  for (const auto& e : endpoints)
    if (e.response_schema) gathered.add(e.response_schema, true);  // answers first: they keep the plain names
  json::Object paths;
  for (const auto& e : endpoints) {
    std::string method;
    for (const char c : e.method) method += char(c | 32);
    auto& path = paths[e.path];
    if (!path.is_object()) path = json::Object{};
    path.get_object()[method] = operation(e, gathered);
  }
  auto components = gathered.take();
  components["Problem"] = problem_schema();
  const json::Object problem_media{
      {"application/problem+json", json::Object{{"schema", json::Object{{"$ref", "#/components/schemas/Problem"}}}}}};
  return json::Object{
      {"openapi", "3.1.0"},
      {"info", json::Object{{"title", "Evenkeel"},
                            {"version", text(version)},
                            {"description", "Release management: plan, rehearse, decide, deploy, watch, tell, learn."}}},
      {"paths", std::move(paths)},
      {"components",
       json::Object{{"schemas", std::move(components)},
                    {"responses", json::Object{{"Problem", json::Object{{"description", "Why not"}, {"content", problem_media}}}}},
                    {"securitySchemes", json::Object{{"token", json::Object{{"type", "http"}, {"scheme", "bearer"}}}}}}},
      {"security", json::Array{json::Object{{"token", json::Array{}}}}}};
}

}  // namespace evenkeel::api
