// The text is made plain first (links, tags and emphasis taken off), then what is understood is taken out piece by piece: the yanked
// mark, the date; what is left must begin with a version, or with a short name and a version.
#include "changelog/release_heading.hpp"

#include <fmt/format.h>

namespace evenkeel::changelog {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }
std::string lowered(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool is_placeholder(std::string_view word);

/// Links become their text and a blank, tags and emphasis go ("<date>" is no tag). `linked` tells whether any bracket stood around
/// something.
std::string plain_text(std::string_view text, bool& linked) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[') {
      linked |= i + 1 < text.size() && text[i + 1] != ' ' && lowered(text.substr(i + 1, 6)) != "yanked";
    } else if (c == ']') {
      plain += ' ';
      const char open = i + 1 < text.size() ? text[i + 1] : ' ';
      if (open != '(' && open != '[') continue;
      const auto close = text.find(open == '(' ? ')' : ']', i + 2);
      if (close != std::string_view::npos && (open == '(' || lowered(text.substr(i + 2, 6)) != "yanked")) i = close;
    } else if (c == '<') {
      const auto close = text.find('>', i);
      if (close == std::string_view::npos) break;
      if (const auto inside = text.substr(i + 1, close - i - 1); is_placeholder(inside)) plain += inside;
      i = close;
    } else if (c == '~') {  // "1.0.0~rc1" is a version, "~~1.0.0~~" struck out
      if (i > 0 && is_alnum(text[i - 1]) && i + 1 < text.size() && is_alnum(text[i + 1])) plain += c;
    } else if (c != '*' && c != '`' && c != '\\')
      plain += c;
  }
  return plain;
}

bool take_word(std::string& text, std::string_view word) {
  const auto low = lowered(text);
  for (std::size_t at = 0; (at = low.find(word, at)) != std::string::npos; ++at) {
    const auto end = at + word.size();
    if ((at > 0 && is_alnum(low[at - 1])) || (end < low.size() && is_alnum(low[end]))) continue;
    text.replace(at, word.size(), " ");
    return true;
  }
  return false;
}

// ---- dates ---------------------------------------------------------------------------------------------------------

struct FoundDate {
  std::size_t at, length;
  int year, month, day;
};

/// A number of at most `digits` digits at `at`; moves behind it.
bool take_number(std::string_view s, std::size_t& at, std::size_t digits, int& number) {
  const auto start = at;
  number = 0;
  while (at < s.size() && is_digit(s[at]) && at - start <= digits) number = number * 10 + (s[at++] - '0');
  return at > start && at - start <= digits;
}
bool is_day(int year, int month, int day) {
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(unsigned(month)), std::chrono::day(unsigned(day))).ok() &&
         year >= 1970 && year < 2200;
}
bool ends_here(std::string_view s, std::size_t at) { return at == s.size() || !is_alnum(s[at]); }

std::optional<FoundDate> date_by_numbers(std::string_view s, std::size_t start) {
  std::size_t at = start;
  int first = 0, second = 0, third = 0;
  if (!take_number(s, at, 4, first) || at >= s.size()) return {};
  const auto first_digits = at - start;
  const char separator = s[at];
  if ((separator != '-' && separator != '/' && separator != '.') || !take_number(s, ++at, 2, second) || at >= s.size() ||
      s[at] != separator)
    return {};
  const auto third_at = ++at;
  if (!take_number(s, at, 4, third)) return {};
  if (first_digits == 4 && separator == '-' && at + 1 < s.size() && s[at] == 'T' && is_digit(s[at + 1]))  // a time of that day
    at = std::min(s.find_first_not_of("0123456789:.TZ+-", at), s.size());
  if (!ends_here(s, at)) return {};
  if (first_digits == 4 && separator != '.' && is_day(first, second, third)) return FoundDate{start, at - start, first, second, third};
  if (first_digits <= 2 && separator == '.' && at - third_at == 4 && is_day(third, second, first))
    return FoundDate{start, at - start, third, second, first};
  return {};
}

