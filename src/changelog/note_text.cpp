#include "changelog/note_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/hex.hpp"
#include "changelog/lines.hpp"
#include "changelog/taken_out.hpp"
#include "markdown/literal.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::changelog {

namespace {

struct Mark {
  std::size_t begin = 0, end = 0;
  std::string entry;
  std::optional<std::string> needs_words = {};  // what it tells of the change
};

constexpr std::string_view needs = "needs words: ";

/// What stands behind the entry in "<!-- ent_7 needs words: Add the field -->": its end, and what it tells.
std::optional<std::pair<std::size_t, std::string>> needs_at(std::string_view body, std::size_t at) {
  if (!body.substr(at).starts_with(needs)) return {};
  const auto end = body.find("-->", at);
  if (end == std::string_view::npos || body.substr(at, end - at).find('\n') != std::string_view::npos) return {};
  auto about = body.substr(at + needs.size(), end - at - needs.size());
  while (about.ends_with(' ')) about.remove_suffix(1);
  return std::pair{end, std::string(about)};
}

/// "<!-- ent_7 -->", or the same with what needs words, and nothing else in it.
std::vector<Mark> marks_in(std::string_view body) {
  std::vector<Mark> found;
  for (std::size_t open = 0; (open = body.find("<!--", open)) != std::string_view::npos;) {
    auto at = open + 4;
    while (at < body.size() && (body[at] == ' ' || body[at] == '\t')) ++at;
    auto end = at;
    while (end < body.size() && (std::isalnum(static_cast<unsigned char>(body[end])) || body[end] == '_' || body[end] == '-') &&
           !body.substr(end).starts_with("-->"))
      ++end;
    const auto entry = body.substr(at, end - at);
    while (end < body.size() && (body[end] == ' ' || body[end] == '\t')) ++end;
    const auto wanted = entry.starts_with("ent_") ? needs_at(body, end) : std::nullopt;
    if (wanted)
      found.push_back({open, wanted->first + 3, std::string(entry), wanted->second}), open = wanted->first + 3;
    else if (entry.starts_with("ent_") && body.substr(end).starts_with("-->"))
      found.push_back({open, end + 3, std::string(entry)}), open = end + 3;
    else
      open += 4;
  }
  std::vector<std::pair<std::size_t, std::size_t>> stretches;
  for (const auto& m : found) stretches.emplace_back(m.begin, m.end);
  const auto code = markdown::in_code(body, stretches);
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!code[i]) marks.push_back(std::move(found[i]));
  return marks;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The source with white space as one blank, each bullet as "-", and no signs of emphasis.
std::string source_of(std::string_view text) {
  std::string out;
  bool begins = true;  // nothing but white space and bullets in this line so far
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_blank(c)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      begins |= c == '\n' || c == '\r';
      continue;
    }
    const bool bullet = begins && (c == '-' || c == '*' || c == '+') && (i + 1 == text.size() || is_blank(text[i + 1]));
    if (bullet) {
      out += '-';
      continue;
    }
    begins = false;
    if (c != '*' && c != '_') out += c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace

namespace {

/// Where what tells an entry begins whose mark stands in line `at`: a mark alone on its line belongs to the heading above, any other to its
/// list item, else to its paragraph.
std::size_t begins(const std::vector<Line>& lines, std::size_t at) {
  auto first = at;
  if (lines[at].kind == LineKind::comment) {
    while (first > 0 && lines[first].kind != LineKind::heading) --first;
    return lines[first].kind == LineKind::heading ? first : at;
  }
  while (first > 0 && lines[first].kind != LineKind::item) {
    const auto& above = lines[first - 1];
    const bool apart = above.kind == LineKind::blank && lines[first].indent == 0;
    if (apart || above.kind == LineKind::heading) break;
    --first;
  }
  return first;
}
/// Lines [first, last) of the text that tell it.
std::pair<std::size_t, std::size_t> told_by(const std::vector<Line>& lines, std::size_t at) {
  const auto first = begins(lines, at);
  const bool section = lines[first].kind == LineKind::heading, item = lines[first].kind == LineKind::item;
  const auto ends = [&](const Line& line) {
    if (line.kind == LineKind::heading) return true;
    if (section) return false;
    if (!item) return line.kind == LineKind::blank || line.kind == LineKind::item;
    return line.kind != LineKind::blank && line.indent <= lines[first].indent;
  };
  auto last = at + 1;
  while (last < lines.size() && !ends(lines[last])) ++last;
  while (!section && last > at + 1 && lines[last - 1].kind == LineKind::blank) --last;
  return {first, last};
}

/// Headings with nothing but blank lines up to the next heading or the end.
std::string without_empty_headings(std::string_view body) {
  const auto lines = classify_lines(body);
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto next = i + 1;
    while (next < lines.size() && lines[next].kind == LineKind::blank) ++next;
    const bool empty = lines[i].kind == LineKind::heading && (next == lines.size() || lines[next].kind == LineKind::heading);
    if (empty) {
      i = next - 1;
      continue;
    }
    const auto end = i + 1 < lines.size() ? lines[i + 1].start : body.size();
    out += body.substr(lines[i].start, end - lines[i].start);
  }
  return out;
}

}  // namespace

