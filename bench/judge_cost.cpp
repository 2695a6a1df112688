// The judge's cost per metric and interval, and the delivery metrics over a million deployments. CPU time.
#include <fmt/format.h>

#include "dora/metrics.hpp"
#include "health/judge.hpp"
#include "measure.hpp"

using namespace evenkeel;
using bench::cpu_seconds;

namespace {

/// A calibrated watch compares at the strict level too, for a day that turns out noisier than its history.
void measure_judge(const char* name, health::Calibration calibration) {
  auto set = health::default_criteria();
  set.window_intervals = 1000;
  for (int i = 2; i < 20; ++i) set.criteria.push_back(set.criteria[0]);
  set.criteria.erase(set.criteria.begin() + 1);
  for (std::size_t i = 0; i < set.criteria.size(); ++i) {
    set.criteria[i].name = fmt::format("criterion {}", i);
    if (calibration.level == health::CalibrationLevel::calibrated) calibration.omega[set.criteria[i].name] = 0.1;
  }
  health::Judge watch(set, calibration);
  std::vector<health::Observation> row(set.criteria.size(), {{true, 200, 2}, {true, 1800, 18}});
  const auto start = cpu_seconds();
  for (int i = 0; i < set.window_intervals; ++i) {
    for (std::size_t m = 0; m < row.size(); ++m) row[m].canary.events = double((i * 7 + int(m)) % 5);
    watch.step(row);
  }
  fmt::print("judge, {}: {:.2f} us per metric and interval (at most 2 wanted), log E {:.2f}\n", name,
             (cpu_seconds() - start) * 1e6 / double(set.window_intervals) / double(row.size()), watch.max_log_e());
}

void measure_dora() {
  using namespace dora;
  constexpr int count = 1'000'000;
  const auto t0 = from_millis(1'700'000'000'000);
  History h{.id = "year", .window = {t0, t0 + std::chrono::days{365}}};
  for (int i = 0; i < count; ++i) {
    const auto t = t0 + Millis{31'000ll * i};
    auto id = fmt::format("c{}", i);
    h.deployments.push_back({.id = fmt::format("d{}", i), .finished = t, .changes = {id}});
    if (i % 20 == 0) h.incidents.push_back({fmt::format("i{}", i), t + std::chrono::minutes{3}, t + std::chrono::minutes{60}, id});
    h.changes.push_back({std::move(id), t - std::chrono::hours{5}, t - std::chrono::hours{4}, t - std::chrono::hours{1}});
  }
  for (const auto d : {Definition::devlake_2023, Definition::fourkeys, Definition::dora_2025}) {
    const auto start = cpu_seconds();
    const auto figures = compute(h, d);
    fmt::print("{}: {:.2f} s over {} deployments (at most 1 wanted), {} figures\n", name_of(d), cpu_seconds() - start, count,
               figures.size());
  }
}

}  // namespace

int main() {
  measure_judge("without history", {});
  measure_judge("calibrated", {.level = health::CalibrationLevel::calibrated, .windows = 120, .threshold = 3});
  measure_dora();
}
