#include "gitlog/conventional_commit.hpp"

namespace evenkeel::gitlog {
namespace {

using Lines = std::vector<std::string_view>;

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_blank(std::string_view line) { return line.find_first_not_of(" \t") == std::string_view::npos; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }
bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

/// The lines a person wrote: no carriage returns, comments, text after a scissors line, output of gpg, or blank lines at the ends.
Lines lines_of(std::string_view message, const MessageHabits& habits) {
  Lines lines;
  if (message.starts_with("\xef\xbb\xbf")) message.remove_prefix(3);
  while (true) {
    auto end = message.find_first_of("\r\n");
    auto line = message.substr(0, end);
    if (end != std::string_view::npos && message.substr(end).starts_with("\r\n")) ++end;
    const bool comment = habits.comment_char && line.starts_with(*habits.comment_char);
    if (comment && line.substr(1) == " ------------------------ >8 ------------------------") break;
    const bool gpg = line.starts_with("gpg: ") && std::all_of(lines.begin(), lines.end(), is_blank);
    if (!comment && !gpg) lines.push_back(line);
    if (end == std::string_view::npos) break;
    message.remove_prefix(end + 1);
  }
  while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
  lines.erase(lines.begin(), std::find_if_not(lines.begin(), lines.end(), is_blank));
  return lines;
}

std::string join(const Lines& lines, std::size_t from, std::size_t to) {
  while (from < to && is_blank(lines[from])) ++from;
  while (to > from && is_blank(lines[to - 1])) --to;
  std::string text;
  for (auto i = from; i < to; ++i) (text += i > from ? "\n" : "") += lines[i];
  return text;
}

bool announces_merge(std::string_view line) {
  for (const std::string_view start : {"Merge branch '", "Merge branches '", "Merge remote-tracking branch '", "Merge pull request #",
                                       "Merge tag '", "Merge commit '", "Merge of #", "Auto merge of #", "Merged PR ", "Merged in "})
    if (line.starts_with(start)) return true;
  return false;
}

/// What stands behind "Merged PR 12: ".
std::string_view behind_request(std::string_view line) {
  static constexpr std::string_view start = "Merged PR ";
  if (!line.starts_with(start)) return {};
  const auto end = line.find_first_not_of("0123456789", start.size());
  return end > start.size() && end != std::string_view::npos && line.substr(end).starts_with(": ") ? line.substr(end + 2)
                                                                                                   : std::string_view();
}

/// `type(scope)!: description`
bool read_header(std::string_view header, ConventionalCommit& commit) {
  std::size_t at = 0;
  while (at < header.size() && (is_word(header[at]) || header[at] == '-')) ++at;
  if (at == 0 || !std::isalpha(static_cast<unsigned char>(header[0]))) return false;
  const auto type = header.substr(0, at);
  std::optional<std::string> scope;
  if (at < header.size() && header[at] == '(') {
    const auto colon = std::min(header.find("): ", at), header.find(")!: ", at));
    if (colon == std::string_view::npos || colon == at + 1) return false;
    scope = header.substr(at + 1, colon - at - 1);
    at = colon + 1;
  }
  const bool bang = at < header.size() && header[at] == '!';
  if (bang) ++at;
  const auto colon = header.substr(at);
  const std::size_t width = colon.starts_with(": ") ? 2 : colon.starts_with(":\xc2\xa0") ? 3 : 0;  // a no-break space is a blank too
  if (!width || is_blank(colon.substr(width))) return false;
  commit.type = type;
  commit.scope = scope;
  commit.breaking = bang;
  commit.description = colon.substr(width);
  return true;
}

struct FooterStart {
  std::string_view token, value;
  bool breaks = false;
};
std::optional<FooterStart> footer_start(std::string_view line, const MessageHabits& habits) {
  for (const std::string_view token : habits.breaking_tokens) {
    if (!line.starts_with(token)) continue;
    const auto rest = line.substr(token.size());
    if (rest.starts_with(": ") || rest.starts_with(" #")) return FooterStart{token, rest.substr(2), true};
    if (rest.starts_with(":") && is_blank(rest.substr(1))) return FooterStart{token, {}, true};
  }
  std::size_t at = 0;
  while (at < line.size() && (is_word(line[at]) || line[at] == '-')) ++at;
  if (at == 0 || !std::isalpha(static_cast<unsigned char>(line[0]))) return {};
  const auto rest = line.substr(at);
  if (rest.size() < 3 || !(rest.starts_with(": ") || rest.starts_with(" #"))) return {};
  return FooterStart{line.substr(0, at), rest.substr(2)};
}

/// Which lines stand in a fence, its own two among them. One that never ends is no fence.
std::vector<bool> fenced(const Lines& lines) {
  std::vector<bool> out(lines.size(), false);
  std::string_view fence;
  std::size_t open = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = lines[i].substr(std::min(lines[i].find_first_not_of(' '), lines[i].size()));
    const auto marks = line.empty() ? line : line.substr(0, std::min(line.find_first_not_of(line[0]), line.size()));
    const bool is_fence = marks.size() >= 3 && (marks[0] == '`' || marks[0] == '~');
    out[i] = !fence.empty() || is_fence;
    if (fence.empty() && is_fence)
      fence = marks, open = i;
    else if (is_fence && marks[0] == fence[0] && marks.size() >= fence.size() && is_blank(line.substr(marks.size())))
      fence = {};
  }
  if (!fence.empty()) std::fill(out.begin() + std::ptrdiff_t(open), out.end(), false);
  return out;
}

std::string_view bullet_text(std::string_view line) {
  return line.starts_with("* ") || line.starts_with("- ") ? line.substr(2) : std::string_view();
}
bool is_rule(std::string_view line) { return line.size() >= 3 && line.find_first_not_of('-') == std::string_view::npos; }

/// Where the value of a footer ends: before the next one, or, in a squash, before the next bullet or the rule at its end.
std::size_t end_of_footer(const Lines& lines, std::size_t at, const std::vector<bool>& example, const MessageHabits& habits) {
  const bool squash =
      std::any_of(lines.begin() + 1, lines.begin() + std::ptrdiff_t(at), [](auto line) { return !bullet_text(line).empty(); });
  auto next = at + 1;
  for (; next < lines.size(); ++next) {
    if (!example[next] && footer_start(lines[next], habits)) break;
    if (squash && is_blank(lines[next - 1]) && (!bullet_text(lines[next]).empty() || is_rule(lines[next]))) break;
  }
  return next;
}

/// Splits what follows the header into body and footers.
void read_rest(const Lines& lines, std::size_t from, const MessageHabits& habits, ConventionalCommit& commit) {
  const auto example = fenced(lines);
  const auto footer_at = [&](std::size_t i) { return example[i] ? std::nullopt : footer_start(lines[i], habits); };
  auto footers = lines.size();
  for (auto i = from; i < lines.size() && footers == lines.size(); ++i) {
    const auto start = footer_at(i);
    if (start && (start->breaks || is_blank(lines[i - 1]))) footers = i;
  }
  if (auto body = join(lines, from, footers); !body.empty()) commit.body = std::move(body);
  for (auto i = footers; i < lines.size();) {
    const auto found = footer_at(i);
    if (!found) {
      ++i;
      continue;
    }
    const auto start = *found;
    const auto next = end_of_footer(lines, i, example, habits);
    const auto more = join(lines, i + 1, next);
    std::string value(start.value);
    if (!more.empty()) {
      const auto words = std::find_if_not(lines.begin() + std::ptrdiff_t(i) + 1, lines.end(), is_blank);
      const auto blanks = std::size_t(words - lines.begin()) - (i + 1);  // as many as there are: a gap of two lines stays
      value += (value.empty() ? "" : std::string(blanks + 1, '\n')) + more;
    }
    commit.footers.push_back({std::string(start.token), std::move(value)});
    commit.breaking |= start.breaks;
    i = next;
  }
}

/// What the bullets of a squash say: whether one breaks, and the furthest that one goes.
struct Bullets {
  bool breaking = false;
  Bump furthest = Bump::none;
};
Bullets read_bullets(const Lines& lines, std::size_t from) {
  Bullets out;
  const auto example = fenced(lines);
  for (auto i = from; i < lines.size(); ++i) {
    ConventionalCommit one;
    if (example[i] || !read_header(bullet_text(lines[i]), one)) continue;
    out.breaking |= one.breaking;
    out.furthest = std::max(out.furthest, bump_of(one));
  }
  return out;
}

/// Length of the action word at `at`, with the blanks that must follow it (and, outside the header, a colon); 0 when there is none.
std::size_t action_at(std::string_view line, std::size_t at, bool is_header, const MessageHabits& habits, std::string_view& action) {
  if (at > 0 && is_word(line[at - 1])) return 0;
  for (const auto& word : habits.reference_actions) {
    if (!equal_ignoring_case(line.substr(at, word.size()), word)) continue;
    auto end = at + word.size();
    if (!is_header && end < line.size() && line[end] == ':') ++end;
    const auto blanks = end;
    while (end < line.size() && (line[end] == ' ' || line[end] == '\t')) ++end;
    if (end == blanks) continue;
    action = line.substr(at, word.size());
    return end - at;
  }
  return 0;
}

bool inside_url(std::string_view text, std::size_t at) {
  const auto start = text.find_last_of(" \t(<", at);
  const auto from = start == std::string_view::npos ? 0 : start + 1;
  return text.substr(from, at - from).find("://") != std::string_view::npos;
}

/// Length of the issue id (word characters and '-', ending in a digit) at the start of `text`.
std::size_t issue_length(std::string_view text) {
  std::size_t end = 0, after_digit = 0;
  for (; end < text.size() && (is_word(text[end]) || text[end] == '-'); ++end)
    if (std::isdigit(static_cast<unsigned char>(text[end]))) after_digit = end + 1;
  return after_digit;
}

void read_references(std::string_view sentence, std::optional<std::string> action, const MessageHabits& habits,
                     std::vector<Reference>& found) {
  for (std::size_t from = 0, at = 0; at < sentence.size(); ++at)
    for (const auto& prefix : habits.issue_prefixes) {
      if (!sentence.substr(at).starts_with(prefix) || inside_url(sentence, at)) continue;
      const auto length = issue_length(sentence.substr(at + prefix.size()));
      if (length == 0) continue;
      auto name = at;
      while (name > from && (is_word(sentence[name - 1]) || std::string_view("-./").find(sentence[name - 1]) != std::string_view::npos))
        --name;
      Reference reference{.action = action, .prefix = prefix, .issue = std::string(sentence.substr(at + prefix.size(), length))};
      const auto repository = sentence.substr(name, at - name);
      const auto slash = repository.find('/');
      if (slash != std::string_view::npos) reference.owner = repository.substr(0, slash);
      if (!repository.empty()) reference.repository = repository.substr(slash == std::string_view::npos ? 0 : slash + 1);
      const auto end = at + prefix.size() + length;
      reference.raw = sentence.substr(from, end - from);
      if (std::find(found.begin(), found.end(), reference) == found.end()) found.push_back(std::move(reference));
      from = end;
      at = end - 1;
      break;
    }
}

/// A line is cut into sentences at its action words; without one it is a single sentence.
void read_references_of_line(std::string_view line, bool is_header, const MessageHabits& habits, std::vector<Reference>& found) {
  bool possible = false;
  for (const auto& prefix : habits.issue_prefixes) possible |= line.find(prefix) != std::string_view::npos;
  if (!possible) return;
  std::optional<std::string> action;
  std::size_t start = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    std::string_view word;
    const auto length = action_at(line, at, is_header, habits, word);
    if (length == 0) continue;
    if (action) read_references(line.substr(start, at - start), action, habits, found);
    action = word;
    start = at + length;
    at = start - 1;
  }
  read_references(line.substr(start), action, habits, found);
}

