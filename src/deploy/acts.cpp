// Deployment: start, watch, steer, roll back; runs of any kind.
#include "planning/acts.hpp"
#include "catalogue/print.hpp"
#include "definitions/reads.hpp"
#include "deploy/run_sheet.hpp"
#include "deploy/run_view.hpp"
#include "steps/outputs.hpp"

namespace evenkeel::deploy {
namespace {

using catalogue::Act;
using catalogue::act;
using catalogue::Argument;
using catalogue::Nothing;
using catalogue::option;
using catalogue::positional;
using catalogue::Shown;
using planning::of_release;
using planning::OfRelease;
using planning::release_help;

struct OfRun {
  std::string run;
};
BOOST_DESCRIBE_STRUCT(OfRun, (), (run))
struct Answered {
  Answer answer = Answer::accepted;
  std::optional<RunView> run;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (answer, run))

/// Shows a run after what a use case did with it.
template <class In, Result<steps::Run> (*use_case)(Work&, const In&)>
Result<RunView> view_after(Work& work, const In& in) {
  return run_view(work.tx, TRY(use_case(work, in)));
}

Result<RunView> start(Work& work, const OfRelease& in) { return run_view(work.tx, TRY(start_deployment(work, in.release))); }

Result<RunView> newest_run(Work& work, const OfRelease& in) {
  const auto r = TRY(planning::find_release(work.tx, in.release));
  const auto run = steps::latest_run(work.tx, r.id);
  if (!run) return not_found(fmt::format("release {} has not been deployed", r.version));
  return run_view(work.tx, *run);
}

Result<Answered> answer(Work& work, const AnswerRecommendation& in) {
  const auto run = TRY(answer_recommendation(work, in));
  return Answered{in.answer, run ? std::optional(run_view(work.tx, *run)) : std::nullopt};
}

Result<RunView> one_run(Work& work, const OfRun& in) {
  const auto run = steps::find_run(work.tx, RunId{in.run});
  if (!run) return not_found("there is no run " + in.run);
  return run_view(work.tx, *run);
}

/// Everybody sees how attempts ended; what was printed is for those who may read it.
Result<std::vector<steps::Attempt>> attempts_for(Work& work, const OfRun& in) {
  const auto run = steps::find_run(work.tx, RunId{in.run});
  if (!run) return not_found("there is no run " + in.run);
  const auto release =
      run->release_id.empty() ? Result<planning::Release>(not_found("")) : planning::find_release(work.tx, run->release_id);
  auto attempts = steps::attempts_of(work.tx, run->id);
  if (!steps::may_read_outputs(work.actor, release ? release->area : "*"))
    for (auto& a : attempts) a.output.clear();
  return attempts;
}

Result<std::vector<Deployment>> deployments(Work& work, const Nothing&) {
  auto all = store::all<Deployment>(work.tx, "deployment", "ORDER BY started_at DESC LIMIT 200");
  std::erase_if(all, [&](const auto& d) { return !definitions::reads_service(work, d.service); });
  return all;
}

const char* glyph(steps::StepState state) {
  switch (state) {
    case steps::StepState::done:
      return "\u2713";
    case steps::StepState::failed:
      return "\u00d7";
    case steps::StepState::running:
      return "\u25b6";
    case steps::StepState::unknown:
      return "?";
    case steps::StepState::waiting:
      return "\u25cb";
    case steps::StepState::pending:
    case steps::StepState::skipped:
      break;
  }
  return " ";
}

std::string show_run(const RunView& run) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& s : run.steps)
    rows.push_back({glyph(s.state), std::to_string(s.position), s.service, std::string(json::enum_text(s.phase)), s.name, s.outcome});
  return fmt::format("{} {}: {}\n{}", json::enum_text(run.kind), json::enum_text(run.state), run.sentence, catalogue::table(rows));
}
/// 0 done, 1 failed, held or abandoned, 4 still running.
Shown show_newest(const RunView& run) {
  return {show_run(run), run.state == steps::RunState::done ? 0 : run.state == steps::RunState::running ? 4 : 1};
}
std::string show_started(const RunView& run) {
  auto out = fmt::format("Started {} ({} steps).", run.id, std::max(run.steps.size(), std::size_t{1}));
  for (const auto& w : run.warnings) out += "\nWarning: " + w;
  return out;
}
/// SERVICE[@TARGET]=VERSION
Result<RunsThere> runs_there(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    return invalid(fmt::format("--runs {}: write SERVICE=VERSION or SERVICE@TARGET=VERSION", text), "runs");
  const auto place = text.substr(0, equals);
  const auto at = place.find('@');
  return RunsThere{place.substr(0, at), at == std::string::npos ? "" : place.substr(at + 1), text.substr(equals + 1)};
}
/// [SERVICE=]VERSION
Result<RunsThere> goes_to(const std::string& text) {
  if (text.find('=') != std::string::npos) return runs_there(text);
  return RunsThere{"", "", text};
}
std::string show_answered(const Answered& a) { return a.answer == Answer::declined ? "" : a.run ? show_started(*a.run) : "Done."; }

Act&& steered(Act&& a, const char* verb, const char* help, WheelAct what, bool of_a_step, bool because) {
  std::vector<Argument> arguments{positional(&Steer::release, release_help)};
  if (of_a_step) arguments.push_back(positional(&Steer::step, "Position of the step"));
  auto reason = option(&Steer::reason, "Why");
  reason.needed = because;
  arguments.push_back(std::move(reason));
  arguments.push_back(option(&Steer::run, "Another run than the release's newest (a rehearsal)"));
  return std::move(a).words(std::string("deploy ") + verb, help).takes(std::move(arguments)).saying(&Steer::act, what);
}

