#include "changelog/check.hpp"

#include <fmt/format.h>

#include "base/semver.hpp"

namespace evenkeel::changelog {
namespace {

class Checker {
 public:
  explicit Checker(const Document& document) : d_(document) {}

  std::vector<Finding> run() {
    if (d_.releases().empty()) add(0, "no_release", "the file names no release; start with '## [Unreleased]'", true);
    order();
    for (const auto& release : d_.releases()) {
      heading(release);
      sections(release);
    }
    links();
    std::stable_sort(found_.begin(), found_.end(), [](const Finding& a, const Finding& b) { return a.line < b.line; });
    return std::move(found_);
  }

 private:
  void add(std::size_t line, const char* rule, std::string message, bool fixable = false) {
    found_.push_back({std::int64_t(line + 1), rule, std::move(message), fixable});
  }

  /// unreleased_first, version_twice, order: newest first (only between texts that are semantic versions).
  void order() {
    std::map<std::string, std::size_t> seen;
    const ReleaseIndex* above = nullptr;
    for (const auto& release : d_.releases()) {
      if (release.is_unreleased() && &release != &d_.releases().front())
        add(release.line, "unreleased_first", "Unreleased stands below a release; it belongs on top");
      if (!release.heading.version) continue;
      const auto& version = *release.heading.version;
      if (const auto [entry, is_new] = seen.emplace(version, release.line); !is_new)
        add(release.line, "version_twice",
            fmt::format("release {} is here a second time; the first is in line {}", version, entry->second + 1));
      if (above && release.heading.date && above->heading.date && *release.heading.date > *above->heading.date) {
        const auto upper = parse_semver(*above->heading.version), lower = parse_semver(version);
        if (upper && lower && *upper < *lower)
          add(release.line, "order",
              fmt::format("{} is newer than {} above it; the newest release comes first", version, *above->heading.version));
      }
      above = &release;
    }
  }

  /// date_missing, date_form, heading_level
  void heading(const ReleaseIndex& release) {
    const auto text = heading_text(d_.line(release.line));
    if (release.level != d_.release_level())
      add(release.line, "heading_level",
          fmt::format("this release is a level {} heading, most are level {}", release.level, d_.release_level()), can_move(release));
    if (!release.heading.version || release.heading.unreleased) return;
    if (!release.heading.date)
      add(release.line, "date_missing",
          fmt::format("release {} has no date; write '- YEAR-MONTH-DAY' behind it", *release.heading.version));
    else if (text.find(*release.heading.date) == std::string_view::npos)
      add(release.line, "date_form", fmt::format("write the date as {}", *release.heading.date),
          date_as_written(d_.line(release.line)).has_value());
  }

  /// The level of its heading can change without its sections becoming releases or falling out of it.
  bool can_move(const ReleaseIndex& release) const {
    return release.content == release.line + 1 &&
           std::all_of(release.sections.begin(), release.sections.end(), [&](const auto& s) { return s.level > d_.release_level(); });
  }

  /// section_unknown, section_twice, section_empty, cve_first, release_empty, outside_section
  void sections(const ReleaseIndex& release) {
    std::map<Type, std::size_t> seen;
    for (const auto& section : release.sections) {
      const auto type = type_of_section(section.name);
      if (!type) {
        const bool deeper = section.level > release.level + 1 && !seen.empty();
        if (!deeper)
          add(section.line, "section_unknown",
              fmt::format("'{}' is none of Added, Changed, Deprecated, Removed, Fixed, Security", section.name));
        continue;
      }
      if (const auto [entry, is_new] = seen.emplace(*type, section.line); !is_new)
        add(section.line, "section_twice",
            fmt::format("{} is here a second time in this release; the first is in line {}", section.name, entry->second + 1), true);
      if (section.entries.empty() && d_.markdown(section.content, section.end).empty())
        add(section.line, "section_empty", fmt::format("{} holds nothing; remove it or write the entry", section.name), true);
      else if (*type == Type::security)
        for (const auto& item : section.entries) {
          const auto text = d_.entry(section, item).text;
          const auto cve = text.find("CVE-");
          if (cve != std::string::npos && text.find_first_not_of("*[`") != cve && text.find(':') > cve)
            add(item.line, "cve_first", "begin a security entry with its identifier, such as '- CVE-2026-1234: ...'");
        }
    }
    if (release.is_unreleased()) return;
    if (d_.markdown(release.content, release.end).empty())
      add(release.line, "release_empty", "nothing is told about this release");
    else if (release.sections.empty() || release.sections.front().line > release.content)
      for (auto i = release.content; i < (release.sections.empty() ? release.end : release.sections.front().line); ++i)
        if (d_.lines()[i].kind == LineKind::item)
          return add(i, "outside_section",
                     "an entry without a section; put it under Added, Changed, Deprecated, Removed, Fixed or Security");
  }

  /// link_missing: "[1.2.0]" in a heading needs a definition where the file defines others.
  void links() {
    std::set<std::string> labels;
    for (std::size_t i = 0; i < d_.lines().size(); ++i)
      if (d_.lines()[i].kind == LineKind::definition) labels.insert(lowered(label_of(d_.line(i))));
    if (labels.empty()) return;
    for (const auto& release : d_.releases()) {
      const auto text = heading_text(d_.line(release.line));
      const auto open = text.find('['), close = text.find(']', open);
      if (open == std::string_view::npos || close == std::string_view::npos ||
          (close + 1 < text.size() && (text[close + 1] == '(' || text[close + 1] == '[')))
        continue;
      const auto label = lowered(text.substr(open + 1, close - open - 1));
      if (label != "yanked" && !labels.contains(label))
        add(release.line, "link_missing",
            fmt::format("'[{}]' has no link definition at the end of the file, as others have", text.substr(open + 1, close - open - 1)));
    }
  }
  static std::string lowered(std::string_view s) {
    std::string out(s);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return out;
  }
  static std::string_view label_of(std::string_view line) {
    const auto open = line.find('[');
    return line.substr(open + 1, line.find(']') - open - 1);
  }

  const Document& d_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> check(const Document& document) { return Checker(document).run(); }

}  // namespace evenkeel::changelog
