#include "changelog/lines.hpp"

#include <cstring>

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

/// What is open while the lines go by.
class Classifier {
 public:
  void take(Line& line, std::string_view text, Line* before) {
    std::size_t at = 0, column = 0;
    for (; at < text.size() && (text[at] == ' ' || text[at] == '\t'); ++at) column = text[at] == '\t' ? (column / 4 + 1) * 4 : column + 1;
    line.indent = std::uint16_t(std::min<std::size_t>(column, 65535));
    const auto words = text.substr(at);
    line.kind = words.empty() ? LineKind::blank : kind_of(line, words, before);
    after_blank_ = words.empty();
  }

 private:
  LineKind kind_of(Line& line, std::string_view words, Line* before) {
    if (!comment_end_.empty()) {
      if (contains(words, comment_end_)) comment_end_ = {};
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
        if (line.indent < 4 && open_html(words)) return LineKind::comment;
        break;
      case '[':
        if (line.indent < 4 && is_definition(words)) return list_content_ = 0, LineKind::definition;
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
  bool open_html(std::string_view words) {
    static constexpr std::pair<std::string_view, std::string_view> blocks[] = {
        {"<!--", "-->"}, {"<pre", "</pre>"}, {"<script", "</script>"}, {"<style", "</style>"}, {"<textarea", "</textarea>"}};
    for (const auto& [start, end] : blocks)
      if (words.starts_with(start)) {
        if (!contains(words.substr(start.size()), end)) comment_end_ = end;
        return true;
      }
    return false;
  }

  std::string_view comment_end_;
  char fence_ = 0;
  std::size_t fence_length_ = 0, fence_indent_ = 0;
  bool fence_in_list_ = false, after_blank_ = false, quoted_ = false;
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
