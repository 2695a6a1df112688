// Taking published words back, and who had them.
#include "accounts/accounts.hpp"
#include "comms/comms.hpp"
#include "comms/events.hpp"

namespace evenkeel::comms {
namespace {

/// The row whose words a correction takes back.
std::optional<Communication> announcement_of(store::Tx& tx, const Communication& correction) {
  return store::one<Communication>(tx, "communication", "WHERE release_id = $1 AND kind = 'notes' AND audience = $2 AND channel = $3",
                                   {correction.release_id, correction.audience, correction.channel});
}

}  // namespace

std::string part_of_address(const std::string& address) { return to_hex(sha256(address)).substr(0, 12); }

bool is_withdrawn(store::Tx& tx, const ReleaseId& release_id) {
  return tx.integer("SELECT count(*) FROM withdrawal WHERE release_id = $1", {release_id}) > 0;
}

Result<void> may_withdraw(Work& work, const planning::Release& release) {
  if (is_withdrawn(work.tx, release.id)) return {};
  if (release.outcome == planning::ReleaseOutcome::rolled_back)
    return conflict(fmt::format("release {} was rolled back: corrections go out by themselves", release.version));
  const auto o = planning::organisation_of(work.tx, release);
  const auto rows = communications_of(work.tx, release.id);
  if (std::none_of(rows.begin(), rows.end(),
                   [&](const Communication& row) { return row.state == CommunicationState::delivered && !is_internal(*o, row.audience); }))
    return conflict(fmt::format("nothing of release {} was published yet", release.version));
  return {};
}

Result<std::vector<Communication>> withdraw(Work& work, const Withdraw& command) {
  auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(work.require({Role::author, Role::coordinator}, release.area, "taking an announcement back"));
  if (command.because.empty()) return invalid("say why it is taken back", "because");
  work.tx.lock("release", release.id);
  if (is_withdrawn(work.tx, release.id)) return communications_of(work.tx, release.id);
  TRY(may_withdraw(work, release));
  const std::string id = work.new_id("wdr");
  work.tx.exec("INSERT INTO withdrawal (id, release_id, person, reason_text, at) VALUES ($1, $2, $3, $4, $5)",
               {id, release.id, work.actor.id, work.write_text("because", command.because), to_millis(work.now)});
  record(work, ReleaseWithdrawn{}, {.subject = release.id, .release = release.id, .seals = {{"withdrawal", id}}});
  // A release cannot close with one undone: until it is closed it goes back to where its communications are looked after.
  if (release.stage == planning::Stage::review)
    TRY(planning::enter_stage(work, release, planning::Stage::communication, "its announcement is taken back"));
  TRY(dispatch(work, release.id));
  return communications_of(work.tx, release.id);
}

Readers who_received(store::Tx& tx, const planning::Release& release, const definitions::Organisation& o, const Communication& correction) {
  Readers readers;
  const auto announcement = announcement_of(tx, correction);
  const auto* channel = definitions::find_channel(o, correction.channel);
  if (!announcement || !channel) return readers;
  std::set<std::string> parts;
  tx.exec("SELECT id FROM communication_part WHERE communication_id = $1 AND refused = 0", {announcement->id},
          [&](const store::Row& row) { parts.insert(row.text(0).substr(announcement->id.text.size() + 1)); });
  for (const auto& address : channel->to)
    if (parts.contains(part_of_address(address))) readers.addresses.insert(address);
  std::set<std::string> subscriptions;
  const auto add = [&](const store::Row& row) { subscriptions.insert(row.text(0)); };
  tx.exec(
      "SELECT s.id FROM communication_part p JOIN subscription s ON p.id = p.communication_id || '.' || s.id WHERE p.communication_id = $1 "
      "AND p.refused = 0",
      {announcement->id}, add);
  if (channel->subscribers)
    tx.exec(
        "SELECT m.subscription_id FROM digest_item i JOIN digest d ON d.id = i.digest_id JOIN digest_mailing m ON m.digest_id = d.id WHERE "
        "i.release_id = $1 AND d.audience = $2 AND d.composed_at >= $3",
        {release.id, correction.audience, to_millis(announcement->delivered_at.value_or(release.planned_at))}, add);
  readers.subscriptions.assign(subscriptions.begin(), subscriptions.end());
  return readers;
}

std::vector<std::string> who_read(store::Tx& tx, const planning::Release& release, const definitions::Organisation& o,
                                  const Communication& row) {
  for (const auto& other : communications_of(tx, release.id)) {
    const auto* channel = definitions::find_channel(o, other.channel);
    if (other.kind != row.kind || !channel || channel->kind != definitions::ChannelKind::smtp) continue;
    if (other.id != row.id) return {};  // an earlier row tells them
    break;
  }
  const auto* channel = definitions::find_channel(o, row.channel);
  if (!channel) return {};
  std::set<std::string> addresses;
  tx.exec(
      "SELECT DISTINCT p.email FROM note_reading r JOIN note n ON n.id = r.note_id JOIN person p ON p.id = r.person WHERE r.release_id = "
      "$1 "
      "AND n.audience = 'internal' AND p.active = 1",
      {release.id}, [&](const store::Row& found) { addresses.insert(found.text(0)); });
  for (const auto& address : channel->to) addresses.erase(address);
  addresses.erase("");
  return {addresses.begin(), addresses.end()};
}

}  // namespace evenkeel::comms
