#include "changelog/lines.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace evenkeel::changelog {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed_right(std::string_view s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

/// Length of the run of `c` at the start.
std::size_t run_of(std::string_view s, char c) {
  std::size_t n = 0;
  while (n < s.size() && s[n] == c) ++n;
  return n;
}

bool is_rule(std::string_view s) {
  std::size_t marks = 0;
  for (const char c : s) {
    if (c == s[0])
      ++marks;
    else if (c != ' ' && c != '\t')
      return false;
  }
  return marks >= 3;
}

int heading_level(std::string_view s) {
  const auto marks = run_of(s, '#');
  return marks <= 6 && (marks == s.size() || s[marks] == ' ' || s[marks] == '\t') ? int(marks) : 0;
}

/// Width of "- " or "12. " at the start, with up to four blanks; 0 when the line is no item.
std::size_t marker_width(std::string_view s) {
  std::size_t marker = 0;
  if (s[0] == '-' || s[0] == '*' || s[0] == '+')
    marker = 1;
  else {
    while (marker < s.size() && marker < 9 && is_digit(s[marker])) ++marker;
    if (marker == 0 || marker == s.size() || (s[marker] != '.' && s[marker] != ')')) return 0;
    ++marker;
  }
  if (marker == s.size()) return marker + 1;
  if (s[marker] == '\t') return marker + 1;
  const auto blanks = run_of(s.substr(marker), ' ');
  if (blanks == 0) return 0;
  return marker + (blanks <= 4 && marker + blanks < s.size() ? blanks : 1);
}

bool is_definition(std::string_view s) {
  const auto close = s.find(']');
  return close != std::string_view::npos && close > 1 && s.substr(close).starts_with("]:") && s.find('[', 1) > close;
}

bool contains(std::string_view s, std::string_view what) { return s.find(what) != std::string_view::npos; }

// ---- raw HTML: https://spec.commonmark.org/0.31.2/#html-blocks -------------------------------------------------------

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

bool contains_in_any_case(std::string_view s, std::string_view what) {
  return std::search(s.begin(), s.end(), what.begin(), what.end(), [](char a, char b) { return lower(a) == b; }) != s.end();
}

/// The name of a tag at the start ("<pre", "</div"), in small letters, and what follows it.
struct TagName {
  std::string name;
  bool closes = false;
  std::string_view rest;
};
TagName tag_at(std::string_view s) {
  TagName tag{{}, s.starts_with("</"), {}};
  auto at = std::size_t(tag.closes ? 2 : 1);
  while (at < s.size() && (is_letter(s[at]) || (!tag.name.empty() && (is_digit(s[at]) || s[at] == '-')))) tag.name += lower(s[at++]);
  tag.rest = s.substr(at);
  return tag;
}

