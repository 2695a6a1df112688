#include "changelog/customer_sentence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "changelog/plain.hpp"

namespace evenkeel::changelog {
namespace {

using Word = std::string_view;
using Text = std::optional<std::string>;

std::string lowered(std::string_view s) {
  std::string out(s);
  for (auto& c : out) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return out;
}
std::string capital(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = char(out[0] - 32);
  return out;
}
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
std::string_view trimmed(std::string_view s) {
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
  return s;
}
template <std::size_t N>
bool one_of(const Word (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// ---- which words a reader outside knows ------------------------------------------------------------------------------

constexpr Word names[] = {"GitHub",   "GitLab",   "PayPal",     "iPhone", "iPad", "macOS", "iOS",  "YouTube",
                          "LinkedIn", "WhatsApp", "JavaScript", "URLs",   "PDFs", "IDs",   "APIs", "OAuth"};
constexpr Word acronyms[] = {"CSV", "PDF",  "URL", "API", "HTML", "XML", "JSON", "ZIP", "PNG", "SVG", "GIF", "SMS",
                             "VAT", "IBAN", "ID",  "QR",  "SSO",  "VPN", "FAQ",  "UTC", "GPS", "USB", "EU",  "US",
                             "UK",  "OK",   "AI",  "RSS", "TV",   "PC",  "MP3",  "MP4", "2FA", "3D",  "A",   "I"};
/// What only who builds the thing speaks of, beside the jargon of plain_language(): between blanks.
constexpr Word insiders =
    " abstraction alloc allocation annotation annotations ansi api apis arg args argument arguments artifact"
    " artifacts assert assertion attribute backend backtrace badge benchmark benchmarking binaries binary"
    " boilerplate bool branch buffer buffers build builds bytes caching calculation callback cargo changelog check"
    " checks ci clarification class classes cleanup cli clippy cmake code column comment comments commit commits"
    " compile compiler config const constructor context crate crates crdt css datagen db debug dep dependencies"
    " dependency deprecated deprecation deps descriptor descriptors dir directories directory dirs doc docker"
    " dockerfile docs documentation dummies dummy e2e embolden endpoint enum enums env escape escapes escaping"
    " eslint explanation expression factory failsafe fallback fcntl fixes fixture flag flags frontend func function"
    " functions future gate generator git glob globs golang goroutine gql graph graphql gtk handler handling hash"
    " header helper helpers hook hooks impl implementation incompat infostring init initialization insert instance"
    " instances instructions int interface internal internals issue issues iterator jobserver json lib library"
    " license linkflags lint linter linting lints linux lock lockfile locking log logger logs loop lsp macro macros"
    " makefile makefiles manifest merge metadata method methods metric metrics migration migrations minor mock"
    " mocks module modules mutation mutex myself newline nightly node npm nullptr object objects opsgenie override"
    " overrides panic panics param parameter parameters params parser parsing path paths persist pipelining pointer"
    " pool postgres pr prometheus prop properties props proto pty queries query readme refs regex rendering repo"
    " resolver return returns review runtime rust rustc rustfmt schemas script scripts section segfault sequence"
    " sequences serialization slice snapshot socket sql stderr stdin stdout stories string strings struct structs"
    " stub subcommand subcommands submodule suite symlink symlinks syntax sysroot target targets template templates"
    " terminfo test testing tests thread threads todo token tokens toml toolchain tracing trait traits type typedef"
    " types typing typings typo typos ui unicode unit unix unstable unused usage util utility utils ux validation"
    " var variable variables vendored verbose wayland webhook whitespace windows workaround workflow workflows"
    " workspace workspaces wrapper yaml yml ";

/// Letters, digits, blanks, per cent, and apostrophes and hyphens inside words: what else a subject holds is mostly code, or two things.
bool of_plain_signs(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return is_upper(c) || is_lower(c) || is_digit(c) || c == ' ' || c == '\'' || c == '-' || c == '%' || (u >= 0x80 && u < 0xf0);
  });
}
/// camelCase, ENUM, sha256, Trailing-1234: a name of the code or of a record.
bool is_of_code(std::string_view word) {
  if (word.starts_with('\'') || word.ends_with('\'') || word.starts_with('-') || word.ends_with('-') ||
      word.find("--") != std::string_view::npos)
    return true;
  for (std::size_t at = 0; at < word.size();) {
    const auto end = std::min(word.find('-', at), word.size());
    const auto part = word.substr(at, end - at);
    at = end + 1;
    if (one_of(names, part) || one_of(acronyms, part)) continue;
    const auto letters = std::size_t(std::count_if(part.begin(), part.end(), [](char c) { return is_upper(c) || is_lower(c); }));
    const bool numbers = std::any_of(part.begin(), part.end(), is_digit), version_word = part.size() == 2 && part[0] == 'v';
    if (numbers && letters > 0 && !version_word) return true;
    if (numbers && part.size() > 6) return true;
    if (std::count_if(part.begin(), part.end(), is_upper) > (is_upper(part.empty() ? ' ' : part[0]) ? 1 : 0)) return true;
  }
  return false;
}
std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> out;
  for (auto left = trimmed(text); !left.empty();) {
    const auto blank = std::min(left.find(' '), left.size());
    auto word = left.substr(0, blank);
    while (word.ends_with(',')) word.remove_suffix(1);
    if (!word.empty()) out.push_back(word);
    left = trimmed(left.substr(blank));
  }
  return out;
}
/// Also as a part of a word, "sync-lockfile".
bool is_of_insiders(std::string_view low) {
  for (std::size_t at = 0; at < low.size();) {
    const auto end = std::min(low.find('-', at), low.size());
    if (insiders.find(fmt::format(" {} ", low.substr(at, end - at))) != Word::npos) return true;
    at = end + 1;
  }
  return false;
}
bool can_be_read_outside(std::string_view text) {
  if (text.empty() || !of_plain_signs(text)) return false;
  return std::ranges::none_of(words_of(text), [](Word w) { return is_of_code(w) || is_of_insiders(lowered(w)); });
}

// ---- forms whose meaning is certain ----------------------------------------------------------------------------------

/// What a customer does, "You can now ...", and what the product does for them, "We now ...".
constexpr Word of_customers[] = {"pay",  "choose",  "select",   "download", "upload",    "invite",    "cancel", "edit",  "undo",
                                 "find", "compare", "schedule", "reorder",  "customize", "customise", "mute",   "pause", "subscribe"};
constexpr Word of_customers_or_things[] = {"order", "book",  "filter", "view",   "import", "export",
                                           "copy",  "print", "share",  "search", "sort",   "rename"};
constexpr Word of_product[] = {"show",   "display", "suggest", "warn", "remember", "highlight",
                               "notify", "remind",  "accept",  "hide", "explain"};
/// "Improve the order page" -> "We improved the order page."
constexpr std::pair<Word, Word> done[] = {{"improve", "improved"},   {"improves", "improved"}, {"simplify", "simplified"},
                                          {"increase", "increased"}, {"reduce", "reduced"},    {"shorten", "shortened"},
                                          {"lower", "lowered"},      {"raise", "raised"}};
constexpr Word comparatives[] = {"faster", "easier", "simpler", "clearer", "safer", "shorter", "cheaper", "quicker"};
constexpr Word faults[] = {"crash", "crashes", "hang",     "hangs",     "freeze",  "freezes", "flicker", "flickering",
                           "delay", "delays",  "slowdown", "slowdowns", "stutter", "glitch",  "glitches"};
constexpr Word behind_faults[] = {"when", "while", "on", "in", "with", "if", "during", "after", "at", "before", "for"};
constexpr Word wrongs[] = {"wrong", "incorrect", "inaccurate"};
constexpr Word doings[] = {"sorting",   "searching",   "filtering", "scrolling", "saving",  "printing", "exporting", "importing",
                           "uploading", "downloading", "paying",    "copying",   "pasting", "zooming",  "sharing",   "editing"};
constexpr Word articles[] = {"a", "an", "the", "your", "all", "several", "some"};
constexpr Word prepositions[] = {"of", "for", "in", "on", "to", "with", "as", "by", "from", "at", "per", "into", "between", "after"};
/// What a product does or no longer does that its customers see.
constexpr Word seen_doings[] = {"show",    "print", "ask",    "send",   "hide",   "lose",   "require", "open",   "close",
                                "display", "warn",  "delete", "notify", "remind", "charge", "suggest", "repeat", "round"};
/// A verb in front of which "We added" would stand as a label.
constexpr Word verbs[] = {"add",    "allow",   "avoid", "be",      "change",  "check",   "create",    "disable",   "do",
                          "enable", "ensure",  "fix",   "get",     "handle",  "have",    "implement", "introduce", "keep",
                          "let",    "make",    "move",  "prevent", "provide", "put",     "remove",    "replace",   "restore",
                          "run",    "send",    "set",   "skip",    "stop",    "support", "update",    "upgrade",   "use",
                          "new",    "missing", "more",  "some",    "another", "ability", "option",    "proper",    "initial",
                          "basic",  "only",    "back",  "also",    "not",     "no",      "and",       "in",        "i"};
/// What makes of a noun phrase a clause, whose verb would stand behind another one.
constexpr Word clause_words[] = {"is",      "are",     "was",   "were", "not", "instead", "that", "which", "so",
                                 "because", "without", "where", "when", "if",  "why",     "how",  "what"};

bool has_any(std::string_view text, auto& list) {
  return std::ranges::any_of(words_of(text), [&](Word w) { return one_of(list, lowered(w)); });
}
/// Takes one of the words off the front; says whether there was one and something stands behind.
bool take(std::string_view& text, std::initializer_list<Word> words) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return false;
  const auto first = lowered(text.substr(0, space));
  if (std::find(words.begin(), words.end(), first) == words.end()) return false;
  text = trimmed(text.substr(space));
  return true;
}
bool take_all(std::string_view& text, std::initializer_list<std::initializer_list<Word>> row) {
  auto rest = text;
  for (const auto& words : row)
    if (!take(rest, words)) return false;
  text = rest;
  return true;
}
std::string first_of(std::string_view text) {
  const auto all = words_of(text);
  return all.empty() ? std::string() : lowered(all[0]);
}
/// "export of invoices", "the export": not begun by a verb, and no clause.
bool is_thing(std::string_view text) {
  const auto all = words_of(text);
  return !all.empty() && all.size() <= 10 && !one_of(verbs, lowered(all[0])) && !lowered(all[0]).ends_with("ly") &&
         !has_any(text, clause_words);
}
/// Reads without an article that nobody can guess: it has one, or is of several ("invoices as PDF").
bool has_its_article(std::string_view thing) {
  const auto all = words_of(thing);
  if (one_of(articles, lowered(all[0]))) return true;
  std::size_t head = 0;
  while (head + 1 < all.size() && !one_of(prepositions, lowered(all[head + 1]))) ++head;
  return all[head].ends_with('s') && !all[head].ends_with("ss");
}
std::string with_the(std::string_view thing) {
  return one_of(articles, first_of(thing)) ? std::string(thing) : "the " + std::string(thing);
}

