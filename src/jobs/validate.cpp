#include "jobs/validate.hpp"

#include "deploy/act.hpp"
#include "health/events.hpp"
#include "health/validation_watch.hpp"
#include "jobs/circumstances.hpp"
#include "jobs/metric_sources.hpp"
#include "validation/events.hpp"
#include "validation/jobs.hpp"

namespace evenkeel::jobs {
namespace {

using planning::Stage;

/// The checkpoint that declares: the last one within the first hour, else the first.
Millis declaring(const std::vector<Millis>& checkpoints) {
  Millis found = checkpoints.front();
  for (const auto c : checkpoints)
    if (c <= std::chrono::hours{1}) found = c;
  return found;
}

struct Deployed {
  SysTime started, finished;
};
std::optional<Deployed> deployed(store::Tx& tx, const std::string& release_id) {
  std::optional<Deployed> d;
  for (const auto& one : deploy::deployments_of(tx, release_id)) {
    if (!one.finished_at) continue;
    if (!d) d = Deployed{one.started_at, *one.finished_at};
    d->started = std::min(d->started, one.started_at);
    d->finished = std::max(d->finished, *one.finished_at);
  }
  return d;
}

/// How long a report waits for the watch to have judged what it is about.
constexpr Millis patience = std::chrono::minutes{2};

/// A component's watch after promotion: it has learned the past that the report speaks of.
struct Known {
  health::Watch watch;
  std::vector<health::MetricPast> pasts;
  std::vector<health::StoredSample> samples;
};
std::vector<Known> known_of(store::Tx& tx, const std::string& release_id) {
  std::vector<Known> all;
  for (auto& w :
       store::all<health::Watch>(tx, "watch", "WHERE release_id = $1 AND phase = 'validation' ORDER BY started_at", {release_id})) {
    Known k{std::move(w), {}, {}};
    k.pasts = health::pasts_of(tx, k.watch.id);
    for (auto& i : health::intervals_of(tx, k.watch.id)) k.samples.push_back(std::move(i.samples));
    all.push_back(std::move(k));
  }
  return all;
}
/// An interval that the report is about has not been judged yet.
bool is_behind(const Known& k, Millis after) {
  return k.watch.state == health::WatchState::watching &&
         health::validation_interval(k.watch, k.watch.next_interval).end() <= k.watch.started_at + after;
}

struct Around {
  Deployed deployed;
  Millis stretch;
  int interval_seconds;
};
/// The criterion from as long before the deployment as after it, and the same clock a day and a week earlier.
health::Chart chart_of(health::MetricSource& source, const health::Criterion& criterion, const health::QueryVariables& old,
                       const std::string& version, const Around& around, const health::CheckpointRow& row, std::stop_token stop) {
  const auto from = around.deployed.started - around.stretch;
  const auto parts = health::parts_of(from, around.stretch, around.interval_seconds);
  auto fresh = old;
  fresh.version = version;
  const auto after = int((around.deployed.finished + around.stretch - around.deployed.started) / parts.length);
  const auto values = [&](const health::QueryVariables& v, SysTime begin, int count) {
    return health::chart_values(criterion, source.fetch(criterion, health::SideName::control, v, {begin, parts.length, count}, stop),
                                row.slow_from_ms);
  };
  health::Chart chart{.service = old.service,
                      .criterion = criterion.name,
                      .share = criterion.queries.gauge.empty(),
                      .from = from,
                      .deployed_from = around.deployed.started,
                      .deployed_to = around.deployed.finished,
                      .step_ms = parts.length.count(),
                      .now = values(old, from, parts.count),
                      .limit = criterion.limit};
  const auto later = values(fresh, from + parts.length * parts.count, after);
  chart.now.insert(chart.now.end(), later.begin(), later.end());
  const auto all = parts.count + after;
  chart.yesterday = values(old, from - std::chrono::days{1}, all);
  chart.last_week = values(old, from - std::chrono::days{7}, all);
  if (std::none_of(chart.now.begin(), chart.now.end(), [](const auto& v) { return v.has_value(); })) chart.now.clear();
  return chart;
}

}  // namespace

Result<void> plan_checkpoints(Work& work, const std::string& release_id) {
  const auto release = TRY(planning::find_release(work.tx, release_id));
  const auto d = deployed(work.tx, release_id);
  if (!d) return {};
  for (const auto c : planning::organisation_of(work.tx, release)->validation.checkpoints)
    enqueue(work, validation::HealthCheckpoint{release_id, c.count()},
            {.at = d->finished + c,
             .key = fmt::format("checkpoint:{}:{}", release_id, c.count()),
             .release = release_id,
             .tries = Tries::persistent});
  return {};
}

Outcome health_checkpoint(Claim& claim, const validation::HealthCheckpoint& order, const capabilities::Connections& outside) {
  const auto& id = order.release;
  const Millis after{order.after_ms};
  struct Plan {
    planning::Release release;
    std::shared_ptr<const definitions::Organisation> o;
    Deployed d;
    std::vector<planning::Component> components;
    health::CheckpointReport report;
    std::map<std::string, SysTime> until = {};  // components that were deployed again, and when
    std::set<std::string> gone = {};            // components that were rolled back
    std::vector<health::ChartMarker> markers = {};
    std::vector<Known> known = {};
    bool answered = false;  // a person has judged what was suspect, and declined to roll back
  };
  auto plan = claim.engine.database.read([&](store::Tx& tx) -> Result<Plan> {
    Plan p{TRY(planning::find_release(tx, id)), nullptr, {}, planning::components_of(tx, id), {}};
    p.o = planning::organisation_of(tx, p.release);
    const auto d = deployed(tx, id);
    if (!d) return conflict("nothing was deployed");
    p.d = *d;
    p.report = {p.release.id,
                p.release.version,
                p.release.area,
                json::duration_text(after),
                d->finished,
                claim.engine.clock.now(),
                "",
                false,
                false,
                {},
                {}};
    for (const auto& w : store::all<health::Watch>(tx, "watch", "WHERE release_id = $1 ORDER BY started_at", {id}))
      p.report.canaries.push_back(w.service + ": " + w.sentence);
    p.known = known_of(tx, id);
    p.answered = tx.integer("SELECT count(*) FROM recommendation_answer WHERE release_id = $1 AND answer = 'declined' AND at >= $2",
                            {id, to_millis(p.d.finished)}) > 0;
    std::vector<Supersession> told;
    for (const auto& one : deploy::deployments_of(tx, id)) {
      if (one.result == deploy::DeploymentResult::rolled_back) p.gone.insert(one.service);
      const auto next = superseded(tx, one);
      if (!next || next->at > claim.engine.clock.now()) continue;
      p.until[one.service] = next->at;
      told.push_back(*next);
      p.report.circumstances.push_back(fmt::format("superseded: {} {} replaced it at {}, what came later is not counted", next->service,
                                                   next->version, to_iso(next->at)));
    }
    p.markers = markers_in(tx, p.release, d->started - after, claim.engine.clock.now());
    std::ranges::move(circumstances_of(tx, p.release, p.components.size() == 1 ? p.components.front().service : "", d->started,
                                       claim.engine.clock.now(), told),
                      std::back_inserter(p.report.circumstances));
    return p;
  });
  if (!plan) return {Outcome::dead, plan.error().message};
  const auto waited = claim.engine.clock.now() - (plan->d.finished + after);
  if (waited < patience && std::any_of(plan->known.begin(), plan->known.end(), [&](const auto& k) { return is_behind(k, after); }))
    return {.kind = Outcome::again, .error = "the watch has not judged all of it yet", .wait = std::chrono::seconds{5}};
  bool broken = false, goes_on = false;
  for (const auto& k : plan->known) {
    const auto judged = health::judge_validation(k.watch, k.pasts, k.samples, {});
    broken |= judged.held_again, goes_on |= judged.breach_goes_on;
  }
  const bool held_again = broken && !goes_on;
  for (auto& k : plan->known)
    for (auto& a : health::against_past(k.watch, k.pasts, std::move(k.samples), after)) {
      plan->report.before_after.push_back(a.sentence);
      plan->report.against.push_back(std::move(a));
    }
  const auto sources = metric_sources(*plan->o, outside);
  for (const auto& component : plan->components) {
    const auto* service = definitions::find_service(*plan->o, component.service);
    if (!service || plan->gone.contains(service->name)) continue;
    const auto stretch =
        std::min<Millis>(after, plan->until.contains(service->name) ? plan->until.at(service->name) - plan->d.finished : after);
    if (stretch < std::chrono::seconds{service->health.interval_seconds}) continue;
    for (const auto& criterion : service->health.criteria) {
      const auto source = sources.named.find(criterion.queries.source);
      if (source == sources.named.end()) continue;
      const auto side = [&](SysTime from, const std::string& version) {
        return source->second->fetch(criterion, health::SideName::control, {service->name, version, plan->release.environment},
                                     health::parts_of(from, stretch, service->health.interval_seconds), claim.stop);
      };
      const auto day = std::chrono::days{1};
      plan->report.rows.push_back(health::compare(service->name, criterion, side(plan->d.started - stretch, component.from_version),
                                                  side(plan->d.finished, component.version),
                                                  {{"yesterday", side(plan->d.finished - day, component.from_version)},
                                                   {"a week ago", side(plan->d.finished - 7 * day, component.from_version)}}));
      const health::QueryVariables old{service->name, component.from_version, plan->release.environment};
      auto chart = chart_of(*source->second, criterion, old, component.version, {plan->d, stretch, service->health.interval_seconds},
                            plan->report.rows.back(), claim.stop);
      chart.markers = plan->markers;
      if (!chart.now.empty()) plan->report.charts.push_back(std::move(chart));
      claim.renew(std::chrono::seconds{120});
    }
  }
  health::conclude(plan->report, plan->release.stage == Stage::validation && !plan->answered);
  const auto stored = claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    auto release = TRY(planning::find_release(work.tx, id));
    const auto report_id = work.new_id("hrp");
    const auto inserted = work.tx.exec(
        "INSERT INTO health_report (id, release_id, checkpoint, body, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (release_id, checkpoint) "
        "DO NOTHING",
        {report_id, id, plan->report.checkpoint, json::write(plan->report), to_millis(work.now)});
    claim.complete(work.tx);
    if (inserted == 0) return {};
    record(work, validation::ReportMade{.checkpoint = plan->report.checkpoint, .healthy = plan->report.healthy},
           {.subject = report_id, .release = id, .seals = {{"health_report", report_id}}});
    if (release.stage != Stage::validation) return {};
    const bool opted_in = plan->report.suspect && plan->o->validation.rollback_on_suspect;
    if ((plan->report.worse || opted_in) && !deploy::open_recommendation(work.tx, id)) {
      const auto rec = work.new_id("rec");
      work.tx.exec(
          "INSERT INTO recommendation (id, release_id, watch_id, service, act, sentence, verdict_id, at) VALUES ($1, $2, '', '', "
          "'release', $3, $4, $5)",
          {rec, id, plan->report.outcome, report_id, to_millis(work.now)});
      record(work, health::RollbackRecommended{.report = report_id, .act = health::ActKind::release},
             {.subject = rec, .release = id, .seals = {{"recommendation", rec}}});
    }
    // An objective that was broken and paged, and holds again: what the report says of the same time holds the release back, and wakes
    // nobody a second time.
    if ((plan->report.worse || plan->report.suspect) && !held_again)
      health::raise(work, id, {"", "", plan->report.outcome, work.now});
    else if (plan->report.healthy)
      health::lower(work, id, "");  // what an earlier report said
    if (plan->report.healthy && after >= declaring(plan->o->validation.checkpoints) && !deploy::open_recommendation(work.tx, id)) {
      release.outcome = planning::ReleaseOutcome::shipped;
      record(work, validation::DeclaredHealthy{.report = report_id, .checkpoint = plan->report.checkpoint}, {.subject = id, .release = id});
      return planning::enter_stage(work, release, Stage::communication, "declared healthy at " + plan->report.checkpoint);
    }
    return {};
  });
  if (!stored) return {Outcome::retry, stored.error().message};
  return {Outcome::done};
}

