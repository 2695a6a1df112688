#include "deploy/awaited.hpp"

#include "deploy/deploy.hpp"
#include "planning/in_force.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::deploy {
namespace {

using planning::Awaited;
using planning::called;
using planning::holders_of;
using planning::Release;
using planning::Stage;

/// The person on call now for one of these areas, else whoever may steer there.
std::vector<std::string> who_may_steer(store::Tx& tx, const Release& release, const std::vector<std::string>& areas, SysTime now) {
  const auto o = planning::in_force(tx, release);
  for (const auto& area : areas)
    if (const auto on_call = planning::on_call_at(tx, *o, area, now)) return {on_call->person};
  std::vector<std::string> all;
  for (const auto& area : areas)
    std::ranges::move(holders_of(tx, *o, {Role::on_call, Role::coordinator, Role::engineering_lead}, area), std::back_inserter(all));
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

/// A freeze or a stop of the line holds what has not begun: nobody is asked to go on against it.
bool is_denied(store::Tx& tx, const Release& release, SysTime now) {
  return !planning::what_denies(tx, release, {now, now + Millis{1}}).clear();
}

void recommendation(std::vector<Awaited>& all, store::Tx& tx, const Release& release, SysTime now) {
  const auto open = open_recommendation(tx, release.id);
  if (!open) return;
  all.push_back({.act = "recommendation.answer",
                 .subject = open->id,
                 .what = "Roll back or decline: " + open->sentence,
                 .command = "evenkeel recommendation accept " + called(release),
                 .people = who_may_steer(tx, release, planning::areas_of(tx, release), now),
                 .needs = "on_call, coordinator or engineering_lead",
                 .due = open->at});
}

/// What a step that stands still asks for; empty: it does not.
std::string asked_by(const steps::Step& step) {
  switch (step.state) {
    case steps::StepState::waiting:
      return fmt::format("Do step {}, \"{}\", and say that it is done", step.position, step.name);
    case steps::StepState::unknown:
      if (step.spec.health)
        return fmt::format("Decide whether it goes on after step {}, \"{}\": {}", step.position, step.name, step.outcome);
      return fmt::format("Say how step {}, \"{}\", ended: nobody knows", step.position, step.name);
    case steps::StepState::failed:
      return fmt::format("Step {}, \"{}\", failed: try again, skip it or roll back", step.position, step.name);
    case steps::StepState::pending:
    case steps::StepState::running:
    case steps::StepState::done:
    case steps::StepState::skipped:
      return {};
  }
  return {};
}

void run(std::vector<Awaited>& all, store::Tx& tx, const Release& release, SysTime now) {
  const auto newest = steps::latest_run(tx, release.id);
  if (!newest || !steps::goes_on(*newest)) return;
  const auto o = planning::in_force(tx, release);
  const auto ref = called(release);
  const auto before = all.size();
  for (const auto& step : steps::steps_of(tx, newest->id)) {
    const auto what = asked_by(step);
    if (what.empty()) continue;
    auto people = steps::waits_for_a_person(step) ? planning::named(*o, step.owner) : std::vector<std::string>{};
    const bool by_name = !people.empty();
    if (!by_name)
      people = who_may_steer(
          tx, release, step.service.empty() ? planning::areas_of(tx, release) : std::vector{planning::area_of(tx, release, step.service)},
          now);
    all.push_back(
        {.act = "deploy.steer",
         .subject = fmt::format("step-{}", step.position),
         .what = what,
         .command = fmt::format("evenkeel deploy {} {} {}", steps::waits_for_a_person(step) ? "confirm" : "retry", ref, step.position),
         .people = std::move(people),
         .needs = "on_call, coordinator or engineering_lead",
         .due = step.ended_at ? step.ended_at : step.started_at,
         .by_name = by_name});
  }
  if (all.size() == before && newest->state == steps::RunState::held && !is_denied(tx, release, now))
    all.push_back({.act = "deploy.steer",
                   .subject = "held",
                   .what = "Go on, or roll back: the run is held",
                   .command = "evenkeel deploy resume " + ref,
                   .people = who_may_steer(tx, release, planning::areas_of(tx, release), now),
                   .needs = "on_call, coordinator or engineering_lead",
                   .due = release.window_end});
}

void start(std::vector<Awaited>& all, store::Tx& tx, const Release& release, SysTime now) {
  if (release.stage != Stage::deployment || !release.window_start || now < *release.window_start || now >= *release.window_end) return;
  if (steps::latest_run(tx, release.id, steps::RunKind::deployment) || is_denied(tx, release, now)) return;
  const auto open = [](const planning::ChecklistItem& item) { return !item.service.empty() && item.state != planning::ItemState::done; };
  if (std::ranges::any_of(planning::checklist_of(tx, release.id), open)) return;  // the items are asked for first
  all.push_back({.act = "deploy.start",
                 .what = "Start the deployment: its window is open",
                 .command = "evenkeel deploy start " + called(release),
                 .people = holders_of(tx, *planning::in_force(tx, release), {Role::coordinator, Role::engineering_lead}, release.area),
                 .needs = "coordinator or engineering_lead",
                 .due = release.window_end});
}

}  // namespace

std::vector<Awaited> awaited(store::Tx& tx, const Release& release, SysTime now) {
  std::vector<Awaited> all;
  recommendation(all, tx, release, now);
  run(all, tx, release, now);
  start(all, tx, release, now);
  return all;
}

}  // namespace evenkeel::deploy
