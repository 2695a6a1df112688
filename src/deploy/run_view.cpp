#include "deploy/run_view.hpp"

namespace evenkeel::deploy {

RunView run_view(store::Tx& tx, const steps::Run& run) {
  const auto steps = steps::steps_of(tx, run.id);
  RunView view{run.id, run.kind, run.state, steps::progress_of(run, steps), run.started_at, run.ended_at, {}};
  for (const auto& s : steps)
    view.steps.push_back({s.id, s.position, s.service, s.phase, s.name, s.state, s.outcome, s.owner, s.started_at, s.ended_at});
  if (const auto* warnings = run.facts.if_contains("warnings"))
    view.warnings = json::from_value<std::vector<std::string>>(*warnings).value_or(std::vector<std::string>{});
  return view;
}

}  // namespace evenkeel::deploy
