#include "changelog/fragments.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/files.hpp"
#include "changelog/line_diff.hpp"

namespace evenkeel::changelog {
namespace {

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find(at, from), text.size());
    out.emplace_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

constexpr std::size_t largest = 256 * 1024;

/// Items of a list on the outermost level, else the whole text.
std::vector<std::string> entries_in(std::string_view text) {
  const auto document = Document::parse(std::string("## Unreleased\n\n### Added\n\n") + std::string(text));
  std::vector<std::string> out;
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return out;
  const bool is_list = text.substr(start).starts_with("- ") || text.substr(start).starts_with("* ");
  if (is_list && document.releases().size() == 1 && document.releases()[0].sections.size() == 1) {
    const auto& section = document.releases()[0].sections[0];
    for (const auto& entry : section.entries) out.push_back(document.entry(section, entry).text);
    return out;
  }
  auto whole = text.substr(start);
  whole = whole.substr(0, whole.find_last_not_of(" \t\r\n") + 1);
  out.emplace_back(whole);
  return out;
}

}  // namespace

Result<Fragment> read_fragment(const std::string& file, std::string_view text) {
  const auto parts = split(file, '.');
  Fragment fragment{.file = file};
  std::optional<Type> type;
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    if (parts[i] == "breaking")
      fragment.breaking = true;
    else if (const auto named = json::enum_from<Type>(parts[i]))
      type = *named;
    else if (i + 2 != parts.size() || parts[i].find_first_not_of("0123456789") != std::string::npos || !type)
      return invalid(fmt::format("{}: '{}' is none of added, changed, deprecated, removed, fixed, security", file, parts[i]), file);
  }
  if (!type) return invalid(fmt::format("{}: the name says no type; write NAME.TYPE.md, such as 123.added.md", file), file);
  if (text.size() > largest) return invalid(fmt::format("{}: larger than {} KiB, which no entry is", file, largest / 1024), file);
  fragment.type = *type;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  fragment.entries = entries_in(text);
  if (fragment.entries.empty()) return invalid(fmt::format("{}: the file is empty; write what changed, for whom", file), file);
  return fragment;
}

Result<std::vector<Fragment>> read_fragments(const std::string& folder) {
  std::error_code ec;
  std::vector<std::filesystem::path> paths;
  for (std::filesystem::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const auto name = it->path().filename().string();
    if (it->is_regular_file() && name.ends_with(".md") && name != "README.md" && !name.starts_with('.')) paths.push_back(it->path());
  }
  if (ec) return invalid(fmt::format("{}: {}", folder, ec.message()), folder);
  std::sort(paths.begin(), paths.end());
  std::vector<Fragment> fragments;
  Error error{ErrorKind::invalid, "the fragments cannot be gathered"};
  for (const auto& path : paths) {
    if (auto fragment = read_fragment(path.filename().string(), TRY(read_file(path.string()))))
      fragments.push_back(std::move(*fragment));
    else
      error.complaints.push_back({fragment.error().field, fragment.error().message});
  }
  if (error.complaints.empty()) return fragments;
  error.field = error.complaints.front().field;
  return std::unexpected(std::move(error));
}

Result<Gathered> gather(const Document& document, const std::vector<Fragment>& fragments) {
  Gathered out;
  out.change.text = document.text();
  for (const auto& fragment : fragments)
    for (const auto& entry : fragment.entries) {
      const auto now = Document::parse(out.change.text);
      const bool says_it = entry.starts_with("**Breaking:**");
      const auto words = (fragment.breaking && !says_it ? "**Breaking:** " : "") + entry;
      bool there = false;
      if (const auto* unreleased = now.unreleased())
        for (const auto& section : unreleased->sections)
          if (type_of_section(section.name) == fragment.type)
            for (const auto& item : section.entries) there |= now.entry(section, item).text == words;
      if (there) {
        ++out.there;
        continue;
      }
      out.change.text = TRY(add_entry(now, fragment.type, entry, fragment.breaking && !says_it)).text;
      ++out.added;
    }
  if (out.added > 0) out.change.edits = line_diff(document.bytes(), out.change.text);
  return out;
}

}  // namespace evenkeel::changelog
