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
  bool answered = false;             // a person declined to roll back after all that broke had broken
};
/// Of a page: what the report says of a time that was paged already holds the release back, and wakes nobody a second time.
enum class Paging { none, raise, lower };
struct Conclusion {
  Paging paging = Paging::none;
  bool recommend = false, declare = false;
};
Conclusion conclusion_of(const health::CheckpointReport& report, const Situation& situation);

/// Whether a person has declined to roll back since the last of what the report tells broke.
bool is_answered(const health::CheckpointReport& report, const std::optional<SysTime>& declined_at);

/// Whether every objective that a watch found broken holds again.
bool held_again(const std::vector<ComponentWatch>& watches);

}  // namespace evenkeel::validation
