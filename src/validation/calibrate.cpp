#include "validation/calibrate.hpp"

#include "definitions/apply.hpp"
#include "deploy/deploy.hpp"
#include "health/buckets.hpp"
#include "health/jobs.hpp"
#include "health/watch.hpp"
#include "validation/metric_sources.hpp"

namespace evenkeel::validation {
namespace {

using jobs::Claim;
using jobs::Outcome;

using health::CalibrationLevel;
using health::CriteriaSet;
using health::CutWindow;

constexpr std::int64_t most_windows = 400, most_intervals = 120'000;  // looked at; the newest ones
constexpr std::int64_t asked_at_once = 720;                           // intervals in one question
constexpr Millis grace{std::chrono::minutes{2}};                      // samples reach their source a scrape later
constexpr Millis tomorrow_at_most = std::chrono::hours{24};

Millis length_of(const CriteriaSet& set) { return std::chrono::seconds{std::int64_t(set.interval_seconds) * set.window_intervals}; }

struct Stretch {
  SysTime from, until;
};
/// What the database knows of the service's past.
struct Past {
  std::vector<deploy::Deployment> deployments;  // by start
  std::vector<Stretch> disturbed;
  std::vector<CutWindow> releases;  // earlier canaries of the same criteria that stayed good

  /// What ran then: $version in a query.
  std::string version_at(SysTime t) const {
    std::string version = deployments.empty() ? "" : deployments.front().from_version;
    for (const auto& d : deployments)
      if (d.started_at <= t && (d.result == deploy::DeploymentResult::success || d.result == deploy::DeploymentResult::rolled_back))
        version = d.result == deploy::DeploymentResult::success ? d.version : d.from_version;
    return version;
  }
  bool is_disturbed(SysTime from, SysTime until) const {
    return std::any_of(disturbed.begin(), disturbed.end(), [&](const Stretch& s) { return s.from < until && s.until > from; });
  }
};

CutWindow window_of(const std::vector<health::JudgedInterval>& intervals, const health::Watch& w, const std::string& version) {
  CutWindow cut{.canary = "release " + version, .batch = {.range = {w.started_at, std::chrono::seconds{w.criteria.interval_seconds}}}};
  cut.batch.range.count = int(intervals.size());
  cut.batch.canary.resize(w.criteria.criteria.size()), cut.batch.control.resize(w.criteria.criteria.size());
  const auto append = [](std::vector<health::SideSeries>& to, const std::vector<health::SideSeries>& from) {
    const auto side = health::restored(from);
    for (std::size_t c = 0; c < to.size() && c < side.size(); ++c) health::append(to[c], side[c]);
  };
  for (const auto& i : intervals) append(cut.batch.canary, i.samples.canary), append(cut.batch.control, i.samples.control);
  for (std::size_t c = 0; c < cut.batch.canary.size(); ++c) health::to_common_bounds(cut.batch.canary[c], cut.batch.control[c]);
  return cut;
}

Past past_in(store::Tx& tx, const std::string& service, const std::string& environment, const CriteriaSet& set, SysTime from,
             SysTime until) {
  Past p;
  p.deployments = store::all<deploy::Deployment>(tx, "deployment", "WHERE service = $1 AND environment = $2 ORDER BY started_at",
                                                 {service, environment});
  for (const auto& d : p.deployments)
    p.disturbed.push_back({d.started_at, d.restored_at.value_or(d.finished_at.value_or(
                                             d.result == deploy::DeploymentResult::running ? until : d.started_at))});
  tx.exec(
      "SELECT started_at, coalesce(resolved_at, $2) FROM incident WHERE started_at <= $2 AND coalesce(resolved_at, $2) >= $1 AND "
      "(service = $3 OR service = '')",
      {to_millis(from), to_millis(until), service}, [&](const store::Row& row) {
        p.disturbed.push_back({from_millis(std::get<std::int64_t>(row.values[0])), from_millis(std::get<std::int64_t>(row.values[1]))});
      });
  for (const auto& w : store::all<health::Watch>(
           tx, "watch",
           "WHERE service = $1 AND phase = 'canary' AND state = 'ended' AND criteria_hash = $2 AND verdict IN ('healthy', 'no_harm_seen') "
           "AND started_at >= $3 AND release_id IN (SELECT id FROM release WHERE outcome = 'shipped' AND environment = $4)",
           {service, to_hex(health::criteria_hash(set)), to_millis(from), environment})) {
    const auto intervals = health::intervals_of(tx, w.id);
    if (int(intervals.size()) == set.window_intervals)
      p.releases.push_back(window_of(intervals, w, p.version_at(w.started_at + length_of(set) * 2)));
  }
  return p;
}

/// The hosts that every critical comparison knows.
std::vector<std::string> hosts_in(const CriteriaSet& set, const std::vector<health::HostSeries>& series) {
  std::optional<std::set<std::string>> common;
  for (std::size_t c = 0; c < set.criteria.size(); ++c) {
    if (!set.criteria[c].critical || series[c].hosts.empty()) continue;
    std::set<std::string> here;
    for (const auto& [name, one] : series[c].hosts)
      if (!common || common->contains(name)) here.insert(name);
    common = std::move(here);
  }
  return common ? std::vector<std::string>(common->begin(), common->end()) : std::vector<std::string>{};
}

/// Some question found nobody to answer it, or was told "not now".
bool out_of_reach(const std::vector<health::HostSeries>& series) {
  return std::any_of(series.begin(), series.end(), [](const auto& s) {
    return std::any_of(s.asked.begin(), s.asked.end(),
                       [](const auto& a) { return !a.url.empty() && (a.status == 0 || a.status == 429 || a.status >= 500); });
  });
}

struct Reading {
  const definitions::Organisation& organisation;
  const definitions::ServiceDef& service;
  std::string environment;
  const capabilities::Connections& outside;
  SysTime now;
  std::stop_token stop;
  std::function<void()> still_alive;
};

struct Range {
  SysTime from, until;
};
/// Whole windows on a grid that does not move from night to night.
Range range_of(const CriteriaSet& set, SysTime now) {
  const auto length = length_of(set);
  const auto until = SysTime{(now - grace).time_since_epoch() / length * length};
  const auto most = std::min({std::int64_t(std::chrono::days{set.calibrate.days} / length), most_windows,
                              std::max<std::int64_t>(1, most_intervals / set.window_intervals)});
  return {until - length * most, until};
}

/// Adds the windows of one stretch without a gap, from one question a criterion.
Result<std::int64_t> cut(const Reading& r, const MetricSources& sources, const Stretch& s, const std::string& version,
                         std::vector<CutWindow>& windows) {
  const auto& set = r.service.health;
  const auto length = length_of(set);
  const health::IntervalRange range{s.from, std::chrono::seconds{set.interval_seconds},
                                    int((s.until - s.from) / std::chrono::seconds{set.interval_seconds})};
  std::vector<health::HostSeries> series;
  for (const auto& c : set.criteria) {
    const auto source = sources.named.find(c.queries.source);
    series.push_back(source == sources.named.end()
                         ? health::HostSeries{.hosts = {}, .problem = fmt::format("no metric source is called '{}'", c.queries.source)}
                         : source->second->fetch_hosts(c, set.calibrate.by, health::SideName::control,
                                                       {r.service.name, version, r.environment}, range, r.stop));
    r.still_alive();
  }
  if (out_of_reach(series)) return unavailable(fmt::format("a metric source of {} does not answer; it is asked again", r.service.name));
  const auto hosts = hosts_in(set, series);
  for (std::size_t first = 0; first < std::size_t(range.count); first += std::size_t(set.window_intervals)) {
    const auto from = s.from + std::chrono::seconds{set.interval_seconds} * std::int64_t(first);
    const auto taken = health::hosts_in_turn(hosts, from.time_since_epoch() / length, set.calibrate.hosts);
    auto rest = hosts;
    std::erase_if(rest, [&](const auto& h) { return std::find(taken.begin(), taken.end(), h) != taken.end(); });
    CutWindow w{.canary = fmt::format("{}", fmt::join(taken, ", ")), .batch = {.range = {from, range.length, set.window_intervals}}};
    w.share = hosts.empty() ? 0 : double(taken.size()) / double(hosts.size());
    for (const auto& one : series) {
      w.batch.canary.push_back(health::sum_of(one, taken, first, std::size_t(set.window_intervals)));
      w.batch.control.push_back(health::sum_of(one, rest, first, std::size_t(set.window_intervals)));
    }
    windows.push_back(std::move(w));
  }
  return std::int64_t(hosts.size());
}

Result<health::CalibrationBody> read_past(const Reading& r, const Past& past) {
  const auto& set = r.service.health;
  const auto length = length_of(set);
  const auto [from, until] = range_of(set, r.now);
  const auto sources = metric_sources(r.organisation, r.outside);
  auto windows = past.releases;
  std::int64_t left_out = 0, hosts = 0;
  for (auto at = from; at < until;) {
    if (past.is_disturbed(at, at + length)) {
      ++left_out, at += length;
      continue;
    }
    const auto version = past.version_at(at);
    auto end = at + length;
    while (end < until && (end - at + length) / std::chrono::seconds{set.interval_seconds} <= asked_at_once &&
           !past.is_disturbed(end, end + length) && past.version_at(end) == version)
      end += length;
    hosts = std::max(hosts, TRY(cut(r, sources, {at, end}, version, windows)));
    at = end;
  }
  auto body = health::learn_from(set, windows, left_out);
  body.from = from, body.until = until, body.hosts = hosts;
  if (hosts <= set.calibrate.hosts)
    body.missing.push_back(fmt::format("at most {} host{} of the label {} at once; {} and at least one more are needed", hosts,
                                       hosts == 1 ? "" : "s", set.calibrate.by, set.calibrate.hosts));
  return body;
}

Result<const definitions::ServiceDef*> service_with_criteria(const definitions::Organisation& o, const std::string& name) {
  const auto* s = definitions::find_service(o, name);
  if (!s) return not_found(fmt::format("there is no service '{}'", name));
  if (s->health.criteria.empty()) return conflict(fmt::format("{} has no health criteria in the definitions yet", s->name));
  return s;
}

std::string production_name(const definitions::Organisation& o) {
  const auto* production = definitions::production(o);
  return production ? production->name : "";
}

/// Enough, and far from being stale.
bool is_good(const std::optional<health::StoredCalibration>& c, const CriteriaSet& set, SysTime now) {
  const auto rests = std::min<Millis>(calibration_rests, std::chrono::days{set.calibrate.good_for_days} / 2);
  return c && c->level == CalibrationLevel::calibrated && c->method_version == health::calibration_method && now - c->at < rests;
}

}  // namespace

SysTime next_night(SysTime t, const std::string& zone, const std::string& service) {
  const auto later = std::chrono::minutes{std::hash<std::string_view>{}(service) % 60};
  for (int day = -1; day < 3; ++day) {
    const auto night = from_local(to_date(t + std::chrono::days{day}) + " 03:00", zone);
    if (night && *night + later > t) return *night + later;
  }
  return t + tomorrow_at_most;
}

Result<void> plan_calibrations(Work& work) {
  const auto o = TRY(definitions::current(work.tx));
  for (const auto& s : o->services) {
    if (s.health.calibrate.by.empty() || s.health.criteria.empty()) continue;
    const auto job = [&](SysTime due, const std::string& key, bool once) {
      enqueue(work, health::Calibrate{s.name, once}, {.at = due, .key = key, .tries = Tries::until_done});
    };
    job(work.now, fmt::format("calibrate:{}:{}", s.name, to_hex(health::criteria_hash(s.health))), true);
    job(next_night(work.now, o->zone, s.name), "calibrate:" + s.name, false);
  }
  return {};
}

Outcome calibrate(Claim& claim, const health::Calibrate& order, const capabilities::Connections& outside) {
  const auto& [name, once] = order;
  const auto now = claim.engine.clock.now();
  struct Found {
    std::shared_ptr<const definitions::Organisation> organisation;
    const definitions::ServiceDef* service = nullptr;
    std::string environment;
    bool good = false;
    Past past;
  };
  const auto found = claim.engine.database.read([&](store::Tx& tx) -> Result<Found> {
    Found f{.organisation = TRY(definitions::current(tx))};
    f.service = definitions::find_service(*f.organisation, name);
    f.environment = production_name(*f.organisation);
    if (!f.service || f.service->health.calibrate.by.empty() || f.service->health.criteria.empty()) {
      f.service = nullptr;
      return f;
    }
    const auto& set = f.service->health;
    f.good = is_good(health::newest_calibration(tx, f.service->name, f.environment, to_hex(health::criteria_hash(set))), set, now);
    const auto [from, until] = range_of(set, now);
    if (!f.good) f.past = past_in(tx, f.service->name, f.environment, set, from, until);
    return f;
  });
  if (!found) return {Outcome::retry, found.error().message};
  const auto& f = *found;
  if (f.service && !f.good) {
    const auto body = read_past(
        {*f.organisation, *f.service, f.environment, outside, now, claim.stop, [&] { claim.renew(std::chrono::seconds{120}); }}, f.past);
    if (!body && body.error().kind == ErrorKind::unavailable)
      return {.kind = Outcome::again, .error = body.error().message, .wait = std::chrono::minutes{15}};
    if (!body) return {Outcome::retry, body.error().message};
    const auto stored = claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<health::StoredCalibration> {
      return health::store_calibration(work, f.service->name, f.environment, f.service->health, *body);
    });
    if (!stored) return {Outcome::retry, stored.error().message};
  }
  if (once) return {};
  const auto next = next_night(now, f.organisation->zone, name);
  return {.kind = Outcome::again, .wait = std::max<Millis>(next - claim.engine.clock.now(), std::chrono::minutes{1})};
}