/// "Allow customers to pay by invoice", "Add an option to pay by invoice", "Allow admins to merge orders".
Text permission(std::string_view rest) {
  auto able = rest;
  if (take_all(able, {{"make"}, {"it"}, {"possible"}, {"to"}})) return fmt::format("You can now {}.", able);
  if (take(able, {"add", "adds", "added"})) {
    (void)take(able, {"a", "an", "the"});
    if (take(able, {"option", "ability", "possibility", "way"}) && take(able, {"to"})) return fmt::format("You can now {}.", able);
    return {};
  }
  if (!take(able, {"allow", "allows", "let", "lets", "enable", "enables"})) return {};
  auto you = able;
  if (take(you, {"users", "user", "customers", "customer", "you", "people"})) {
    (void)take(you, {"to"});
    return fmt::format("You can now {}.", you);
  }
  const auto to = able.find(" to ");
  if (to == std::string_view::npos || words_of(able.substr(0, to)).size() > 2 || !has_its_article(able.substr(0, to))) return {};
  return fmt::format("{} can now {}.", capital(able.substr(0, to)), able.substr(to + 4));
}
/// "Do not print empty lines" -> "We no longer print empty lines."
Text no_longer(std::string_view rest) {
  auto act = rest;
  if ((take_all(act, {{"do"}, {"not"}}) || take_all(act, {{"no"}, {"longer"}}) || take(act, {"don't", "never"})) &&
      one_of(seen_doings, first_of(act)) && words_of(act).size() > 1)
    return fmt::format("We no longer {}.", act);
  return {};
}
/// "Support dark mode", "Add support for dark mode", "Drop support for old keys".
Text support(std::string_view rest) {
  auto thing = rest;
  const bool news = take_all(thing, {{"add", "adds", "added", "implement"}, {"support"}, {"for"}}) || take(thing, {"support", "supports"});
  if (news && is_thing(thing)) return fmt::format("We now support {}.", thing);
  thing = rest;
  if (take_all(thing, {{"remove", "removes", "removed", "drop", "drops"}, {"support"}, {"for"}}) && is_thing(thing))
    return fmt::format("We no longer support {}.", thing);
  return {};
}
Text addition(std::string_view rest) {
  auto thing = rest;
  if (!take(thing, {"add", "adds", "added", "implement", "implements", "introduce", "introduces"})) return {};
  std::string_view article;
  if (take_all(thing, {{"a", "an"}, {"new"}}))  // the word stands above it
    article = std::string_view("aeio").find(first_of(thing)[0]) != std::string_view::npos ? "an " : "a ";
  else
    (void)take(thing, {"new"});
  if (!is_thing(thing) || (article.empty() && !has_its_article(thing))) return {};
  return fmt::format("We added {}{}.", article, thing);
}
/// "show prices with tax", "pay by invoice", "faster search", "Speed up search".
Text doing(std::string_view rest) {
  const auto all = words_of(rest);
  const auto first = first_of(rest);
  const auto second = all.size() > 1 ? lowered(all[1]) : std::string();
  const bool of_several = second.ends_with('s') && !second.ends_with("ss");
  if (one_of(of_product, first) && all.size() > 1) return fmt::format("We now {} {}.", first, trimmed(rest.substr(first.size())));
  if (one_of(of_customers, first) || (one_of(of_customers_or_things, first) && (of_several || one_of(articles, second))))
    return fmt::format("You can now {}{}.", first, rest.substr(first.size()));
  if (one_of(comparatives, first) && is_thing(rest)) return fmt::format("You now get {}{}.", first, rest.substr(first.size()));
  auto thing = rest;
  if (take_all(thing, {{"speed", "speeds"}, {"up"}}) && is_thing(thing) && words_of(thing).size() <= 4)
    return fmt::format("We made {} faster.", thing);
  thing = rest;
  if (take(thing, {"make", "makes"}) && all.size() <= 6 && one_of(comparatives, lowered(all.back())))
    return fmt::format("We made {}.", thing);
  for (const auto& [verb, past] : done)
    if (auto what = rest; take(what, {verb}) && is_thing(what)) return fmt::format("We {} {}.", past, with_the(what));
  return {};
}
Text gone(std::string_view rest) {
  auto thing = rest;
  if (!take(thing, {"remove", "removes", "removed", "drop", "drops", "delete", "deletes"}) || !is_thing(thing)) return {};
  const auto all = words_of(thing);
  const bool named =
      all.size() <= 5 && (one_of(articles, lowered(all[0])) || lowered(all[0]) == "old" || (all[0].size() == 2 && all[0][0] == 'v'));
  return named ? Text(fmt::format("We no longer offer {}.", thing)) : Text();
}