/// 1 to 12 for a month's name or its first three (or four) letters at `at`; moves behind it.
int take_month(std::string_view s, std::size_t& at) {
  static constexpr std::string_view names[] = {"january", "february", "march",     "april",   "may",      "june",
                                               "july",    "august",   "september", "october", "november", "december"};
  auto end = at;
  while (end < s.size() && is_alpha(s[end])) ++end;
  const auto word = lowered(s.substr(at, end - at));
  for (int month = 0; month < 12; ++month)
    if (word == names[month] || (word.size() >= 3 && word.size() <= 4 && names[month].starts_with(word))) return at = end, month + 1;
  return 0;
}
void skip(std::string_view s, std::size_t& at, std::string_view any_of) {
  while (at < s.size() && any_of.find(s[at]) != std::string_view::npos) ++at;
}
void skip_ordinal(std::string_view s, std::size_t& at) {
  const auto word = lowered(s.substr(at, 2));
  if (word == "st" || word == "nd" || word == "rd" || word == "th") at += 2;
}

/// "24. March, 2024", "24th March 2024"
std::optional<FoundDate> date_day_first(std::string_view s, std::size_t start) {
  std::size_t at = start;
  int day = 0, year = 0;
  if (!take_number(s, at, 2, day)) return {};
  skip_ordinal(s, at);
  skip(s, at, " .-,/");
  const int month = take_month(s, at);
  skip(s, at, " .-,/");
  if (!month || !take_number(s, at, 4, year) || !ends_here(s, at) || !is_day(year, month, day)) return {};
  return FoundDate{start, at - start, year, month, day};
}
/// "March 24, 2024"
std::optional<FoundDate> date_month_first(std::string_view s, std::size_t start) {
  std::size_t at = start;
  int day = 0, year = 0;
  const int month = take_month(s, at);
  if (!month) return {};
  skip(s, at, " .-,/");
  if (!take_number(s, at, 2, day)) return {};
  skip_ordinal(s, at);
  skip(s, at, " .-,/");
  if (!take_number(s, at, 4, year) || !ends_here(s, at) || !is_day(year, month, day)) return {};
  return FoundDate{start, at - start, year, month, day};
}

std::optional<FoundDate> locate_date(std::string_view s) {
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (i > 0 && (is_alnum(s[i - 1]) || s[i - 1] == '.')) continue;
    if (is_digit(s[i])) {
      if (const auto date = date_by_numbers(s, i)) return date;
      if (const auto date = date_day_first(s, i)) return date;
    } else if (is_alpha(s[i]))
      if (const auto date = date_month_first(s, i)) return date;
  }
  return {};
}
std::string iso(const FoundDate& date) { return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day); }

/// "20260131" or "2026.01.31": a date where a version stands beside it.
std::optional<FoundDate> date_beside_version(std::string_view word) {
  std::string digits(word);
  if (word.size() == 10 && word[4] == '.' && word[7] == '.')
    digits = fmt::format("{}{}{}", word.substr(0, 4), word.substr(5, 2), word.substr(8));
  if (digits.size() != 8 || digits.find_first_not_of("0123456789") != std::string::npos) return {};
  const FoundDate date{0, word.size(), std::stoi(digits.substr(0, 4)), std::stoi(digits.substr(4, 2)), std::stoi(digits.substr(6))};
  return is_day(date.year, date.month, date.day) ? std::optional(date) : std::nullopt;
}

bool only_separators(std::string_view text) { return text.find_first_not_of(" \t-/()[],.:\xe2\x80\x93\x94") == std::string_view::npos; }

// ---- versions ------------------------------------------------------------------------------------------------------

/// The version at the start of a word: "1.2", "1.2.3-rc.1", "3.0.0b2"; empty when it begins otherwise.
std::string_view version_at(std::string_view word) {
  std::size_t at = 0, dots = 0;
  while (at < word.size() && is_digit(word[at])) ++at;
  if (at == 0) return {};
  while (at + 1 < word.size() && word[at] == '.' && is_digit(word[at + 1])) {
    ++dots;
    for (++at; at < word.size() && is_digit(word[at]);) ++at;
  }
  if (dots == 0) return {};
  while (at < word.size() && (is_alnum(word[at]) || std::string_view("-+._~").find(word[at]) != std::string_view::npos)) ++at;
  while (std::string_view("-+._~").find(word[at - 1]) != std::string_view::npos) --at;
  return word.substr(0, at);
}