Result<health::StoredCalibration> calibrate_now(Engine& engine, const capabilities::Connections& outside, const Actor& actor,
                                                const CalibrateNow& command) {
  const auto now = engine.clock.now();
  const auto o = TRY(engine.database.read([](store::Tx& tx) { return definitions::current(tx); }));
  const auto* service = TRY(service_with_criteria(*o, command.service));
  TRY(require_role(actor, {Role::health_monitor, Role::coordinator, Role::engineering_lead, Role::on_call}, service->area,
                   "calibrating a service's criteria"));
  const auto& set = service->health;
  if (set.calibrate.by.empty())
    return conflict(
        fmt::format("the criteria of {} do not say how hosts are told apart; add `calibrate: {{by: instance}}` to its health "
                    "in evenkeel.yaml and apply",
                    service->name));
  const auto environment = production_name(*o);
  const auto [from, until] = range_of(set, now);
  const auto past = engine.database.read([&](store::Tx& tx) { return past_in(tx, service->name, environment, set, from, until); });
  const auto body = TRY(read_past({*o, *service, environment, outside, now, {}, [] {}}, past));
  return engine.perform(actor, [&](Work& work) -> Result<health::StoredCalibration> {
    return health::store_calibration(work, service->name, environment, set, body);
  });
}

Result<CalibrationState> calibration_state(store::Tx& tx, const std::string& name, SysTime now) {
  const auto o = TRY(definitions::current(tx));
  const auto* service = TRY(service_with_criteria(*o, name));
  const auto& set = service->health;
  CalibrationState s{.service = service->name, .environment = production_name(*o), .criteria_hash = to_hex(health::criteria_hash(set))};
  s.newest = health::newest_calibration(tx, s.service, s.environment);
  const auto used = health::calibration_for(tx, s.service, s.environment, set, now);
  s.level = used.level;
  const auto ask = fmt::format("`evenkeel criteria calibrate {}`", s.service);
  if (set.calibrate.by.empty()) {
    s.sentence = "Uncalibrated: the criteria do not say how hosts are told apart.";
    s.next_step = "add `calibrate: {by: instance}` to the service's health in evenkeel.yaml and apply";
  } else if (used.id.empty()) {
    s.sentence = fmt::format("Uncalibrated: {}.", used.note);
    s.next_step = s.newest && s.newest->criteria_hash == s.criteria_hash && s.newest->level == CalibrationLevel::uncalibrated
                      ? "wait for more history; it is tried again every night"
                      : ask + ", or wait for the night";
  } else {
    s.sentence = s.newest->sentence;
    if (used.level != CalibrationLevel::calibrated) s.next_step = "wait for more history; it is tried again every night";
  }
  s.may_act_alone = service->automatic_rollback.value_or(o->validation.automatic_rollback) && used.automatic_threshold.has_value();
  return s;
}

}  // namespace evenkeel::validation