Result<StoredReport> report_at(store::Tx& tx, const std::string& reference, const std::string& checkpoint) {
  const auto release = TRY(planning::find_release(tx, reference));
  std::string made;
  for (auto& r : reports_of(tx, release.id)) {
    if (r.checkpoint == checkpoint) return std::move(r);
    made += (made.empty() ? "" : ", ") + r.checkpoint;
  }
  return not_found(
      fmt::format("release {} has no report at {}; made so far: {}", release.version, checkpoint, made.empty() ? "none" : made));
}

namespace {

bool rolling_back(store::Tx& tx, const planning::Release& release) {
  const auto run = steps::latest_run(tx, release.id);
  return run && run->kind == steps::RunKind::rollback && !run->ended_at;
}
std::string declaring_checkpoint(store::Tx& tx, const planning::Release& release) {
  return json::duration_text(declaring(planning::organisation_of(tx, release)->validation.checkpoints));
}
bool declaring_report_made(store::Tx& tx, const planning::Release& release) {
  const auto checkpoint = declaring_checkpoint(tx, release);
  return std::ranges::any_of(reports_of(tx, release.id), [&](const auto& r) { return r.checkpoint == checkpoint; });
}

}  // namespace

Result<void> may_declare_healthy(Work& work, const planning::Release& release) {
  if (release.owner == work.actor.id) return forbidden("nobody declares their own release healthy; ask the person on call");
  if (release.outcome == planning::ReleaseOutcome::shipped) return {};
  if (release.stage != Stage::validation)
    return conflict(fmt::format("release {} is in stage {}; only what is being validated is declared healthy", release.version,
                                json::enum_text(release.stage)));
  if (const auto open = deploy::open_recommendation(work.tx, release.id))
    return conflict(fmt::format("a rollback is recommended: {}{} Decline it first, with `evenkeel recommendation decline {} --reason ...`",
                                open->sentence, open->sentence.ends_with('.') ? "" : ".", release.version));
  if (rolling_back(work.tx, release)) return conflict(fmt::format("a rollback of {} is running", release.version));
  if (!declaring_report_made(work.tx, release))
    return conflict(fmt::format("the report at {} is not there yet; it may declare the release healthy by itself",
                                declaring_checkpoint(work.tx, release)));
  return {};
}

