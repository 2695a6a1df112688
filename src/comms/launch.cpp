// The three dates of a release, and whether its words still wait for the second.
#include "comms/comms.hpp"
#include "deploy/deploy.hpp"

namespace evenkeel::comms {

Launch launch_of(store::Tx& tx, const planning::Release& release) {
  Launch launch{.flags = changelog::launch_flags_of(tx, release), .later = changelog::told_later(tx, release)};
  for (const auto& d : deploy::deployments_of(tx, release.id))
    if (d.environment == release.environment && d.finished_at && (!launch.deployed_at || *d.finished_at > *launch.deployed_at))
      launch.deployed_at = d.finished_at;
  for (const auto& f : launch.flags) {
    if (f.state != planning::FlagState::on) {
      launch.switched_on_at.reset();
      break;
    }
    if (!launch.switched_on_at || *f.on_since > *launch.switched_on_at) launch.switched_on_at = f.on_since;
  }
  const auto o = planning::organisation_of(tx, release);
  const auto receipts = publications_of(tx, release.id);
  for (const auto& row : communications_of(tx, release.id)) {
    if (row.kind != CommunicationKind::notes || is_internal(*o, row.audience)) continue;
    for (const auto& receipt : receipts)
      if (receipt.communication_id == row.id && (!launch.announced_at || receipt.at < *launch.announced_at))
        launch.announced_at = receipt.at;
  }
  return launch;
}

bool waits_for_flags(store::Tx& tx, const planning::Release& release) {
  if (release.outcome != planning::ReleaseOutcome::open && release.outcome != planning::ReleaseOutcome::shipped) return false;
  if (changelog::launch_flags_of(tx, release).empty()) return false;
  const auto o = planning::organisation_of(tx, release);
  const auto rows = communications_of(tx, release.id);
  if (rows.empty()) return true;
  const auto later = changelog::told_later(tx, release);
  if (std::any_of(later.begin(), later.end(), [](const auto& t) { return t.told_in.empty(); })) return true;
  return std::any_of(rows.begin(), rows.end(), [&](const Communication& row) {
    return !is_internal(*o, row.audience) && row.state != CommunicationState::delivered && row.state != CommunicationState::not_needed;
  });
}

Result<void> follow_launch(Work& work, const ReleaseId& release_id) {
  const auto launched = TRY(planning::find_release(work.tx, release_id));
  for (const auto& r :
       store::all<planning::Release>(work.tx, "release",
                                     "WHERE area = $1 AND line = $2 AND id <> $3 AND outcome IN ('open', 'shipped') AND stage "
                                     "IN ('changelog', 'go_no_go', 'deployment', 'validation', 'communication') ORDER BY id",
                                     {launched.area, launched.line, launched.id})) {
    if (r.stage == planning::Stage::communication) {
      TRY(dispatch(work, r.id));
      continue;
    }
    const auto note = changelog::find_note(work.tx, r.id, changelog::NoteAudience::customers);
    if (!note || !changelog::approval_of(work.tx, *note)) TRY(changelog::draft_notes(work, r.id));  // what was approved stands
  }
  return {};
}

}  // namespace evenkeel::comms
