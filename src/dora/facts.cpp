#include "dora/facts.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace evenkeel::dora {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

Facts::Facts(const History& h) : history(h) {
  for (const auto& d : h.deployments) {
    if (d.environment != "PRODUCTION" || !d.finished || (d.result != "SUCCESS" && d.result != "ROLLED_BACK")) continue;
    all_runs.push_back({&d, *d.finished, within(*d.finished)});
  }
  std::stable_sort(all_runs.begin(), all_runs.end(), [](const Run& a, const Run& b) { return a.finished < b.finished; });
  for (const auto& run : all_runs)
    if (run.deployment->result == "SUCCESS") runs.push_back(run), in_window += run.in_window;
  changes_.reserve(h.changes.size());
  for (const auto& c : h.changes) changes_.emplace(c.id, &c);
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (const auto& c : runs[i].deployment->changes) first_.emplace(c, i);
  for (std::size_t i = 0; i < all_runs.size(); ++i)
    for (const auto& c : all_runs[i].deployment->changes) first_of_all_.emplace(c, i);
}

const Change* Facts::change(std::string_view id) const {
  const auto at = changes_.find(id);
  return at == changes_.end() ? nullptr : at->second;
}

const Facts::Run* Facts::last_before(SysTime t, const std::vector<Run>& among) const {
  const auto at = std::lower_bound(among.begin(), among.end(), t, [](const Run& run, SysTime when) { return run.finished < when; });
  return at == among.begin() ? nullptr : &*std::prev(at);
}

const Facts::Run* Facts::first_with(std::string_view change) const {
  const auto at = first_.find(change);
  return at == first_.end() ? nullptr : &runs[at->second];
}

const Facts::Run* Facts::first_of_all_with(std::string_view change) const {
  const auto at = first_of_all_.find(change);
  return at == first_of_all_.end() ? nullptr : &all_runs[at->second];
}

std::vector<double> Facts::days_per(Period period) const {
  std::set<sys_days> deployed;
  for (const auto& run : runs)
    if (run.finished >= history.window.from - days{1} && run.finished <= history.window.to + days{1}) deployed.insert(floor<days>(run.finished));
  const auto begin_of = [&](sys_days day) {
    const std::chrono::weekday weekday(day);
    switch (period) {
      case Period::week_from_monday: return day - (weekday - std::chrono::Monday);
      case Period::week_from_sunday: return day - (weekday - std::chrono::Sunday);
      case Period::month: break;
    }
    const std::chrono::year_month_day date(day);
    return sys_days(date.year() / date.month() / 1);
  };
  std::map<sys_days, double> counts;
  for (auto t = history.window.to; t > history.window.from; t -= days{1}) counts[begin_of(floor<days>(t))] += deployed.contains(floor<days>(t)) ? 1 : 0;
  std::vector<double> out;
  for (const auto& [begin, count] : counts) out.push_back(count);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace evenkeel::dora
