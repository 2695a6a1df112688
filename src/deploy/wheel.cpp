#include "deploy/wheel.hpp"

#include "planning/flags.hpp"
#include "planning/on_call.hpp"
#include "planning/targets.hpp"

namespace evenkeel::deploy {
namespace {

using planning::Release;
using steps::Phase;

Result<void> in_one_of(Work& work, const std::vector<std::string>& areas, std::string_view act) {
  auto allowed = work.require({Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin}, areas.front(), std::string(act));
  for (const auto& area : areas)
    if (!allowed) allowed = work.require({Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin}, area, std::string(act));
  if (!allowed && planning::is_on_call_for(work.tx, work.actor, areas, work.now)) return {};
  return allowed;
}

}  // namespace

Result<void> at_the_wheel(Work& work, const Release& release, std::string_view act) {
  return in_one_of(work, planning::areas_of(work.tx, release), act);
}
Result<void> at_the_wheel_of(Work& work, const Release& release, const std::string& service, std::string_view act) {
  return in_one_of(work, {planning::area_of(work.tx, release, service)}, act);
}

std::vector<steps::NewStep> as_steps(const std::vector<planning::SequenceStep>& sequence) {
  std::vector<steps::NewStep> out;
  out.reserve(sequence.size());
  for (const auto& s : sequence) out.push_back({s.service, s.environment, s.target, s.phase, s.spec, s.variables, s.owner});
  return out;
}

std::vector<steps::Step> steps_so_far(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<steps::Step>(
      tx, "step", "WHERE run_id IN (SELECT id FROM run WHERE release_id = $1 AND kind = 'deployment') ORDER BY run_id, position",
      {release_id});
}

void note_targets(Work& work, const steps::Run& run) {
  struct Came {
    bool complete = true, acted = false, proven = false;
    std::string version;
  };
  std::map<std::array<std::string, 3>, Came> targets;
  for (const auto& s : steps::steps_of(work.tx, run.id)) {
    if (s.phase == Phase::flag) continue;
    auto& came = targets[{s.service, s.environment, s.target}];
    const auto version = s.variables.find(run.kind == steps::RunKind::rollback ? "from_version" : "version");
    if (version != s.variables.end()) came.version = version->second;
    const bool done = s.state == steps::StepState::done;
    came.complete = came.complete && (done || s.state == steps::StepState::skipped);
    came.acted = came.acted || steps::has_acted(s);
    came.proven = came.proven || (done && s.spec.kind == steps::StepKind::check);
  }
  for (const auto& [where, came] : targets)
    if (came.acted || (came.complete && came.proven))
      planning::note_version(work.tx, {where[0], where[1], where[2], came.complete ? came.version : "", run.id, "", work.now});
}

/// Go is about what was sealed: anything that moved since is named.
Result<void> still_as_sealed(Work& work, const Release& release, const gonogo::Decision& d) {
  const auto refuse = [&](const std::string& what) -> Result<void> {
    Error error{ErrorKind::blocked, fmt::format("release {} is not what was decided", release.version), {}, {}, {}};
    error.refusals.push_back(
        {"sealed", what + " changed after the decision", "what is deployed is what was sealed at go", d.id,
         fmt::format("take the go back (`evenkeel decide {}/{} no_go --reason ...`) and decide again", release.area, release.version),
         "coordinator, and a second person who does not deploy"});
    return std::unexpected(std::move(error));
  };
  if (planning::scope_hash(work.tx, release) != d.scope_hash) return refuse("the scope");
  if (planning::sequence_hash(d.sequence) != d.sequence_hash) return refuse("the sealed sequence");
  if (planning::flags_hash(planning::flags_of(work.tx, release.id)) != d.flags_hash) return refuse("the flag plan");
  for (const auto& flag : planning::drifted(work.tx, release.id))
    if (flag.changed_at > d.at)
      return refuse(fmt::format("flag {} on {} reads {}: it", flag.flag, flag.platform, json::enum_text(flag.state)));
  return {};
}

Result<void> window_open(Work& work, const Release& release) {
  const auto now = work.now;
  const auto refuse = [&](ErrorKind kind, std::vector<Refusal> refusals) -> Result<void> {
    Error error{kind, fmt::format("the deployment of {} cannot start now", release.version), {}, {}, {}};
    error.refusals = std::move(refusals);
    return std::unexpected(std::move(error));
  };
  if (!release.window_start || now < *release.window_start || now >= *release.window_end)
    return refuse(ErrorKind::blocked,
                  {{"window_open",
                    release.window_start ? fmt::format("the window is {} to {}", to_iso(*release.window_start), to_iso(*release.window_end))
                                         : "no window is set",
                    "now lies in the release's window", release.id,
                    release.window_start && now < *release.window_start ? "wait until it opens, or " + planning::how_to_move(release)
                                                                        : planning::how_to_move(release),
                    "coordinator"}});
  const auto denial = planning::what_denies(work.tx, release, {now, now + Millis{1}});
  if (!denial.clear()) return refuse(ErrorKind::frozen, planning::refusals_of(denial, release));
  return {};
}

}  // namespace evenkeel::deploy
