#include "work/reactions.hpp"

#include "changelog/events.hpp"
#include "comms/archive.hpp"
#include "comms/comms.hpp"
#include "comms/events.hpp"
#include "deploy/events.hpp"
#include "gonogo/events.hpp"
#include "planning/events.hpp"

namespace evenkeel::comms {

jobs::Reactions reactions() {
  using ledger::Entry;
  return {
      jobs::on_events<changelog::LaunchFlagRead>(
          "tell_launched", Member::notes_author,
          [](Work& work, const Entry& e) -> Result<void> { return follow_launch(work, ReleaseId{e.release}); }),
      jobs::on_events<gonogo::DecisionRecorded>("plan_communications", Member::notes_author,
                                                [](Work& work, const Entry& e) -> Result<void> {
                                                  if (as<gonogo::DecisionRecorded>(e)->verdict == gonogo::Verdict::go)
                                                    TRY(plan_communications(work, e.release));
                                                  return {};
                                                }),
      jobs::on_events<planning::StageEntered, deploy::ReleaseRolledBack, changelog::NoteApproved, CommunicationPlanned,
                      CommunicationDelivered, CommunicationNotNeeded, CommunicationFailed, changelog::LaunchFlagRead>(
          "dispatch_communications", Member::notes_author,
          [](Work& work, const Entry& e) -> Result<void> { return dispatch(work, e.release); }),
      jobs::on_events<changelog::TranslationApproved>("publish_translations", Member::notes_author,
                                                      [](Work& work, const Entry& e) -> Result<void> {
                                                        publish_translations(work, ReleaseId{e.release});
                                                        return {};
                                                      }),
      jobs::on_events<planning::ReleasePlanned, planning::StageEntered, changelog::EntriesDrafted, changelog::EntryEdited,
                      changelog::NoteDrafted, changelog::NoteEdited, CommunicationDelivered, deploy::ReleaseRolledBack,
                      planning::ReleaseCancelled, changelog::LaunchFlagRead, ReleaseWithdrawn>(
          "archive", Member::notes_author,
          [](Work& work, const Entry& e) -> Result<void> { return archive_release(work, ReleaseId{e.release}); }),
  };
}

}  // namespace evenkeel::comms