bool awaits_a_word(store::Tx& tx, const planning::Release& release) {
  return release.stage == Stage::validation && !deploy::open_recommendation(tx, release.id) && !rolling_back(tx, release) &&
         declaring_report_made(tx, release);
}

Result<planning::Release> declare_healthy(Work& work, const DeclareHealthy& command) {
  auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(work.require({Role::health_monitor, Role::on_call, Role::engineering_lead}, release.area, "declaring a release healthy"));
  if (command.reason.empty()) return invalid("say what was looked at, and why it is healthy", "reason");
  work.tx.lock("release", release.id);
  TRY(may_declare_healthy(work, release));
  if (release.outcome == planning::ReleaseOutcome::shipped) return release;
  const auto reports = reports_of(work.tx, release.id);
  release.outcome = planning::ReleaseOutcome::shipped;
  work.write_text("reason", command.reason);
  record(work, validation::DeclaredHealthy{.report = reports.back().id, .checkpoint = reports.back().checkpoint, .by = "person"},
         {.subject = release.id, .release = release.id});
  TRY(planning::enter_stage(work, release, Stage::communication, "declared healthy by a person"));
  return TRY(planning::find_release(work.tx, release.id));
}

std::vector<StoredReport> reports_of(store::Tx& tx, const std::string& release_id) {
  return store::all<StoredReport>(tx, "health_report", "WHERE release_id = $1 ORDER BY at", {release_id});
}

