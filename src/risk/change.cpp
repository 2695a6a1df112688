#include "risk/change.hpp"

namespace evenkeel::risk {
namespace {

using definitions::MarkDef;

/// What of the change a mark matches: a path or a label, else empty.
std::string matched(const std::vector<MarkDef>& marks, const Change& change, std::string& name) {
  for (const auto& mark : marks) {
    for (const auto& label : mark.labels)
      if (std::find(change.labels.begin(), change.labels.end(), label) != change.labels.end()) {
        name = mark.name;
        return "label " + label;
      }
    for (const auto& pattern : mark.paths)
      for (const auto& file : change.files)
        if (path_matches(pattern, file)) {
          name = mark.name;
          return file;
        }
  }
  return {};
}

}  // namespace

bool path_matches(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.starts_with("**")) {
    auto rest = pattern.substr(2);
    if (rest.starts_with('/')) rest.remove_prefix(1);
    for (std::size_t i = 0; i <= path.size(); ++i)
      if ((i == 0 || i == path.size() || path[i - 1] == '/' || rest.empty()) && path_matches(rest, path.substr(i))) return true;
    return false;
  }
  if (pattern.front() == '*') {
    for (std::size_t i = 0; i <= path.size(); ++i) {
      if (path_matches(pattern.substr(1), path.substr(i))) return true;
      if (i < path.size() && path[i] == '/') return false;
    }
    return false;
  }
  if (path.empty() || (pattern.front() == '?' ? path.front() == '/' : pattern.front() != path.front())) return false;
  return path_matches(pattern.substr(1), path.substr(1));
}

Classification classify(const definitions::ClassificationDef& rules, const Change& change) {
  Classification c{.kind = change.kind};
  std::string name;
  const auto migration = matched(rules.migration, change, name);
  const auto migration_mark = name;
  if (!migration.empty()) c.kind = ChangeKind::schema;
  const auto security = matched(rules.security, change, name);
  const auto security_mark = name;
  c.security_relevant = !security.empty();
  if (const auto emergency = matched(rules.emergency, change, name); !emergency.empty()) {
    c.tier = Tier::emergency;
    c.rule = "emergency:" + name;
    c.reason = fmt::format("marked as \"{}\" by {}", name, emergency);
    return c;
  }
  if (!migration.empty()) {
    c.rule = "migration:" + migration_mark;
    c.reason = fmt::format("holds a migration ({}), so it is never standard", migration);
    return c;
  }
  if (c.security_relevant) {
    c.rule = "security:" + security_mark;
    c.reason = fmt::format("is security-relevant ({}), so it is never standard", security);
    return c;
  }
  const auto lines = change.lines_added + change.lines_deleted;
  const auto size =
      fmt::format("{} file{}, {} line{}", change.files.size(), change.files.size() == 1 ? "" : "s", lines, lines == 1 ? "" : "s");
  std::string nearest;
  for (const auto& t : rules.standard) {
    const bool label = std::any_of(t.labels.begin(), t.labels.end(), [&](const auto& l) {
      return std::find(change.labels.begin(), change.labels.end(), l) != change.labels.end();
    });
    const auto outside = std::find_if(change.files.begin(), change.files.end(), [&](const auto& f) {
      return std::none_of(t.paths.begin(), t.paths.end(), [&](const auto& p) { return path_matches(p, f); });
    });
    if (change.files.empty() || (outside != change.files.end() && !label)) continue;
    if (lines > t.most_lines) {
      nearest = fmt::format("; template \"{}\" would fit but allows {} lines", t.name, t.most_lines);
      continue;
    }
    c.tier = Tier::standard;
    c.rule = "standard:" + t.name;
    c.reason = fmt::format("matches the pre-approved template \"{}\" ({})", t.name, size);
    return c;
  }
  c.rule = "default";
  c.reason = fmt::format("matches no pre-approved template ({}){}", size, nearest);
  return c;
}

}  // namespace evenkeel::risk
