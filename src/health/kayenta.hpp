// Kayenta's canary judge (NetflixACAJudge-v1.0), for those who come from it and for comparison: its configuration, its classification of
// each metric, its score. It compares two lists of per-interval values, once; it has no error budget over repeated looks, no counts, and
// its root finder's tolerance is absolute, so its answers depend on the unit of measurement. Evenkeel's own judge is judge.hpp.
//
// One case is defined here that Kayenta leaves to chance: two constant samples that differ. Kayenta adds unseeded noise; here the shift is
// the difference itself.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::health::kayenta {

enum class Direction { increase, decrease, either };
enum class NanStrategy { remove, replace };
enum class Measure { mean_ratio, cles };
enum class Class { Pass, High, Low, Nodata, NodataFailMetric, Error };
BOOST_DESCRIBE_ENUM(Class, Pass, High, Low, Nodata, NodataFailMetric, Error)

struct Rules {  // analysisConfigurations.canary of one metric
  Direction direction = Direction::either;
  NanStrategy nan = NanStrategy::remove;
  std::optional<double> outlier_factor;  // set: values outside are removed
  bool critical = false, must_have_data = false, muted = false;
  Measure measure = Measure::mean_ratio;
  double allowed_increase = 1, allowed_decrease = 1, critical_increase = 1, critical_decrease = 1;
};
struct Metric {
  std::string name;
  std::vector<std::string> groups;
  Rules rules;
};
struct Config {
  std::string name;
  std::vector<Metric> metrics;
  std::map<std::string, double> group_weights;  // percent
};
struct Settings {
  double confidence = 0.98, tolerance = 0.25;
  double pass = 95, marginal = 75;
};

struct Judged {
  std::string name;
  Class classification = Class::Pass;
  bool critical = false;
  std::optional<double> deviation;  // effect size; none: undefined
  std::string reason;
  std::vector<std::string> groups;
  bool muted = false;
};
BOOST_DESCRIBE_STRUCT(Judged, (), (name, classification, critical, deviation, reason))

/// Missing values are NaN. `reason` is empty for Pass.
Judged classify(const Metric& metric, std::vector<double> control, std::vector<double> experiment, const Settings& settings);
/// By the means alone.
Judged classify_by_mean(const Metric& metric, std::vector<double> control, std::vector<double> experiment);

struct GroupScore {
  std::string name;
  double score = 0;
};
BOOST_DESCRIBE_STRUCT(GroupScore, (), (name, score))
struct Score {
  double score = 0;
  std::string classification;  // Pass, Marginal, Fail
  std::string reason;
  std::vector<GroupScore> groups;
  std::vector<Judged> metrics;
};
BOOST_DESCRIBE_STRUCT(Score, (), (score, classification, reason, groups, metrics))
Score score(std::vector<Judged> metrics, const std::map<std::string, double>& group_weights, const Settings& settings);

/// Error: invalid, with the path.
Result<Config> read_config(std::string_view text);
struct Pair {
  std::vector<double> control, experiment;
};
/// {"metric": {"control": [1, null, ...], "experiment": [...]}}.
Result<std::map<std::string, Pair>> read_data(std::string_view text);
/// Every metric of the configuration; one that the data do not have is judged as empty.
Score judge(const Config& config, const std::map<std::string, Pair>& data, const Settings& settings);

}  // namespace evenkeel::health::kayenta