/// "crash when ...", "a startup crash", "crashes on resize": the fault with its article.
Text fault(std::string_view rest) {
  const auto all = words_of(rest);
  const bool has_article = one_of(articles, first_of(rest));
  for (std::size_t i = has_article ? 1 : 0; i < all.size() && i < 3; ++i) {
    const auto word = lowered(all[i]);
    if (one_of(clause_words, word) || one_of(behind_faults, word)) return {};
    if (!one_of(faults, word)) continue;
    if (i + 1 < all.size() && !one_of(behind_faults, lowered(all[i + 1]))) return {};
    const bool many = word.ends_with('s') || word == "flickering";
    const bool vowel = std::string_view("aeio").find(first_of(rest)[0]) != std::string_view::npos;
    const auto* article = has_article || many ? "" : vowel ? "an " : "a ";
    auto said = std::string(rest);
    if (said[0] >= 'A' && said[0] <= 'Z' && !is_of_code(all[0]) && !one_of(acronyms, all[0])) said[0] = char(said[0] + 32);
    return fmt::format("You no longer get {}{}.", article, said);
  }
  return {};
}
/// A fix is told as what works again; of most subjects ("heart emoji before heading") nobody but their author knows what that is.
Text works_again(std::string_view rest) {
  auto clause = rest;
  if (take(clause, {"ensure", "ensures"}) || take_all(clause, {{"make"}, {"sure"}})) {
    (void)take(clause, {"that"});
    static constexpr Word finite[] = {"is",    "are",  "can",   "has",  "have",  "stays", "stay",
                                      "keeps", "keep", "shows", "show", "works", "work"};
    const auto all = words_of(clause);
    const bool is_clause = all.size() > 2 && !one_of(finite, lowered(all[0])) && has_any(clause, finite);
    return is_clause ? Text(capital(clause) + ".") : Text();
  }
  (void)take(clause, {"fix", "fixes", "fixed", "prevent", "prevents", "avoid"});
  auto bug = clause;
  (void)take(bug, {"a", "an", "the"});
  if (take_all(bug, {{"bug", "issue", "problem"}, {"where"}}) && words_of(bug).size() > 2)
    return fmt::format("It no longer happens that {}.", bug);
  if (auto told = fault(clause)) return told;
  auto thing = clause;
  (void)take(thing, {"the", "a", "an"});
  if (one_of(wrongs, first_of(thing)) && take(thing, {"wrong", "incorrect", "inaccurate"}) && is_thing(thing))
    return fmt::format("We corrected {}.", with_the(thing));
  if (take(thing, {"missing"}) && is_thing(thing)) return fmt::format("You get {} again.", with_the(thing));
  const auto all = words_of(clause);
  const bool doing = !all.empty() && one_of(doings, lowered(all[0])) && (all.size() == 1 || one_of(prepositions, lowered(all[1])));
  if (doing && is_thing(clause)) return capital(clause) + " works again.";
  return {};
}

