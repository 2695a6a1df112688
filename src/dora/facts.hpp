// A history put in order once, for all definitions: production deployments by time, first deployment of each change, days.
#pragma once
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dora/metrics.hpp"

namespace evenkeel::dora {

class Facts {
 public:
  explicit Facts(const History& history);

  struct Run {  // one that reached production
    const Deployment* deployment;
    SysTime finished;
    bool in_window;
  };
  std::vector<Run> runs;        // successful, ascending by time
  std::vector<Run> all_runs;    // and those rolled back afterwards
  std::int64_t in_window = 0;   // successful ones

  const Change* change(std::string_view id) const;
  /// Latest run finished strictly before `t`; null when there is none.
  const Run* last_before(SysTime t, const std::vector<Run>& among) const;
  /// The first successful run that holds this change; the first of all, rolled back ones too.
  const Run* first_with(std::string_view change) const;
  const Run* first_of_all_with(std::string_view change) const;
  bool within(SysTime t) const { return t >= history.window.from && t <= history.window.to; }

  /// Distinct deployment days of each calendar week or month. Days are counted back from the window's end by whole days and lie
  /// strictly after its start, as both tools do it: a window that begins at midnight does not hold its first day.
  enum class Period { week_from_monday, week_from_sunday, month };
  std::vector<double> days_per(Period period) const;

  const History& history;

 private:
  std::unordered_map<std::string_view, const Change*> changes_;
  std::unordered_map<std::string_view, std::size_t> first_, first_of_all_;
};

}  // namespace evenkeel::dora
