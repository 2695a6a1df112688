#include "changelog/draft.hpp"

#include "changelog/customer_sentence.hpp"
#include "changelog/upkeep.hpp"

#include <fmt/format.h>

#include <set>
#include <unordered_map>

#include "gitlog/conventional_commit.hpp"
#include "gitlog/reverts.hpp"

namespace evenkeel::changelog {
namespace {

using gitlog::ConventionalCommit;
using gitlog::MessageHabits;
using gitlog::parse_commit_message;

std::string lowered(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}
std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

/// What one word says: a type, or why the change is not notable.
struct Verdict {
  std::optional<Type> type;
  std::string reason;
};
using Words = std::vector<std::pair<std::string_view, Verdict>>;
const Verdict* look_up(const Words& words, std::string_view word) {
  for (const auto& [known, verdict] : words)
    if (known == word) return &verdict;
  return nullptr;
}

const Words& trailer_words() {
  static const Words words = {{"added", {Type::added, {}}},
                              {"add", {Type::added, {}}},
                              {"feature", {Type::added, {}}},
                              {"changed", {Type::changed, {}}},
                              {"change", {Type::changed, {}}},
                              {"performance", {Type::changed, {}}},
                              {"other", {Type::changed, {}}},
                              {"deprecated", {Type::deprecated, {}}},
                              {"removed", {Type::removed, {}}},
                              {"fixed", {Type::fixed, {}}},
                              {"fix", {Type::fixed, {}}},
                              {"security", {Type::security, {}}},
                              {"none", {{}, "its author marked it as not notable"}},
                              {"skip", {{}, "its author marked it as not notable"}}};
  return words;
}
const Words& conventional_types() {
  static const Words words = {{"feat", {Type::added, {}}},
                              {"feature", {Type::added, {}}},
                              {"fix", {Type::fixed, {}}},
                              {"bugfix", {Type::fixed, {}}},
                              {"hotfix", {Type::fixed, {}}},
                              {"perf", {Type::changed, {}}},
                              {"security", {Type::security, {}}},
                              {"sec", {Type::security, {}}},
                              {"deprecate", {Type::deprecated, {}}},
                              {"remove", {Type::removed, {}}},
                              {"chore", {{}, "chore: upkeep"}},
                              {"ci", {{}, "ci: concerns the pipeline only"}},
                              {"build", {{}, "build: concerns the build only"}},
                              {"docs", {{}, "docs: concerns the documentation only"}},
                              {"doc", {{}, "docs: concerns the documentation only"}},
                              {"test", {{}, "test: concerns the tests only"}},
                              {"tests", {{}, "test: concerns the tests only"}},
                              {"style", {{}, "style: changes the form of the code only"}},
                              {"refactor", {{}, "refactor: behaves as before"}},
                              {"release", {{}, "release: makes the release itself"}},
                              {"deps", {{}, std::string(dependency_reason)}},
                              {"wip", {{}, "wip: unfinished work"}}};
  return words;
}
const Words& first_words() {
  static const Words words = {{"add", {Type::added, {}}},
                              {"adds", {Type::added, {}}},
                              {"added", {Type::added, {}}},
                              {"adding", {Type::added, {}}},
                              {"implement", {Type::added, {}}},
                              {"introduce", {Type::added, {}}},
                              {"fix", {Type::fixed, {}}},
                              {"fixes", {Type::fixed, {}}},
                              {"fixed", {Type::fixed, {}}},
                              {"fixing", {Type::fixed, {}}},
                              {"remove", {Type::removed, {}}},
                              {"removes", {Type::removed, {}}},
                              {"removed", {Type::removed, {}}},
                              {"drop", {Type::removed, {}}},
                              {"delete", {Type::removed, {}}},
                              {"deprecate", {Type::deprecated, {}}},
                              {"deprecated", {Type::deprecated, {}}},
                              {"deprecates", {Type::deprecated, {}}},
                              {"wip", {{}, "unfinished work"}},
                              {"fixup!", {{}, "mends a commit of the same branch"}},
                              {"squash!", {{}, "mends a commit of the same branch"}}};
  return words;
}

/// One change as the rules see it.
struct Reading {
  ConventionalCommit commit;
  std::string title;  // what a person would read first
  Verdict verdict;
  bool decided_by_author = false;  // trailer, label or Conventional type, not a guess from words
  bool left_out = false;           // by its author's own word
  bool breaking = false;
  std::string reference;  // "#123": the pull request it came through
  std::string key;        // its words, so that twins can be seen
};

/// "(#123)" at the end, or the number that a merge line names.
std::string reference_of(const Reading& reading) {
  const auto number_at = [](std::string_view text, std::size_t at) {
    auto end = at;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    return end > at ? "#" + std::string(text.substr(at, end - at)) : std::string();
  };
  if (reading.commit.merge)
    if (const auto at = reading.commit.merge->find('#'); at != std::string::npos) return number_at(*reading.commit.merge, at + 1);
  const auto at = reading.title.rfind("(#");
  return at != std::string::npos && reading.title.ends_with(')') ? number_at(reading.title, at + 2) : std::string();
}

std::string without_reference(std::string_view title) {
  const auto at = title.rfind("(#");
  return std::string(trimmed(at != std::string_view::npos && title.ends_with(')') ? title.substr(0, at) : title));
}

/// `Changelog: x` among the footers, or a label "changelog: x"; "breaking" as a label.
std::optional<Verdict> said_by_author(const MergedChange& change, bool& breaking) {
  std::optional<Verdict> said;
  for (const auto& trailer : gitlog::trailers(change.message))
    if (lowered(trailer.token) == "changelog")
      if (const auto* verdict = look_up(trailer_words(), lowered(trimmed(trailer.value)))) said = *verdict;
  for (const auto& label : change.labels) {
    const auto low = lowered(label);
    breaking |= low == "breaking" || low == "breaking change" || low == "breaking-change";
    const auto colon = low.find(':');
    if (said || colon == std::string::npos || low.substr(0, colon) != "changelog") continue;
    if (const auto* verdict = look_up(trailer_words(), trimmed(std::string_view(low).substr(colon + 1)))) said = *verdict;
  }
  return said;
}

/// The author's own words: a fenced block `changelog` in the body, "fixed: Search finds names with accents".
struct OwnWords {
  Verdict verdict;
  std::string text;
};
std::optional<OwnWords> own_words(std::string_view message) {
  auto open = message.find("```changelog");
  if (open == std::string_view::npos) return {};
  open = message.find('\n', open);
  const auto close = open == std::string_view::npos ? open : message.find("\n```", open);
  if (close == std::string_view::npos) return {};
  const auto block = trimmed(message.substr(open + 1, close - open));
  const auto colon = block.find(':');
  if (colon == std::string_view::npos) return {};
  const auto* verdict = look_up(trailer_words(), lowered(trimmed(block.substr(0, colon))));
  const auto text = trimmed(block.substr(colon + 1));
  if (!verdict || (verdict->type && text.empty())) return {};
  return OwnWords{*verdict, std::string(text.substr(0, text.find_first_of("\r\n")))};
}

Verdict guess(const Reading& reading) {
  const auto low = lowered(reading.title);
  if (reading.commit.merge && reading.title == *reading.commit.merge) return {{}, "a merge without words of its own"};
  if (const auto reason = upkeep_by_title(low); !reason.empty()) return {{}, reason};
  if (low.find("cve-") != std::string::npos || low.find("security vulnerability") != std::string::npos) return {Type::security, {}};
  auto words = std::string_view(low);
  if (const auto colon = words.find(": "); colon != std::string_view::npos && words.find(' ') > colon)
    words = trimmed(words.substr(colon + 1));  // "parser: add x"
  if (const auto* verdict = look_up(first_words(), words.substr(0, words.find_first_of(" :,")))) return *verdict;
  return {Type::changed, {}};
}

/// What its scope, its files and the name of a weakness say, whatever its Conventional type.
void tell_upkeep_and_weakness(const MergedChange& change, const std::string& scope, Reading& reading) {
  const bool mends = reading.verdict.type == Type::fixed || reading.verdict.reason == dependency_reason;
  if (!weakness_named(reading.title).empty() || (mends && !weakness_named(change.message).empty())) {
    if (mends || reading.verdict.type) reading.verdict = {Type::security, {}};
    return;
  }
  if (!reading.verdict.type) return;
  auto reason = upkeep_by_scope(lowered(scope));
  if (reason.empty()) reason = upkeep_by_title(lowered(reading.title));
  if (reason.empty()) reason = upkeep_by_files(change.files);
  if (!reason.empty()) reading.verdict = {{}, reason};
}

Reading read(const MergedChange& change) {
  static const MessageHabits without_references{.issue_prefixes = {}};  // not needed here, and the dearest part of the parse
  Reading reading{.commit = parse_commit_message(change.message, without_references)};
  ConventionalCommit titled;
  if (!change.title.empty()) titled = parse_commit_message(change.title);
  const auto& header = change.title.empty() ? reading.commit : titled;
  reading.breaking = reading.commit.breaking || titled.breaking;
  const auto type = header.type ? lowered(*header.type) : std::string();
  const auto* by_type = type.empty() ? nullptr : look_up(conventional_types(), type);
  reading.title = header.description;
  if (by_type && header.scope) reading.title = *header.scope + ": " + reading.title;
  if (!by_type && header.type && !header.revert)
    reading.title =
        *header.type + (header.scope ? "(" + *header.scope + ")" : "") + ": " + reading.title;  // "parser: x" names a part, not a kind
  const auto said = said_by_author(change, reading.breaking);
  const auto own = own_words(change.message);
  if (own) {
    reading.verdict = own->verdict, reading.decided_by_author = true, reading.left_out = !own->verdict.type;
    if (!own->text.empty()) reading.title = own->text;
  } else if (said)
    reading.verdict = *said, reading.decided_by_author = true, reading.left_out = !said->type;
  else if (by_type)
    reading.verdict = *by_type, reading.decided_by_author = true;
  else
    reading.verdict = guess(reading);
  if (!said && !own) tell_upkeep_and_weakness(change, header.scope.value_or(""), reading);
  if (reading.breaking && !reading.verdict.type) reading.verdict = {Type::changed, {}};
  reading.reference = reference_of(reading);
  reading.key = lowered(without_reference(reading.title));
  return reading;
}

/// "a | b", "html &amp; x": behind the first word stands no word, so it may be code, where a capital is another letter.
bool may_be_code(std::string_view text) {
  const auto next = text.find_first_not_of(' ', std::min(text.find(' '), text.size()));
  return next != std::string_view::npos && std::string_view("|&=+*/%^").find(text[next]) != std::string_view::npos;
}

std::string entry_text(const Reading& reading) {
  auto text = std::string(trimmed(reading.title));
  if (text.ends_with('.') && !text.ends_with("..")) text.pop_back();
  const auto letter = text.find_first_not_of(" `*_\"");
  const bool part_named = text.find(": ") != std::string::npos && text.find(": ") < text.find(' ');
  if (letter == 0 && !part_named && !may_be_code(text) && text[0] >= 'a' && text[0] <= 'z') text[0] = char(text[0] - 32);
  if (!reading.breaking) return text;
  for (const auto& footer : reading.commit.footers)
    if (footer[0].starts_with("BREAKING")) {
      auto note = footer[1].substr(0, footer[1].find("\n\n"));
      std::replace(note.begin(), note.end(), '\n', ' ');
      if (!note.empty()) text += ". " + note;
      break;
    }
  return text;
}

/// The changes as a history: by their parents, or, where these are not known, one behind the other.
gitlog::History history_of(const std::vector<MergedChange>& changes) {
  const bool graph = std::any_of(changes.begin(), changes.end(), [](const auto& c) { return !c.parents.empty(); });
  std::vector<gitlog::Commit> commits(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& message = changes[i].message;
    const bool speaks = message.find("evert") != std::string::npos || message.find("cherry picked") != std::string::npos;
    commits[i].sha = changes[i].id;
    commits[i].message =
        speaks || message.starts_with("Merge") || message.starts_with("Auto merge") ? message : message.substr(0, message.find('\n'));
    if (graph)
      commits[i].parents = changes[i].parents;
    else if (i + 1 < changes.size())
      commits[i].parents = {changes[i + 1].id};
  }
  return gitlog::make_history(std::move(commits), {});
}

/// A squash under a title of its own, in whose list a revert is one line among others: it has news beside the revert.
bool is_squash(const MergedChange& change) {
  const auto subject = std::string_view(change.message).substr(0, change.message.find('\n'));
  if (gitlog::revert_title(subject) || gitlog::revert_title(change.title)) return false;
  return change.message.find("\n* ") != std::string::npos || change.message.find("\n- ") != std::string::npos;
}

/// What the reverts among the changes make of each.
struct Fate {
  std::string out;                       // why it is no news of this range
  bool older = false;                    // it takes back something of before that is not known
  std::vector<std::size_t> gone, again;  // places of older changes that it takes back, or gives back, as seen from the range's end
};

/// What stood, and what stands, at the bottom of the chains of reverts.
class Fates {
 public:
  Fates(const std::vector<MergedChange>& changes, std::vector<gitlog::Revert> reverts)
      : changes_(changes), n_(changes.size()), reverts_(std::move(reverts)), now_(gitlog::reverted_by(reverts_)), fates_(n_) {
    auto before = reverts_;
    std::erase_if(before, [&](const auto& r) { return r.commit < n_; });
    before_ = gitlog::reverted_by(before);
    for (const auto& r : reverts_)
      if (r.target) targets_[r.commit].push_back(*r.target);
  }
  std::vector<Fate> find() && {
    for (const auto& r : reverts_)
      if (r.commit < n_ && !r.target) fates_[r.commit].older = true;
    for (const auto& r : reverts_)  // the id is not known here, but what it means is
      if (r.commit < n_ && r.found == gitlog::RevertFound::by_words) fates_[r.commit].older = false;
    for (std::size_t i = 0; i < n_; ++i)
      if (targets_.contains(i)) look_at(i);
    for (const auto& [target, revert] : now_)
      if (target < n_) fates_[target] = {.out = fmt::format("taken back by {} inside this release", short_id(revert))};
    return std::move(fates_);
  }

