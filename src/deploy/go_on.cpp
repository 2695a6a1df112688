// Going on after an abandoned deployment: from the first target that is not done, with the truth about each one.
#include "deploy/events.hpp"
#include "deploy/wheel.hpp"
#include "planning/events.hpp"
#include "planning/targets.hpp"

namespace evenkeel::deploy {
namespace {

using planning::Release;
using planning::SequenceStep;
using steps::Phase;

std::string place_of(const SequenceStep& s) { return s.service == s.target || s.target.empty() ? s.service : s.service + "@" + s.target; }

/// What runs on each target, as runs and people told it.
class Truth {
 public:
  Truth(Work& work, const Release& release, const std::vector<RunsThere>& told) : work_(work), release_(release), told_(told) {}

  /// Nothing: a run ended half-way on it, and nobody has said what is there.
  std::optional<std::string> of(const SequenceStep& s) const {
    if (const auto* word = said(s)) return word->version;
    const auto known = planning::told_of(work_.tx, s.service, s.environment, s.target);
    if (known && known->version.empty()) return {};
    return known ? known->version : s.variables.at("from_version");
  }
  const RunsThere* said(const SequenceStep& s) const {
    const auto found = std::find_if(told_.begin(), told_.end(), [&](const RunsThere& t) {
      return t.service == s.service && (t.target.empty() || t.target == s.target);
    });
    return found == told_.end() ? nullptr : &*found;
  }

