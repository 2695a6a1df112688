#include "definitions/config.hpp"

#include "base/files.hpp"
#include "definitions/duplicates.hpp"
#include "definitions/key_help.hpp"
#include "definitions/window_times.hpp"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace evenkeel::definitions {
namespace {

constexpr std::size_t most_bytes = 4u << 20, most_nodes = 100'000;

/// A file as JSON, with where each value stands and how plain scalars were written.
struct Document {
  json::Object body;
  std::map<std::string, std::string> position;  // path -> "file:line:column"
  std::map<std::string, std::string> plain;
  std::vector<Complaint> complaints;
  std::size_t nodes = 0;
};

std::string place(const std::string& file, const YAML::Mark& mark) {
  return mark.is_null() ? file : fmt::format("{}:{}:{}", file, mark.line + 1, mark.column + 1);
}

json::Value scalar(Document& doc, const std::string& path, const YAML::Node& node) {
  const auto& text = node.Scalar();
  if (node.Tag() == "!") return boost::json::string(text);  // quoted
  doc.plain[path] = text;
  if (text == "true") return true;
  if (text == "false") return false;
  if (text.empty() || text == "~" || text == "null") return nullptr;
  std::int64_t n = 0;
  const auto* end = text.data() + text.size();
  const bool leading_zero = text.size() > 1 && text[0] == '0' && text[1] != '.';  // YAML 1.1 would read 010 as 8: it stays text here
  if (const auto [p, ec] = std::from_chars(text.data(), end, n); ec == std::errc{} && p == end && !leading_zero) return n;
  double d = 0;
  if (const auto [p, ec] = std::from_chars(text.data(), end, d); ec == std::errc{} && p == end && !leading_zero && std::isfinite(d))
    return d;
  return boost::json::string(text);
}

json::Value walk(Document& doc, const std::string& file, const std::string& path, const YAML::Node& node, int depth) {
  doc.position.emplace(path, place(file, node.Mark()));
  if (++doc.nodes > most_nodes || depth > 60) {
    if (doc.complaints.empty())
      doc.complaints.push_back({place(file, node.Mark()), "the file is too deep or too large once its anchors are followed"});
    return nullptr;
  }
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return scalar(doc, path, node);
    case YAML::NodeType::Sequence: {
      json::Array out;
      for (std::size_t i = 0; i < node.size(); ++i) out.push_back(walk(doc, file, fmt::format("{}[{}]", path, i), node[i], depth + 1));
      return out;
    }
    case YAML::NodeType::Map: {
      json::Object out;
      for (const auto& pair : node) {
        if (!pair.first.IsScalar()) {
          doc.complaints.push_back({place(file, pair.first.Mark()), "a key must be plain text"});
          continue;
        }
        const auto& key = pair.first.Scalar();
        const auto field = path.empty() ? key : path + "." + key;
        if (out.contains(key)) doc.complaints.push_back({place(file, pair.first.Mark()), fmt::format("'{}' stands here twice", key)});
        out[key] = walk(doc, file, field, pair.second, depth + 1);
        doc.position[field] = place(file, pair.first.Mark());
      }
      return out;
    }
    default:
      return nullptr;
  }
}

Result<Document> parse_document(std::string_view text, const std::string& file) {
  if (text.size() > most_bytes) return invalid(fmt::format("{}: larger than 4 MiB", file));
  Document doc;
  try {
    const auto root = YAML::Load(std::string(text));
    if (!root || root.IsNull()) return invalid(fmt::format("{}: the file is empty", file));
    if (!root.IsMap())
      return invalid(fmt::format("{}: expected sections such as `people:` and `services:` at the top", place(file, root.Mark())));
    doc.body = walk(doc, file, "", root, 0).get_object();
  } catch (const YAML::Exception& e) { return invalid(fmt::format("{}: not valid YAML: {}", place(file, e.mark), e.msg)); }
  return doc;
}

/// Joins an included file: lists grow (with their positions moved), other sections may stand in one file only.
void join(Document& into, Document&& part, const std::string& file) {
  for (auto& [name, value] : part.body) {
    const std::string section{name};
    auto* there = into.body.if_contains(section);
    std::size_t offset = 0;
    if (there && there->is_array() && value.is_array()) {
      offset = there->get_array().size();
      for (auto& item : value.get_array()) there->get_array().push_back(std::move(item));
    } else if (there) {
      into.complaints.push_back({file, fmt::format("section '{}' stands in another file already", section)});
      continue;
    } else
      into.body[section] = std::move(value);
    const auto moved = [&](const std::string& path) {
      if (offset == 0 || !path.starts_with(section + "[")) return path;
      const auto close = path.find(']');
      return fmt::format("{}[{}]{}", section, std::stoul(path.substr(section.size() + 1)) + offset, path.substr(close + 1));
    };
    for (const auto* from : {&part.position, &part.plain})
      for (const auto& [path, what] : *from)
        if (path == section || path.starts_with(section + "[") || path.starts_with(section + "."))
          (from == &part.position ? into.position : into.plain).emplace(moved(path), what);
  }
  for (auto& c : part.complaints) into.complaints.push_back(std::move(c));
}

