#include "validation/healthy.hpp"

#include "planning/find.hpp"
#include "validation/events.hpp"
#include "validation/report.hpp"

namespace evenkeel::validation {

using planning::Stage;

Millis declaring_checkpoint(const std::vector<Millis>& checkpoints) {
  Millis found = checkpoints.front();
  for (const auto c : checkpoints)
    if (c <= std::chrono::hours{1}) found = c;
  return found;
}

namespace {

bool rolling_back(store::Tx& tx, const planning::Release& release) {
  const auto run = steps::latest_run(tx, release.id);
  return run && run->kind == steps::RunKind::rollback && !run->ended_at;
}
std::string name_of_declaring(store::Tx& tx, const planning::Release& release) {
  return json::duration_text(declaring_checkpoint(planning::organisation_of(tx, release)->validation.checkpoints));
}
bool declaring_report_made(store::Tx& tx, const planning::Release& release) {
  const auto checkpoint = name_of_declaring(tx, release);
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
                                open->sentence, open->sentence.ends_with('.') ? "" : ".", planning::called(release)));
  if (rolling_back(work.tx, release)) return conflict(fmt::format("a rollback of {} is running", release.version));
  if (!declaring_report_made(work.tx, release))
    return conflict(fmt::format("the report at {} is not there yet; it may declare the release healthy by itself",
                                name_of_declaring(work.tx, release)));
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
  record(work, DeclaredHealthy{.report = reports.back().id, .checkpoint = reports.back().checkpoint, .by = "person"},
         {.subject = release.id, .release = release.id});
  TRY(planning::enter_stage(work, release, Stage::communication, "declared healthy by a person"));
  return TRY(planning::find_release(work.tx, release.id));
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
           return planning::passed(reports.empty() ? "healthy" : reports.back().body.outcome, "",
                                   reports.empty() ? "" : reports.back().id.text);
         if (r.outcome == planning::ReleaseOutcome::rolled_back) return planning::passed("rolled back");
         return {GateVerdict::fail,
                 reports.empty() ? "waiting for the first checkpoint" : reports.back().body.outcome,
                 "healthy at the declaring checkpoint, or rolled back",
                 reports.empty() ? "" : reports.back().id.text,
                 fmt::format("roll back, or let somebody who does not own it declare it: `evenkeel release healthy {} --reason ...`",
                             planning::called(r)),
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

}  // namespace evenkeel::validation