std::string without_entry(std::string_view body, std::string_view entry) {
  std::string text{body};
  for (bool found = true; found;) {
    found = false;
    for (const auto& mark : marks_in(text)) {
      if (mark.entry != entry) continue;
      const auto lines = classify_lines(text);
      std::size_t at = 0;
      while (at + 1 < lines.size() && lines[at + 1].start <= mark.begin) ++at;
      const auto [first, last] = told_by(lines, at);
      const auto begin = lines[first].start;
      const auto end = last < lines.size() ? lines[last].start : text.size();
      text.erase(begin, end - begin);
      found = true;
      break;
    }
  }
  return text == body ? text : without_empty_headings(text);
}

std::string line_without_words(const std::string& entry, std::string_view about) {
  std::string told(about);
  for (auto at = told.find("--"); at != std::string::npos; at = told.find("--", at)) told.replace(at, 2, "- ");  // no end of a comment
  std::replace(told.begin(), told.end(), '\n', ' ');
  return fmt::format("- {} <!-- {} {}{} -->\n", markdown::of_plain(told), entry, needs, told);
}

std::vector<NeedsWords> needing_words(std::string_view body) {
  /// Whoever wrote the line anew in its place has given it words.
  const auto is_as_drafted = [&](const Mark& mark) {
    const auto before = mark.begin == 0 ? std::string_view::npos : body.rfind('\n', mark.begin - 1);
    auto line = body.substr(before == std::string_view::npos ? 0 : before + 1);
    line = line.substr(0, mark.begin - std::size_t(line.data() - body.data()));
    while (line.ends_with(' ')) line.remove_suffix(1);
    return line == "- " + markdown::of_plain(*mark.needs_words);
  };
  std::vector<NeedsWords> out;
  for (const auto& mark : marks_in(body))
    if (mark.needs_words && is_as_drafted(mark))
      out.push_back({1 + std::count(body.begin(), body.begin() + std::ptrdiff_t(mark.begin), '\n'), mark.entry, *mark.needs_words});
  return out;
}

std::string with_words(std::string_view body, const std::string& entry, std::string_view line) {
  std::string text(body);
  for (const auto& mark : marks_in(body)) {
    if (!mark.needs_words || mark.entry != entry) continue;
    const auto before = mark.begin == 0 ? std::string::npos : text.rfind('\n', mark.begin - 1);
    const auto begin = before == std::string::npos ? 0 : before + 1, end = std::min(text.find('\n', mark.end), text.size() - 1) + 1;
    return text.replace(begin, end - begin, line);
  }
  return text;
}

std::string without_marks(std::string_view body) {
  std::string out;
  std::size_t at = 0;
  for (const auto& mark : marks_in(body)) {
    auto before = body.substr(at, mark.begin - at);
    while (before.ends_with(' ')) before.remove_suffix(1);
    out += before;
    at = mark.end;
  }
  return out += body.substr(at);
}

std::string marks_blanked(std::string_view body) {
  std::string out(body);
  for (const auto& mark : marks_in(body)) std::fill(out.begin() + std::ptrdiff_t(mark.begin), out.begin() + std::ptrdiff_t(mark.end), ' ');
  return out;
}

std::string meaning_hash(std::string_view body) {
  const auto shown = without_marks(body);
  return to_hex(sha256("evenkeel note 3\n" + markdown::shown_by(shown) + '\0' + source_of(shown)));
}

std::vector<std::string> entries_named(std::string_view body) {
  std::vector<std::string> out;
  for (auto& mark : marks_in(body)) out.push_back(std::move(mark.entry));
  return out;
}

std::string with_variables(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = std::min(text.find("${", at), text.size());
    out += text.substr(at, open - at);
    const auto close = open < text.size() ? text.find('}', open) : std::string_view::npos;
    if (close == std::string_view::npos) return out += text.substr(open);
    const auto found = values.find(text.substr(open + 2, close - open - 2));
    out += found == values.end() ? text.substr(open, close + 1 - open) : std::string_view(found->second);
    at = close + 1;
  }
  return out;
}

std::string title_behind(const std::string& version, const std::string& title) {
  return title.empty() || title.find(version) != std::string::npos ? "" : ": " + title;
}

}  // namespace evenkeel::changelog
