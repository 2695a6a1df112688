// What follows from a report. Pure: the same report in the same situation has the same consequences.
#pragma once
#include "health/checkpoint.hpp"
#include "validation/facts.hpp"

namespace evenkeel::validation {

/// What a report meets when it is stored.
struct Situation {
  bool validating = true;            // the release is in validation still
  bool held_again = false;           // an objective was broken and paged, and holds again
  bool rolls_back_suspects = false;  // validation.rollback_on_suspect
  bool recommended = false;          // a rollback waits for its answer
  bool declares = false;             // this checkpoint may call the release healthy
};
/// Of a page: what the report says of a time that was paged already holds the release back, and wakes nobody a second time.
enum class Paging { none, raise, lower };
struct Conclusion {
  Paging paging = Paging::none;
  bool recommend = false, declare = false;
};
Conclusion conclusion_of(const health::CheckpointReport& report, const Situation& situation);

/// Whether every objective that a watch found broken holds again.
bool held_again(const std::vector<ComponentWatch>& watches);

}  // namespace evenkeel::validation