/// Like version_at, behind "v", "name@", "name-" or "name/".
std::string_view version_in(std::string_view word) {
  while (!word.empty() && (word[0] == '(' || word[0] == '"')) word.remove_prefix(1);
  if (const auto at = word.rfind('@'); at != std::string_view::npos && at > 0) word.remove_prefix(at + 1);
  if (word.size() > 1 && lower(word[0]) == 'v' && is_digit(word[1])) word.remove_prefix(1);
  if (const auto version = version_at(word); !version.empty()) return version;
  for (std::size_t i = 1; i + 1 < word.size(); ++i) {
    if (!is_alpha(word[0]) && word[0] != '@') break;
    if (word[i] != '-' && word[i] != '/') continue;
    auto rest = word.substr(i + 1);
    if (lower(rest[0]) == 'v') rest.remove_prefix(1);
    if (const auto version = version_at(rest); !version.empty()) return version;
  }
  return {};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < text.size();) {
    const auto start = text.find_first_not_of(" \t,;:|()", i);
    if (start == std::string_view::npos) break;
    auto end = text.find_first_of(" \t,;:|()", start);
    if (end == std::string_view::npos) end = text.size();
    words.push_back(text.substr(start, end - start));
    i = end;
  }
  return words;
}

/// Words that may stand before a version in a heading: a name of at most three words, none of them ordinary prose.
bool is_name(const std::vector<std::string_view>& words, std::size_t count) {
  if (count > 3) return false;
  static constexpr std::string_view prose[] = {"to",     "from",    "for",     "in",        "of",        "since", "upgrade", "upgrading",
                                               "update", "updated", "migrate", "migrating", "migration", "bump",  "support", "and",
                                               "with",   "before",  "after",   "until",     "the",       "a",     "on",      "at",
                                               "add",    "added",   "fix",     "fixed",     "use"};
  for (std::size_t i = 0; i < count; ++i) {
    const auto low = lowered(words[i]);
    if (std::find(std::begin(prose), std::end(prose), low) != std::end(prose)) return false;
    if (std::none_of(low.begin(), low.end(), is_alpha) && low.find_first_not_of("-/()") != std::string::npos && !(low[0] & 0x80))
      return false;
  }
  return true;
}

/// A word as it is compared: small letters and digits alone.
std::string bare(std::string_view word) {
  auto low = lowered(word);
  std::erase_if(low, [](char c) { return !is_alnum(c); });
  return low;
}

/// Pictures (":construction:" has lost its colons, a sign has no letters) may stand before it.
bool begins_with_unreleased(const std::vector<std::string_view>& words, std::string_view plain) {
  for (const auto word : words) {
    const auto low = bare(word);
    const auto at = std::size_t(word.data() - plain.data());
    const bool picture =
        low.empty() || (at > 0 && plain[at - 1] == ':' && at + word.size() < plain.size() && plain[at + word.size()] == ':');
    if (!picture) return low == "unreleased";
  }
  return false;
}

/// What people write where the date will stand.
bool is_placeholder(std::string_view word) {
  auto low = lowered(word);
  std::erase_if(low, [](char c) { return std::string_view("-./_{}$%\"'").find(c) != std::string_view::npos; });
  if (low.empty()) return false;
  for (const auto* known : {"tbd", "tba", "tbc", "todo", "wip", "releasedate", "releaseddate", "date", "dates", "pending"})
    if (low == known) return true;
  if (low.find_first_not_of('?') == std::string::npos) return true;
  return low.size() >= 6 && low.size() <= 8 && low.find_first_of("xymd?") != std::string::npos &&
         low.find_first_not_of("0123456789xymd?") == std::string::npos;
}

/// "r34", "12", "v255", "build-7", "2026a": short, digits behind or before a few letters.
bool is_identifier(std::string_view word) {
  if (word.empty() || word.size() > 15 || std::none_of(word.begin(), word.end(), is_digit)) return false;
  std::size_t at = 0;
  while (at < word.size() && is_alpha(word[at])) ++at;
  if (at > 8) return false;
  if (at > 0 && at < word.size() && (word[at] == '-' || word[at] == '_')) ++at;
  const auto letters_before = at;
  while (at < word.size() && is_digit(word[at])) ++at;
  return at == word.size() || (letters_before == 0 && at + 1 == word.size() && is_alpha(word[at]));
}
/// One that says by itself that it counts revisions.
bool is_revision(std::string_view word) {
  const auto low = lowered(word);
  return low.size() > 1 && (low[0] == 'r' || low[0] == 'v') && low.find_first_not_of("0123456789", 1) == std::string::npos;
}

