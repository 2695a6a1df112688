#include "validation/outside_alerts.hpp"

#include "base/log.hpp"
#include "capabilities/alert_source.hpp"
#include "definitions/apply.hpp"
#include "incident/incident.hpp"

namespace evenkeel::validation {

namespace {

health::AlertReading read_alerts(const capabilities::Connections& outside, const definitions::ConnectionDef& connection,
                                 const std::map<std::string, std::string>& labels, SysTime now, std::stop_token stop = {}) {
  const auto opened = outside.open(connection);
  if (!opened) return {.connection = connection.name, .at = now, .problem = opened.error().message};
  return opened->alert_source->read(labels, now, std::move(stop));
}

}  // namespace

void hear_alerts(Engine& engine, const capabilities::Connections& outside, const definitions::Organisation& o, const health::Watch& watch,
                 std::stop_token stop) {
  const auto* s = definitions::find_service(o, watch.service);
  const auto* connection = s ? definitions::alert_source_of(o, *s) : nullptr;
  if (!connection) return;
  const auto reading = read_alerts(outside, *connection, s->alerts.labels, engine.clock.now(), std::move(stop));
  const auto stored = engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    const auto changes = health::note_reading(work, s->name, reading, s->alerts.recommends_rollback, watch.release_id);
    const auto since = health::deployed_from(work.tx, watch);
    const auto as_incident = [&](const health::OutsideAlert& a) -> Result<void> {
      TRY(incident::take_alert(
          work, s->name,
          {.fingerprint = a.fingerprint, .name = a.name, .summary = a.summary, .starts_at = a.starts_at, .ends_at = a.ends_at}));
      return {};
    };
    for (const auto& a : changes.began)
      if (a.muted.empty() && a.starts_at >= since) TRY(as_incident(a));
    for (const auto& a : changes.ended)
      if (store::one<incident::Incident>(work.tx, "incident", "WHERE external_id = $1",
                                         {"alertmanager:" + a.fingerprint + ":" + to_iso(a.starts_at)}))
        TRY(as_incident(a));
    return {};
  });
  if (!stored) log(LogLevel::error, "what Alertmanager said was not taken", {{"service", s->name}, {"error", stored.error().message}});
}

Result<AlertsNow> alerts_now(Engine& engine, const capabilities::Connections& outside, const std::string& name) {
  const auto o = TRY(engine.database.read([](store::Tx& tx) { return definitions::current(tx); }));
  const auto* s = definitions::find_service(*o, name);
  if (!s) return not_found(fmt::format("there is no service '{}'", name));
  if (s->alerts.labels.empty())
    return conflict(
        fmt::format("{0} names no labels of its alerts yet; add `alerts: {{labels: {{service: {0}}}}}` to it in the "
                    "definitions, and apply them",
                    s->name));
  const auto* connection = definitions::alert_source_of(*o, *s);
  if (!connection)
    return conflict(
        "no Alertmanager is connected; add a connection of `kind: alertmanager`, or let its webhook receiver call "
        "/api/v1/hooks/alertmanager");
  const auto now = engine.clock.now();
  AlertsNow out{s->name, "", s->alerts.labels, read_alerts(outside, *connection, s->alerts.labels, now),
                engine.database.read([&](store::Tx& tx) { return health::outside_alerts_of(tx, s->name, now - std::chrono::hours{24}); })};
  const auto speaking = std::count_if(out.now.alerts.begin(), out.now.alerts.end(), [](const auto& a) { return a.muted.empty(); });
  if (!out.now.problem.empty())
    out.sentence = fmt::format("Whether alerts of {} fire is not known: {}", s->name, out.now.problem);
  else if (out.now.alerts.empty())
    out.sentence = fmt::format("No alert of {} fires; {} silence{} on it.", s->name, out.now.silences.size(),
                               out.now.silences.size() == 1 ? " is" : "s are");
  else
    out.sentence =
        fmt::format("{} alert{} of {} {}, {} of them muted; {} silence{} on it.", out.now.alerts.size(),
                    out.now.alerts.size() == 1 ? "" : "s", s->name, out.now.alerts.size() == 1 ? "fires" : "fire",
                    out.now.alerts.size() - std::size_t(speaking), out.now.silences.size(), out.now.silences.size() == 1 ? " is" : "s are");
  return out;
}

}  // namespace evenkeel::validation
