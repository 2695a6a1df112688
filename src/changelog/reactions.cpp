#include "work/reactions.hpp"

#include "changelog/entries.hpp"
#include "changelog/events.hpp"
#include "changelog/notes.hpp"
#include "changelog/take_merge.hpp"
#include "changelog/taken_out.hpp"
#include "planning/events.hpp"
#include "risk/events.hpp"
#include "risk/take_out.hpp"

namespace evenkeel::changelog {
namespace {

Result<void> draft(Work& work, const ledger::Entry& e) {
  const auto release = TRY(planning::find_release(work.tx, e.release));
  if (release.stage >= planning::Stage::communication) return {};
  if (is<risk::ChangeTakenOut>(e)) {
    TRY(tell_no_more(work, release.id, ChangeId{e.subject}));
    TRY(let_go(work, ChangeId{e.subject}));
  }
  if (is<risk::ChangesImported, risk::ChangeCompleted, risk::ChangeTakenOut>(e)) TRY(draft_entries_of(work, release.id));
  if (release.stage >= planning::Stage::changelog) TRY(draft_notes(work, release.id));
  return {};
}

}  // namespace

jobs::Reactions reactions() {
  return {jobs::on_events<risk::ChangesImported, risk::ChangeCompleted, risk::ChangeTakenOut, planning::StageEntered, EntryEdited,
                          EntryNotNotable>("draft_changelog", Member::notes_author, draft),
          jobs::on_events<planning::ReleasePlanned>(
              "take_waiting_merges", Member::notes_author,
              [](Work& work, const ledger::Entry& e) -> Result<void> { return take_waiting_merges(work, ReleaseId{e.release}); })};
}

}  // namespace evenkeel::changelog
