#include <gmock/gmock.h>

#include "health/stream.hpp"
#include "stats/evidence_step.hpp"
#include "stats/intervals.hpp"
#include "stats/restart_mixture.hpp"
#include "support/data.hpp"

namespace evenkeel::health {
namespace {

namespace data = testing_data;

std::vector<double> numbers(const json::Value& list) {
  std::vector<double> out;
  for (const auto& x : list.as_array()) out.push_back(x.to_number<double>());
  return out;
}

/// Cases of every file of a folder that have this member.
std::vector<json::Object> cases_with(const std::string& folder, std::string_view member) {
  std::vector<json::Object> found;
  for (const auto& [name, file] : data::json_with(folder, "cases"))
    for (const auto& c : file.at("cases").as_array())
      if (c.is_object() && c.get_object().contains(member)) found.push_back(c.get_object());
  return found;
}

TEST(HealthConformance, CountTracesAgree) {
  const auto cases = cases_with("data/health/reference", "expected_log_e");
  SKIP_WITHOUT(cases);
  for (const auto& c : cases) {
    const auto grid = numbers(c.at("alternatives")), kc = numbers(c.at("canary_errors")), kt = numbers(c.at("control_errors")),
               nc = numbers(c.at("canary_requests")), nt = numbers(c.at("control_requests")), expected = numbers(c.at("expected_log_e"));
    stats::RestartMixture mixture(grid.size());
    for (std::size_t t = 0; t < kc.size(); ++t) {
      std::vector<double> steps(grid.size());
      stats::count_step({kc[t], nc[t], kt[t], nt[t]}, c.at("rate_ratio_null").to_number<double>(), grid, steps);
      mixture.step(steps, t == 0 ? 1 : 0);
      ASSERT_NEAR(mixture.log_e(), expected[t], data::within(1e-9, expected[t])) << c.at("id") << " interval " << t;
    }
  }
}

TEST(HealthConformance, WilsonIntervalsAgree) {
  std::size_t seen = 0;
  for (const auto& [name, file] : data::json_with("data/health/reference", "cases"))
    for (const auto& c : file.at("cases").as_array()) {
      const auto* expected = c.as_object().if_contains("expected");
      if (!expected || !expected->is_object() || !expected->get_object().contains("wilson")) continue;
      const auto want = numbers(expected->get_object().at("wilson"));
      const auto got =
          stats::wilson(c.at("successes").to_number<double>(), c.at("trials").to_number<double>(), c.at("confidence").to_number<double>());
      EXPECT_NEAR(got.low, want[0], 1e-9) << c;
      EXPECT_NEAR(got.high, want[1], 1e-9) << c;
      ++seen;
    }
  SKIP_UNLESS(seen > 0);
}

TEST(HealthConformance, QuantilesOfTypeSevenAgree) {
  const auto cases = cases_with("data/health/reference", "values");
  SKIP_WITHOUT(cases);
  for (const auto& c : cases) {
    if (!c.contains("p")) continue;
    auto values = numbers(c.at("values"));
    std::sort(values.begin(), values.end());
    const auto percent = numbers(c.at("p")), expected = numbers(c.at("expected"));
    for (std::size_t i = 0; i < percent.size(); ++i)
      EXPECT_NEAR(*stats::quantile_r7(values, percent[i] / 100), expected[i], 1e-9 * std::max(1.0, std::abs(expected[i]))) << c.at("id");
  }
}

/// Every recorded rollout: no false rollback among so few healthy ones than chance allows, and most faults found.
TEST(HealthConformance, RecordedRolloutsAreJudgedAsTheirTruthSays) {
  const auto paths = data::files("data/health/streams", ".jsonl");
  SKIP_WITHOUT(paths);
  int healthy = 0, alarms = 0, called_healthy = 0, faults = 0, found = 0, early = 0;
  std::vector<int> delays;
  for (const auto& path : paths) {
    std::istringstream lines(data::read(path));
    for (std::string line; std::getline(lines, line);) {
      if (line.empty()) continue;
      const auto stream = parse_stream(line);
      ASSERT_TRUE(stream) << path << ": " << stream.error().message;
      if (!stream->truth) continue;
      const auto v = judge_stream(*stream, default_criteria());
      const bool rollback = v.verdict == ReleaseVerdict::rollback_recommended;
      EXPECT_EQ(rollback, v.first_breach.has_value()) << stream->id;
      if (*stream->truth == "healthy") {
        ++healthy, alarms += rollback, called_healthy += v.verdict == ReleaseVerdict::healthy;
        continue;
      }
      ++faults;
      EXPECT_NE(v.verdict, ReleaseVerdict::healthy) << stream->id << ": a fault was called healthy: " << v.sentence;
      const int from = stream->breach_from.value_or(0);
      if (rollback && *v.first_breach >= from)
        ++found, delays.push_back(*v.first_breach - from);
      else if (rollback)
        ++early;
    }
  }
  std::sort(delays.begin(), delays.end());
  std::printf("  healthy rollouts %d: false alarms %d, called healthy %d; faults %d: found %d, too early %d, median minutes %d\n", healthy,
              alarms, called_healthy, faults, found, early, delays.empty() ? -1 : delays[delays.size() / 2]);
  // One in twenty is promised; the chance of more than this many is below 1 in 1000.
  EXPECT_GE(stats::binomial_upper_tail(alarms, healthy, 0.05), 0.001);
  EXPECT_EQ(early, 0);
  EXPECT_GE(double(found), 0.75 * faults);
}

}  // namespace
}  // namespace evenkeel::health
