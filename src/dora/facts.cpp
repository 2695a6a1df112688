#include "dora/facts.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "base/zone.hpp"
#include "deploy/cause.hpp"

namespace evenkeel::dora {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

// ---- numbering -----------------------------------------------------------------------------------------------------------

Numbering::Numbering(std::size_t expected) : slots_(std::bit_ceil(std::max<std::size_t>(16, expected * 2)), none) {
  texts_.reserve(expected), hashes_.reserve(expected);
}

std::size_t Numbering::slot_of(std::string_view text) const {
  const auto hash = std::hash<std::string_view>{}(text);
  auto at = hash & (slots_.size() - 1);
  while (slots_[at] != none && (hashes_[slots_[at]] != std::uint32_t(hash >> 32) || texts_[slots_[at]] != text))
    at = (at + 1) & (slots_.size() - 1);
  return at;
}

std::uint32_t Numbering::find(std::string_view text) const { return slots_[slot_of(text)]; }

std::uint32_t Numbering::number(std::string_view text) {
  auto at = slot_of(text);
  if (slots_[at] != none) return slots_[at];
  if ((texts_.size() + 1) * 2 > slots_.size()) {
    const auto old = std::move(texts_);
    *this = Numbering(old.size() * 2 + 16);
    for (const auto t : old) number(t);
    at = slot_of(text);
  }
  texts_.push_back(text), hashes_.push_back(std::uint32_t(std::hash<std::string_view>{}(text) >> 32));
  return slots_[at] = std::uint32_t(texts_.size() - 1);
}

// ---- facts ----------------------------------------------------------------------------------------------------------------

Facts::Facts(Window of, std::size_t runs_expected, std::size_t changes_expected) : window(of), numbers_(changes_expected + 16) {
  runs.reserve(runs_expected);
  for (auto* numbers : {&changes_, &record_of_}) numbers->reserve(changes_expected);
  times_.reserve(changes_expected);
}

Facts::Facts(const History& h) : Facts(h.window, h.deployments.size(), h.changes.size()) {
  zone = h.zone;
  // Told twice, it is one: the last word stands.
  std::unordered_map<std::string_view, std::size_t> last, last_incident;
  for (std::size_t i = 0; i < h.deployments.size(); ++i) last[h.deployments[i].id] = i;
  for (std::size_t i = 0; i < h.incidents.size(); ++i) last_incident[h.incidents[i].id] = i;
  for (std::size_t i = 0; i < h.incidents.size(); ++i)
    if (last_incident.at(h.incidents[i].id) == i) incidents.push_back(h.incidents[i]);
  for (const auto& c : h.changes) record(c.id, {c.first_commit, c.pr_created, c.merged});
  std::vector<std::uint32_t> changes;
  for (std::size_t i = 0; i < h.deployments.size(); ++i) {
    const auto& d = h.deployments[i];
    const bool success = d.result == "SUCCESS";
    if (d.environment != "PRODUCTION" || (last.at(d.id) != i && !d.id.empty())) continue;
    const bool reached = d.finished && (success || d.result == "ROLLED_BACK");
    if (d.started || d.finished)
      begins_.push_back({d.service, d.started ? *d.started : *d.finished, reached ? std::optional(std::uint32_t(i)) : std::nullopt});
    if (!reached) continue;
    changes.clear();
    for (const auto& c : d.changes) changes.push_back(number(c));
    add({.id = d.id,
         .finished = *d.finished,
         .started = d.started,
         .restored = d.restored,
         .unplanned = d.unplanned,
         .success = success,
         .source = std::uint32_t(i)},
        changes);
  }
  std::stable_sort(begins_.begin(), begins_.end(), [](const Begin& a, const Begin& b) { return a.started < b.started; });
  order();
  std::unordered_map<std::uint32_t, const Run*> by_source;
  for (const auto& run : runs) by_source[run.source] = &run;
  for (auto& b : begins_)
    if (b.source) b.run = by_source.at(*b.source);
}

std::uint32_t Facts::record(std::string_view change, const Times& times) {
  const auto n = numbers_.number(change);
  if (n >= record_of_.size()) record_of_.resize(n + 1, Numbering::none);
  if (record_of_[n] == Numbering::none) record_of_[n] = std::uint32_t(times_.size()), times_.push_back(times);
  return n;
}

void Facts::add(const Run& run, std::span<const std::uint32_t> changes) {
  runs.push_back(run);
  auto& added = runs.back();
  added.in_window = within(added.finished);
  added.first_change = std::uint32_t(changes_.size()), added.changes = std::uint32_t(changes.size());
  changes_.insert(changes_.end(), changes.begin(), changes.end());
}

void Facts::order() {
  const auto earlier = [](const Run& a, const Run& b) { return a.finished < b.finished; };
  if (!std::is_sorted(runs.begin(), runs.end(), earlier)) std::stable_sort(runs.begin(), runs.end(), earlier);
  fates_.resize(numbers_.size());
  for (std::size_t n = 0; n < record_of_.size(); ++n)
    if (record_of_[n] != Numbering::none) fates_[n].record = &times_[record_of_[n]];
  for (const auto& run : runs) {
    in_window += run.success && run.in_window;
    for (const auto change : changes_of(run)) {
      auto& fate = fates_[change];
      if (!fate.first_of_all) fate.first_of_all = &run;
      if (!run.success) continue;
      if (!fate.first) fate.first = &run;
      if (run.in_window) ++fate.in_window, fate.earliest_in_window = std::min(fate.earliest_in_window, run.finished);
    }
  }
}

const Facts::Fate* Facts::fate(std::string_view change) const {
  const auto n = numbers_.find(change);
  return n == Numbering::none ? nullptr : &fates_[n];
}

const Facts::Run* Facts::last_before(SysTime t, bool successful_only) const {
  auto at = std::lower_bound(runs.begin(), runs.end(), t, [](const Run& run, SysTime when) { return run.finished < when; });
  while (at != runs.begin())
    if ((--at)->success || !successful_only) return &*at;
  return nullptr;
}

const Facts::Run* Facts::newest_started(std::string_view service, SysTime t) const {
  auto at = std::upper_bound(begins_.begin(), begins_.end(), t, [](SysTime when, const Begin& b) { return when < b.started; });
  while (at != begins_.begin() && deploy::may_have_caused((--at)->started, t)) {
    if (!service.empty() && !at->service.empty() && service != at->service) continue;
    return at->run;
  }
  return nullptr;
}

std::vector<double> Facts::days_per(Period period) const {
  const auto wall = [&](SysTime t) { return SysTime{on_the_wall(t, zone).time_since_epoch()}; };
  const auto from = wall(window.from), to = wall(window.to);
  const auto first = floor<days>(from), last = floor<days>(to);
  std::vector<bool> deployed(std::size_t((last - first).count()) + 1);
  for (const auto& run : runs)
    if (const auto day = floor<days>(wall(run.finished)); run.success && day >= first && day <= last)
      deployed[std::size_t((day - first).count())] = true;
  const auto begin_of = [&](sys_days day) {
    const std::chrono::weekday weekday(day);
    switch (period) {
      case Period::week_from_monday:
        return day - (weekday - std::chrono::Monday);
      case Period::week_from_sunday:
        return day - (weekday - std::chrono::Sunday);
      case Period::month:
        break;
    }
    const std::chrono::year_month_day date(day);
    return sys_days(date.year() / date.month() / 1);
  };
  std::map<sys_days, double> counts;
  for (auto t = to; t > from; t -= days{1}) counts[begin_of(floor<days>(t))] += deployed[std::size_t((floor<days>(t) - first).count())];
  std::vector<double> out;
  out.reserve(counts.size());
  for (const auto& [begin, count] : counts) out.push_back(count);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace evenkeel::dora