void read_mentions(std::string_view line, std::vector<std::string>& found) {
  for (std::size_t at = 0; (at = line.find('@', at)) != std::string_view::npos; ++at) {
    if (at > 0 && (is_word(line[at - 1]) || std::string_view(".+-/").find(line[at - 1]) != std::string_view::npos)) continue;  // an address
    auto end = at + 1;
    while (end < line.size() && (is_word(line[end]) || line[end] == '-')) ++end;
    if (end > at + 1) found.emplace_back(line.substr(at + 1, end - at - 1));
  }
}

std::optional<std::string> none_if_empty(std::string_view text) { return text.empty() ? std::nullopt : std::optional<std::string>(text); }

/// `Revert "header"` or `revert: header`, and the id after "This reverts commit" or in Refs.
std::optional<RevertNote> read_revert(std::string_view header, const ConventionalCommit& commit, const Lines& lines) {
  RevertNote note;
  if (header.starts_with("Revert \"") && header.size() > 8) {
    const auto end = header.rfind('"');
    note.header = none_if_empty(header.substr(8, end > 7 ? end - 8 : std::string_view::npos));
  } else if (commit.type && equal_ignoring_case(*commit.type, "revert"))
    note.header = none_if_empty(commit.description);
  else
    return {};
  static constexpr std::string_view says = "This reverts commit ";
  bool said = false;
  for (const auto line : lines) {
    const auto at = line.find(says);
    if (at == std::string_view::npos || said) continue;
    said = true;
    auto id = line.substr(at + says.size());
    id = id.substr(0, std::size_t(std::find_if_not(id.begin(), id.end(), is_word) - id.begin()));
    note.hash = none_if_empty(id);
  }
  for (const auto& footer : commit.footers)
    if (!said && footer[0] == "Refs") note.hash = none_if_empty(std::string_view(footer[1]).substr(0, footer[1].find_first_of(", \n")));
  return note;
}

}  // namespace

