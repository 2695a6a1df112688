#include "capabilities/connection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace evenkeel::capabilities {
namespace {

struct Head {
  static constexpr std::string_view required[] = {"name", "kind"};
  std::string name, kind;
};
BOOST_DESCRIBE_STRUCT(Head, (), (name, kind))

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& names, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : i + 1 == names.size() ? fmt::format(" {} ", last) : ", ") + names[i];
  return out;
}

/// A key that the kind does not know. What another kind has and what says nothing (its default, as files were written that held all keys of
/// all kinds) is passed over.
void complain_of_key(json::Reader& r, const std::string& path, const Kind& kind, const std::string& key, const json::Value& value) {
  std::vector<std::string> others;
  for (const auto& other : connection_kinds()) {
    if (!has(other.keys, key)) continue;
    if (other.defaults.at(key) == value) return;
    others.push_back(other.name);
  }
  if (!others.empty())
    return r.complain(path + "." + key, fmt::format("unknown key '{}' of a connection of kind {}; only a connection of kind {} has it", key,
                                                    kind.name, listed(others, "or")));
  auto known = kind.keys;
  known.insert(known.end(), {"name", "kind"});
  const auto near = json::nearest(key, known);
  r.complain(path + "." + key, fmt::format("unknown key '{}'{}", key, near.empty() ? "" : "; did you mean '" + near + "'?"));
}

}  // namespace

std::string ConnectionDef::text(std::string_view setting) const {
  const auto* value = settings.if_contains(setting);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

bool Kind::is_able_to(Ability what) const { return std::find(abilities.begin(), abilities.end(), what) != abilities.end(); }

const Kind* find_kind(std::string_view name) {
  const auto kinds = connection_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

bool is_able_to(const ConnectionDef& c, Ability what) {
  const auto* kind = find_kind(c.kind);
  return kind && kind->is_able_to(what);
}

std::string kinds_able_to(Ability what) {
  std::vector<std::string> names;
  for (const auto& kind : connection_kinds())
    if (kind.is_able_to(what)) names.push_back(kind.name);
  return listed(names, "or");
}

void read(json::Reader& r, const std::string& path, const json::Value& in, ConnectionDef& out) {
  json::Reader head_reader{json::Unknown::skip, r.plain};
  Head head;
  json::read(head_reader, path, in, head);
  for (auto& c : head_reader.complaints) r.complaints.push_back(std::move(c));
  if (!in.is_object()) return;
  out.name = head.name, out.kind = head.kind;
  const auto* kind = find_kind(head.kind);
  if (!kind) {
    std::string known;
    for (const auto& k : connection_kinds()) known += (known.empty() ? "" : ", ") + k.name;
    if (!head.kind.empty())
      r.complain(path + ".kind", fmt::format("unknown value '{}'; expected one of {}", head.kind.substr(0, 80), known));
    return;
  }
  out.settings = kind->read(r, path, in.get_object());
  if (r.unknown == json::Unknown::refuse)
    for (const auto& [key, value] : in.get_object())
      if (const std::string name{key}; name != "name" && name != "kind" && !has(kind->keys, name))
        complain_of_key(r, path, *kind, name, value);
}

json::Value to_value(const ConnectionDef& c) {
  json::Object out{{"name", c.name}, {"kind", c.kind}};
  for (const auto& [key, value] : c.settings) out[key] = value;
  return out;
}

json::Object schema_of_connections() {
  json::Array all;
  for (const auto& kind : connection_kinds()) {
    auto one = kind.schema();
    json::Object properties{{"name", json::Object{{"type", "string"}}},
                            {"kind", json::Object{{"type", "string"}, {"enum", json::Array{boost::json::string(kind.name)}}}}};
    for (auto& [key, value] : one["properties"].as_object()) properties[key] = value;
    json::Array required{"name", "kind"};
    if (const auto* more = one.if_contains("required"))
      for (const auto& key : more->as_array()) required.push_back(key);
    all.push_back(json::Object{{"type", "object"},
                               {"title", kind.name},
                               {"properties", std::move(properties)},
                               {"required", std::move(required)},
                               {"additionalProperties", false}});
  }
  return {{"oneOf", std::move(all)}};
}

}  // namespace evenkeel::capabilities
