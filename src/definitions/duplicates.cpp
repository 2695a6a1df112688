#include "definitions/duplicates.hpp"

#include <set>

namespace evenkeel::definitions {
namespace {

constexpr std::string_view words_of_a_command[] = {"command", "lookup", "body", "percentiles"};

std::string text_at(const json::Object& item, std::string_view name) {
  const auto* value = item.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void walk(const json::Value& value, const std::string& path, std::vector<Complaint>& out) {
  if (value.is_object()) {
    for (const auto& [name, member] : value.get_object()) {
      if (std::find(std::begin(words_of_a_command), std::end(words_of_a_command), std::string_view(name)) != std::end(words_of_a_command))
        continue;
      walk(member, path.empty() ? std::string(name) : path + "." + std::string(name), out);
    }
    return;
  }
  if (!value.is_array()) return;
  std::set<std::string> seen;
  const auto& items = value.get_array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto at = fmt::format("{}[{}]", path, i);
    if (const auto key = key_of(items[i]); !key.empty() && !seen.insert(key).second)
      out.push_back({at, fmt::format("'{}' is defined twice", key)});
    walk(items[i], at, out);
  }
}

}  // namespace

std::string key_of(const json::Value& item) {
  if (item.is_string()) return std::string(item.get_string());
  if (!item.is_object()) return json::dump(item);
  const auto& o = item.get_object();
  if (o.if_contains("role")) return json::dump(item);  // one role in two lists of areas is one way to write it
  if (const auto moment = text_at(o, "moment"); !moment.empty()) return moment + " for " + text_at(o, "audience");
  std::string key;
  for (const auto* name : {"login", "name", "service", "word", "area"})  // people by their login: keys are entered into the ledger
    if (key.empty()) key = text_at(o, name);
  if (o.if_contains("on_unknown")) {  // a gate has a mode in each area
    const auto* areas = o.if_contains("areas");
    if (areas && areas->is_array() && !areas->get_array().empty()) key += " in " + json::dump(*areas);
  }
  return key.empty() ? json::dump(item) : key;
}

void complain_of_duplicates(const json::Value& organisation, std::vector<Complaint>& out) { walk(organisation, "", out); }

}  // namespace evenkeel::definitions
