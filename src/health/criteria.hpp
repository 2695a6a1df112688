// Health criteria: what "healthy" means for a release, agreed before the window opens.
//
// A criteria set is written in evenkeel.yaml, checked here, and sealed by its hash in the go decision: what is judged after
// the deployment is what was agreed before it. Every set must look at an error rate, a latency percentile and a business
// metric, or say for each one left out that it is not applicable, and because of what.
#pragma once
#include <array>
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel::health {

enum class MetricKind : std::uint8_t {
  rate,      // events of a total, compared between the sides: failed requests of all requests
  latency,   // requests slower than thresholds fixed before the judging begins, from a histogram
  gauge,     // a level sampled in time: memory, queue length
  absolute,  // a limit that holds for the canary alone: error share at most 1%, or a gauge at most so high
  business,  // as rate, for what the users come for: orders of checkouts started
  slo_burn,  // an error budget that is used up too fast, in several windows at once; the canary alone, no control
};
BOOST_DESCRIBE_ENUM(MetricKind, rate, latency, gauge, absolute, business, slo_burn)

/// Which change is bad. With `decrease` the events are good ones (orders).
enum class Direction : std::uint8_t { increase, decrease };
BOOST_DESCRIBE_ENUM(Direction, increase, decrease)

/// What missing samples of the canary mean. `no_data`: the state is NO_DATA and the release is never called healthy.
/// `breach`: as no_data, and a critical criterion that stays silent recommends a rollback (a crashed canary reports nothing).
/// `ignore`: gaps are ordinary here; they only leave less to judge from.
enum class Silence : std::uint8_t { no_data, breach, ignore };
BOOST_DESCRIBE_ENUM(Silence, no_data, breach, ignore)

/// Which events a business total holds. `share`: each event is one of the total (orders among checkouts started);
/// `per_unit`: events are counted against an exposure and may exceed it (items sold per visit).
enum class EventsAre : std::uint8_t { share, per_unit };
BOOST_DESCRIBE_ENUM(EventsAre, share, per_unit)

/// Selectors of raw series, in the source's own language; never a rate() or increase(): the counters are differenced here.
/// `$side` stands for the label matcher of the side asked for; `$service`, `$version`, `$environment` for the release's.
struct MetricQueries {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string source = "prometheus";  // the connection that answers
  std::string total;                  // counter of all requests (rate, business)
  std::string events;                 // counter of the judged events among them
  std::string buckets;                // latency: counters with the label `le`, or native histograms
  std::string gauge;                  // gauge, or absolute on a gauge
};
BOOST_DESCRIBE_STRUCT(MetricQueries, (), (source, total, events, buckets, gauge))

/// The label that tells canary from control, and its value on each side.
struct SideSelection {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string label = "instance_role";
  std::string canary = "canary";
  std::string control = "control";
};
BOOST_DESCRIBE_STRUCT(SideSelection, (), (label, canary, control))

/// One pair of windows of an error budget: it burns too fast when both the long and the short one use it up at least `factor` times as fast
/// as would last for the budget's period. The long one says that it matters, the short one that it still goes on (Google, The Site
/// Reliability Workbook, ch. 5, "Multiwindow, Multi-Burn-Rate Alerts").
struct BurnWindow {
  static constexpr std::string_view required[] = {"long_window", "short_window", "factor"};
  Millis long_window = {};
  Millis short_window = {};
  double factor = 1;
};
BOOST_DESCRIBE_STRUCT(BurnWindow, (), (long_window, short_window, factor))

/// Before a BREACH is said. Below it the state is INSUFFICIENT and says what is missing.
struct MinimumData {
  static constexpr std::array<std::string_view, 0> required = {};
  int intervals = 3;     // with data on both sides
  double events = 5;     // judged events on the canary
  double requests = 50;  // on each side
};
BOOST_DESCRIBE_STRUCT(MinimumData, (), (intervals, events, requests))

struct Criterion {
  static constexpr std::string_view required[] = {"name", "kind"};
  std::string name;
  MetricKind kind = MetricKind::rate;
  MetricQueries queries = {};
  SideSelection sides = {};
  Direction direction = Direction::increase;
  EventsAre events_are = EventsAre::share;
  std::optional<double> tolerated_ratio =
      {};  // r0: a canary up to so many times the control is accepted; absent: 1.25; with history 1.1; calibrated 1
  std::optional<double> healthy_ratio = {};  // r1: HEALTHY says that the ratio is below it; absent: 2, or 1.25 for common events
  bool critical = true;                      // takes part in the release's verdict; else it is shown, and holds at worst
  double weight = 1;                         // share of the false-alarm budget, relative to the other critical criteria
  MinimumData minimum = {};
  Silence silence = Silence::no_data;
  std::vector<double> percentiles = {};          // latency: 0.5, 0.9, 0.99 when none are given
  std::optional<double> limit = {};              // absolute: the greatest accepted share or gauge value; with `decrease` the least one
  std::optional<double> objective = {};          // slo_burn: the promised share of good events, 0.999
  Millis budget_period = std::chrono::days{30};  // slo_burn: what the budget is for
  std::vector<BurnWindow> burn = {};             // slo_burn: empty: 2 % of the budget in 1 h, 5 % in 6 h, 10 % in 3 d
};
BOOST_DESCRIBE_STRUCT(Criterion, (),
                      (name, kind, queries, sides, direction, events_are, tolerated_ratio, healthy_ratio, critical, weight, minimum,
                       silence, percentiles, limit, objective, budget_period, burn))

/// The pairs that judge: the criterion's own, else the workbook's shares of the budget, each with a short window of a twelfth.
std::vector<BurnWindow> burn_windows(const Criterion& criterion);

enum class Coverage : std::uint8_t { error_rate, latency, business };
BOOST_DESCRIBE_ENUM(Coverage, error_rate, latency, business)

/// "There is no business metric for the mail relay, because it has no users of its own."
struct NotApplicable {
  static constexpr std::string_view required[] = {"covers", "because"};
  Coverage covers = Coverage::business;
  std::string because;
};
BOOST_DESCRIBE_STRUCT(NotApplicable, (), (covers, because))

/// How past windows are cut for calibration: hosts of the side that runs the old version take turns as the canary, against the rest.
struct PastWindows {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string by;          // the label that names one host: instance, pod; empty: no calibration
  int hosts = 1;           // as many as the canary will have
  int days = 14;           // how far back
  int good_for_days = 14;  // an older calibration is said to be stale and not used
};
BOOST_DESCRIBE_STRUCT(PastWindows, (), (by, hosts, days, good_for_days))

/// What becomes of a canary that has had too few events at its last interval. `hold`: a person decides whether the deployment goes on;
/// `proceed`: it goes on, which the verdict says; `fail`: the step has failed.
enum class OnTooFew : std::uint8_t { hold, proceed, fail };
BOOST_DESCRIBE_ENUM(OnTooFew, hold, proceed, fail)

struct CriteriaSet {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string name;
  int interval_seconds = 60;                         // length of one interval; the numbers below count intervals
  int window_intervals = 60;                         // how long the release is watched
  int burn_in_intervals = 5;                         // warm-up of the canary, judged by its own wider tolerance
  int restart_every = 10;                            // planned starts for faults that begin late
  double alpha = 0.05;                               // chance of a false rollback recommendation over the whole window
  std::optional<double> expected_canary_share = {};  // of all requests; when given, traffic is a criterion of its own
  std::vector<Criterion> criteria = {};
  std::vector<NotApplicable> not_applicable = {};
  PastWindows calibrate = {};
  int extend_until = 0;  // intervals: so long it is watched while a criterion lacks events; 0: no longer than the window
  OnTooFew on_too_few = OnTooFew::hold;
};
BOOST_DESCRIBE_STRUCT(CriteriaSet, (),
                      (name, interval_seconds, window_intervals, burn_in_intervals, restart_every, alpha, expected_canary_share, criteria,
                       not_applicable, calibrate, extend_until, on_too_few))

/// One error rate and one latency criterion, both critical, with the defaults of "no history": what `health judge` uses
/// when no criteria are given. The business metric is declared not applicable.
CriteriaSet default_criteria();

/// All complaints about the set, each with its path ("criteria[1].limit"); empty when it can be sealed.
std::vector<Complaint> complaints_of(const CriteriaSet& set);
/// The set, or one invalid error with all complaints.
Result<CriteriaSet> checked(CriteriaSet set);
/// JSON text to a checked set; unknown keys are complaints that name the nearest known key.
Result<CriteriaSet> read_criteria(std::string_view text);

/// Canonical bytes: format version, then every field in a fixed order, each length-prefixed; numbers as exact decimal text.
/// Renaming a field in code, or another JSON writer, changes nothing here; a new field needs a new format version. A set that uses none
/// of a version's new fields keeps the bytes of the version before.
std::string canonical_bytes(const CriteriaSet& set);
Hash criteria_hash(const CriteriaSet& set);

}  // namespace evenkeel::health
