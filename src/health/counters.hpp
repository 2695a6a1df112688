// What counters grew by in each interval, however their series come and go.
//
// The rule: growth is a counter's new value minus the last one that is known, however long that is ago, and only a fall means that it
// was started again (it then counts from zero, as PromQL's resets() sees it). A missing or NaN sample is no sample. A series without a
// last value counts from zero only if it was born while we looked: its process was seen before it, it was not seen in a look-back as long
// as exporters remember idle series, it does not come and go in what was asked for, and it brings no more at once than its process ever
// counted in such a time. Else it counts from its second sample.
// Totals and events obey one clock: what a process counted between two samples of its totals belongs to the interval in which the later
// one lies, and where its totals are not there neither are its events.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "health/source.hpp"

namespace evenkeel::health {

/// Exporters forget series that did not move for minutes, the slowest of them for an hour.
constexpr Millis counter_look_back = std::chrono::hours{1};

/// The moments at which counters are read: `before` edges of the look-back, then those of the range (count + 1).
struct Edges {
  IntervalRange range;
  int before = 0;
  Millis before_step{0};
  static Edges of(const IntervalRange& range);
  std::size_t size() const { return first() + std::size_t(range.count) + 1; }
  std::size_t first() const { return std::size_t(before); }  // where interval 0 begins
  SysTime at(std::size_t edge) const;
  /// The edge that lies at a time (milliseconds since 1970) to within 2 ms.
  std::optional<std::size_t> index_of(double ms) const;
};

/// A counter, or a histogram, whose buckets come, go and are started again together.
struct Counter {
  std::string process;                       // what is started and stopped as one
  std::vector<std::optional<double>> sizes;  // all that it has counted, at each edge
};

double counter_growth(double before, double after);

enum class CounterOf : std::uint8_t { totals, events };
/// `part`: each event is one of the totals, so that there are no more of them.
enum class EventsWithin : std::uint8_t { part, apart };

class Growth {
 public:
  Growth(Edges edges, std::vector<Counter> totals, std::vector<Counter> events = {}, EventsWithin within = EventsWithin::part);

  /// The totals of some process are known at the end of the interval and before it.
  bool told(std::size_t interval) const;
  /// Sum over all counters, per interval.
  std::vector<double> sums(CounterOf of) const;
  /// Of one counter, by its place in the list it was given in: tell(interval, growth) for each growth. `points`: at each edge, there where
  /// `sizes` are; `grown(before, after)`.
  template <class T, class Grown, class Tell>
  void each(CounterOf of, std::size_t counter, const std::vector<std::optional<T>>& points, Grown grown, Tell tell) const {
    const auto& track = tracks(of)[counter];
    walk(points, track.process, track.born, grown, [&](std::size_t edge, const T& growth) {
      if (edge > edges_.first()) tell(edge - edges_.first() - 1, growth);
    });
  }

 private:
  struct Process {
    std::vector<char> sound;                        // its totals were read at the edge
    std::vector<std::optional<std::size_t>> since;  // the sound edge before a sound one
    double busiest = 0;                             // most counted in a millisecond, by counters whose last value is known
  };
  struct Track {
    std::size_t process = 0;
    bool born = false;
  };

  const std::vector<Track>& tracks(CounterOf of) const { return of == CounterOf::totals ? totals_ : events_; }
  const std::vector<Counter>& counters(CounterOf of) const { return of == CounterOf::totals ? of_totals_ : of_events_; }
  void find_processes();
  void find_births(CounterOf of, bool part);
  void find_busiest();
  bool born(const Counter& counter, const Process& process, bool part) const;

  template <class T, class Grown, class Tell>
  void walk(const std::vector<std::optional<T>>& points, std::size_t process, bool born, Grown grown, Tell tell) const {
    const auto& p = processes_[process];
    const T* last = nullptr;
    std::vector<T> pending;
    for (std::size_t e = 0; e < points.size(); ++e) {
      if (points[e]) {
        if (last)
          pending.push_back(grown(*last, *points[e]));
        else if (born)
          pending.push_back(*points[e]);
        last = &*points[e];
      }
      if (!p.sound[e]) continue;
      if (p.since[e])
        for (const auto& growth : pending) tell(e, growth);
      pending.clear();
    }
  }

  Edges edges_;
  std::vector<Counter> of_totals_, of_events_;
  std::vector<Track> totals_, events_;
  std::vector<Process> processes_;
  std::size_t with_totals_ = 0;  // processes before this one have totals; those after it only events
};

}  // namespace evenkeel::health
