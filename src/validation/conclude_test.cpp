#include "validation/conclude.hpp"

#include <gtest/gtest.h>

namespace evenkeel::validation {
namespace {

health::CheckpointReport report(bool healthy, bool worse, bool suspect) {
  health::CheckpointReport r;
  r.healthy = healthy, r.worse = worse, r.suspect = suspect;
  return r;
}

TEST(Conclusion, each_report_in_each_situation) {
  const auto healthy = report(true, false, false), worse = report(false, true, false), suspect = report(false, false, true),
             open = report(false, false, false);
  struct Row {
    const health::CheckpointReport& report;
    Situation situation;
    Paging paging;
    bool recommend, declare;
  };
  for (const auto& row : std::vector<Row>{
           {healthy, {.declares = true}, Paging::lower, false, true},
           {healthy, {.declares = false}, Paging::lower, false, false},
           {healthy, {.recommended = true, .declares = true}, Paging::lower, false, false},
           {worse, {.declares = true}, Paging::raise, true, false},
           {worse, {.recommended = true}, Paging::raise, false, false},
           {worse, {.held_again = true}, Paging::none, true, false},
           {worse, {.held_again = true, .answered = true}, Paging::none, false, false},
           {worse, {.answered = true}, Paging::raise, false, false},
           {suspect, {.declares = true}, Paging::raise, false, false},
           {suspect, {.rolls_back_suspects = true}, Paging::raise, true, false},
           {suspect, {.held_again = true}, Paging::none, false, false},
           {open, {.declares = true}, Paging::none, false, false},
           {worse, {.validating = false}, Paging::none, false, false},
           {healthy, {.validating = false, .declares = true}, Paging::none, false, false},
       }) {
    const auto c = conclusion_of(row.report, row.situation);
    EXPECT_EQ(c.paging, row.paging);
    EXPECT_EQ(c.recommend, row.recommend);
    EXPECT_EQ(c.declare, row.declare);
  }
}

TEST(Conclusion, a_decline_answers_what_had_broken_by_then_and_nothing_later) {
  const SysTime noon{std::chrono::hours{12}};
  auto r = report(false, true, false);
  EXPECT_FALSE(is_answered(r, noon)) << "only figures: they are asked about again";
  r.broken = {{"shop", "errors", true, noon - std::chrono::minutes{5}, "x"}};
  EXPECT_TRUE(is_answered(r, noon));
  EXPECT_FALSE(is_answered(r, {}));
  r.broken->push_back({"shop", "errors", true, noon + std::chrono::minutes{5}, "x"});
  EXPECT_FALSE(is_answered(r, noon));
}

}  // namespace
}  // namespace evenkeel::validation
