#include "jobs/deliver.hpp"

#include "comms/send.hpp"
#include "jobs/parts.hpp"

namespace evenkeel::jobs {
namespace {

using comms::Communication;
using comms::CommunicationKind;
using comms::CommunicationState;

/// What an attempt begins with: either something to send, or how the attempt ends without sending.
struct Start {
  std::optional<comms::Sending> sending;
  Outcome otherwise;
  std::string not_needed, not_yet;  // why the row goes back instead
};

/// The release in a changelog; in that of one component, what touched it, under the component's own version.
comms::FileEdit file_edit(store::Tx& tx, const planning::Release& release, const definitions::ChannelDef* channel, SysTime at) {
  const auto service = channel ? channel->service : std::string();
  comms::FileEdit edit{.version = release.version, .date = to_date(at)};
  if (channel) edit.file = channel->file;
  for (const auto& c : planning::components_of(tx, release.id))
    if (c.service == service) edit.version = c.version;
  for (const auto& e : changelog::entries_of(tx, release)) {
    const bool here = service.empty() || std::find(e.services.begin(), e.services.end(), service) != e.services.end();
    if (e.notable && here) edit.entries.push_back({e.type.value_or(changelog::Type::changed), e.text, e.breaking});
  }
  return edit;
}

/// The order is asked for again here: between the outbox and now an approval may have been voided, or the release rolled back.
Start begin(Work& work, const Job& job, const std::string& id, const std::string& public_url) {
  const auto row = comms::find_communication(work.tx, id);
  if (!row) return {{}, {Outcome::dead, "there is no communication " + id}, {}, {}};
  if (row->state == CommunicationState::delivered || row->state == CommunicationState::not_needed) return {};
  auto release = planning::find_release(work.tx, row->release_id);
  if (!release) return {{}, {Outcome::dead, release.error().message}, {}, {}};
  const auto o = planning::organisation_of(work.tx, *release);
  const bool of_the_release = row->kind == CommunicationKind::notes || row->kind == CommunicationKind::changelog_file;
  if (release->outcome == planning::ReleaseOutcome::rolled_back && of_the_release)
    return {{}, {}, "nothing for you, because the release was rolled back", {}};
  if (of_the_release && comms::is_withdrawn(work.tx, release->id))
    return {{}, {}, "nothing for you, because the announcement was taken back", {}};
  if (const auto wait = comms::not_yet(*o, comms::communications_of(work.tx, release->id), *row, work.now)) {
    if (wait->until) return {{}, {Outcome::again, wait->because, *wait->until - work.now}, {}, {}};
    return {{}, {}, {}, wait->because};
  }
  auto message = comms::message_of(work.tx, *release, *row);
  if (!message) return {{}, {}, {}, message.error().message};
  auto edit = file_edit(work.tx, *release, definitions::find_channel(*o, row->channel), job.created_at);
  edit.yank = row->kind == CommunicationKind::correction;
  comms::Sending sending{*row, std::move(*release), o, std::move(*message), std::move(edit), job.created_at};
  sending.base = comms::public_base(*o, public_url);
  sending.in_locales = comms::messages_in_locales(work.tx, sending.release, sending.row, sending.message);
  if (row->kind == CommunicationKind::correction) {
    sending.only_to = comms::who_received(work.tx, sending.release, *o, *row);
    for (const auto& subscription : sending.only_to->subscriptions)
      if (auto s = store::one<comms::Subscription>(work.tx, "subscription", "WHERE id = $1 AND state = 'confirmed'", {subscription}))
        sending.subscribers.push_back(std::move(*s));
  } else if (row->kind == CommunicationKind::status_rollback || row->kind == CommunicationKind::withdrawal)
    sending.also_to = comms::who_read(work.tx, sending.release, *o, *row);
  else if (const auto* channel = definitions::find_channel(*o, row->channel); channel && channel->subscribers)
    sending.subscribers = comms::subscribers_of(work.tx, row->audience, sending.release.area, comms::Rhythm::every_release);
  return {std::move(sending), {}, {}, {}};
}

/// The row waits again and this job's key is free for the next one. Asked for at once, in case its way opened just now.
void give_back(Claim& claim, const std::string& id) {
  (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    auto row = comms::find_communication(work.tx, id);
    if (!row || (row->state != CommunicationState::sending && row->state != CommunicationState::failed)) return {};
    claim.give_key_free(work.tx);
    return comms::plan_again(work, *row);
  });
}

Outcome end(Claim& claim, const comms::Sending& sending, const capabilities::Delivery& delivery) {
  using capabilities::DeliveryEnd;
  if (delivery.end == DeliveryEnd::delivered) {
    (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
      comms::record_delivery(work, sending.release, sending.row, sending.message, delivery.receipt);
      claim.complete(work.tx);
      return {};
    });
    return {};
  }
  const bool over = delivery.end == DeliveryEnd::refused || claim.job.attempts >= claim.job.max_attempts;
  if (!over) return {Outcome::retry, delivery.reason, delivery.retry_after.value_or(Millis{0})};
  (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    comms::record_failure(work, sending.row, delivery.reason);
    return {};
  });
  return {Outcome::dead, delivery.reason};
}

}  // namespace

Outcome deliver(Claim& claim, const comms::Deliver& order, const capabilities::Connections& outside, const std::string& public_url,
                const std::vector<std::string>& publish_under) {
  const auto& id = order.communication;
  auto start = claim.engine.look(member(Member::notes_author), [&](Work& work) { return begin(work, claim.job, id, public_url); });
  if (!start.not_needed.empty()) {
    (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
      comms::record_not_needed(work, *comms::find_communication(work.tx, id), start.not_needed);
      claim.complete(work.tx);
      return {};
    });
    return {};
  }
  if (!start.not_yet.empty()) {
    give_back(claim, id);
    return {};
  }
  if (!start.sending) return start.otherwise;
  start.sending->publish_under = publish_under;
  return end(claim, *start.sending,
             comms::send(*start.sending, parts_of(claim, "communication_part", "communication_id", id), outside, claim.engine.clock.now(),
                         claim.stop));
}

Outcome communication_due(Claim& claim, const comms::CommunicationDue& order) {
  (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    TRY(comms::note_overdue(work, order.release));
    claim.complete(work.tx);
    return {};
  });
  return {};
}

}  // namespace evenkeel::jobs
