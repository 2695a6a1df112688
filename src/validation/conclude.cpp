#include "validation/conclude.hpp"

namespace evenkeel::validation {

Conclusion conclusion_of(const health::CheckpointReport& report, const Situation& situation) {
  if (!situation.validating) return {};
  Conclusion c;
  c.recommend = (report.worse || (report.suspect && situation.rolls_back_suspects)) && !situation.recommended &&
                !situation.answered;  // nobody is asked twice about the same
  if ((report.worse || report.suspect) && !situation.held_again)
    c.paging = Paging::raise;
  else if (report.healthy)
    c.paging = Paging::lower;  // what an earlier report said
  c.declare = report.healthy && situation.declares && !situation.recommended && !c.recommend;
  return c;
}

bool is_answered(const health::CheckpointReport& report, const std::optional<SysTime>& declined_at) {
  return declined_at && report.broken && std::ranges::all_of(*report.broken, [&](const auto& b) { return b.at <= *declined_at; });
}

bool held_again(const std::vector<ComponentWatch>& watches) {
  bool broken = false, goes_on = false;
  for (const auto& c : watches) {
    const auto judged = health::judge_validation(c.watch, c.pasts, c.samples, {});
    broken |= judged.held_again, goes_on |= judged.breach_goes_on;
  }
  return broken && !goes_on;
}

}  // namespace evenkeel::validation