Bump bump_of(const ConventionalCommit& commit) {
  if (!commit.type) return commit.breaking ? Bump::major : Bump::none;
  if (commit.breaking) return Bump::major;
  if (equal_ignoring_case(*commit.type, "feat")) return Bump::minor;
  return equal_ignoring_case(*commit.type, "fix") ? Bump::patch : Bump::none;
}

ConventionalCommit parse_commit_message(std::string_view message, const MessageHabits& habits) {
  ConventionalCommit commit;
  const auto lines = lines_of(message, habits);
  if (lines.empty()) return commit;
  std::size_t header = 0;
  std::string_view title = lines[0];
  if (const auto rest = behind_request(lines[0]); !rest.empty()) {  // "Merged PR 1: feat: x" holds the title
    commit.merge = lines[0];
    title = rest;
  } else if (announces_merge(lines[0])) {
    commit.merge = lines[0];
    while (header + 1 < lines.size() && (header == 0 || is_blank(lines[header]))) ++header;
  }
  if (header > 0) title = lines[header];
  if (!read_header(title, commit)) commit.description = title;
  read_rest(lines, header + 1, habits, commit);
  if (!commit.type)
    commit.breaking = std::any_of(commit.footers.begin(), commit.footers.end(), [&](const auto& f) {
      return std::find(habits.breaking_tokens.begin(), habits.breaking_tokens.end(), f[0]) != habits.breaking_tokens.end();
    });
  const auto bullets = read_bullets(lines, header + 1);
  commit.breaking |= bullets.breaking;
  for (auto i = header; i < lines.size(); ++i) {
    read_references_of_line(lines[i], i == header, habits, commit.references);
    read_mentions(lines[i], commit.mentions);
  }
  commit.revert = read_revert(lines[header], commit, lines);
  static constexpr const char* bumps[] = {"", "patch", "minor", "major"};
  const auto bump = commit.type ? bump_of(commit) : std::max(bump_of(commit), bullets.furthest);
  if (bump != Bump::none) commit.bump = bumps[int(bump)];
  return commit;
}

}  // namespace evenkeel::gitlog
