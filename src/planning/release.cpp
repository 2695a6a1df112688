#include "planning/release.hpp"

namespace evenkeel::planning {

bool may_move(Stage from, Stage to) {
  return std::any_of(std::begin(stage_moves), std::end(stage_moves), [&](const Move& m) { return m.from == from && m.to == to; });
}
Stage next_stage(Stage stage) { return stage == Stage::closed ? stage : static_cast<Stage>(static_cast<int>(stage) + 1); }
std::string stage_code(Stage stage) { return stage == Stage::closed ? "" : fmt::format("W{}", static_cast<int>(stage) + 1); }

const Owes& owes(ReleaseOutcome outcome) {
  for (const auto& row : outcome_owes)
    if (row.outcome == outcome) return row;
  return outcome_owes[0];
}

}  // namespace evenkeel::planning
