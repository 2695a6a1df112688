// A batch from a table: ten criteria, both sides, totals and events, sixty intervals out of a file of 200,000 rows. CPU time.
#include "integrations/samples/source.hpp"

#include <fmt/format.h>

#include <fstream>

#include "measure.hpp"

using namespace evenkeel;

namespace {

constexpr int rows = 200'000, criteria = 10;

std::string csv() {
  std::string text = "time,instance_role,requests,errors\n";
  for (int i = 0; i < rows / 2; ++i)
    for (const auto* side : {"canary", "control"}) text += fmt::format("{},{},{},{}\n", 1'700'000'000 + 10 * i, side, 1000 + i % 7, i % 5);
  return text;
}
std::string jsonl() {
  std::string text;
  for (int i = 0; i < rows / 2; ++i)
    for (const auto* side : {"canary", "control"})
      text += fmt::format("{{\"time\":{},\"instance_role\":\"{}\",\"requests\":{},\"errors\":{}}}\n", 1'700'000'000 + 10 * i, side,
                          1000 + i % 7, i % 5);
  return text;
}

void measure(const std::string& what, const std::string& file, bool is_csv) {
  http::CurlClient client;
  health::CriteriaSet set;
  for (int i = 0; i < criteria; ++i) {
    health::Criterion c{.name = fmt::format("errors {}", i)};
    c.queries.source = "table", c.queries.total = "requests{$side}", c.queries.events = "errors{$side}";
    set.criteria.push_back(c);
  }
  const health::IntervalRange range{from_millis(1'700'500'000'000), std::chrono::seconds{60}, 60};
  const samples::SourceConfig config{.url = file, .times = "time", .csv = is_csv};
  auto start = bench::cpu_seconds();
  for (const auto& c : set.criteria)
    for (const auto side : {health::SideName::canary, health::SideName::control})
      if (!samples::TableSource(config, client).fetch(c, side, {}, range).intervals.at(59).present) throw std::runtime_error("no data");
  const double each = bench::cpu_seconds() - start;
  samples::TableSource source(config, client);
  start = bench::cpu_seconds();
  const auto batch = health::fetch_batch(set, {{"table", &source}}, {}, range);
  const double once = bench::cpu_seconds() - start;
  if (!batch.control.back().intervals.at(59).present) throw std::runtime_error("no data");
  fmt::print("{}: read once a batch {:.2f} s, once a criterion and side {:.2f} s\n", what, once, each);
}

}  // namespace

int main() {
  const bench::Scratch scratch;
  std::ofstream(scratch.file("t.csv")) << csv();
  std::ofstream(scratch.file("t.jsonl")) << jsonl();
  measure("CSV", scratch.file("t.csv"), true);
  measure("JSON lines", scratch.file("t.jsonl"), false);
}
