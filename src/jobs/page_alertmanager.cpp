#include "jobs/page_alertmanager.hpp"

#include "base/log.hpp"
#include "jobs/outcome.hpp"
#include "jobs/outside_alerts.hpp"

namespace evenkeel::jobs {
namespace {

/// Who does not answer, an only address or a member of a cluster, is told again soon: the alert there outlives four misses.
constexpr Millis soon = std::chrono::seconds{15};

}  // namespace

alertmanager::PostableAlert postable(const health::Alert& alert, const planning::Release& release, const std::string& on_call,
                                     SysTime now) {
  alertmanager::PostableAlert out{
      {{"alertname", "EvenkeelBreach"},
       {std::string(alertmanager::own_label), alert.dedup_key},
       {"severity", "critical"},
       {"area", release.area},
       {"release", release.version},
       {"environment", release.environment}},
      {{"summary", alert.summary},
       {"description", fmt::format("`evenkeel release show {0}/{1}` says what was seen; `evenkeel rollback start {0}/{1} --reason ...` "
                                   "takes it back",
                                   release.area, release.version)}},
      alert.opened_at,
      alert.resolved_at ? std::max(*alert.resolved_at, alert.opened_at + Millis{1}) : now + alertmanager::outlives};
  if (!alert.service.empty()) out.labels["service"] = alert.service;
  if (!on_call.empty()) out.annotations["on_call"] = on_call;
  return out;
}

Outcome page_alertmanager(Claim& claim, http::HttpClient& client, const definitions::ConnectionDef& pager, const health::Alert& alert,
                          const planning::Release& release, const std::string& on_call, health::PageAction action) {
  const auto now = claim.engine.clock.now();
  if (action == health::PageAction::resolve && !health::stop_paging(claim.engine, alert.id))
    return {.kind = Outcome::again, .wait = Millis{500}};
  auto told = alert;
  if (action != health::PageAction::resolve) told.resolved_at.reset();  // the end is told by its own job, after this one
  const auto sent = alertmanager::post_alert(client, alertmanager_config(pager), postable(told, release, on_call, now), now, claim.stop);
  if (sent.end == outbound::DeliveryEnd::delivered && !sent.reason.empty())
    log(LogLevel::warn, "not every member of the Alertmanager cluster was told", {{"pager", pager.name}, {"error", sent.reason}});
  auto outcome = outcome_of(sent);
  if (outcome.kind != Outcome::done || action == health::PageAction::resolve) return outcome;
  const auto next = sent.reason.empty() ? alertmanager::post_every : soon;
  (void)claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    health::keep_paging(work, alert, {.alert = alert.id, .pager = pager.name, .on_call = on_call}, work.now + next);
    return {};
  });
  return {};
}

Outcome keep_page(Claim& claim, const health::KeepPage& order, http::HttpClient& client) {
  struct Found {
    std::optional<health::Alert> alert;
    std::optional<planning::Release> release;
    std::shared_ptr<const definitions::Organisation> organisation;
  };
  const auto found = claim.engine.database.read([&](store::Tx& tx) -> Found {
    Found f{store::one<health::Alert>(tx, "alert", "WHERE id = $1", {order.alert}), {}, {}};
    if (!f.alert) return f;
    if (auto release = planning::find_release(tx, f.alert->release_id)) {
      f.organisation = planning::organisation_of(tx, *release);
      f.release = std::move(*release);
    }
    return f;
  });
  if (!found.alert || found.alert->state != health::AlertState::open) return {Outcome::done};
  if (!found.release) return {Outcome::dead, "the release is gone"};
  const auto* pager = definitions::find_connection(*found.organisation, order.pager);
  if (!pager) return {Outcome::dead, "the pager is not defined any more"};
  const auto now = claim.engine.clock.now();
  const auto sent = alertmanager::post_alert(client, alertmanager_config(*pager),
                                             postable(*found.alert, *found.release, order.on_call, now), now, claim.stop);
  if (sent.end == outbound::DeliveryEnd::delivered && sent.reason.empty())
    return {.kind = Outcome::again, .wait = alertmanager::post_every};
  return {.kind = Outcome::again, .error = sent.reason, .wait = sent.retry_after.value_or(soon)};
}

}  // namespace evenkeel::jobs
