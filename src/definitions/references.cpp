#include "definitions/references.hpp"

#include <algorithm>
#include <set>

#include "steps/variables.hpp"

namespace evenkeel::definitions {
namespace {

struct Entry {
  std::string path, bytes;
  std::vector<std::string> references;
};

/// Calls `found(entry)` for every text with references in it.
template <class Found>
void walk(const json::Value& value, const std::string& path, const std::string& entry, const json::Value* whole, const Found& found) {
  if (value.is_string()) {
    if (auto references = steps::secret_references(std::string_view(value.get_string())); !references.empty())
      found(Entry{entry, json::dump(*whole), std::move(references)});
  } else if (value.is_array()) {
    std::size_t i = 0;
    for (const auto& item : value.get_array()) {
      auto here = fmt::format("{}[{}]", path, i++);
      if (item.is_object())
        for (const auto* key : {"name", "login", "area"})
          if (const auto* name = item.get_object().if_contains(key); name && name->is_string()) {
            here = path + "." + std::string(name->get_string());
            break;
          }
      const bool is_entry = item.is_object();
      walk(item, here, is_entry ? here : entry, is_entry ? &item : whole, found);
    }
  } else if (value.is_object())
    for (const auto& [key, item] : value.get_object()) {
      const auto here = path.empty() ? std::string(key) : path + "." + std::string(key);
      walk(item, here, path.empty() ? here : entry, path.empty() ? &item : whole, found);
    }
}

std::vector<Entry> entries_with_secrets(const Organisation& o) {
  std::vector<Entry> all;
  walk(json::to_value(o), "", "", nullptr, [&](Entry&& entry) { all.push_back(std::move(entry)); });
  return all;
}

}  // namespace

std::vector<std::string> secret_references(const Organisation& o) {
  std::vector<std::string> out;
  for (auto& entry : entries_with_secrets(o))
    for (auto& reference : entry.references)
      if (std::find(out.begin(), out.end(), reference) == out.end()) out.push_back(std::move(reference));
  return out;
}

std::vector<std::string> known_secrets(const Organisation& o) {
  std::vector<std::string> out;
  for (const auto& reference : secret_references(o))
    if (auto value = steps::resolve_secret(reference); value && !value->empty()) out.push_back(std::move(*value));
  return out;
}

Organisation without_secret_addresses(Organisation o) {
  for (auto& c : o.channels)
    if (c.kind == ChannelKind::chat && !c.url.empty() && steps::secret_references(c.url).empty()) c.url = "***";
  return o;
}

Result<void> names_no_new_secret(const Organisation& before, const Organisation& after) {
  std::set<std::string> stood;
  for (const auto& entry : entries_with_secrets(before)) stood.insert(entry.path.substr(0, entry.path.find('.')) + " " + entry.bytes);
  std::set<std::string> wrong;
  for (const auto& entry : entries_with_secrets(after))
    if (!stood.contains(entry.path.substr(0, entry.path.find('.')) + " " + entry.bytes))
      wrong.insert(entry.path + " (" + entry.references.front() + ")");
  if (wrong.empty()) return {};
  std::string names;
  for (const auto& one : wrong) names += (names.empty() ? "" : ", ") + one;
  return forbidden(
      fmt::format("{} name{} a secret of the server: an admin adds or changes such an entry, since it says where the secret is sent", names,
                  wrong.size() == 1 ? "s" : ""));
}

}  // namespace evenkeel::definitions
