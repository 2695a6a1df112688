#include "changelog/lines.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

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

/// Length of the marker of an item at the start ("-", "12."); 0 when the line is no item.
std::size_t marker_length(std::string_view s) {
  std::size_t marker = 0;
  if (s[0] == '-' || s[0] == '*' || s[0] == '+')
    marker = 1;
  else {
    while (marker < s.size() && marker < 9 && is_digit(s[marker])) ++marker;
    if (marker == 0 || marker == s.size() || (s[marker] != '.' && s[marker] != ')')) return 0;
    ++marker;
  }
  return marker == s.size() || s[marker] == ' ' || s[marker] == '\t' ? marker : 0;
}
/// An item with words, or one that begins to count, may interrupt a paragraph.
bool interrupts(std::string_view item, std::size_t marker) {
  const auto number = item.substr(0, marker - 1);
  const bool begins = number.empty() || (number.find_first_not_of('0') == number.size() - 1 && number.back() == '1');
  return begins && item.find_first_not_of(" \t", marker) != std::string_view::npos;
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
  return !in_paragraph && (tag.closes || !is_one_of(verbatim, tag.name)) && is_whole_tag(tag) ? 7 : 0;
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

// ---- blocks: https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy, phase 1 ---------------------------------

/// A line as it is read from left to right; a tab goes to the next multiple of four and may be taken in parts.
struct Cursor {
  std::string_view line;
  std::size_t at = 0, column = 0;
  std::size_t owed = 0;  // columns of a tab that was taken in part

  /// Columns of white space from here on.
  std::size_t indent() const {
    auto to = column + owed;
    for (auto i = at; i < line.size() && (line[i] == ' ' || line[i] == '\t'); ++i) to = line[i] == '\t' ? (to / 4 + 1) * 4 : to + 1;
    return to - column;
  }
  std::string_view words() const { return line.substr(std::min(line.find_first_not_of(" \t", at), line.size())); }
  bool is_blank() const { return words().empty(); }
  void take_white(std::size_t columns) {
    while (columns > 0 && owed > 0) ++column, --owed, --columns;
    while (columns > 0 && at < line.size() && (line[at] == ' ' || line[at] == '\t')) {
      const auto width = line[at++] == '\t' ? 4 - column % 4 : 1;
      const auto taken = std::min(width, columns);
      column += taken, columns -= taken, owed = width - taken;
    }
  }
  void take(std::size_t signs) { at += signs, column += signs; }
};

/// What is open while the lines go by: containers, outermost first, and the leaf in the innermost of them.
class Classifier {
 public:
  void take(Line& line, std::string_view text, Line* before) {
    Cursor cursor{text};
    line.indent = std::uint16_t(std::min<std::size_t>(cursor.indent(), 65535));
    line.kind = kind_of(line, cursor, before);
    if (Cursor{text}.is_blank()) line.kind = LineKind::blank;
  }

 private:
  struct Container {
    std::size_t content = 0;  // of an item: columns to its text, behind those of what holds it; of a quotation: 0
    bool empty = true;        // nothing in it yet: a blank line ends such an item
  };
  enum class Leaf : std::uint8_t { none, paragraph, fence, html, indented };

  /// How many of the open containers the line goes on with.
  std::size_t match(Cursor& cursor) const {
    std::size_t n = 0;
    for (; n < open_.size(); ++n) {
      const auto& c = open_[n];
      if (c.content == 0) {
        if (cursor.indent() > 3 || !cursor.words().starts_with('>')) break;
        take_quote(cursor);
      } else if (cursor.is_blank()) {
        if (c.empty) break;
      } else if (cursor.indent() >= c.content)
        cursor.take_white(c.content);
      else
        break;
    }
    return n;
  }
  static void take_quote(Cursor& cursor) {
    cursor.take_white(cursor.indent());
    cursor.take(1);
    cursor.take_white(1);
  }

  LineKind kind_of(Line& line, Cursor& cursor, Line* before) {
    const bool in_definition = std::exchange(open_definition_, false);
    const auto matched = match(cursor);
    const bool all = matched == open_.size();
    if (all && leaf_ == Leaf::fence) return go_on_with_fence(cursor), LineKind::code;
    if (all && leaf_ == Leaf::html && go_on_with_html(cursor)) return LineKind::comment;
    if (all && leaf_ == Leaf::indented && (cursor.is_blank() || cursor.indent() >= 4)) return LineKind::text;
    const bool lazy = leaf_ == Leaf::paragraph;  // words alone would go on with the paragraph, wherever it stands
    if (leaf_ != Leaf::paragraph) leaf_ = Leaf::none;
    if (cursor.is_blank()) return close(matched), leaf_ = Leaf::none, LineKind::text;
    if (in_definition) return LineKind::definition;
    if (line.indent < 4 && is_definition(Cursor{cursor.line}.words())) {
      open_definition_ = trimmed_right(cursor.words()).ends_with("]:");
      // Straight below words it is theirs by CommonMark, and a definition by people's habit; what follows it is read either way.
      if (std::exchange(leaf_, Leaf::paragraph) != Leaf::paragraph) close(0);
      return LineKind::definition;
    }
    return begin(line, cursor, before, matched, lazy);
  }

  /// What begins with the line behind the containers that it goes on with.
  LineKind begin(Line& line, Cursor& cursor, Line* before, std::size_t matched, bool lazy) {
    std::optional<LineKind> kind;  // an item, where its marker stands first
    while (true) {
      const auto indent = cursor.indent();
      const auto words = cursor.words();
      const bool all = matched == open_.size(), in_paragraph = all && leaf_ == Leaf::paragraph;
      if (words.empty()) return kind.value_or(LineKind::text);
      if (indent >= 4) {
        if (lazy) return kind.value_or(LineKind::text);
        start(Leaf::indented, matched);
        return kind.value_or(LineKind::text);
      }
      if (words[0] == '>') {
        push(0, matched), lazy = false;
        take_quote(cursor);
      } else if (const int level = heading_level(words)) {
        start(Leaf::none, matched);
        if (!open_.empty()) return kind.value_or(LineKind::text);
        return line.level = std::uint8_t(level), LineKind::heading;
      } else if ((words[0] == '`' || words[0] == '~') && is_fence(words)) {
        start(Leaf::fence, matched);
        fence_ = words[0], fence_length_ = run_of(words, fence_);
        return kind.value_or(LineKind::code);
      } else if (const int html = words[0] == '<' ? html_begins(words, lazy) : 0) {
        start(html_ends(html, words) ? Leaf::none : Leaf::html, matched);
        html_ = html;
        return kind.value_or(LineKind::comment);
      } else if (in_paragraph && is_underline(words) && before->kind != LineKind::definition) {
        leaf_ = Leaf::none;
        if (!open_.empty()) return LineKind::text;
        before->kind = LineKind::heading;
        before->level = words[0] == '=' ? 1 : 2;
        return LineKind::underline;
      } else if ((words[0] == '-' || words[0] == '*' || words[0] == '_') && is_rule(words)) {
        start(Leaf::none, matched);
        return kind.value_or(open_.empty() ? LineKind::rule : LineKind::text);
      } else if (const auto marker = marker_length(words); marker && (!in_paragraph || interrupts(words, marker))) {
        const bool first = words.data() == Cursor{cursor.line}.words().data();  // no sign of a quotation before it
        cursor.take_white(indent);
        cursor.take(marker);
        const auto blanks = cursor.is_blank() || cursor.indent() > 4 ? 1 : cursor.indent();
        if (first) line.content = std::uint16_t(std::min<std::size_t>(cursor.column + blanks, 65535)), kind = LineKind::item;
        push(indent + marker + blanks, matched), lazy = false;
        cursor.take_white(blanks);
      } else
        break;
    }
    if (!lazy || matched == open_.size()) start(Leaf::paragraph, matched);
    return kind.value_or(LineKind::text);
  }

  void close(std::size_t matched) { open_.resize(std::min(matched, open_.size())); }
  void start(Leaf leaf, std::size_t& matched) {
    close(matched);
    if (!open_.empty()) open_.back().empty = false;
    leaf_ = leaf;
  }
  void push(std::size_t content, std::size_t& matched) {
    start(Leaf::none, matched);
    open_.push_back({content});
    matched = open_.size();
  }

  static bool is_fence(std::string_view words) {
    const auto marks = run_of(words, words[0]);
    return marks >= 3 && (words[0] == '~' || !contains(words.substr(marks), "`"));
  }
  static bool is_underline(std::string_view words) {
    return (words[0] == '=' || words[0] == '-') && run_of(words, words[0]) == trimmed_right(words).size();
  }
  void go_on_with_fence(const Cursor& cursor) {
    const auto words = cursor.words();
    if (words.empty() || words[0] != fence_ || cursor.indent() > 3) return;
    const auto marks = run_of(words, fence_);
    if (marks >= fence_length_ && trimmed_right(words.substr(marks)).empty()) leaf_ = Leaf::none;
  }
  /// False: it ended before this line.
  bool go_on_with_html(const Cursor& cursor) {
    const auto words = cursor.words();
    if (words.empty() && html_ >= 6) return false;
    if (html_ends(html_, words)) leaf_ = Leaf::none;
    return true;
  }

  std::vector<Container> open_;
  Leaf leaf_ = Leaf::none;
  int html_ = 0;  // kind of the open block of raw HTML, as CommonMark numbers them
  char fence_ = 0;
  std::size_t fence_length_ = 0;
  bool open_definition_ = false;  // its address stands on the next line
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