std::string joined(const std::vector<std::string_view>& words, std::size_t from) {
  std::string all;
  for (auto i = from; i < words.size(); ++i)
    if (const auto low = bare(words[i]); !low.empty()) all += (all.empty() ? "" : " ") + low;
  return all;
}
bool says_not_released(std::string_view all) {
  return all == "not yet released" || all == "not released yet" || all == "not released" || all == "to be released";
}
/// "in development", "upcoming": behind a version they say that it is still to come.
bool says_still_to_come(const std::vector<std::string_view>& words, std::size_t from) {
  const auto all = joined(words, from);
  static constexpr std::string_view known[] = {"to be announced",
                                               "to be determined",
                                               "in development",
                                               "under development",
                                               "in progress",
                                               "work in progress",
                                               "upcoming",
                                               "upcoming release",
                                               "pending release",
                                               "planned",
                                               "soon",
                                               "coming soon",
                                               "next",
                                               "next release",
                                               "draft"};
  return says_not_released(all) || std::ranges::find(known, all) != std::end(known);
}

bool says_unreleased(const std::vector<std::string_view>& words) {
  if (says_not_released(joined(words, 0))) return true;
  bool surely = false, maybe = false;
  for (auto word : words) {
    const auto low = bare(word);
    if (low == "unreleased")
      surely = true;
    else if (low == "next" || low == "vnext" || low == "main" || low == "master" || low == "head" || low == "upcoming" || low == "trunk")
      maybe = true;
    else if (!low.empty() && low != "version" && low != "release" && low != "changes" && low != "branch")
      return false;
  }
  return surely || (maybe && words.size() <= 3);
}

/// Words behind which a number is a version.
bool is_title(std::string_view word) {
  const auto low = bare(word);
  return low == "version" || low == "release" || low == "build";
}

}  // namespace

std::optional<std::string> find_date(std::string_view text) {
  const auto date = locate_date(text);
  if (!date) return {};
  return iso(*date);
}

std::optional<std::pair<std::size_t, std::size_t>> date_as_written(std::string_view text) {
  const auto date = locate_date(text);
  if (!date) return {};
  return std::pair{date->at, date->length};
}

std::optional<ReleaseHeading> read_release_heading(std::string_view text) {
  ReleaseHeading heading;
  auto plain = plain_text(text, heading.linked);
  heading.yanked = take_word(plain, "yanked");
  auto words = words_of(plain);
  if (says_unreleased(words)) {
    heading.unreleased = true;
    return heading;
  }
  const bool is_it = begins_with_unreleased(words, plain);
  if (std::none_of(plain.begin(), plain.end(), is_digit)) {
    const bool open = std::erase_if(words, is_placeholder) > 0;
    heading.unreleased = is_it || (open && (words.empty() || says_unreleased(words)));
    return heading.unreleased ? std::optional(heading) : std::nullopt;
  }
  if (const auto date = locate_date(plain)) {
    heading.date = iso(*date);
    plain.replace(date->at, date->length, " ");
    if (only_separators(plain)) return heading;
  }
  heading.unreleased = take_word(plain, "unreleased");
  words = words_of(plain);
  const bool open_date = std::erase_if(words, is_placeholder) > 0;
  heading.unreleased |= open_date;
  const auto said = std::count_if(words.begin(), words.end(), [](auto word) { return !only_separators(word); });
  heading.first = is_it;
  if (is_it) {
    for (const auto word : words)
      if (const auto version = version_in(word); said == 1 && !version.empty()) heading.version = version;
    return heading;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = words[i];
    auto version = version_in(word);
    const bool titled = i == 1 && is_title(words[0]);
    const bool alone = version.empty() && said == 1 + titled && !only_separators(word);
    if (alone && !heading.date && date_beside_version(word)) heading.date = iso(*date_beside_version(word));
    if (alone && (is_revision(word) || ((heading.date || heading.linked) && is_identifier(word))))
      version = word.substr(lower(word[0]) == 'v' && is_revision(word));
    if (version.empty()) continue;
    if (i > 0 && !titled) {
      if (!is_name(words, i)) return {};
      if (!heading.date && !heading.unreleased && !says_still_to_come(words, i + 1) && i + 1 < words.size() && is_alpha(words[i + 1][0]))
        return {};  // "OpenSSL 3.0 support"
    }
    heading.version = version;
    for (auto rest = i + 1; rest < words.size() && !heading.date; ++rest)
      if (const auto date = date_beside_version(words[rest])) heading.date = iso(*date);
    heading.unreleased |= !heading.date && says_still_to_come(words, i + 1);
    return heading;
  }
  if (says_unreleased(words) || (heading.unreleased && only_separators(plain))) return heading;
  return {};
}

}  // namespace evenkeel::changelog
