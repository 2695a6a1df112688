#include "jobs/status.hpp"

#include "comms/send.hpp"
#include "comms/status.hpp"
#include "incident/incident.hpp"
#include "jobs/parts.hpp"

namespace evenkeel::jobs {
namespace {

using comms::StatusMoment;
using comms::StatusUpdate;
using comms::Turn;

std::optional<StatusMoment> moment_of(store::Tx& tx, const ledger::Entry& e) {
  using enum StatusMoment;
  if (e.kind == "run.started") return fact(e, "kind") == "deployment" ? std::optional(deployment_started) : std::nullopt;
  if (e.kind == "release.stage_entered") return fact(e, "to") == "validation" ? std::optional(deployment_finished) : std::nullopt;
  if (e.kind == "run.abandoned")
    return tx.integer("SELECT count(*) FROM run WHERE id = $1 AND kind = 'deployment'", {e.subject}) > 0 ? std::optional(deployment_stopped)
                                                                                                         : std::nullopt;
  if (e.kind == "release.declared_healthy") return declared_healthy;
  if (e.kind == "rollback.ordered") return rollback_started;
  if (e.kind == "release.rolled_back") return rolled_back;
  if (e.kind == "incident.opened") return incident_opened;
  if (e.kind == "incident.noted" && fact(e, "what") == "mitigated") return incident_mitigated;
  if (e.kind == "incident.noted" && fact(e, "what") == "resolved") return incident_resolved;
  return {};
}

Turn turn_of(const incident::Incident& i, StatusMoment moment, SysTime at) {
  return {.moment = moment, .at = at, .release_id = i.release_id, .incident_id = i.id, .title = i.title, .service = i.service};
}

void plan_next(Work& work, const incident::Incident& i, const std::string& audience, Millis every, std::int64_t number) {
  work.enqueue({.kind = "incident_status",
                .payload = json::Object{{"incident", i.id}, {"audience", audience}, {"number", number}},
                .due = work.now + every,
                .dedup_key = fmt::format("incident_status:{}:{}:{}", i.id, audience, number),
                .release = i.release_id});
}

std::shared_ptr<const definitions::Organisation> organisation_of(store::Tx& tx, const std::string& release_id) {
  if (!release_id.empty())
    if (const auto release = planning::find_release(tx, release_id)) return planning::organisation_of(tx, *release);
  const auto current = definitions::current(tx);
  return current ? *current : nullptr;
}

}  // namespace

Result<void> tell_status(Work& work, const ledger::Entry& e) {
  if (e.kind == "release.stage_entered" && fact(e, "to") == "communication") return comms::close_status(work, e.release);
  const auto moment = moment_of(work.tx, e);
  if (!moment) return {};
  if (!e.kind.starts_with("incident.")) return comms::tell(work, {.moment = *moment, .at = e.at, .release_id = e.release});
  const auto i = store::one<incident::Incident>(work.tx, "incident", "WHERE id = $1", {e.subject});
  if (!i) return {};
  TRY(comms::tell(work, turn_of(*i, *moment, e.at)));
  const auto o = organisation_of(work.tx, i->release_id);
  if (*moment == StatusMoment::incident_opened && o && !i->resolved_at)
    for (const auto& [audience, every] : comms::rhythms(*o)) plan_next(work, *i, audience, every, 1);
  return {};
}

Outcome incident_status(Claim& claim) {
  const auto data = claim.job.data();
  const std::string audience{data.at("audience").as_string()};
  const auto number = data.at("number").to_number<std::int64_t>();
  const auto told = claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    const auto i = store::one<incident::Incident>(work.tx, "incident", "WHERE id = $1", {std::string(data.at("incident").as_string())});
    const auto o = i ? organisation_of(work.tx, i->release_id) : nullptr;
    if (!o || i->resolved_at) return {};
    auto turn = turn_of(*i, StatusMoment::incident_ongoing, work.now);
    turn.number = number;
    turn.audience = audience;
    TRY(comms::tell(work, turn));
    if (const auto all = comms::rhythms(*o); all.contains(audience)) plan_next(work, *i, audience, all.at(audience), number + 1);
    return {};
  });
  return told ? Outcome{} : Outcome{Outcome::dead, told.error().message, {}};
}

Outcome deliver_status(Claim& claim, const capabilities::Connections& outside) {
  const std::string id{claim.job.data().at("status").as_string()};
  const auto row =
      claim.engine.database.read([&](store::Tx& tx) { return store::one<StatusUpdate>(tx, "status_update", "WHERE id = $1", {id}); });
  if (!row) return {Outcome::dead, "there is no status update " + id, {}};
  if (!comms::is_undone(*row)) return {};
  comms::Sending sending{.row = {.id = row->id,
                                 .release_id = row->release_id,
                                 .kind = comms::CommunicationKind::status_update,
                                 .audience = row->audience,
                                 .channel = row->channel},
                         .release = {},
                         .organisation = {},
                         .message = {row->subject, row->body, changelog::meaning_hash(row->body)},
                         .file = {},
                         .at = *row->happened_at};
  claim.engine.database.read([&](store::Tx& tx) {
    sending.organisation = organisation_of(tx, row->release_id);
    if (auto release = planning::find_release(tx, row->release_id)) sending.release = std::move(*release);
  });
  if (!sending.organisation) return {Outcome::dead, "no organisation is defined", {}};
  const auto delivery =
      comms::send(sending, parts_of(claim, "status_part", "status_id", id), outside, claim.engine.clock.now(), claim.stop);
  using capabilities::DeliveryEnd;
  if (delivery.end != DeliveryEnd::delivered && delivery.end != DeliveryEnd::refused && claim.job.attempts < claim.job.max_attempts)
    return {Outcome::retry, delivery.reason, delivery.retry_after.value_or(Millis{0})};
  const bool arrived = delivery.end == DeliveryEnd::delivered;
  (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    if (arrived) {
      comms::record_status_delivery(work, *row, delivery.receipt);
      claim.complete(work.tx);
    } else
      comms::record_status_failure(work, *row, delivery.reason);
    return {};
  });
  return arrived ? Outcome{} : Outcome{Outcome::dead, delivery.reason, {}};
}

}  // namespace evenkeel::jobs
