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

}  // namespace
}  // namespace evenkeel::validation
