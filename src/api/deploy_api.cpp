// Deployment: start, watch, steer, roll back; runs of any kind; jobs.
#include "api/endpoints.hpp"
#include "api/release_view.hpp"
#include "jobs/validate.hpp"

namespace evenkeel::api {
namespace {

struct OfRelease {
  std::string release;
};
BOOST_DESCRIBE_STRUCT(OfRelease, (), (release))
struct OfJob {
  std::string job;
};
BOOST_DESCRIBE_STRUCT(OfJob, (), (job))
struct Answered {
  std::string answer;
  std::optional<RunView> run;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (answer, run))
struct Done {
  bool done = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (done))

}  // namespace

std::vector<Endpoint> deploy_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string release = "/api/v1/releases/{release}";
  list.push_back(command<OfRelease, RunView>(app, "POST", release + "/deployment", "Start the sealed deployment",
                                             [](Work& work, Call&, const OfRelease& in) -> Result<RunView> {
                                               return run_view(work.tx, TRY(deploy::start_deployment(work, in.release)));
                                             })
                     .tagged("deployment"));
  list.push_back(
      query<RunView>(app, release + "/deployment", "The release's newest run, step by step", [](Work& work, Call& call) -> Result<RunView> {
        const auto r = TRY(planning::find_release(work.tx, call.param("release")));
        const auto run = steps::latest_run(work.tx, r.id);
        if (!run) return not_found(fmt::format("release {} has not been deployed", r.version));
        return run_view(work.tx, *run);
      }).tagged("deployment"));
  list.push_back(command<deploy::Steer, RunView>(app, "POST", release + "/steer", "Hold, resume, skip, retry, confirm or end",
                                                 [](Work& work, Call&, const deploy::Steer& in) -> Result<RunView> {
                                                   return run_view(work.tx, TRY(deploy::steer(work, in)));
                                                 })
                     .tagged("deployment"));
  list.push_back(command<deploy::RollBack, RunView>(app, "POST", release + "/rollback", "Roll back now",
                                                    [](Work& work, Call&, const deploy::RollBack& in) -> Result<RunView> {
                                                      return run_view(work.tx, TRY(deploy::roll_back(work, in)));
                                                    })
                     .tagged("deployment"));
  list.push_back(command<deploy::AnswerRecommendation, Answered>(
                     app, "POST", release + "/recommendation", "Accept or decline a recommended rollback",
                     [](Work& work, Call&, const deploy::AnswerRecommendation& in) -> Result<Answered> {
                       const auto run = TRY(deploy::answer_recommendation(work, in));
                       return Answered{in.answer, run ? std::optional(run_view(work.tx, *run)) : std::nullopt};
                     })
                     .tagged("deployment"));
  list.push_back(query<RunView>(app, "/api/v1/runs/{run}", "One run, step by step", [](Work& work, Call& call) -> Result<RunView> {
                   const auto run = steps::find_run(work.tx, call.param("run"));
                   if (!run) return not_found("there is no run " + call.param("run"));
                   return run_view(work.tx, *run);
                 }).tagged("deployment"));
  list.push_back(query<std::vector<steps::Attempt>>(app, "/api/v1/runs/{run}/attempts", "Every attempt of a run with its output",
                                                    [](Work& work, Call& call) -> Result<std::vector<steps::Attempt>> {
                                                      return steps::attempts_of(work.tx, call.param("run"));
                                                    })
                     .tagged("deployment"));
  list.push_back(query<std::vector<deploy::Deployment>>(app, "/api/v1/deployments", "Deployments, newest first",
                                                        [](Work& work, Call&) -> Result<std::vector<deploy::Deployment>> {
                                                          return store::all<deploy::Deployment>(work.tx, "deployment",
                                                                                                "ORDER BY started_at DESC LIMIT 200");
                                                        })
                     .tagged("deployment"));
  list.push_back(query<std::vector<jobs::StoredReport>>(app, release + "/reports", "Health reports of the checkpoints, for ever",
                                                        [](Work& work, Call& call) -> Result<std::vector<jobs::StoredReport>> {
                                                          const auto r = TRY(planning::find_release(work.tx, call.param("release")));
                                                          return jobs::reports_of(work.tx, r.id);
                                                        })
                     .tagged("health"));
  list.push_back(query<std::vector<jobs::Job>>(app, "/api/v1/jobs", "Jobs that wait, run or gave up",
                                               [](Work& work, Call&) -> Result<std::vector<jobs::Job>> {
                                                 return store::all<jobs::Job>(work.tx, "job",
                                                                              "WHERE state <> 'done' ORDER BY due_at LIMIT 200");
                                               })
                     .tagged("jobs"));
  list.push_back(command<OfJob, Done>(app, "POST", "/api/v1/jobs/{job}/retry", "Try a dead or unconfirmed job again",
                                      [](Work& work, Call&, const OfJob& in) -> Result<Done> {
                                        TRY(work.require({Role::coordinator, Role::admin}, "*", "retrying a job"));
                                        TRY(jobs::retry(work, in.job));
                                        return Done{};
                                      })
                     .tagged("jobs"));
  return list;
}

}  // namespace evenkeel::api
