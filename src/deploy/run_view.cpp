#include "deploy/run_view.hpp"

namespace evenkeel::deploy {

RunView run_view(store::Tx& tx, const steps::Run& run) {
  const auto steps = steps::steps_of(tx, run.id);
  RunView view{run.id,
               std::string(json::enum_text(run.kind)),
               std::string(json::enum_text(run.state)),
               steps::progress_of(run, steps),
               run.started_at,
               run.ended_at,
               {}};
  for (const auto& s : steps)
    view.steps.push_back(
        {s.position, s.service, s.phase, s.name, std::string(json::enum_text(s.state)), s.outcome, s.owner, s.started_at, s.ended_at});
  return view;
}

}  // namespace evenkeel::deploy
