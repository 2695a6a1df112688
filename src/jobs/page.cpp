#include "jobs/page.hpp"

#include "accounts/accounts.hpp"
#include "base/log.hpp"
#include "capabilities/pager.hpp"
#include "incident/events.hpp"
#include "incident/incident.hpp"
#include "jobs/outcome.hpp"
#include "planning/find.hpp"
#include "planning/in_force.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::jobs {
namespace {

using capabilities::Delivery;
using capabilities::DeliveryEnd;
using capabilities::PageAct;

/// Who does not answer, an only address or a member of a cluster, is told again soon: the alert there outlives four misses.
constexpr Millis soon = std::chrono::seconds{15};

/// An alert with what it is told over.
struct Found {
  health::Alert alert;
  planning::Release release;
  std::shared_ptr<const definitions::Organisation> organisation;
  std::optional<planning::OnCall> on_call;  // now
  const definitions::OnCallDef* rules() const { return definitions::find_on_call(*organisation, release.area); }
  const definitions::ConnectionDef* pager() const {
    const auto* o = rules();
    return o && !o->pager.empty() ? definitions::find_connection(*organisation, o->pager)
                                  : definitions::find_connection(*organisation, definitions::Ability::pager);
  }
};

Result<Found> find(store::Tx& tx, const std::string& alert_id, SysTime now) {
  auto alert = store::one<health::Alert>(tx, "alert", "WHERE id = $1", {alert_id});
  if (!alert) return not_found("the alert is gone");
  auto release = TRY(planning::find_release(tx, alert->release_id));
  auto organisation = planning::in_force(tx, release);
  auto on_call = planning::on_call_at(tx, *organisation, release.area, now);
  return Found{std::move(*alert), std::move(release), std::move(organisation), std::move(on_call)};
}
Result<Found> find(Engine& engine, const std::string& alert_id) {
  return engine.database.read([&](store::Tx& tx) { return find(tx, alert_id, engine.clock.now()); });
}

capabilities::Page page_of(const Found& f, const std::string& who) {
  return {.key = f.alert.dedup_key,
          .summary = f.alert.summary,
          .area = f.release.area,
          .service = f.alert.service,
          .release = f.release.version,
          .environment = f.release.environment,
          .on_call = who,
          .parts = json::to_value(f.alert.parts),
          .number = std::int64_t(f.alert.parts.size()),
          .opened_at = f.alert.opened_at,
          .resolved_at = f.alert.resolved_at};
}
/// The deputy's page is one of its own: the same key would wake nobody again.
capabilities::Page deputy_page(const Found& f) {
  auto page = page_of(f, f.on_call ? f.on_call->deputy : "");
  page.key += ":deputy";
  return page;
}

PageAct act_of(health::PageAction action) {
  switch (action) {
    case health::PageAction::trigger:
      return PageAct::trigger;
    case health::PageAction::acknowledge:
      return PageAct::acknowledge;
    case health::PageAction::resolve:
      break;
  }
  return PageAct::resolve;
}

/// Tells it over the area's pager; the deputy's page ends with the alert's.
Delivery tell(const Found& f, capabilities::Pager& pager, PageAct act, SysTime now, const std::stop_token& stop) {
  auto page = page_of(f, f.on_call ? f.on_call->person : "");
  if (act != PageAct::resolve) page.resolved_at.reset();  // the end is told by its own job, after this one
  auto sent = pager.tell(page, act, now, stop);
  if (sent.end != DeliveryEnd::delivered || act == PageAct::trigger || !f.alert.escalated_at) return sent;
  return pager.tell(deputy_page(f), act, now, stop);
}

Outcome keep(Claim& claim, const Found& f, const std::string& pager, Millis next) {
  (void)claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    health::keep_paging(work, f.alert, {.alert = f.alert.id, .pager = pager}, work.now + next);
    return {};
  });
  return {};
}

}  // namespace

Outcome page(Claim& claim, const health::Page& order, const capabilities::Connections& outside) {
  const auto found = find(claim.engine, order.alert);
  if (!found) return {Outcome::dead, found.error().message};
  const auto act = act_of(order.action);
  if (act == PageAct::resolve && claim.engine.database.read([&](store::Tx& tx) { return health::is_being_told(tx, order.alert); }))
    return {.kind = Outcome::again, .wait = Millis{500}};
  const auto* connection = found->pager();
  if (!connection) return {Outcome::dead, fmt::format("no pager is connected for area {}", found->release.area)};
  const auto opened = outside.open(*connection);
  if (!opened) return {Outcome::retry, opened.error().message};
  auto& pager = *opened->pager;
  if (act == PageAct::resolve && !health::stop_paging(claim.engine, order.alert)) return {.kind = Outcome::again, .wait = Millis{500}};
  const auto sent = tell(*found, pager, act, claim.engine.clock.now(), claim.stop);
  if (sent.end == DeliveryEnd::delivered && !sent.reason.empty())
    log(LogLevel::warn, "not every member of the pager was told", {{"pager", connection->name}, {"error", sent.reason}});
  auto outcome = outcome_of(sent);
  const auto again = pager.told_again_every();
  if (outcome.kind != Outcome::done || act != PageAct::trigger || !again) return outcome;
  return keep(claim, *found, connection->name, sent.reason.empty() ? *again : soon);
}

