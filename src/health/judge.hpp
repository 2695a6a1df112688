// The judge: watches canary against control interval by interval and says what a release team should do.
//
// Each criterion gathers evidence E (ratio_evidence.hpp), valid at every look: in a healthy release the chance that E ever reaches
// 1/alpha is at most alpha. The critical criteria are weighed together, sum of w_m E_m with weights that sum to 1, which keeps
// that promise for the whole release under any dependence between the metrics. A latency criterion is the mean over its
// thresholds. Evidence counts only where the effect is worth acting on (effect gate) and the minimum data are there.
//
// States. BREACH latches. HEALTHY is said only at the window's end, and only when a ratio of r1 or more is excluded, nothing
// points up and the last 15 intervals are quiet. NO_HARM_SEEN says what is excluded and what is not; it is never silently green.
// SUSPECT is said after promotion only, where there is no control (validation_watch.hpp).
// DISTURBED: the control itself fails, so the release is not to blame and not to be passed either. Outside the budget stands
// gross failure: half of the canary's requests fail in two intervals running while the control's do not.
//
// Deterministic and pure: the same intervals give the same verdict; step() allocates nothing, but for the one interval in which
// latency thresholds are fixed and those in which a histogram's boundaries change. A live watch and a recorded
// stream feed the same object.
#pragma once
#include <array>
#include <boost/describe.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "health/criteria.hpp"
#include "health/observation.hpp"
#include "stats/overdispersion.hpp"