/// Behind a complete open or closing tag nothing but white space follows.
bool is_whole_tag(const TagName& tag) {
  auto s = tag.rest;
  const auto skip = [&s] {
    const auto n = s.size() - std::min(s.find_first_not_of(" \t"), s.size());
    const bool any = n < s.size();
    s = s.substr(s.size() - n);
    return any;
  };
  if (tag.name.empty()) return false;
  for (bool blank = skip(); !tag.closes && blank && !s.empty() && (is_letter(s[0]) || s[0] == '_' || s[0] == ':'); blank = skip()) {
    s = s.substr(std::min(s.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-"), s.size()));
    const auto value = s.find_first_not_of(" \t");
    if (value == std::string_view::npos || s[value] != '=') continue;
    s = s.substr(value + 1);
    skip();
    if (s.empty()) return false;
    const bool quoted = s[0] == '"' || s[0] == '\'';
    const auto end = quoted ? s.find(s[0], 1) : s.find_first_of(" \t\"'=<>`");
    if (end == std::string_view::npos || (!quoted && end == 0)) return false;
    s = s.substr(end + quoted);
  }
  if (!tag.closes && s.starts_with('/')) s.remove_prefix(1);
  return s.starts_with('>') && s.find_first_not_of(" \t", 1) == std::string_view::npos;
}

constexpr std::string_view verbatim[] = {"pre", "script", "style", "textarea"};
constexpr std::string_view block_tags[] = {
    "address", "article",  "aside",    "base",   "basefont", "blockquote", "body",    "caption",  "center",     "col",    "colgroup",
    "dd",      "details",  "dialog",   "dir",    "div",      "dl",         "dt",      "fieldset", "figcaption", "figure", "footer",
    "form",    "frame",    "frameset", "h1",     "h2",       "h3",         "h4",      "h5",       "h6",         "head",   "header",
    "hr",      "html",     "iframe",   "legend", "li",       "link",       "main",    "menu",     "menuitem",   "nav",    "noframes",
    "ol",      "optgroup", "option",   "p",      "param",    "search",     "section", "summary",  "table",      "tbody",  "td",
    "tfoot",   "th",       "thead",    "title",  "tr",       "track",      "ul"};

template <std::size_t n>
bool is_one_of(const std::string_view (&names)[n], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Which of the seven kinds of block begins with this line; 0: none.
int html_begins(std::string_view s, bool in_paragraph) {
  const auto tag = tag_at(s);
  const auto& rest = tag.rest;
  const bool name_ends = rest.empty() || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '>';
  if (!tag.closes && name_ends && is_one_of(verbatim, tag.name)) return 1;
  if (s.starts_with("<!--")) return 2;
  if (s.starts_with("<?")) return 3;
  if (s.starts_with("<![CDATA[")) return 5;
  if (s.starts_with("<!") && s.size() > 2 && is_letter(s[2])) return 4;
  if ((name_ends || rest.starts_with("/>")) && is_one_of(block_tags, tag.name)) return 6;
  return !in_paragraph && !is_one_of(verbatim, tag.name) && is_whole_tag(tag) ? 7 : 0;
}

/// Does the line end a block of this kind? 6 and 7 end with a blank line.
bool html_ends(int kind, std::string_view s) {
  switch (kind) {
    case 1:
      return std::any_of(std::begin(verbatim), std::end(verbatim),
                         [&](auto name) { return contains_in_any_case(s, "</" + std::string(name) + ">"); });
    case 2:
      return contains(s, "-->");
    case 3:
      return contains(s, "?>");
    case 4:
      return contains(s, ">");
    case 5:
      return contains(s, "]]>");
    default:
      return false;
  }
}

/// What is open while the lines go by.
class Classifier {
 public:
  void take(Line& line, std::string_view text, Line* before) {
    std::size_t at = 0, column = 0;
    for (; at < text.size() && (text[at] == ' ' || text[at] == '\t'); ++at) column = text[at] == '\t' ? (column / 4 + 1) * 4 : column + 1;
    line.indent = std::uint16_t(std::min<std::size_t>(column, 65535));
    const auto words = text.substr(at);
    if (words.empty() && html_ >= 6) html_ = 0;
    line.kind = words.empty() ? LineKind::blank : kind_of(line, words, before);
    after_blank_ = words.empty();
  }

 private:
  LineKind kind_of(Line& line, std::string_view words, Line* before) {
    if (html_ && html_in_list_ && line.indent < list_content_) html_ = 0;  // the item ended, and the block with it
    if (html_) {
      if (html_ends(html_, words)) html_ = 0;
      return LineKind::comment;
    }
    if (fence_ && fence_in_list_ && line.indent < list_content_) fence_ = 0;  // the item ended, and the fence with it
    if (fence_) {
      if (words[0] == fence_ && line.indent < fence_indent_ + 4) {
        const auto marks = run_of(words, fence_);
        if (marks >= fence_length_ && trimmed_right(words.substr(marks)).empty()) fence_ = 0;
      }
      return LineKind::code;
    }
    if (list_content_ && after_blank_ && line.indent < list_content_ && line.indent < 4) list_content_ = 0;
    const bool in_item = list_content_ && line.indent >= list_content_;
    if (line.indent >= 4 && !in_item && !list_content_) return LineKind::text;  // indented code
    switch (words[0]) {
      case '#':
        if (line.indent < 4 && !in_item && (line.level = std::uint8_t(heading_level(words)))) return list_content_ = 0, LineKind::heading;
        break;
      case '`':
      case '~':
        if (open_fence(line, words, in_item)) return LineKind::code;
        break;
      case '<':
        if ((line.indent < 4 || in_item) && open_html(words, in_item, before)) return LineKind::comment;
        break;
      case '[':
        if (line.indent < 4 && is_definition(words)) {
          open_definition_ = trimmed_right(words).ends_with("]:");
          return list_content_ = 0, LineKind::definition;
        }
        break;
      case '=':
      case '-':
        if (before && before->kind == LineKind::text && before->indent < 4 && line.indent < 4 && !list_content_ && !quoted_ &&
            run_of(words, words[0]) == trimmed_right(words).size()) {
          before->kind = LineKind::heading;
          before->level = words[0] == '=' ? 1 : 2;
          return LineKind::underline;
        }
        break;
      default:
        break;
    }
    if (before && before->kind == LineKind::definition && open_definition_) return open_definition_ = false, LineKind::definition;
    if ((words[0] == '-' || words[0] == '*' || words[0] == '_') && line.indent < 4 && is_rule(words))
      return list_content_ = 0, LineKind::rule;
    if (const auto width = marker_width(words)) {
      line.content = std::uint16_t(std::min<std::size_t>(line.indent + width, 65535));
      if (!in_item) list_content_ = line.content;
      return LineKind::item;
    }
    quoted_ = words[0] == '>' || words[0] == '|';
    return LineKind::text;
  }

  bool open_fence(const Line& line, std::string_view words, bool in_item) {
    const auto marks = run_of(words, words[0]);
    if (marks < 3 || (line.indent >= 4 && !in_item) || (words[0] == '`' && contains(words.substr(marks), "`"))) return false;
    fence_ = words[0];
    fence_length_ = marks;
    fence_indent_ = line.indent;
    fence_in_list_ = in_item;
    return true;
  }
  bool open_html(std::string_view words, bool in_item, const Line* before) {
    const bool in_paragraph = before && (before->kind == LineKind::text || before->kind == LineKind::item) && !after_blank_;
    const int kind = html_begins(words, in_paragraph);
    if (!kind) return false;
    html_ = html_ends(kind, words) ? 0 : kind;
    html_in_list_ = in_item;
    if (!in_item) list_content_ = 0;
    return true;
  }

  int html_ = 0;  // kind of the open block of raw HTML, as CommonMark numbers them
  bool html_in_list_ = false;
  char fence_ = 0;
  std::size_t fence_length_ = 0, fence_indent_ = 0;
  bool fence_in_list_ = false, after_blank_ = false, quoted_ = false;
  bool open_definition_ = false;    // its address stands on the next line
  std::uint16_t list_content_ = 0;  // column of the text of the outermost open item; 0 outside lists
};

}  // namespace

std::vector<Line> classify_lines(std::string_view text) {
  std::vector<Line> lines;
  lines.reserve(text.size() / 40 + 2);
  Classifier classifier;
  for (std::size_t start = 0;;) {
    const auto* newline = static_cast<const char*>(std::memchr(text.data() + start, '\n', text.size() - start));
    const auto next = newline ? std::size_t(newline - text.data()) : text.size();
    const auto end = newline && next > start && text[next - 1] == '\r' ? next - 1 : next;
    const auto shown = start == 0 && text.starts_with("\xef\xbb\xbf") ? 3 : start;  // a byte order mark is no part of the first line
    lines.push_back({.start = std::uint32_t(shown), .end = std::uint32_t(std::max(end, shown))});
    classifier.take(lines.back(), text.substr(shown, lines.back().end - shown), lines.size() > 1 ? &lines[lines.size() - 2] : nullptr);
    if (!newline) return lines;
    start = next + 1;
  }
}

std::string_view heading_text(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  line = trimmed_right(line.substr(first));
  if (heading_level(line) == 0) return line;
  line.remove_prefix(run_of(line, '#'));
  while (!line.empty() && (line[0] == ' ' || line[0] == '\t')) line.remove_prefix(1);
  auto closed = line;
  while (closed.ends_with('#')) closed.remove_suffix(1);
  if (closed.empty() || closed.ends_with(' ') || closed.ends_with('\t')) line = trimmed_right(closed);
  return line;
}

}  // namespace evenkeel::changelog