/// "services[1].tier" -> "evenkeel.yaml:12:5 (services[1].tier)": of the value itself, or of the nearest thing around it.
std::string locate(const Document& doc, const std::string& file, std::string path) {
  const auto whole = path;
  for (;;) {
    if (const auto found = doc.position.find(path); found != doc.position.end())
      return found->second + (whole.empty() ? "" : " (" + whole + ")");
    const auto cut = path.find_last_of(".[");
    if (cut == std::string::npos) return file + " (" + whole + ")";
    path.resize(cut);
  }
}

Result<Organisation> to_organisation(Document& doc, const std::string& file, std::optional<SysTime> today = {}) {
  json::Reader reader{json::Unknown::refuse, &doc.plain};
  Organisation organisation;
  json::read(reader, "", json::Value(doc.body), organisation);
  if (reader.complaints.empty() && doc.complaints.empty()) reader.complaints = complaints_of(organisation);
  if (reader.complaints.empty() && doc.complaints.empty() && today) reader.complaints = complaints_of_ended(organisation, *today);
  for (auto& c : reader.complaints) doc.complaints.push_back({locate(doc, file, c.field), std::move(c.message)});
  if (doc.complaints.empty()) return organisation;
  const auto& first = doc.complaints.front();
  Error error{
      ErrorKind::invalid,
      doc.complaints.size() == 1 ? first.field + ": " + first.message : fmt::format("{}: {} complaints", file, doc.complaints.size()),
      first.field,
      doc.complaints,
      {}};
  return std::unexpected(std::move(error));
}

}  // namespace

Result<Organisation> read_yaml(std::string_view text, const std::string& name) {
  auto doc = TRY(parse_document(text, name));
  return to_organisation(doc, name);
}

Result<Organisation> load(const std::string& path, std::optional<SysTime> today) {
  auto doc = TRY(parse_document(TRY(read_file(path)), path));
  if (auto* include = doc.body.if_contains("include")) {
    const auto names = TRY(json::from_value<std::vector<std::string>>(*include));
    doc.body.erase("include");
    for (const auto& name : names) {
      const auto file = (std::filesystem::path(path).parent_path() / name).string();
      join(doc, TRY(parse_document(TRY(read_file(file)), file)), file);
    }
  }
  return to_organisation(doc, path, today);
}

json::Value json_schema() {
  json::Object components;
  json::schema<Organisation>(components);
  auto text = json::dump(json::Value(components));
  for (std::size_t at; (at = text.find("#/components/schemas/")) != std::string::npos;) text.replace(at, 21, "#/$defs/");
  auto defs = json::parse(text).value().get_object();
  json::Object schema = defs["Organisation"].get_object();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "evenkeel.yaml";
  schema["additionalProperties"] = false;
  schema["properties"].get_object()["include"] = json::Object{{"type", "array"}, {"items", json::Object{{"type", "string"}}}};
  defs.erase("Organisation");
  for (auto& [name, def] : defs)
    if (def.as_object().contains("properties")) def.as_object()["additionalProperties"] = false;
  schema["$defs"] = std::move(defs);
  describe_keys(schema);
  return schema;
}

namespace {

/// A list by what its items are known by, in the order they stand; a second one of a key (old versions may hold such) by its place.
std::vector<std::pair<std::string, std::string>> by_key(const json::Array& list) {
  std::vector<std::pair<std::string, std::string>> out;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto key = key_of(list[i]);
    if (!list[i].is_object() || key.starts_with('{')) key = fmt::format("[{}]", i);
    if (!seen.insert(key).second) key += fmt::format("[{}]", i);
    out.emplace_back(key.starts_with('[') ? key : "." + key, json::dump(list[i]));
  }
  return out;
}

std::string keys_of(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string out;
  for (const auto& [key, text] : items) out += (out.empty() ? "" : ", ") + key.substr(key.starts_with('.') ? 1 : 0);
  return out;
}

void diff_lists(const std::string& section, const json::Array& before, const json::Array& after, std::vector<Difference>& out) {
  const auto a = by_key(before), b = by_key(after);
  const std::map<std::string, std::string> was{a.begin(), a.end()}, is{b.begin(), b.end()};
  const auto count = out.size();
  for (const auto& [key, text] : b) {
    const auto old = was.find(key);
    if (old == was.end())
      out.push_back({section + key, "added", "", text});
    else if (old->second != text)
      out.push_back({section + key, "changed", old->second, text});
  }
  for (const auto& [key, text] : a)
    if (!is.contains(key)) out.push_back({section + key, "removed", text, ""});
  if (out.size() == count) out.push_back({section, "changed", keys_of(a), keys_of(b)});  // the same ones in another order
}

}  // namespace

/// Sections are compared by their bytes, so whatever is written differently is a difference, and has a name and a role that may make it.
std::vector<Difference> diff(const Organisation& before, const Organisation& after) {
  const auto was = json::to_value(before), is = json::to_value(after);
  std::vector<Difference> out;
  for (const auto& [name, now] : is.get_object()) {
    const auto& then = was.get_object().at(name);
    const auto a = json::dump(then), b = json::dump(now);
    if (a == b) continue;
    if (now.is_array() && then.is_array())
      diff_lists(std::string(name), then.get_array(), now.get_array(), out);
    else
      out.push_back({std::string(name), "changed", a, b});
  }
  return out;
}

}  // namespace evenkeel::definitions