namespace evenkeel::health {

/// Changes when the same intervals could give another verdict. Stored beside every verdict.
inline constexpr std::string_view method_version = "ratio-e-3";
/// Changes when the same past windows could teach something else. Stored beside every calibration.
inline constexpr std::string_view calibration_method = "ratio-e-2";
/// A day on which like sides vary more than so many times as much as in the history is judged at the strict level: Verdict::noisier.
inline constexpr double noisy_day = 2;

enum class MetricState : std::uint8_t { insufficient, no_data, disturbed, watch, no_harm_seen, healthy, suspect, breach };
BOOST_DESCRIBE_ENUM(MetricState, insufficient, no_data, disturbed, watch, no_harm_seen, healthy, suspect, breach)

enum class ReleaseVerdict : std::uint8_t { healthy, no_harm_seen, hold, suspect, rollback_recommended };
BOOST_DESCRIBE_ENUM(ReleaseVerdict, healthy, no_harm_seen, hold, suspect, rollback_recommended)

/// How well the promise about false alarms is founded. `uncalibrated`: no history, wide tolerance, never an automatic rollback.
enum class CalibrationLevel : std::uint8_t { uncalibrated, modelled, calibrated };
BOOST_DESCRIBE_ENUM(CalibrationLevel, uncalibrated, modelled, calibrated)

/// What earlier healthy windows of this service taught. Empty: uncalibrated.
struct Calibration {
  static constexpr std::array<std::string_view, 0> required = {};
  CalibrationLevel level = CalibrationLevel::uncalibrated;
  int windows = 0;                                 // past windows behind `threshold`
  std::optional<double> threshold = {};            // of log sum w_m E_m; absent: log(1/alpha)
  std::optional<double> automatic_threshold = {};  // what an act without a person needs; absent: it never happens
  std::map<std::string, double> omega = {};        // spread by criterion, from stats::historic_spread
  std::map<std::string, double> gauges = {};       // by gauge: the score (gauge_score.hpp) that one window in 1/alpha exceeds
  std::string id = {};                             // of the sealed calibration; empty: none
  std::string note = {};                           // why there is none, or which it is, for a person
};
BOOST_DESCRIBE_STRUCT(Calibration, (), (level, windows, threshold, automatic_threshold, omega, gauges, id, note))
/// An act without a person is taken at this chance of being wrong, or at a criteria set's own when that is smaller.
inline constexpr double automatic_alpha = 0.01;
/// Past windows that `calibrated` needs: three alarms' worth. 59 at 0.05.
int windows_wanted(double alpha);
/// r0 of a criterion that names none: the less is known of the spread, the wider.
double tolerance_of(CalibrationLevel level);
/// Threshold from the greatest log sum w_m E_m of past windows without harm (effect gate off): with fewer than 59 windows (at alpha 0.05)
/// it never goes below log(1/alpha), with more never below log(1/(4 alpha)). Windows with an incident must be left out.
double calibrated_threshold(std::vector<double> past_maxima, double alpha);
/// For an act without a person: what one past window in 1/automatic_alpha exceeded, and never below log(1/automatic_alpha). None with too
/// few windows to say so (99).
std::optional<double> automatic_threshold(std::vector<double> past_maxima, double alpha);
/// Score of a gauge that past windows exceed at a rate of alpha. None below windows_wanted(alpha).
std::optional<double> gauge_threshold(std::vector<double> past_scores, double alpha);

/// Ratio canary to control with the ends that are not excluded (each at 1:20); null where the data bound nothing.
struct RatioRange {
  std::optional<double> low, high;
};
BOOST_DESCRIBE_STRUCT(RatioRange, (), (low, high))

/// One criterion as it stands. Times are interval numbers from 0.
struct MetricVerdict {
  std::string name;
  MetricKind kind = MetricKind::rate;
  bool critical = true;
  MetricState state = MetricState::insufficient;
  double log_e = 0;
  RatioRange ratio;
  std::string part;                            // latency: the threshold that speaks loudest, "slower than 200 ms (p90)"
  double canary_events = 0, canary_total = 0;  // since `since`
  double control_events = 0, control_total = 0;
  int since = 0;
  double phi = 1;
  int intervals = 0;  // with data on both sides
  std::optional<int> breached_at;
  std::string detail;                      // what is missing, or what was seen, in words
  std::optional<std::string> figure = {};  // the figure and its limit in a few words, for a page: "52 % of 1,204 requests fail (limit 1 %)"
  std::optional<bool> fewer_is_worse = {};  // the events are good ones and compared as they are: a ratio below 1 is worse
};
BOOST_DESCRIBE_STRUCT(MetricVerdict, (),
                      (name, kind, critical, state, log_e, ratio, part, canary_events, canary_total, control_events, control_total, since,
                       phi, intervals, breached_at, detail, figure, fewer_is_worse))

struct Verdict {
  ReleaseVerdict verdict = ReleaseVerdict::hold;
  std::string sentence;             // the whole outcome in one plain sentence
  std::optional<int> first_breach;  // interval, from 0
  std::string cause;                // criterion behind the breach, or "jointly"
  double log_e = 0;                 // of the critical criteria together
  double threshold = 0;             // what log_e must reach
  int intervals = 0;                // judged so far
  bool over = false;                // the window has ended, and what it was extended by
  bool too_few = false;             // over, and nothing stands against the release but that some criterion lacks events
  CalibrationLevel level = CalibrationLevel::uncalibrated;
  std::optional<double> automatic_threshold = {};  // what log_e must reach before anything is done without a person; absent: never
  std::string calibration = {};                    // id of the sealed calibration behind it
  /// How many times as much the sides varied as in the windows before, when that passed `noisy_day` before anything was found, and the
  /// interval. From then on a breach needs the strict level too (r0 1.25, the spread of today, log(1/alpha)); log_e and threshold are then
  /// those of the strict level, and nothing is done without a person.
  std::optional<double> noisier = {};
  std::optional<int> noisier_since = {};
  std::string label;          // "uncalibrated; intervals of 5 s"
  std::string criteria_hash;  // hex
  std::string method = std::string(method_version);
  std::vector<MetricVerdict> metrics;
  std::vector<std::string> circumstances = {};  // what else went on: other deployments, freezes, incidents; the judge knows none
};
BOOST_DESCRIBE_STRUCT(Verdict, (),
                      (verdict, sentence, first_breach, cause, log_e, threshold, intervals, over, too_few, level, automatic_threshold,
                       calibration, noisier, noisier_since, label, criteria_hash, method, metrics, circumstances))
/// The last interval that is judged: of the window, or of its extension while a criterion lacks events.
int last_interval(const CriteriaSet& set);

/// "Uncalibrated verdicts never roll back by themselves": a breach whose evidence earlier windows of the same service have all but never
/// shown. Whether anything may act without a person at all is the owner's word, not the judge's.
bool strong_enough_to_act_alone(const Verdict& verdict);

class Judge {
 public:
  /// `set` must be valid (see checked). `start`: clock time of interval 0 for the sentences, "14:05"; may be empty.
  explicit Judge(CriteriaSet set, Calibration calibration = {}, std::string start = {});
  ~Judge();
  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;

  /// The next interval: one observation per criterion, in the order of the set. After the window's end it changes nothing.
  void step(std::span<const Observation> observations);
  /// `ended`: no interval will follow, whether or not the window has passed.
  Verdict verdict(bool ended = false) const;

  int intervals() const;
  bool over() const;
  /// Interval of the first breach; cheap, for a watch that alerts within one interval.
  std::optional<int> first_breach() const;
  /// Greatest log sum w_m E_m so far with the effect gate off: what calibrated_threshold takes from past windows.
  double max_log_e() const;
  /// The same of each gauge: its score so far. Gauges without enough values are left out.
  std::map<std::string, double> gauge_scores() const;
  const CriteriaSet& criteria() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace evenkeel::health