Text first_said(std::string_view rest, std::initializer_list<Text (*)(std::string_view)> forms) {
  for (const auto form : forms)
    if (auto said = form(rest)) return said;
  return {};
}
Text sentence(Type type, std::string_view rest) {
  static constexpr Word sentence_begins[] = {"you", "your", "we", "it", "there"};
  if (one_of(sentence_begins, first_of(rest)) && words_of(rest).size() > 2) return capital(rest) + ".";
  switch (type) {
    case Type::added:
    case Type::changed:
      return first_said(rest, {permission, support, no_longer, addition, gone, doing});
    case Type::fixed:
      return first_said(rest, {permission, no_longer, works_again});
    case Type::removed:
      return first_said(rest, {support, gone, no_longer});
    case Type::deprecated: {
      auto thing = rest;
      return take(thing, {"deprecate", "deprecates", "deprecated"}) && is_thing(thing)
                 ? Text(fmt::format("A later version will come without {}.", thing))
                 : Text();
    }
    case Type::security:
      return first_said(rest, {no_longer, doing});
  }
  return {};
}

/// "cart: Add x (#12)" -> "Add x": no scope, no reference at the end, no final stop.
std::string_view bare_words(std::string_view text) {
  text = trimmed(text);
  if (const auto colon = text.find(": "); colon != std::string_view::npos && text.substr(0, colon).find(' ') == std::string_view::npos)
    text = trimmed(text.substr(colon + 2));
  if (const auto open = text.rfind(" (#"); open != std::string_view::npos && text.ends_with(')')) text = trimmed(text.substr(0, open));
  if (text.ends_with('.') && !text.ends_with("..")) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string weakness_named(std::string_view text) {
  for (const auto& [prefix, shape] : {std::pair<Word, Word>{"CVE-", "9999-9999"}, {"GHSA-", "xxxx-xxxx-xxxx"}})
    for (auto at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
      auto rest = text.substr(at + prefix.size());
      const bool fits = rest.size() >= shape.size() && std::equal(shape.begin(), shape.end(), rest.begin(), [](char wanted, char c) {
                          return wanted == '-' ? c == '-' : wanted == '9' ? is_digit(c) : is_lower(c) || is_digit(c);
                        });
      if (!fits) continue;
      auto end = shape.size();
      while (prefix == "CVE-" && end < rest.size() && is_digit(rest[end])) ++end;
      return std::string(prefix) + std::string(rest.substr(0, end));
    }
  return {};
}

Text customer_sentence(Type type, std::string_view text) {
  const auto rest = bare_words(text);
  if (type == Type::security)
    if (const auto name = weakness_named(rest); !name.empty()) return fmt::format("We closed the known weakness {}.", name);
  if (!can_be_read_outside(rest)) return {};
  auto said = sentence(type, rest);
  if (said && !plain_language(*said).empty()) said.reset();
  return said;
}

}  // namespace evenkeel::changelog
