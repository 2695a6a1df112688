// The goals of the canary judge, measured in one run: false alarms, what is found and when, beside Kayenta's judge looking every minute,
// on the same draws. Clopper-Pearson limits at 99 %. Usage: bench_judge [runs] [runs of Kayenta].
#include <fmt/format.h>

#include <chrono>

#include "health/ratio_evidence.hpp"
#include "stats/intervals.hpp"
#include "stats/restart_mixture.hpp"
#include "support/canary_judges.hpp"
#include "support/hosts.hpp"

using namespace evenkeel;
using namespace evenkeel::health;
using namespace evenkeel::health::simulated;

namespace {

int runs = 10'000, kayenta_runs = 2'000;
constexpr int window = 60;

std::uint64_t seed_of(int i) { return 1000003ull * std::uint64_t(i + 1) + 17; }

/// Alarms at or after `from`, false ones before it, delays (not found: window + 1).
struct Found {
  int n = 0, hits = 0, early = 0;
  std::vector<int> delays;
  void add(std::optional<int> at, int from) {
    ++n;
    const bool hit = at && *at >= from;
    hits += hit, early += at && *at < from;
    delays.push_back(hit ? *at - from + 1 : window + 1);
  }
  double share() const { return n ? double(hits) / n : 0; }
  int median() {
    std::nth_element(delays.begin(), delays.begin() + long(delays.size() / 2), delays.end());
    return delays[delays.size() / 2];
  }
  double upper99() const { return stats::clopper_pearson(hits, n, 0.98).high; }  // one-sided 99 %
  std::string text() {
    const int m = median();
    return fmt::format("{:5.1f} % {:>3}", 100 * share(), m > window ? "-" : std::to_string(m));
  }
};

enum class Level { none, strict, calibrated };
std::optional<int> alarm(const Rollout& r, Level level, const Taught& taught, int i, const CriteriaSet& set = errors_only()) {
  return judge_of(r, set,
                  level == Level::none     ? Calibration{}
                  : level == Level::strict ? taught.modelled
                                           : taught.calibrated(seed_of(i) ^ 99))
      .first_breach();
}

void line(const std::string& goal, const std::string& wanted, const std::string& got, bool holds) {
  fmt::print("  {:<58} {:<26} {:<34} {}\n", goal, wanted, got, holds ? "holds" : "MISSED");
  std::fflush(stdout);
}

Rollout draw_fault(const Scenario& s, int i, double factor, int from) {
  return draw(s, seed_of(i), window, [&](int m) { return m >= from ? factor : 1.0; });
}

void healthy_and_power(const std::vector<Taught>& taught) {
  fmt::print(
      "\nGoals 1 and 2. Nine kinds of healthy production ({} runs, Kayenta {}): any alarm in 60 minutes; then a fault of x2 from minute "
      "20 and of x4 from minute 45: found, median minutes\n",
      runs, kayenta_runs);
  fmt::print("  {:<28} | {:^39} | {:^9} | {:^27} | {:>11}\n", "", "any alarm, healthy (99 % limit)", "Kayenta",
             "x2 from 20: Kayenta / here", "x4 from 45");
  fmt::print("  {:<28} | {:>12} {:>12} {:>13} | {:>9} |\n", "", "no history", "strict", "calibrated", "");
  bool goal1 = true, goal2 = true;
  const auto days = healthy_days();
  for (std::size_t d = 0; d < days.size(); ++d) {
    std::map<Level, Found> healthy;
    Found kayenta, k2, x2, x4;
    for (int i = 0; i < runs; ++i) {
      const auto r = draw(days[d], seed_of(i));
      for (const auto level : {Level::none, Level::strict, Level::calibrated}) healthy[level].add(alarm(r, level, taught[d], i), 0);
      if (i < kayenta_runs) kayenta.add(kayenta_alarm(r), 0);
    }
    for (int i = 0; i < kayenta_runs; ++i) {
      const auto r = draw_fault(days[d], i, 2, 20);
      x2.add(alarm(r, Level::calibrated, taught[d], i), 20), k2.add(kayenta_alarm(r), 20);
      x4.add(alarm(draw_fault(days[d], i, 4, 45), Level::calibrated, taught[d], i), 45);
    }
    const auto rate = [&](Level l) { return fmt::format("{:.1f} ({:.1f})", 100 * healthy[l].share(), 100 * healthy[l].upper99()); };
    goal1 = goal1 && healthy[Level::strict].upper99() <= 0.05 && healthy[Level::calibrated].upper99() <= 0.05;
    const bool gamma = days[d].gamma > 0;
    goal2 = goal2 && (gamma || x2.share() >= k2.share()) && x4.share() + double(x4.early) / x4.n >= 0.9 && x4.median() <= 9;
    fmt::print("  {:<28} | {:>12} {:>12} {:>13} | {:>7.1f} % | {:>12} /{:>12} | {:>12}\n", days[d].name, rate(Level::none),
               rate(Level::strict), rate(Level::calibrated), 100 * kayenta.share(), k2.text(), x2.text(), x4.text());
    std::fflush(stdout);
  }
  line("1  any alarm, strict and calibrated, all nine", "99 % limit <= 5 %", "", goal1);
  line("2  x2 from 20 >= Kayenta (but gamma); x4 from 45", ">= 90 %, median <= 9", "", goal2);
}

void independent(const Taught& taught) {
  const Scenario s = healthy_days()[0];
  auto bare = errors_only();
  bare.burn_in_intervals = 0;
  const auto bare_taught = teach(s, 3, 600, bare);
  std::map<double, Found> with, without, kayenta;
  for (const double x : {1.5, 2.0, 4.0})
    for (int i = 0; i < kayenta_runs; ++i) {
      const auto r = draw_fault(s, i, x, 0);
      with[x].add(alarm(r, Level::calibrated, taught, i), 0), without[x].add(alarm(r, Level::calibrated, bare_taught, i, bare), 0);
      kayenta[x].add(kayenta_alarm(r), 0);
    }
  const double k2 = kayenta[2.0].median();
  fmt::print("\nGoal 3. Independent requests, fault from the start (calibrated)\n");
  line("x2, with burn-in", "median <= 1.15 x Kayenta", fmt::format("{} (Kayenta {})", with[2.0].median(), k2),
       with[2.0].median() <= 1.15 * k2);
  line("x2, without burn-in", "median <= 0.95 x Kayenta", fmt::format("{} (Kayenta {})", without[2.0].median(), k2),
       without[2.0].median() <= 0.95 * k2);
  line("x4, with and without burn-in", "<= 8, <= 4", fmt::format("{}, {}", with[4.0].median(), without[4.0].median()),
       with[4.0].median() <= 8 && without[4.0].median() <= 4);
  // The same measured rate of false alarms: Kayenta's own, by moving our threshold.
  Found aa;
  std::vector<double> maxima;
  for (int i = 0; i < kayenta_runs; ++i) {
    const auto r = draw(s, seed_of(i) ^ 5);
    aa.add(kayenta_alarm(r), 0);
    auto probe = bare_taught.modelled;
    probe.level = CalibrationLevel::calibrated;
    maxima.push_back(judge_of(r, bare, probe).max_log_e());
  }
  std::sort(maxima.rbegin(), maxima.rend());
  auto equal = bare_taught.modelled;
  equal.level = CalibrationLevel::calibrated;
  equal.threshold = std::max(0.1, maxima[std::size_t(std::max(1, aa.hits))]);
  Found x15;
  for (int i = 0; i < kayenta_runs; ++i) x15.add(judge_of(draw_fault(s, i, 1.5, 0), bare, equal).first_breach(), 0);
  line(fmt::format("x1.5 at Kayenta's false-alarm rate ({:.1f} %)", 100 * aa.share()), ">= 1.15 x as many",
       fmt::format("{:.1f} % (Kayenta {:.1f} %)", 100 * x15.share(), 100 * kayenta[1.5].share()),
       x15.share() >= 1.15 * kayenta[1.5].share());
}

/// The plain Bernoulli process with the planned starts and the cap, as the judge runs it for common events.
std::optional<int> common_alarm(Random& random, double pc, double pt, bool bernoulli, double nc, double nt) {
  const StartPlan plan{.burn_in = 0};
  const auto size = bernoulli ? stats::odds_grid.size() : stats::count_grid.size();
  stats::RestartMixture mixture(size);
  double k = 20 * pt, n = 20;
  for (int t = 0; t < window; ++t) {
    const stats::PairCounts c{double(std::binomial_distribution<long>(long(nc), pc)(random)), nc,
                              double(std::binomial_distribution<long>(long(nt), pt)(random)), nt};
    std::array<double, stats::max_grid> steps{};
    if (bernoulli)
      stats::bernoulli_step(c, k / n, 1, stats::odds_grid, {steps.data(), size});
    else
      stats::count_step(c, 1, stats::count_grid, {steps.data(), size});
    mixture.step({steps.data(), size}, plan.weight_at(t), std::log(2 / 0.05) / 3);
    k = 0.98 * k + c.kt, n = 0.98 * n + c.nt;
    if (mixture.log_e() >= std::log(20.0)) return t;
  }
  return std::nullopt;
}

void common_events() {
  Found aa, up;
  int same = 0;
  for (int i = 0; i < runs; ++i) {
    Random random(seed_of(i));
    aa.add(common_alarm(random, 0.5, 0.5, true, 200, 200), 0);
    if (i >= kayenta_runs) continue;
    up.add(common_alarm(random, 0.55, 0.5, true, 200, 200), 0);
    Random r1(seed_of(i) + 1), r2(seed_of(i) + 1);
    const double pc = i % 2 ? 0.01 : 0.02;
    same += common_alarm(r1, pc, 0.01, true, 200, 200).has_value() == common_alarm(r2, pc, 0.01, false, 200, 200).has_value();
  }
  fmt::print("\nGoal 4. Common events (slower than the median), 200 against 200 a minute\n");
  line("share 0.50 to 0.55", "median <= 14", up.text(), up.median() <= 14);
  line("healthy", "<= 2 %", fmt::format("{:.2f} % (limit {:.2f})", 100 * aa.share(), 100 * aa.upper99()), aa.share() <= 0.02);
  line("same verdict as the count step at 1 % errors", ">= 95 %", fmt::format("{:.1f} %", 100.0 * same / kayenta_runs),
       same >= 0.95 * kayenta_runs);
}

void hosts() {
  fmt::print(
      "\nGoal 5. Hosts that differ (one canary host against nine, 2000 requests a minute each, 1 % errors), and phi at another share\n");
  for (const double tau : {0.1, 0.2, 0.3}) {
    Found aa;
    const int n = std::max(500, runs / 5);
    for (int i = 0; i < n; ++i) {
      Random random(seed_of(i));
      std::normal_distribution<double> normal;
      const double canary = 0.01 * std::exp(tau * normal(random));
      std::vector<double> rate(9);
      double mean = 0;
      std::vector<stats::HostCounts> past;
      for (auto& p : rate) {
        p = 0.01 * std::exp(tau * normal(random)), mean += p / 9;
        past.push_back({poisson(random, p * 2000 * window), 2000.0 * window});  // the hour before
      }
      auto set = errors_only();
      set.alpha = 0.025;
      set.criteria[0].tolerated_ratio = stats::host_tolerance(past, 1);
      Calibration c{.level = CalibrationLevel::modelled, .omega = {{set.criteria[0].name, 0.0}}};
      Rollout r;
      for (int t = 0; t < window; ++t) r.push_back({{2000, poisson(random, canary * 2000)}, {18000, poisson(random, mean * 18000)}});
      aa.add(judge_of(r, set, c).first_breach(), 0);
    }
    line(fmt::format("healthy, spread between hosts {:.1f}", tau), "<= 2 %", fmt::format("{:.1f} % (n {})", 100 * aa.share(), aa.n),
         aa.share() <= 0.02);
  }
  Scenario small{.name = "", .canary = 100, .control = 1900, .noise_canary = 0.3, .noise_control = 0.1}, large = small;
  large.canary = large.control = 1000;
  const auto taught = teach(small, 5, 59);
  Found aa;
  for (int i = 0; i < runs; ++i) aa.add(alarm(draw(large, seed_of(i)), Level::strict, taught, i), 0);
  line("phi of a 5 % canary used at 50 %, healthy", "<= 2 %", fmt::format("{:.1f} %", 100 * aa.share()), aa.share() <= 0.02);
}

void healthy_word() {
  fmt::print("\nGoal 6. HEALTHY (r1 = 2), 120 canary errors an hour\n");
  const Scenario s{.name = ""};
  int aa = 0;
  std::map<int, int> hidden;
  for (int i = 0; i < kayenta_runs; ++i) {
    aa += judge_of(draw(s, seed_of(i))).verdict().verdict == ReleaseVerdict::healthy;
    for (const int from : {0, 20, 30, 45}) hidden[from] += judge_of(draw_fault(s, i, 2, from)).verdict().verdict == ReleaseVerdict::healthy;
  }
  for (const auto& [from, n] : hidden)
    line(fmt::format("called healthy with x2 from minute {}", from), "<= 2 %", fmt::format("{:.1f} %", 100.0 * n / kayenta_runs),
         n <= 0.02 * kayenta_runs);
  line("called healthy when it is", ">= 88 %", fmt::format("{:.1f} %", 100.0 * aa / kayenta_runs), aa >= 0.88 * kayenta_runs);
}

void ten_metrics() {
  fmt::print("\nGoal 8. Ten metrics with noise that all sides' metrics share\n");
  auto set = errors_only();
  for (int m = 1; m < 10; ++m) set.criteria.push_back(set.criteria[0]), set.criteria.back().name += std::to_string(m);
  const auto run = [&](std::uint64_t seed, const Calibration& c) {
    Judge judge(set, c);
    std::vector<Rollout> r;
    // the canary's noise is one series for all ten
    Scenario noisy{.name = "", .noise_canary = 0.3, .noise_control = 0.1};
    Random random(seed);
    std::normal_distribution<double> normal;
    double lc = noisy.noise_canary * normal(random), lt = noisy.noise_control * normal(random);
    std::vector<Observation> row(10);
    for (int t = 0; t < window; ++t) {
      const double keep = 0.9, fresh = std::sqrt(1 - keep * keep);
      lc = keep * lc + fresh * noisy.noise_canary * normal(random), lt = keep * lt + fresh * noisy.noise_control * normal(random);
      for (auto& o : row)
        o = {{true, 200, errors(random, 200, 0.01 * std::exp(lc), 1)}, {true, 1800, errors(random, 1800, 0.01 * std::exp(lt), 1)}};
      judge.step(row);
    }
    return judge;
  };
  const auto taught = teach({.name = "", .noise_canary = 0.3, .noise_control = 0.1}, 3, 1);
  Calibration base = taught.modelled;
  for (const auto& c : set.criteria) base.omega[c.name] = taught.modelled.omega.begin()->second;
  base.level = CalibrationLevel::calibrated;
  Taught ten{base, {}};
  for (int w = 0; w < 600; ++w) ten.past_maxima.push_back(run(555'000'001ull + std::uint64_t(w) * 7919, base).max_log_e());
  Found aa;
  for (int i = 0; i < kayenta_runs; ++i) aa.add(run(seed_of(i), ten.calibrated(seed_of(i) ^ 3)).first_breach(), 0);
  line("any alarm, healthy, calibrated at the release", "<= 6 %",
       fmt::format("{:.1f} % (limit {:.1f})", 100 * aa.share(), 100 * aa.upper99()), aa.share() <= 0.06);
}

void noisy_days() {
  fmt::print(
      "\nCalm history (independent requests), noisy day, calibrated: any alarm without and with the strict level of noisy days; beside it "
      "a "
      "fault of x2 from minute 20 on a day like its history\n");
  for (const auto& s : healthy_days()) fmt::print("  {}\n", noisy_row(s, kayenta_runs).text()), std::fflush(stdout);
}

/// Rates are ratios: the same rollout in other units (events per 1e9 requests) is the same evidence.
void scale() {
  fmt::print("\nScale: canary and control multiplied by the same factor in each minute's exposure\n");
  bool same = true;
  for (const double factor : {1e-9, 1e-3, 1.0, 1e3, 1e9}) {
    stats::RestartMixture a(stats::count_grid.size()), b(stats::count_grid.size());
    for (int t = 0; t < window; ++t) {
      std::array<double, stats::max_grid> x{}, y{};
      const stats::PairCounts c{double(t % 5), 200, double(10 + t % 7), 1800};
      stats::count_step(c, 1, stats::count_grid, x);
      stats::count_step({c.kc, c.nc * factor, c.kt, c.nt * factor}, 1, stats::count_grid, y);
      a.step(x, t == 0), b.step(y, t == 0);
    }
    same = same && std::abs(a.log_e() - b.log_e()) < 1e-9;
  }
  line("same log E at 1e-9 to 1e9", "1e-9", "", same);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) runs = std::atoi(argv[1]);
  if (argc > 2) kayenta_runs = std::atoi(argv[2]);
  const auto start = std::chrono::steady_clock::now();
  std::vector<Taught> taught;
  for (const auto& s : healthy_days()) taught.push_back(teach(s, 11, 2000));
  healthy_and_power(taught);
  independent(taught[0]);
  common_events();
  hosts();
  healthy_word();
  ten_metrics();
  noisy_days();
  scale();
  fmt::print("\n{:.0f} s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}
