#include "jobs/page_alertmanager.hpp"

#include "base/log.hpp"
#include "jobs/outcome.hpp"
#include "jobs/outside_alerts.hpp"

namespace evenkeel::jobs {
namespace {

/// Who does not answer, an only address or a member of a cluster, is told again soon: the alert there outlives four misses.
constexpr Millis soon = std::chrono::seconds{15};

std::string keeps(const health::Alert& alert) { return "keep_page:" + alert.id; }

/// From here on nobody posts the alert as firing; false while somebody is about to.
bool stop_keeping(Engine& engine, const health::Alert& alert) {
  return engine.database.write([&](store::Tx& tx) {
    tx.exec("UPDATE job SET state = 'done', finished_at = $2 WHERE dedup_key = $1 AND state IN ('waiting', 'dead')",
            {keeps(alert), to_millis(engine.clock.now())});
    return tx.integer("SELECT count(*) FROM job WHERE dedup_key = $1 AND state = 'running'", {keeps(alert)}) == 0;
  });
}

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
                          const planning::Release& release, const std::string& on_call, const std::string& action) {
  const auto now = claim.engine.clock.now();
  if (action == "resolve" && !stop_keeping(claim.engine, alert)) return {.kind = Outcome::again, .wait = Millis{500}};
  auto told = alert;
  if (action != "resolve") told.resolved_at.reset();  // the end is told by its own job, after this one
  const auto sent = alertmanager::post_alert(client, alertmanager_config(pager), postable(told, release, on_call, now), now, claim.stop);
  if (sent.end == outbound::DeliveryEnd::delivered && !sent.reason.empty())
    log(LogLevel::warn, "not every member of the Alertmanager cluster was told", {{"pager", pager.name}, {"error", sent.reason}});
  auto outcome = outcome_of(sent);
  if (outcome.kind != Outcome::done || action == "resolve") return outcome;
  const auto next = sent.reason.empty() ? alertmanager::post_every : soon;
  (void)claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    work.enqueue({"keep_page", json::Object{{"alert", alert.id}, {"pager", pager.name}, {"on_call", on_call}}, work.now + next,
                  keeps(alert), alert.release_id, 1'000'000});
    return {};
  });
  return {};
}

Outcome keep_page(Claim& claim, http::HttpClient& client) {
  const auto data = claim.job.data();
  struct Found {
    std::optional<health::Alert> alert;
    std::optional<planning::Release> release;
    std::shared_ptr<const definitions::Organisation> organisation;
  };
  const auto found = claim.engine.database.read([&](store::Tx& tx) -> Found {
    Found f{store::one<health::Alert>(tx, "alert", "WHERE id = $1", {std::string(data.at("alert").as_string())}), {}, {}};
    if (!f.alert) return f;
    if (auto release = planning::find_release(tx, f.alert->release_id)) {
      f.organisation = planning::organisation_of(tx, *release);
      f.release = std::move(*release);
    }
    return f;
  });
  if (!found.alert || found.alert->state != "open") return {Outcome::done};
  if (!found.release) return {Outcome::dead, "the release is gone"};
  const auto* pager = definitions::find_connection(*found.organisation, std::string(data.at("pager").as_string()));
  if (!pager) return {Outcome::dead, "the pager is not defined any more"};
  const auto now = claim.engine.clock.now();
  const auto sent =
      alertmanager::post_alert(client, alertmanager_config(*pager),
                               postable(*found.alert, *found.release, std::string(data.at("on_call").as_string()), now), now, claim.stop);
  if (sent.end == outbound::DeliveryEnd::delivered && sent.reason.empty())
    return {.kind = Outcome::again, .wait = alertmanager::post_every};
  return {.kind = Outcome::again, .error = sent.reason, .wait = sent.retry_after.value_or(soon)};
}

}  // namespace evenkeel::jobs
