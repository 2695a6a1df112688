// What starting, going on and rolling back share: who is at the wheel, and what the runs of a release have done so far.
#pragma once
#include "deploy/deploy.hpp"
#include "planning/sequence.hpp"

namespace evenkeel::deploy {

/// Coordinator, engineering lead or on-call of an area (by role, or who is on call now) that a component of the release is of, whoever
/// planned it. Error: forbidden.
Result<void> at_the_wheel(Work& work, const planning::Release& release, std::string_view act);
/// The same of one component.
Result<void> at_the_wheel_of(Work& work, const planning::Release& release, const std::string& service, std::string_view act);

std::vector<steps::NewStep> as_steps(const std::vector<planning::SequenceStep>& sequence);

/// Steps of every deployment run of the release, oldest run first: what an abandoned one did is done.
std::vector<steps::Step> steps_so_far(store::Tx& tx, const ReleaseId& release_id);

/// Notes for each target that the run came to what runs on it now: the version it was brought to when all its steps are done, unknown when
/// it ended half-way.
void note_targets(Work& work, const steps::Run& run);

/// Error: blocked or frozen: the window is not open, or something denies now.
Result<void> window_open(Work& work, const planning::Release& release);
/// Error: blocked, naming what moved since the decision.
Result<void> still_as_sealed(Work& work, const planning::Release& release, const gonogo::Decision& decision);

}  // namespace evenkeel::deploy