 private:
  std::string short_id(std::size_t place) const { return place < n_ ? changes_[place].id.substr(0, 10) : std::string("what came before"); }
  /// Older changes that its chain ends at, newest first.
  std::set<std::size_t> bottoms(std::size_t revert) const {
    std::set<std::size_t> found, seen;
    std::vector<std::size_t> open{revert};
    while (!open.empty()) {
      const auto place = open.back();
      open.pop_back();
      if (!seen.insert(place).second) continue;
      const auto on = targets_.find(place);
      if (on != targets_.end())
        open.insert(open.end(), on->second.begin(), on->second.end());
      else if (place >= n_)
        found.insert(place);
    }
    return found;
  }
  void look_at(std::size_t i) {
    auto& fate = fates_[i];
    if (fate.older || now_.contains(i)) return;
    const auto older = bottoms(i);
    for (const auto b : older) {
      if (told_.contains(b) || now_.contains(b) == before_.contains(b)) continue;
      told_.insert(b);  // newest first: by the last that had a hand in it
      (now_.contains(b) ? fate.gone : fate.again).push_back(b);
    }
    if (!fate.gone.empty() || !fate.again.empty() || is_squash(changes_[i])) return;
    const auto target = targets_.at(i).front();
    fate.out = target < n_ ? fmt::format("takes back {} inside this release", short_id(target))
                           : std::string("what it takes back was gone, or is there again, before this release");
  }

