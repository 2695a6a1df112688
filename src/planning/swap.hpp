// Turns that somebody has taken by a swap, as they are kept (on_call.hpp says what they mean).
#pragma once
#include "planning/on_call.hpp"

namespace evenkeel::planning {

struct TakenTurn {
  std::string id, login;
  Interval time;
};
/// Those of this entry of `on_call` that take any of the time; no two of them overlap.
std::vector<TakenTurn> swaps_of(store::Tx& tx, const std::string& area, Interval within);
/// That are not over, the first to begin first.
std::vector<SwapView> swaps_ahead(store::Tx& tx, const std::string& area, SysTime now);

}  // namespace evenkeel::planning