Outcome keep_page(Claim& claim, const health::KeepPage& order, const capabilities::Connections& outside) {
  const auto found = find(claim.engine, order.alert);
  if (!found) return {Outcome::dead, found.error().message};
  if (found->alert.state != health::AlertState::open) return {Outcome::done};
  const auto* connection = definitions::find_connection(*found->organisation, order.pager);
  if (!connection) return {Outcome::dead, "the pager is not defined any more"};
  const auto opened = outside.open(*connection);
  if (!opened) return {.kind = Outcome::again, .error = opened.error().message, .wait = soon};
  const auto sent = tell(*found, *opened->pager, PageAct::trigger, claim.engine.clock.now(), claim.stop);
  const auto every = opened->pager->told_again_every().value_or(soon);
  if (sent.end == DeliveryEnd::delivered && sent.reason.empty()) return {.kind = Outcome::again, .wait = every};
  return {.kind = Outcome::again, .error = sent.reason, .wait = sent.retry_after.value_or(soon)};
}

Result<void> plan_escalation(Work& work, const ledger::Entry& opened) {
  const auto found = TRY(find(work.tx, opened.subject, work.now));
  const auto* rules = found.rules();
  if (!rules) return {};  // whether there is a deputy is asked when the time has come
  enqueue(work, health::EscalatePage{found.alert.id},
          {.at = found.alert.opened_at + rules->escalate_after,
           .key = "escalate_page:" + found.alert.id,
           .release = found.alert.release_id,
           .tries = Tries::persistent});
  return {};
}

Outcome escalate_page(Claim& claim, const health::EscalatePage& order, const capabilities::Connections& outside) {
  const auto found = find(claim.engine, order.alert);
  if (!found) return {Outcome::dead, found.error().message};
  const auto& alert = found->alert;
  if (alert.state != health::AlertState::open || alert.acknowledged_at || alert.escalated_at) return {};
  const auto* connection = found->pager();
  if (!connection) return {Outcome::dead, fmt::format("no pager is connected for area {}", found->release.area)};
  const auto opened = outside.open(*connection);
  if (!opened) return {Outcome::retry, opened.error().message};
  if (opened->pager->told_again_every()) return {};
  const auto page = deputy_page(*found);
  if (page.on_call.empty()) return {};
  const auto outcome = outcome_of(opened->pager->tell(page, PageAct::trigger, claim.engine.clock.now(), claim.stop));
  if (outcome.kind != Outcome::done) return outcome;
  const auto stored = claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    health::note_escalated(work, alert.id, page.on_call);
    claim.complete(work.tx);
    return {};
  });
  return stored ? Outcome{} : Outcome{Outcome::retry, stored.error().message};
}

Result<void> may_acknowledge(Work& work, const planning::Release& release) {
  if (!planning::is_on_call_for(work.tx, work.actor, {release.area}, work.now))
    TRY(work.require({Role::on_call, Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin}, release.area,
                     "acknowledging a page"));
  const auto all = pages_of(work.tx, release.id);
  if (all.empty() || (all.back().state != health::AlertState::open && !all.back().acknowledged_at))
    return conflict(
        fmt::format("no page of {} is open; `evenkeel page list {}` says what was", release.version, planning::called(release)));
  return {};
}

Result<health::Alert> acknowledge_page(Work& work, const AcknowledgePage& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(may_acknowledge(work, release));
  (void)health::note_acknowledged(work, release.id, work.actor.id);
  return pages_of(work.tx, release.id).back();
}

std::vector<health::Alert> pages_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<health::Alert>(tx, "alert", "WHERE release_id = $1 ORDER BY opened_at, id", {release_id});
}

Result<void> acknowledge_by_incident(Work& work, const ledger::Entry& noted) {
  if (as<incident::IncidentNoted>(noted)->what != incident::Moment::acknowledged) return {};
  const auto i = store::one<incident::Incident>(work.tx, "incident", "WHERE id = $1", {noted.subject});
  if (i && !i->release_id.empty()) health::note_acknowledged(work, i->release_id, noted.actor);
  return {};
}

}  // namespace evenkeel::jobs