/// One act over HTTP; on the command line each turn of the wheel is a word of its own.
Act steering(const std::string& release, const std::string& tag) {
  auto a = act("deploy.steer", "Hold, resume, skip, retry, confirm or end", view_after<Steer, steer>)
               .decides()
               .for_roles({Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin})
               .or_on_call()
               .or_named()
               .in_areas_of_components()
               .possible_when(of_release(may_steer))
               .says("", "evenkeel deploy status {release}")
               .http("POST", release + "/steer", tag)
               .prints(show_run);
  steered(std::move(a), "hold", "Hold after the step in hand", WheelAct::hold, false, true);
  steered(std::move(a), "resume", "Go on", WheelAct::resume, false, false);
  steered(std::move(a), "abandon", "End the run, whatever does not answer", WheelAct::abandon, false, true);
  steered(std::move(a), "skip", "Skip a step, with a reason", WheelAct::skip, true, true);
  steered(std::move(a), "retry", "Try a failed or unknown step again", WheelAct::retry, true, false);
  steered(std::move(a), "confirm", "A manual step is done; or an unknown one did take effect", WheelAct::confirm, true, false);
  steered(std::move(a), "deny", "A manual step failed; or an unknown one did not take effect", WheelAct::deny, true, false);
  return a;
}

}  // namespace

std::vector<Act> acts() {
  const std::string release = "/api/v1/releases/{release}", tag = "deployment";
  const std::vector<Role> at_the_wheel{Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin};
  return {
      act("deploy.start", "Start the sealed deployment", start)
          .decides()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::admin})
          .in_areas_of_components()
          .possible_when(of_release(may_start))
          .says("", "evenkeel deploy watch {release}")
          .http("POST", release + "/deployment", tag)
          .words("deploy start", "Start the sealed deployment in its window")
          .takes({planning::the_release()})
          .prints(show_started)
          .starts_run([](const RunView& run) { return run.id; }),
      act("deploy.status", "The release's newest run, step by step", newest_run)
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/deployment", tag)
          .words("deploy status", "The newest run, step by step")
          .takes({planning::the_release()})
          .prints(show_newest),
      act("deploy.continue", "Go on with an abandoned deployment", view_after<ContinueDeployment, continue_deployment>)
          .decides()
          .for_roles(at_the_wheel)
          .or_on_call()
          .in_areas_of_components()
          .possible_when(of_release(may_continue))
          .says("", "evenkeel deploy status {release}")
          .http("POST", release + "/deployment/continue", tag)
          .words("deploy continue", "Go on with an abandoned deployment, from the first target that is not done")
          .takes({positional(&ContinueDeployment::release, release_help),
                  option(&ContinueDeployment::runs, "SERVICE=VERSION or SERVICE@TARGET=VERSION: what runs where it ended half-way")
                      .read_by(runs_there)})
          .prints(show_started)
          .starts_run([](const RunView& run) { return run.id; }),
      steering(release, tag),
      act("rollback.start", "Roll back now", view_after<RollBack, roll_back>)
          .decides()
          .for_roles(at_the_wheel)
          .or_on_call()
          .in_areas_of_components()
          .possible_when(of_release(may_roll_back))
          .says("", "evenkeel deploy watch {release}")
          .http("POST", release + "/rollback", tag)
          .words("rollback start", "Roll back now: reverse order, flags included")
          .takes({positional(&RollBack::release, release_help), option(&RollBack::reason, "Why").required(),
                  option(&RollBack::to, "[SERVICE=]VERSION: another version that ran well before than the one that ran last")
                      .read_by(goes_to)})
          .prints(show_started)
          .starts_run([](const RunView& run) { return run.id; }),
      act("recommendation.answer", "Accept or decline a recommended rollback", answer)
          .decides()
          .for_roles(at_the_wheel)
          .or_on_call()
          .in_areas_of_components()
          .possible_when(of_release(may_answer))
          .says("The recommended rollback of release {release} is answered: {answer}.", "evenkeel release show {release}")
          .http("POST", release + "/recommendation", tag)
          .words("recommendation accept", "Accept the recommended rollback")
          .takes({positional(&AnswerRecommendation::release, release_help), option(&AnswerRecommendation::reason, "Remark")})
          .starts_run([](const Answered& a) { return a.run ? a.run->id : std::string{}; })
          .words("recommendation decline", "Decline it, with a reason")
          .takes({positional(&AnswerRecommendation::release, release_help),
                  option(&AnswerRecommendation::answer, "declined").by_default("declined"),
                  option(&AnswerRecommendation::reason, "Why").required()})
          .prints(show_answered),
      act("run.show", "One run, step by step", one_run)
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", "/api/v1/runs/{run}", tag)
          .words("run show", "One run of any kind, step by step")
          .takes({positional(&OfRun::run, "Its id (run_...)")})
          .prints(show_newest),
      act("run.sheet", "The run sheet: each step with its owner, who stands in, and how long it usually takes",
          [](Work& work, const OfRelease& in) -> Result<RunSheet> {
            return run_sheet(work.tx, TRY(planning::find_release(work.tx, in.release)), work.now);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", "/api/v1/releases/{release}/sheet", tag)
          .words("deploy sheet", "The run sheet as Markdown: each step with its owner, who stands in, and how long it usually takes")
          .takes({planning::the_release()})
          .prints([](const RunSheet& s) { return s.markdown; }),
      act("run.attempts", "Every attempt of a run with its output", attempts_for)
          .reads()
          .for_roles(catalogue::operators)
          .http("GET", "/api/v1/runs/{run}/attempts", tag),
      act("deploy.list", "Deployments, newest first", deployments).reads().for_any_role().http("GET", "/api/v1/deployments", tag),
  };
}

}  // namespace evenkeel::deploy