planning::Gates validation_gates() {
  using planning::Finding;
  using planning::GateVerdict;
  using planning::Release;
  return {
      {"declared_healthy", Stage::validation, false, "Was the release declared healthy, or rolled back?",
       [](store::Tx& tx, const Release& r, SysTime) -> Finding {
         const auto reports = reports_of(tx, r.id);
         if (r.outcome == planning::ReleaseOutcome::shipped)
           return planning::passed(reports.empty() ? "healthy" : reports.back().body.outcome, "", reports.empty() ? "" : reports.back().id);
         if (r.outcome == planning::ReleaseOutcome::rolled_back) return planning::passed("rolled back");
         return {GateVerdict::fail,
                 reports.empty() ? "waiting for the first checkpoint" : reports.back().body.outcome,
                 "healthy at the declaring checkpoint, or rolled back",
                 reports.empty() ? "" : reports.back().id,
                 fmt::format("roll back, or let somebody who does not own it declare it: `evenkeel release healthy {} --reason ...`",
                             r.version),
                 "health_monitor, on_call or engineering_lead"};
       }},
      {"reports_complete", Stage::review, true, "Is there a report for every checkpoint?",
       [](store::Tx& tx, const Release& r, SysTime) -> Finding {
         if (r.outcome != planning::ReleaseOutcome::shipped) return planning::passed("rolled back: the watch ended with it");
         const auto o = planning::organisation_of(tx, r);
         std::string missing;
         const auto reports = reports_of(tx, r.id);
         for (const auto c : o->validation.checkpoints) {
           const auto name = json::duration_text(c);
           if (std::none_of(reports.begin(), reports.end(), [&](const auto& s) { return s.checkpoint == name; }))
             missing += (missing.empty() ? "" : ", ") + name;
         }
         if (missing.empty()) return planning::passed(fmt::format("{} reports", reports.size()));
         return {GateVerdict::fail, "not yet: " + missing, "a report at every checkpoint", "", "wait; the health monitor makes them",
                 "health_monitor"};
       }},
  };
}

}  // namespace evenkeel::jobs
