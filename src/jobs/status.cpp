#include "jobs/status.hpp"

#include "comms/jobs.hpp"
#include "comms/send.hpp"
#include "comms/status.hpp"
#include "deploy/events.hpp"
#include "incident/events.hpp"
#include "incident/incident.hpp"
#include "jobs/parts.hpp"
#include "planning/events.hpp"
#include "steps/events.hpp"
#include "validation/events.hpp"

namespace evenkeel::jobs {
namespace {

using comms::StatusMoment;
using comms::StatusUpdate;
using comms::Turn;

std::optional<StatusMoment> moment_of(store::Tx& tx, const ledger::Entry& e) {
  using enum StatusMoment;
  if (const auto started = as<steps::RunStarted>(e))
    return started->kind_ == steps::RunKind::deployment ? std::optional(deployment_started) : std::nullopt;
  if (const auto entered = as<planning::StageEntered>(e))
    return entered->to == planning::Stage::validation ? std::optional(deployment_finished) : std::nullopt;
  if (is<steps::RunAbandoned>(e)) {
    const auto run = steps::find_run(tx, RunId{e.subject});
    return run && run->kind == steps::RunKind::deployment ? std::optional(deployment_stopped) : std::nullopt;
  }
  if (is<validation::DeclaredHealthy>(e)) return declared_healthy;
  if (is<deploy::RollbackOrdered>(e)) return rollback_started;
  if (is<deploy::ReleaseRolledBack>(e)) return rolled_back;
  if (is<incident::IncidentOpened>(e)) return incident_opened;
  if (const auto noted = as<incident::IncidentNoted>(e)) {
    if (noted->what == incident::Moment::mitigated) return incident_mitigated;
    if (noted->what == incident::Moment::resolved) return incident_resolved;
  }
  return {};
}

Turn turn_of(const incident::Incident& i, StatusMoment moment, SysTime at) {
  return {.moment = moment, .at = at, .release_id = i.release_id, .incident_id = i.id, .title = i.title, .service = i.service};
}

void plan_next(Work& work, const incident::Incident& i, const std::string& audience, Millis every, std::int64_t number) {
  enqueue(work, comms::IncidentStatus{i.id, audience, number},
          {.at = work.now + every, .key = fmt::format("incident_status:{}:{}:{}", i.id, audience, number), .release = i.release_id});
}

std::shared_ptr<const definitions::Organisation> organisation_of(store::Tx& tx, const ReleaseId& release_id) {
  if (!release_id.empty())
    if (const auto release = planning::find_release(tx, release_id)) return planning::organisation_of(tx, *release);
  const auto current = definitions::current(tx);
  return current ? *current : nullptr;
}

}  // namespace

Result<void> tell_status(Work& work, const ledger::Entry& e) {
  if (const auto entered = as<planning::StageEntered>(e); entered && entered->to == planning::Stage::communication)
    return comms::close_status(work, ReleaseId{e.release});
  const auto moment = moment_of(work.tx, e);
  if (!moment) return {};
  if (!is<incident::IncidentOpened, incident::IncidentNoted>(e))
    return comms::tell(work, {.moment = *moment, .at = e.at, .release_id = ReleaseId{e.release}});
  const auto i = store::one<incident::Incident>(work.tx, "incident", "WHERE id = $1", {e.subject});
  if (!i) return {};
  TRY(comms::tell(work, turn_of(*i, *moment, e.at)));
  const auto o = organisation_of(work.tx, i->release_id);
  if (*moment == StatusMoment::incident_opened && o && !i->resolved_at)
    for (const auto& [audience, every] : comms::rhythms(*o)) plan_next(work, *i, audience, every, 1);
  return {};
}

Outcome incident_status(Claim& claim, const comms::IncidentStatus& order) {
  const auto& audience = order.audience;
  const auto told = claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    const auto i = store::one<incident::Incident>(work.tx, "incident", "WHERE id = $1", {order.incident});
    const auto o = i ? organisation_of(work.tx, i->release_id) : nullptr;
    if (!o || i->resolved_at) return {};
    auto turn = turn_of(*i, StatusMoment::incident_ongoing, work.now);
    turn.number = order.number;
    turn.audience = audience;
    TRY(comms::tell(work, turn));
    if (const auto all = comms::rhythms(*o); all.contains(audience)) plan_next(work, *i, audience, all.at(audience), order.number + 1);
    return {};
  });
  return told ? Outcome{} : Outcome{Outcome::dead, told.error().message, {}};
}

Outcome deliver_status(Claim& claim, const comms::DeliverStatus& order, const capabilities::Connections& outside) {
  const auto& id = order.status;
  const auto row =
      claim.engine.database.read([&](store::Tx& tx) { return store::one<StatusUpdate>(tx, "status_update", "WHERE id = $1", {id}); });
  if (!row) return {Outcome::dead, "there is no status update " + id, {}};
  if (!comms::is_undone(*row)) return {};
  comms::Sending sending{.row = {.id = CommunicationId{row->id.text},  // sent as an announcement is
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