  const std::vector<MergedChange>& changes_;
  std::size_t n_;
  std::vector<gitlog::Revert> reverts_;
  std::unordered_map<std::size_t, std::size_t> now_, before_;
  std::unordered_map<std::size_t, std::vector<std::size_t>> targets_;
  std::set<std::size_t> told_;
  std::vector<Fate> fates_;
};

std::vector<Fate> fates_of(const std::vector<MergedChange>& changes, const std::vector<MergedChange>& older) {
  auto all = changes;
  all.insert(all.end(), older.begin(), older.end());
  std::vector<std::string> titles;
  titles.reserve(all.size());
  for (const auto& c : all) titles.push_back(c.title);
  return Fates{changes, gitlog::find_reverts(history_of(all), titles, changes.size())}.find();
}

std::string subject_of(const MergedChange& change) {
  return change.title.empty() ? change.message.substr(0, change.message.find_first_of("\r\n")) : change.title;
}

/// "feat: export orders; fix: rounding": those among the changes that are news of a kind, else all of them.
std::string subjects_of(const std::vector<MergedChange>& older, const std::vector<std::size_t>& places) {
  std::string news, all;
  for (const auto place : places) {
    const auto subject = subject_of(older[place]);
    all += (all.empty() ? "" : "; ") + subject;
    if (read(older[place]).verdict.type) news += (news.empty() ? "" : "; ") + subject;
  }
  return news.empty() ? all : news;
}

/// A revert of something older by its title: what stands at the bottom of it is gone, or there again.
void read_revert(const MergedChange& change, Reading& reading, ProposedEntry& entry) {
  auto title = gitlog::revert_title(std::string_view(change.message).substr(0, change.message.find('\n')));
  if (!title) title = gitlog::revert_title(change.title);
  if (!title) title = gitlog::revert_title(reading.commit.description);  // of a merge: what it brought in
  if (!title && !reading.commit.revert) return;
  if (title && title->given_back) {
    reading = read({change.id, title->quoted, {}, change.labels});
    entry.breaking = reading.breaking;
    return;
  }
  reading.verdict.type = reading.decided_by_author && reading.verdict.type ? *reading.verdict.type : Type::changed;
  const auto header = reading.commit.revert ? reading.commit.revert->header : std::nullopt;
  if (!title && !header) return;
  entry.reverted = title ? title->quoted : *header;
  reading.title = "Revert: " + *entry.reverted;
}

/// A change that takes back what was released before, whatever its title: a title of its own stays, with what it takes back behind it.
void tell_gone(const MergedChange& change, const std::vector<MergedChange>& older, const std::vector<std::size_t>& gone, Reading& reading,
               ProposedEntry& entry) {
  if (reading.left_out) return;
  const auto subject = std::string_view(change.message).substr(0, change.message.find('\n'));
  const auto subjects = subjects_of(older, gone);
  const bool own = reading.verdict.type && !gitlog::revert_title(subject) && !gitlog::revert_title(change.title);
  if (gone.size() == 1) entry.reverted = subjects;
  if (!own && !(reading.decided_by_author && reading.verdict.type)) reading.verdict.type = Type::changed;
  reading.title = own ? fmt::format("{} (reverts: {})", reading.title, subjects) : "Revert: " + subjects;
}

/// What was gone and stands again is told as if it came now.
void tell_again(const std::vector<MergedChange>& older, const std::vector<std::size_t>& again, Reading& reading, ProposedEntry& entry) {
  for (const auto place : again) {
    auto told = read(older[place]);
    if (!told.verdict.type && place != again.back()) continue;
    reading = std::move(told);
    entry.breaking = reading.breaking;
    return;
  }
}

}  // namespace

std::vector<ProposedEntry> draft_entries(const std::vector<MergedChange>& changes, const std::vector<MergedChange>& older) {
  std::vector<Reading> readings;
  readings.reserve(changes.size());
  for (const auto& change : changes) readings.push_back(read(change));

  auto fates = fates_of(changes, older);
  for (auto& fate : fates)
    for (auto* places : {&fate.gone, &fate.again})
      for (auto& place : *places) place -= changes.size();  // from here on places among the older ones

  std::vector<ProposedEntry> entries;
  std::unordered_map<std::string, std::size_t> by_words, by_reference;  // -> place in `entries`
  std::vector<std::size_t> reading_of;                                  // of each entry
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto& reading = readings[i];
    const bool out = !fates[i].out.empty();
    ProposedEntry entry{.changes = {changes[i].id}, .breaking = reading.breaking, .cancelled_out = out};
    if (!fates[i].gone.empty())
      tell_gone(changes[i], older, fates[i].gone, reading, entry);
    else if (!fates[i].again.empty())
      tell_again(older, fates[i].again, reading, entry);
    else if (!out)
      read_revert(changes[i], reading, entry);
    if (out) {
      entry.not_notable_reason = fates[i].out;
      entry.breaking = false;
    } else if (reading.verdict.type) {
      entry.type = reading.verdict.type;
      entry.text = entry_text(reading);
    } else
      entry.not_notable_reason = reading.verdict.reason;
    if (!entry.text.size() && !entry.not_notable_reason) entry.type.reset(), entry.not_notable_reason = "it has no words";

    if (!out && !reading.key.empty()) {
      std::optional<std::size_t> twin;
      if (const auto found = by_words.find(reading.key); found != by_words.end()) twin = found->second;
      if (const auto found = by_reference.find(reading.reference);
          !twin && !reading.reference.empty() && found != by_reference.end() &&
          (reading.commit.merge || readings[reading_of[found->second]].commit.merge))
        twin = found->second;
      if (twin) {
        auto& other = entries[*twin];
        const auto& others_reading = readings[reading_of[*twin]];
        const bool speaks_louder = (reading.decided_by_author && !others_reading.decided_by_author) ||
                                   (!other.type && entry.type && !others_reading.decided_by_author);
        if (speaks_louder)
          std::swap(entry.type, other.type), std::swap(entry.not_notable_reason, other.not_notable_reason),
              std::swap(entry.text, other.text), std::swap(entry.reverted, other.reverted), reading_of[*twin] = i;
        other.breaking |= entry.breaking;
        other.changes.push_back(changes[i].id);
        continue;
      }
    }
    if (!out) {
      if (!reading.key.empty()) by_words.emplace(reading.key, entries.size());
      if (!reading.reference.empty()) by_reference.emplace(reading.reference, entries.size());
    }
    entries.push_back(std::move(entry));
    reading_of.push_back(i);
  }
  return entries;
}

}  // namespace evenkeel::changelog
