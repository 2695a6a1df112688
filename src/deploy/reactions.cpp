#include "work/reactions.hpp"

#include "base/utf8.hpp"
#include "deploy/deploy.hpp"
#include "health/alert.hpp"
#include "health/events.hpp"
#include "steps/events.hpp"

namespace evenkeel::deploy {
namespace {

/// A watch that pages has noticed the failure of what it watches.
Result<void> note_detected_by_watch(Work& work, const ledger::Entry& e) {
  const auto alert = store::one<health::Alert>(work.tx, "alert", "WHERE id = $1", {e.subject});
  if (!alert) return {};
  for (const auto& part : alert->parts)
    if (const auto watch = health::find_watch(work.tx, part.watch_id))
      for (const auto& d : store::all<Deployment>(work.tx, "deployment", "WHERE run_id = $1 AND service = $2 AND detected_at IS NULL",
                                                  {watch->run_id, watch->service}))
        note_detected(work.tx, d.id, e.at, NoticedBy::watch);
  return {};
}

/// What an alert is about, of a run: the run's id stands where a watch's would.
WatchId part_of(const RunId& run) { return WatchId{run.text}; }

/// A deployment or rollback that stands still halfway is nobody's to find by chance. What a canary's watch asks was paged by the watch.
Result<void> page_for_held_run(Work& work, const ledger::Entry& e) {
  const auto step = store::one<steps::Step>(work.tx, "step", "WHERE id = $1", {e.subject});
  const auto run = step ? steps::find_run(work.tx, step->run_id) : std::nullopt;
  const bool stands = step && (step->state == steps::StepState::unknown || step->state == steps::StepState::failed) && !step->spec.health;
  if (!stands || !run || run->kind == steps::RunKind::rehearsal || run->release_id.empty() || !steps::goes_on(*run)) return {};
  const auto words = fmt::format("The {} stands still at step {}, \"{}\": {}", json::enum_text(run->kind), step->position, step->name,
                                 step->state == steps::StepState::failed ? "it failed, " + step->outcome : step->outcome);
  health::raise(
      work, run->release_id,
      {.watch_id = part_of(run->id), .service = step->service, .sentence = clean_text(words, health::page_length), .since = work.now});
  return {};
}
/// Somebody is at the wheel again, or it is over.
Result<void> end_page_of_run(Work& work, const ledger::Entry& e) {
  const auto step = store::one<steps::Step>(work.tx, "step", "WHERE id = $1", {e.subject});
  health::lower(work, ReleaseId{e.release}, part_of(step ? step->run_id : RunId{e.subject}));
  return {};
}

}  // namespace

jobs::Reactions reactions() {
  return {jobs::on_events<health::AlertOpened, health::AlertGrew>("note_detected", Member::health_monitor, note_detected_by_watch),
          jobs::on_events<steps::StepEnded>("page_for_held_run", Member::release_coordinator, page_for_held_run),
          jobs::on_events<steps::StepConfirmed, steps::StepRetried, steps::StepSkipped, steps::RunResumed, steps::RunEnded,
                          steps::RunAbandoned>("end_page_of_run", Member::release_coordinator, end_page_of_run)};
}

}  // namespace evenkeel::deploy