 private:
  Work& work_;
  const Release& release_;
  const std::vector<RunsThere>& told_;
};

Result<void> names_targets(const Release& release, const std::vector<SequenceStep>& sequence, const std::vector<RunsThere>& told) {
  for (const auto& t : told)
    if (std::none_of(sequence.begin(), sequence.end(), [&](const SequenceStep& s) {
          return s.service == t.service && s.phase != Phase::flag && (t.target.empty() || s.target == t.target);
        }))
      return invalid(fmt::format("release {} does not go to {}{}", release.version, t.service, t.target.empty() ? "" : "@" + t.target),
                     "runs");
  return {};
}

Result<void> nothing_unknown(const Release& release, const std::vector<SequenceStep>& sequence, const Truth& truth) {
  Error error{ErrorKind::blocked, fmt::format("what runs on a target of {} is not known", release.version), {}, {}, {}};
  std::set<std::string> asked;
  for (const auto& s : sequence)
    if (s.phase != Phase::flag && !truth.of(s) && asked.insert(place_of(s)).second)
      error.refusals.push_back(
          {"target_known", fmt::format("the deployment ended half-way on {}", place_of(s)), "what runs there, by whoever has looked", "",
           fmt::format("look, then say it: `evenkeel deploy continue {}/{} --runs {}=VERSION` ({} when it is out, {} when it is not)",
                       release.area, release.version, place_of(s), s.variables.at("version"), s.variables.at("from_version")),
           "whoever is at the wheel"});
  if (error.refusals.empty()) return {};
  return std::unexpected(std::move(error));
}

bool proves(const SequenceStep& s) { return s.phase == Phase::validate && s.spec.kind == steps::StepKind::check && !s.spec.health; }

/// What a person said runs there is looked at first, where a check exists: the target's own checks, which then expect that version.
void put_looks(std::vector<SequenceStep>& out, const std::vector<SequenceStep>& of_target, const std::string& version) {
  for (auto s : of_target)
    if (proves(s)) {
      s.variables["expected"] = version;
      s.spec.name = fmt::format("look: {} runs", version);
      out.push_back(std::move(s));
    }
}

/// What is left of the sealed sequence. A target that is done is proven again, one that is not goes through all its steps, a flag that was
/// switched stays as it is.
std::vector<SequenceStep> what_is_left(store::Tx& tx, const Release& release, const std::vector<SequenceStep>& sequence,
                                       const Truth& truth) {
  std::set<std::string> switched;
  for (const auto& s : steps_so_far(tx, release.id))
    if (s.phase == Phase::flag && s.state == steps::StepState::done) switched.insert(s.spec.flag);
  std::vector<SequenceStep> out;
  for (std::size_t i = 0; i < sequence.size();) {
    if (sequence[i].phase == Phase::flag) {
      if (!switched.contains(sequence[i].spec.flag)) out.push_back(sequence[i]);
      ++i;
      continue;
    }
    std::vector<SequenceStep> of_target;
    for (const auto place = place_of(sequence[i]);
         i < sequence.size() && sequence[i].phase != Phase::flag && place_of(sequence[i]) == place; ++i)
      of_target.push_back(sequence[i]);
    const auto& first = of_target.front();
    const auto runs = *truth.of(first);
    if (runs == first.variables.at("version")) {
      std::copy_if(of_target.begin(), of_target.end(), std::back_inserter(out), proves);
      continue;
    }
    if (truth.said(first)) put_looks(out, of_target, runs);
    out.insert(out.end(), of_target.begin(), of_target.end());
  }
  return out;
}

}  // namespace

Result<void> may_continue(Work& work, const Release& release) {
  const auto run = steps::latest_run(work.tx, release.id);
  if (release.stage != planning::Stage::deployment || !run)
    return conflict(fmt::format("release {} has no deployment that was abandoned", release.version));
  if (run->kind != steps::RunKind::deployment)
    return conflict(fmt::format("release {0} is being rolled back; `evenkeel deploy status {1}/{0}` shows how far it is", release.version,
                                release.area));
  if (run->state != steps::RunState::abandoned)
    return conflict(fmt::format("the deployment of {0} is {2}; it was not abandoned. `evenkeel deploy status {1}/{0}` shows it",
                                release.version, release.area, json::enum_text(run->state)));
  const auto decision = gonogo::latest_decision(work.tx, release.id);
  if (!decision || decision->verdict != gonogo::Verdict::go) return conflict(fmt::format("release {} has no go", release.version));
  TRY(at_the_wheel(work, release, "going on with a deployment"));
  TRY(still_as_sealed(work, release, *decision));
  return window_open(work, release);
}

Result<steps::Run> continue_deployment(Work& work, const ContinueDeployment& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(at_the_wheel(work, release, "going on with a deployment"));
  work.tx.lock("release", release.id);
  if (const auto run = steps::latest_run(work.tx, release.id, steps::RunKind::deployment);
      run && steps::goes_on(*run) && run->facts.contains("after"))
    return *run;  // asked for twice, it is the same one
  TRY(may_continue(work, release));
  const auto decision = gonogo::latest_decision(work.tx, release.id);
  const auto& sequence = decision->sequence;
  TRY(names_targets(release, sequence, command.runs));
  const Truth truth{work, release, command.runs};
  TRY(nothing_unknown(release, sequence, truth));
  std::set<std::string> noted;
  for (const auto& s : sequence)
    if (const auto* word = s.phase == Phase::flag ? nullptr : truth.said(s); word && noted.insert(place_of(s)).second) {
      planning::note_version(work.tx, {.service = s.service,
                                       .environment = s.environment,
                                       .target = s.target,
                                       .version = word->version,
                                       .run_id = {},
                                       .stated_by = work.actor.id,
                                       .at = work.now});
      record(work, planning::TargetTold{.service = s.service, .environment = s.environment, .target = s.target, .version = word->version},
             {.subject = release.id, .release = release.id});
    }
  const auto after = steps::latest_run(work.tx, release.id, steps::RunKind::deployment);
  return steps::start_run(work, {steps::RunKind::deployment, release.id, "", release.environment, decision->sequence_hash,
                                 json::Object{{"decision", decision->id.text}, {"after", after->id.text}},
                                 as_steps(what_is_left(work.tx, release, sequence, truth))});
}

}  // namespace evenkeel::deploy
