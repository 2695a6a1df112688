// The sequential test of one pair of counts: is the canary's event rate above what is tolerated?
//
// E = 0.7 E_main + 0.3 E_burn. The main process begins after the burn-in and again at planned later starts (restart_mixture.hpp);
// the burn-in process judges the warm-up alone, against a tolerance of four times the control, as caches are cold and
// connections new. Each step is divided by the measured spread phi (overdispersion.hpp) and lowered to a cap, so that no single
// interval, whatever it holds, can decide: a burst of errors in one minute is not a bad release.
//
// The same counts, kept for the length of the window, answer two questions at its end: below which ratio is the canary surely
// ("ratio >= r1" rejected), and between which ratios does it lie. Nothing is allocated after construction.
#pragma once
#include <optional>
#include <vector>

#include "stats/evidence_step.hpp"
#include "stats/intervals.hpp"
#include "stats/overdispersion.hpp"
#include "stats/restart_mixture.hpp"

namespace evenkeel::health {

/// Intervals at which the main process starts, with the share of its mass that starts there: half at the end of the burn-in,
/// the rest spread evenly over every `restart_every`-th interval until the window ends.
struct StartPlan {
  int burn_in = 5;
  int restart_every = 10;
  int window = 60;
  int longest = 0;  // what the window may be extended to; no start is planned beyond the window
  int later_starts() const { return burn_in + 1 >= window ? 0 : (window - 1 - burn_in) / restart_every; }
  double weight_at(int interval) const;
};

struct RatioEvidenceSettings {
  StartPlan plan = {};
  double tolerated_ratio = 1.25;     // r0
  double cap = 1.23;                 // most that one interval adds to log E
  bool exposure = false;             // totals are exposures (planned traffic), not requests
  bool burn_in_test = true;          // false when nothing can be judged before the main process starts
  bool watch_control = true;         // see disturbed(); off for tails, which triple with the load
  std::optional<double> omega = {};  // spread known from a history; absent: learned while running
  bool not_below_today = false;      // the spread seen today counts where it is greater than the known one
  double prior_omega = 0.08;         // spread between hosts believed at first, see RunningPhi
  double prior_share = 0.01;         // control's share before the first interval, worth 20 requests
};

class RatioEvidence {
 public:
  /// Common events (control share at least 5% when the main process begins) take the Bernoulli step, rare ones the count step.
  enum class Method : std::uint8_t { undecided, count, bernoulli };

  explicit RatioEvidence(const RatioEvidenceSettings& settings);

  /// Interval number `interval` (from 0, each at most once, ascending). Counts without requests on a side are "no data".
  void step(int interval, const stats::PairCounts& counts);
  /// What would stand here had it been made with these settings: the same intervals once more. O(intervals), and it allocates.
  RatioEvidence again(const RatioEvidenceSettings& settings) const;
  const RatioEvidenceSettings& settings() const { return settings_; }

  double log_e() const;
  /// From some planned start on the rate is at least 1.25 times the control's and at least 5 events are in excess. Shown and
  /// required beside the evidence, never instead of it.
  bool effect_gate() const;
  /// Ratio and counts since the planned start where the effect is clearest; what the sentence tells.
  struct Effect {
    int since = 0;
    stats::PairCounts counts = {};
    double ratio = 1;
  };
  Effect clearest_effect() const;

  /// log E of "the ratio is at least r in every interval since the burn-in": at 3 (E = 20) that is excluded.
  double log_e_below(double r) const;
  /// log E of "the ratio is at most r in every interval since the burn-in".
  double log_e_above(double r) const;
  /// Ratios not excluded at E = 20; a missing end could not be bounded within [1/50, 50].
  struct Bounds {
    std::optional<double> low, high;
  };
  Bounds bounds() const;
  /// Whether bounds().high is at most `r`, without looking for it.
  bool excludes_above(double r) const;
  /// One-sided conditional binomial p that the last `intervals` are not above the control. No events: 1.
  double recent_p(int intervals) const;
  /// The last `intervals` together, and their ratio (smoothed by one event).
  stats::PairCounts recent(int intervals) const;

  const stats::PairCounts& total() const { return total_; }
  int intervals_with_data() const { return int(seen_.size()); }
  double phi() const { return last_phi_; }
  /// How many times as much the sides vary today as the known spread says; 1 when none is known. The burn-in takes no part.
  double spread_today() const { return settings_.omega ? today_.times() : 1; }
  Method method() const { return method_; }
  double share() const { return control_.share(); }
  /// Both sides fail: the control left its own baseline (odds of an event three times those before, and 20 events too many).
  bool disturbed() const { return disturbed_; }

 private:
  struct Believed {  // share of events, fading at 0.98 an interval
    double k = 0, n = 20;
    double share() const { return std::min(0.999, std::max(1e-6, k / n)); }
    void add(double events, double requests) { k = k * 0.98 + events, n = n * 0.98 + requests; }
  };
  struct Seen {
    int interval;
    stats::PairCounts counts;
    float phi, control_share, canary_share;
  };
  struct Start {
    int interval;
    stats::PairCounts before;
  };

  double phi_for(const stats::PairCounts& counts) const;
  void step_main(int interval, const stats::PairCounts& counts, double phi);
  double replay(bool swapped, double r0) const;
  void watch_control(const stats::PairCounts& counts);

  RatioEvidenceSettings settings_;
  Method method_ = Method::undecided;
  stats::RestartMixture main_, burn_;
  stats::RunningPhi running_;
  stats::SpreadToday today_;
  Believed control_, canary_;
  stats::PairCounts total_ = {};
  struct Early {
    int interval;
    stats::PairCounts counts;
  };
  std::vector<Early> early_;  // with data, in the burn-in
  std::vector<Seen> seen_;    // with data, since
  int first_ = 0, last_ = -1;
  std::vector<Start> starts_;
  double last_phi_ = 2;
  std::array<std::pair<double, double>, 5> control_ring_ = {};
  int ring_at_ = 0, ring_filled_ = 0;
  double baseline_k_ = 0, baseline_n_ = 0;
  bool disturbed_ = false;
};

}  // namespace evenkeel::health
