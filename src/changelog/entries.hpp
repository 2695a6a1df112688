// Changelog entries (W3): every change of a release has one, or a recorded reason why it is not notable.
//
// "Changelogs are written as changes merge": a rule-based draft stands as soon as a change is in the scope. A person's words are never
// overwritten; drafting again touches `generated_text` only. What the rules newly find out about the scope (a revert came in) does
// outrank older words: what is taken back takes its entry with it.
#pragma once
#include "changelog/keep_a_changelog.hpp"
#include "changelog/plain.hpp"
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

/// "added", "fixed" ...; empty while not notable.
inline std::string type_text(std::optional<Type> type) { return type ? std::string(json::enum_text(*type)) : ""; }

struct ChangelogEntry {
  EntryId id;
  ChangeId change_id;
  ReleaseId release_id;
  std::optional<Type> type;  // none while not notable
  bool breaking = false;
  // Texts are Markdown: the rules escape the words of commits, a person writes what they mean.
  std::string generated_text, human_text, customer_text, internal_text, migration_text, not_notable_because;
  std::int64_t revision = 1;  // 1: no person has touched it
  std::string generated_because;
  std::string flag;  // FLAG@PLATFORM that it is dark behind; see launch.hpp

  bool notable() const { return not_notable_because.empty(); }
  const std::string& text() const { return human_text.empty() ? generated_text : human_text; }
};
BOOST_DESCRIBE_STRUCT(ChangelogEntry, (),
                      (id, change_id, release_id, type, breaking, generated_text, human_text, customer_text, internal_text, migration_text,
                       not_notable_because, revision, generated_because, flag))

/// An entry with its change and the texts as they stand: a person's where there is one, else by rule.
struct EntryView {
  EntryId id;
  ChangeId change;
  std::string external_id, title;
  std::vector<std::string> services;
  std::optional<Type> type;  // none while not notable
  bool breaking = false, notable = true, edited = false;
  std::string text, customer_text, internal_text, migration_text, not_notable_because;
  std::int64_t revision = 1;
  std::string flag;                      // FLAG@PLATFORM
  std::optional<bool> needs_words = {};  // no rule can tell it to customers, and nobody has: `customer_text` is empty
  bool lacks_words() const { return needs_words.value_or(false); }
};
BOOST_DESCRIBE_STRUCT(EntryView, (),
                      (id, change, external_id, title, services, type, breaking, notable, edited, text, customer_text, internal_text,
                       migration_text, not_notable_because, revision, flag, needs_words))

struct Drafted {
  std::int64_t added = 0, renewed = 0;
};
BOOST_DESCRIBE_STRUCT(Drafted, (), (added, renewed))
/// Error: conflict once the release communicates.
Result<void> may_draft_entries(Work& work, const planning::Release& release);
/// Drafts what has no entry yet and renews what no person has touched. Needs (of a person): author, engineering lead or coordinator.
/// Error: conflict once the release communicates. Ledger: entries.drafted, when anything changed.
Result<Drafted> draft_entries_of(Work& work, const std::string& release);
/// The same for a release that is held: who drafts a note a moment after a merge drafts it from all of the scope.
Drafted bring_entries_along(Work& work, const planning::Release& release);

/// A field left out stays; an empty text brings the rule's words back.
struct EditEntry {
  static constexpr std::string_view required[] = {"entry"};
  std::string entry;
  std::optional<std::string> type, human_text, customer_text, internal_text, migration_text;
  std::optional<std::int64_t> revision;  // of the entry the person saw: refused (conflict) when somebody was faster
  std::optional<std::string> flag;       // FLAG or FLAG@PLATFORM; empty: it is not dark
};
BOOST_DESCRIBE_STRUCT(EditEntry, (), (entry, type, human_text, customer_text, internal_text, migration_text, revision, flag))
/// Needs: author, or engineering lead of an area of the change. A type makes an entry notable. Ledger: entry.edited.
Result<EntryView> edit_entry(Work& work, const EditEntry& command);

struct MarkNotNotable {
  std::string entry, because;
};
BOOST_DESCRIBE_STRUCT(MarkNotNotable, (), (entry, because))
/// Needs the same, and a reason. A breaking change is always notable (conflict). Ledger: entry.not_notable.
Result<EntryView> mark_not_notable(Work& work, const MarkNotNotable& command);

// ---- queries -------------------------------------------------------------------------------------------------------
/// In the order their changes were merged.
std::vector<EntryView> entries_of(store::Tx& tx, const planning::Release& release);
/// External ids and titles of changes in the scope that have no entry.
std::vector<std::string> changes_without_entry(store::Tx& tx, const ReleaseId& release_id);

}  // namespace evenkeel::changelog
