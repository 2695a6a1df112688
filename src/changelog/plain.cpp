#include "changelog/plain.hpp"

#include "changelog/image.hpp"
#include "changelog/note_text.hpp"

#include <fmt/format.h>

#include <cctype>

namespace evenkeel::changelog {
namespace {

constexpr std::size_t longest_sentence = 25;  // words; the usual advice for public texts is 15 to 25

std::string lowered(std::string_view s) {
  std::string out(s);
  for (auto& c : out) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return out;
}
bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
std::string_view trimmed(std::string_view s) {
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
  return s;
}

}  // namespace

std::string internal_sentence(std::string_view text, const std::vector<std::string>& services, const std::vector<std::string>& flags,
                              std::string_view change) {
  const auto list = [](const std::vector<std::string>& names) {
    std::string out;
    for (const auto& n : names) out += (out.empty() ? "" : ", ") + n;
    return out;
  };
  auto out = std::string(trimmed(text));
  if (!out.empty() && !out.ends_with('.')) out += '.';
  std::string where;
  if (!services.empty()) where += fmt::format("services: {}", list(services));
  if (!flags.empty()) where += fmt::format("{}flags: {}", where.empty() ? "" : "; ", list(flags));
  if (!change.empty()) where += fmt::format("{}change {}", where.empty() ? "" : "; ", change.size() == 40 ? change.substr(0, 10) : change);
  if (!where.empty()) out += fmt::format(" ({})", where);
  return out;
}

// ---- plain language ----------------------------------------------------------------------------------------------------
//
// The text is cut into blocks (paragraphs and list items), blocks into sentences, sentences into words; each rule looks at words.
// A stop ends a sentence only before a blank and outside abbreviations, so versions and file names stay whole.

namespace {

struct Word {
  std::string_view text;  // without punctuation at its ends
  std::int64_t line;
};
struct Sentence {
  std::vector<Word> words;
};

constexpr std::pair<std::string_view, std::string_view> jargon[] = {
    {"refactor", "say what works better now"},
    {"refactored", "say what works better now"},
    {"refactoring", "say what works better now"},
    {"endpoint", "name what it gives"},
    {"endpoints", "name what they give"},
    {"backend", "leave it out, or say \"our servers\""},
    {"frontend", "say \"the page\""},
    {"deploy", "say \"release\""},
    {"deployed", "say \"released\""},
    {"deployment", "say \"release\""},
    {"rollout", "say \"release\""},
    {"latency", "say \"waiting time\""},
    {"timeout", "say \"took too long\""},
    {"timeouts", "say \"took too long\""},
    {"idempotent", "say \"safe to repeat\""},
    {"payload", "say \"data\""},
    {"schema", "say \"structure of the data\""},
    {"null", "say \"empty\""},
    {"regression", "say \"a fault that came back\""},
    {"deprecate", "say \"going away\""},
    {"deprecated", "say \"going away\""},
    {"middleware", "leave it out"},
    {"cache", "say \"stored copy\""},
    {"cached", "say \"stored\""},
    {"stacktrace", "leave it out"},
    {"async", "say \"in the background\""},
    {"asynchronous", "say \"in the background\""},
    {"utilize", "say \"use\""},
    {"utilise", "say \"use\""},
    {"leverage", "say \"use\""},
    {"functionality", "say what it does"},
    {"mitigate", "say \"lessen\""},
    {"refactorings", "say what works better now"},
};
constexpr std::string_view irregular[] = {"made",   "done",   "sent",  "kept",    "held",   "found", "given",   "taken",
                                          "shown",  "known",  "seen",  "written", "broken", "built", "lost",    "put",
                                          "set",    "cut",    "read",  "paid",    "sold",   "told",  "brought", "chosen",
                                          "driven", "hidden", "begun", "thrown",  "split",  "reset", "left"};
constexpr std::string_view not_participles[] = {"need", "speed",  "feed",    "seed",    "indeed", "red",
                                                "bed",  "exceed", "proceed", "hundred", "embed",  "sped"};
constexpr std::string_view to_be[] = {"is", "are", "was", "were", "be", "been", "being"};

template <std::size_t N>
bool one_of(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

bool is_participle(std::string_view word) {
  return one_of(irregular, word) || (word.size() > 3 && word.ends_with("ed") && !one_of(not_participles, word));
}

/// "CART-123", "#123", a commit id, a public id ("rel_0192..."), a_name_in_code.
bool is_internal_id(std::string_view w) {
  if (w.size() > 1 && w[0] == '#' && std::all_of(w.begin() + 1, w.end(), is_digit)) return true;
  const auto dash = w.find('-');
  if (dash != std::string_view::npos && dash >= 2 && dash + 1 < w.size() &&
      std::all_of(w.begin() + std::ptrdiff_t(dash) + 1, w.end(), is_digit) &&
      std::all_of(w.begin(), w.begin() + std::ptrdiff_t(dash), [](char c) { return c >= 'A' && c <= 'Z'; }))
    return w.substr(0, dash) != "CVE" && w.substr(0, dash) != "ISO" && w.substr(0, dash) != "UTF";
  const bool hex =
      w.size() >= 7 && w.size() <= 40 && std::all_of(w.begin(), w.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
  if (hex && std::any_of(w.begin(), w.end(), is_digit) && !std::all_of(w.begin(), w.end(), is_digit)) return true;
  const auto under = w.find('_');
  return under != std::string_view::npos && under > 0 && under + 1 < w.size() && is_alnum(w[under - 1]) && is_alnum(w[under + 1]) &&
         w.find('/') == std::string_view::npos;
}

std::string_view bare(std::string_view word) {
  while (!word.empty() && !is_alnum(word.front()) && word.front() != '#' && !(static_cast<unsigned char>(word.front()) & 0x80))
    word.remove_prefix(1);
  while (!word.empty() && !is_alnum(word.back()) && !(static_cast<unsigned char>(word.back()) & 0x80)) word.remove_suffix(1);
  return word;
}
bool ends_sentence(std::string_view raw) {
  while (!raw.empty() && (raw.back() == ')' || raw.back() == '"' || raw.back() == '*' || raw.back() == '_')) raw.remove_suffix(1);
  if (raw.empty() || (raw.back() != '.' && raw.back() != '!' && raw.back() != '?')) return false;
  const auto low = lowered(raw);
  return low != "e.g." && low != "i.e." && low != "etc." && low != "vs.";
}

bool starts_block(std::string_view line) {
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ") || line.starts_with("#") || line.starts_with("|") ||
      line.starts_with(">"))
    return true;
  std::size_t digits = 0;
  while (digits < line.size() && is_digit(line[digits])) ++digits;
  return digits > 0 && digits < 4 && line.substr(digits).starts_with(". ");
}

std::vector<Sentence> sentences_of(const std::string& body) {
  std::vector<Sentence> all;
  Sentence now;
  const auto end = [&] {
    if (!now.words.empty()) all.push_back(std::move(now));
    now = {};
  };
  bool in_fence = false;
  std::int64_t number = 0;
  for (std::size_t at = 0; at < body.size();) {
    const auto stop = std::min(body.find('\n', at), body.size());
    auto line = std::string_view(body).substr(at, stop - at);
    at = stop + 1;
    ++number;
    const auto text = trimmed(line);
    if (text.starts_with("```") || text.starts_with("~~~")) {
      in_fence = !in_fence;
      end();
      continue;
    }
    if (in_fence) continue;
    if (text.empty() || starts_block(text)) end();
    for (auto left = text; !left.empty();) {
      const auto blank = std::min(left.find_first_of(" \t"), left.size());
      const auto raw = left.substr(0, blank);
      if (const auto word = bare(raw); !word.empty()) now.words.push_back({word, number});
      if (ends_sentence(raw)) end();
      left = trimmed(left.substr(blank));
    }
    if (text.starts_with("#")) end();
  }
  end();
  return all;
}

void look_at(const Sentence& sentence, std::vector<Hint>& hints) {
  const auto& w = sentence.words;
  if (w.size() > longest_sentence)
    hints.push_back({w.front().line, "long_sentence", fmt::format("{} {} {} ...", w[0].text, w[1].text, w[2].text),
                     fmt::format("{} words; at most {}: make two sentences of it", w.size(), longest_sentence)});
  for (std::size_t i = 0; i < w.size(); ++i) {
    const auto low = lowered(w[i].text);
    if (one_of(to_be, low)) {
      auto next = i + 1;
      if (next < w.size() && lowered(w[next].text).ends_with("ly")) ++next;
      if (next < w.size() && lowered(w[next].text) == "not") ++next;
      if (next < w.size() && is_participle(lowered(w[next].text)))
        hints.push_back(
            {w[i].line, "passive_voice", fmt::format("{} {}", w[i].text, w[next].text), "say who does it: \"you can ...\", \"we ...\""});
    }
    if (is_internal_id(w[i].text))
      hints.push_back({w[i].line, "internal_id", std::string(w[i].text), "a reader outside cannot look this up"});
    for (const auto& [word, instead] : jargon)
      if (low == word) hints.push_back({w[i].line, "jargon", std::string(w[i].text), std::string(instead)});
  }
}

/// Words of the organisation's own list; one of several words stands in a row.
void look_for(const Sentence& sentence, const definitions::JargonDef& own, std::vector<Hint>& hints) {
  std::vector<std::string> wanted;
  for (auto left = trimmed(std::string_view(own.word)); !left.empty();) {
    const auto blank = std::min(left.find_first_of(" \t"), left.size());
    wanted.push_back(lowered(left.substr(0, blank)));
    left = trimmed(left.substr(blank));
  }
  const auto& w = sentence.words;
  for (std::size_t i = 0; !wanted.empty() && i + wanted.size() <= w.size(); ++i) {
    std::size_t same = 0;
    while (same < wanted.size() && lowered(w[i + same].text) == wanted[same]) ++same;
    if (same == wanted.size())
      hints.push_back({w[i].line, "jargon", own.word, own.instead.empty() ? "readers outside do not know this word" : own.instead});
  }
}

}  // namespace

std::vector<Hint> plain_language(std::string_view body, const std::vector<definitions::JargonDef>& own) {
  const auto text = marks_blanked(body);
  std::vector<Hint> hints;
  for (const auto& sentence : sentences_of(text)) {
    look_at(sentence, hints);
    for (const auto& word : own) look_for(sentence, word, hints);
  }
  for (auto& hint : image_hints(body)) hints.push_back(std::move(hint));
  std::stable_sort(hints.begin(), hints.end(), [](const Hint& a, const Hint& b) { return a.line < b.line; });
  return hints;
}

}  // namespace evenkeel::changelog
