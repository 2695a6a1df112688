#include "validation/checkpoint.hpp"

#include "health/alert.hpp"
#include "validation/conclude.hpp"
#include "validation/events.hpp"
#include "validation/healthy.hpp"
#include "validation/measure.hpp"
#include "validation/report.hpp"

namespace evenkeel::validation {
namespace {

using jobs::Claim;
using jobs::Outcome;
using planning::Stage;

/// How long a report waits for the watch to have judged what it is about.
constexpr Millis patience = std::chrono::minutes{2};

Result<void> act_on(Work& work, const CheckpointFacts& facts, const health::CheckpointReport& report, const std::string& report_id,
                    bool held_again) {
  auto release = TRY(planning::find_release(work.tx, facts.release.id));
  const auto& policy = facts.organisation->validation;
  const auto c = conclusion_of(report, {.validating = release.stage == Stage::validation,
                                        .held_again = held_again,
                                        .rolls_back_suspects = policy.rollback_on_suspect,
                                        .recommended = deploy::open_recommendation(work.tx, release.id).has_value(),
                                        .declares = facts.after >= declaring_checkpoint(policy.checkpoints),
                                        .answered = is_answered(report, facts.declined_at)});
  if (c.recommend) health::recommend_release(work, release.id, report.outcome, report_id);
  if (c.paging == Paging::raise) health::raise(work, release.id, {{}, "", report.outcome, work.now});
  if (c.paging == Paging::lower) health::lower(work, release.id, {});
  if (!c.declare) return {};
  release.outcome = planning::ReleaseOutcome::shipped;
  record(work, DeclaredHealthy{.report = report_id, .checkpoint = report.checkpoint}, {.subject = release.id, .release = release.id});
  return planning::enter_stage(work, release, Stage::communication, "declared healthy at " + report.checkpoint);
}

}  // namespace

Result<void> plan_checkpoints(Work& work, const ReleaseId& release_id) {
  const auto release = TRY(planning::find_release(work.tx, release_id));
  const auto span = deployment_span(work.tx, release_id);
  if (!span) return {};
  for (const auto after : planning::organisation_of(work.tx, release)->validation.checkpoints)
    enqueue(work, HealthCheckpoint{release_id, after.count()},
            {.at = span->finished + after,
             .key = fmt::format("checkpoint:{}:{}", release_id, after.count()),
             .release = release_id,
             .tries = Tries::persistent});
  return {};
}

Outcome health_checkpoint(Claim& claim, const HealthCheckpoint& order, const capabilities::Connections& outside) {
  const auto now = claim.engine.clock.now();
  auto facts = claim.engine.database.read([&](store::Tx& tx) { return facts_of(tx, order.release, Millis{order.after_ms}, now); });
  if (!facts) return {Outcome::dead, facts.error().message};
  if (now - (facts->span.finished + facts->after) < patience && is_behind(*facts))
    return {.kind = Outcome::again, .error = "the watch has not judged all of it yet", .wait = std::chrono::seconds{5}};
  const bool again = held_again(facts->watches);
  auto report = measure(*facts, outside, now, [&] { claim.renew(std::chrono::seconds{120}); }, claim.stop);
  health::conclude(report, facts->release.stage == Stage::validation && !facts->answered);
  const auto stored = claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    const auto id = store_report(work, report);
    claim.complete(work.tx);
    return id ? act_on(work, *facts, report, *id, again) : Result<void>{};
  });
  return stored ? Outcome{} : Outcome{Outcome::retry, stored.error().message};
}

}  // namespace evenkeel::validation
