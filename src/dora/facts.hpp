// A history put in order once, for all definitions: production deployments by time, where each change went, deployment days.
//
// A year of a large company is a million deployments, so changes are numbered once (one hash table, open addressing) and
// everything else is an array over those numbers; ids stay where they were read, and only views of them are kept.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dora/metrics.hpp"

namespace evenkeel::dora {

/// Texts to numbers 0, 1, 2, ... in the order of their first appearance. The texts must outlive it.
class Numbering {
 public:
  static constexpr std::uint32_t none = 0xffffffff;
  explicit Numbering(std::size_t expected);
  std::uint32_t number(std::string_view text);      // a new one when it is new
  std::uint32_t find(std::string_view text) const;  // none when it was never numbered
  std::size_t size() const { return texts_.size(); }

 private:
  std::size_t slot_of(std::string_view text) const;
  std::vector<std::uint32_t> slots_;
  std::vector<std::uint32_t> hashes_;
  std::vector<std::string_view> texts_;
};

class Facts {
 public:
  explicit Facts(const History& history);

  /// When a change was written, asked to be taken and taken.
  struct Times {
    std::optional<SysTime> first_commit, pr_created, merged;
  };
  /// A deployment that reached production: successful, or rolled back afterwards.
  struct Run {
    std::string_view id;
    SysTime finished;
    std::optional<SysTime> started, restored;
    std::optional<bool> unplanned;
    bool success = true, in_window = false;
    std::uint32_t source = 0;                     // its place in what the facts were made of
    std::uint32_t first_change = 0, changes = 0;  // of `changes_of`
  };
  /// What became of a change: its record, its first successful run, its first run of all, and its successful runs in the window.
  struct Fate {
    const Times* record = nullptr;
    const Run* first = nullptr;
    const Run* first_of_all = nullptr;
    std::uint32_t in_window = 0;
    SysTime earliest_in_window = SysTime::max();
  };

  // ---- put together piece by piece: begin, then any number of changes and runs, then `order`; texts must outlive it --------------
  Facts(Window window, std::size_t runs_expected, std::size_t changes_expected);
  Facts(Facts&&) = default;
  /// The first record of a change stands. Returns the change's number.
  std::uint32_t record(std::string_view change, const Times& times);
  std::uint32_t number(std::string_view change) { return numbers_.number(change); }
  /// A run (its changes, window and order are found here) and the numbers of its changes.
  void add(const Run& run, std::span<const std::uint32_t> changes);
  /// Puts all in order of time. Nothing can be asked before, and nothing added after.
  void order();

  Window window;
  std::string zone = "UTC";  // whose days and months are counted
  std::vector<Incident> incidents;
  std::vector<Run> runs;       // ascending by time
  std::int64_t in_window = 0;  // successful ones in the window

  std::span<const std::uint32_t> changes_of(const Run& run) const { return {changes_.data() + run.first_change, run.changes}; }
  const Fate& fate(std::uint32_t change) const { return fates_[change]; }
  /// Null when no deployment and no record has this change.
  const Fate* fate(std::string_view change) const;
  /// Latest run finished strictly before `t`; null when there is none.
  const Run* last_before(SysTime t, bool successful_only) const;
  /// Of what was begun in production on this service ("": any), the newest that had started by `t`, within reach; null when there is none,
  /// or when it never reached production.
  const Run* newest_started(std::string_view service, SysTime t) const;
  bool within(SysTime t) const { return t >= window.from && t <= window.to; }

  /// Distinct deployment days of each calendar week or month, ascending. Days are counted back from the window's end by whole days
  /// and lie strictly after its start, as both tools do it: a window that begins at midnight does not hold its first day.
  enum class Period { week_from_monday, week_from_sunday, month };
  std::vector<double> days_per(Period period) const;

 private:
  Numbering numbers_;
  std::vector<std::uint32_t> changes_;  // of all runs, one after the other
  std::vector<Times> times_;
  std::vector<std::uint32_t> record_of_;  // by the change's number, the place in `times_`
  std::vector<Fate> fates_;               // by the change's number

  struct Begin {
    std::string_view service;
    SysTime started;
    std::optional<std::uint32_t> source;  // of the run; none: it never reached production
    const Run* run = nullptr;             // once all is in order
  };
  std::vector<Begin> begins_;  // of a history, by their start
};

/// What each incident is put down to by dora-2025: the deployment that was named, else the first one with the named change, else the
/// newest one of its service that had started by then, within the reach of deploy/cause.hpp.
class Causes {
 public:
  explicit Causes(const Facts& facts);
  const Facts::Run* of(const Incident& incident) const;

 private:
  const Facts& facts_;
  std::unordered_map<std::string_view, const Facts::Run*> by_id_;  // of the deployments that incidents name
};

/// A time in hours, and whose it is.
struct Made {
  double hours = 0;
  const Facts::Run* of = nullptr;
};
/// What dora-2025 takes its medians and shares of, over the deployments of the window: report and trend are made from it. A change's lead
/// time runs from its first commit to the first deployment that has it; one that is younger than that deployment has none. A failed
/// deployment is recovered by its rollback, counted from its first incident or its start, else when its incident was resolved.
struct Measured {
  std::vector<Made> lead, recovery;
  std::unordered_set<const Facts::Run*> failed;
};
Measured measured(const Facts& facts);
std::vector<double> hours_of(const std::vector<Made>& made);

}  // namespace evenkeel::dora
