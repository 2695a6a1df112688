// The verdict in one plain sentence: counts first, then how sure, then what it does not say. Never "95% sure that the release
// is bad", never a p-value alone.
#pragma once
#include <string>

#include "health/judge.hpp"

namespace evenkeel::health {

struct SentenceFrame {
  int interval_seconds = 60;
  std::string start;  // clock time of interval 0, "14:05"; may be empty
  double alpha = 0.05;
  int windows = 0;                              // past windows behind a calibrated threshold
  int window_intervals = 0, last_interval = 0;  // the end of the window, and of what it may be extended by
};

std::string sentence_of(const Verdict& verdict, const SentenceFrame& frame);

/// 12000 -> "12,000".
std::string grouped(double count);

}  // namespace evenkeel::health
