// A deployment pipeline: a run is triggered, asked about until it has ended, and found again by the key it was triggered with.
// A run moves by being asked: queued, then running, then its result after `polls` questions, so tests need no clock.
#pragma once
#include "api/router.hpp"
#include "fake.hpp"

namespace evenkeel::fakes {

struct RunRequest {
  std::string pipeline;
  std::string ref = "main";
  std::map<std::string, std::string> inputs;
};
BOOST_DESCRIBE_STRUCT(RunRequest, (), (pipeline, ref, inputs))
struct PipelineRun {
  std::string id;
  std::string pipeline;
  std::string ref;
  std::map<std::string, std::string> inputs;
  std::string key;
  std::string state = "queued";
  int polls_left = 2;
  std::string result = "succeeded";
};
BOOST_DESCRIBE_STRUCT(PipelineRun, (), (id, pipeline, ref, inputs, key, state, polls_left, result))
struct RunPlan {
  std::string result = "succeeded";
  int polls = 2;
  std::string pipeline = "*";
};  // how runs triggered from now on will go
BOOST_DESCRIBE_STRUCT(RunPlan, (), (result, polls, pipeline))
struct RunQuery {
  std::optional<std::string> key;
};
BOOST_DESCRIBE_STRUCT(RunQuery, (), (key))
struct PipelineState {
  std::vector<PipelineRun> runs;
  int triggers = 0;
};
BOOST_DESCRIBE_STRUCT(PipelineState, (), (runs, triggers))

class Pipeline final : public Fake {
 public:
  http::Response act(const http::Request& request) override {
    const std::scoped_lock lock(mutex_);
    return router_.dispatch(request);
  }
  json::Value state() override {
    const std::scoped_lock lock(mutex_);
    return json::to_value(PipelineState{runs_, triggers_});
  }

 private:
  Result<PipelineRun> trigger(api::Call& call, const RunRequest& in) {
    ++triggers_;
    const std::string key{call.request.headers.get("Idempotency-Key")};
    for (const auto& run : runs_)
      if (!key.empty() && run.key == key) return run;
    const auto& plan = plans_.contains(in.pipeline) ? plans_.at(in.pipeline) : plans_["*"];
    call.reply_status = 201;
    return runs_.emplace_back("run-" + std::to_string(runs_.size() + 1), in.pipeline, in.ref, in.inputs, key, "queued", plan.polls,
                              plan.result);
  }
  Result<PipelineRun> ask(api::Call& call) {
    for (auto& run : runs_)
      if (run.id == call.param("id")) {
        if (run.state == "queued" || run.state == "running") run.state = run.polls_left-- > 0 ? "running" : run.result;
        return run;
      }
    return not_found("there is no run '" + call.param("id") + "'");
  }
  std::vector<api::Endpoint> table() {
    std::vector<api::Endpoint> all;
    all.push_back(api::endpoint<RunRequest, PipelineRun>("POST", "/runs", "Trigger a run",
                                                         [this](api::Call& c, const RunRequest& in) { return trigger(c, in); }));
    all.push_back(api::endpoint<RunQuery, std::vector<PipelineRun>>(
        "GET", "/runs", "Find runs", [this](api::Call&, const RunQuery& q) -> Result<std::vector<PipelineRun>> {
          auto found = runs_;
          std::erase_if(found, [&](const PipelineRun& run) { return q.key && run.key != *q.key; });
          return found;
        }));
    all.push_back(
        api::endpoint<api::Nothing, PipelineRun>("GET", "/runs/{id}", "How a run stands", [this](api::Call& c) { return ask(c); }));
    all.push_back(api::endpoint<RunPlan, api::Nothing>("PUT", "/__plan", "How the next runs go",
                                                       [this](api::Call&, const RunPlan& plan) -> Result<api::Nothing> {
                                                         plans_[plan.pipeline] = plan;
                                                         return api::Nothing{};
                                                       }));
    return all;
  }
  std::mutex mutex_;
  std::vector<PipelineRun> runs_;
  std::map<std::string, RunPlan> plans_;
  int triggers_ = 0;
  api::Router router_{table(), {}};
};

}  // namespace evenkeel::fakes
