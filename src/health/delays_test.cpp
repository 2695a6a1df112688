// How long until somebody is woken (DH2, DH8): each kind of criterion, each size of fault, begun at each time, with a control and without
// one. The table in docs/guide/delays.md is what this test measures; UPDATE=1 writes it anew.
#include <gmock/gmock.h>

#include <fstream>

#include "health/buckets.hpp"
#include "health/validation_watch.hpp"

namespace evenkeel::health {
namespace {

constexpr double usual_share = 0.002;
constexpr double limit = 0.01;
constexpr double requests = 1200;  // a minute
constexpr int longest = 24;        // intervals that are waited for

enum class Fault { rate, latency, business, limit, silence };
constexpr std::pair<Fault, const char*> faults[] = {{Fault::rate, "error rate"},
                                                    {Fault::latency, "latency"},
                                                    {Fault::business, "business"},
                                                    {Fault::limit, "error limit"},
                                                    {Fault::silence, "silence"}};

Criterion criterion_of(Fault fault) {
  switch (fault) {
    case Fault::latency:
      return {.name = "latency", .kind = MetricKind::latency};
    case Fault::business:
      return {.name = "orders", .kind = MetricKind::business, .direction = Direction::decrease};
    case Fault::limit: {
      Criterion c{.name = "error limit", .kind = MetricKind::absolute};
      c.limit = limit;
      return c;
    }
    default:
      return {.name = "error rate"};
  }
}

/// `size`: times the limit that fail; for latency and business, the same share is slow or missing. 0: healthy. Ordinary wiggling of a
/// tenth.
SideSeries sample(Fault fault, double minutes, double size, int i) {
  const double total = requests * minutes, wiggle = 1 + 0.1 * ((i * 7919 % 21) - 10) / 10.0;
  const double bad = size > 0 ? std::min(1.0, size * limit) : usual_share * wiggle;
  SideSeries side{.intervals = {{.present = true, .total = total}}};
  auto& s = side.intervals[0];
  if (fault == Fault::silence && size > 0) return {.intervals = {{}}};
  if (fault == Fault::latency) {
    const double slow = size > 0 ? std::min(1.0, 0.05 + size * limit) : 0.05 * wiggle;
    s.buckets = {std::round(total * (1 - slow)), std::round(total * slow)}, side.bounds_ms = {200, std::numeric_limits<double>::infinity()};
  } else if (fault == Fault::business)
    s.events = std::round(total * 0.05 * (size > 0 ? 1 - std::min(1.0, size * limit) : wiggle));
  else
    s.events = std::round(total * bad);
  return side;
}

bool wakes(const ValidationJudgement& j) { return j.breach_goes_on || j.silent || j.verdict.verdict == ReleaseVerdict::suspect; }

/// Minutes from the fault to the page; none within `longest` intervals.
std::optional<int> without_control(Fault fault, double size, Millis onset) {
  Watch w{.id = WatchId{"w"}, .service = "catalog", .phase = WatchPhase::validation};
  w.criteria.interval_seconds = 60, w.criteria.window_intervals = 60 + 23 * 12, w.criteria.burn_in_intervals = 0;
  w.criteria.criteria = {criterion_of(fault)};
  SideSeries history;
  for (int i = 0; i < 14 * 288; ++i) append(history, sample(fault, 5, 0, i));
  const std::vector<MetricPast> pasts{past_of(w.criteria.criteria[0], history)};
  std::vector<StoredSample> samples;
  std::size_t first = 0;
  for (int waited = 0; waited < longest;) {
    const auto range = validation_interval(w, std::int64_t(samples.size()));
    if (samples.size() >= std::size_t(w.criteria.window_intervals)) return {};
    const bool faulty = range.from - w.started_at >= onset;
    samples.push_back({{sample(fault, double(range.length.count()) / 60'000, faulty ? size : 0, int(samples.size()))}, {{}}});
    if (!faulty) continue;
    if (waited++ == 0) first = samples.size() - 1;
    if (wakes(judge_validation(w, pasts, samples, {})))
      return int((range.end() - validation_interval(w, std::int64_t(first)).from) / std::chrono::minutes{1});
  }
  return {};
}

/// The same for a canary that takes a tenth of the traffic.
std::optional<int> with_control(Fault fault, double size, int onset) {
  CriteriaSet set;
  set.window_intervals = 120, set.burn_in_intervals = 0;
  set.criteria = {criterion_of(fault)};
  Judge judge{set};
  for (int i = 0; i < onset + longest; ++i) {
    const auto canary = sample(fault, 0.1, i >= onset ? size : 0, i), control = sample(fault, 0.9, 0, i + 3);
    const auto side = [](const SideSeries& s) {
      const auto& x = s.intervals[0];
      return SideSample{x.present, x.total, x.events, std::numeric_limits<double>::quiet_NaN(), x.buckets};
    };
    const Observation o{side(canary), side(control), control.bounds_ms};
    judge.step(std::span(&o, 1));
    const auto v = judge.verdict();
    if (v.first_breach || v.metrics[0].state == MetricState::no_data) return i - onset + 1;
  }
  return {};
}

std::string cell(std::optional<int> minutes) { return minutes ? fmt::format("{}", *minutes) : "-"; }

TEST(Delays, the_plain_pages_within_two_intervals_at_any_hour_and_the_table_is_true) {
  struct Start {
    Millis at;
    int interval;  // minutes each there
  };
  const Start starts[] = {{Millis{0}, 1}, {std::chrono::minutes{5}, 1}, {std::chrono::hours{5}, 5}, {std::chrono::hours{20}, 5}};
  std::string table =
      "| Criterion | Fault | canary, from the start | canary, minute 5 | no control, from the start | minute 5 | hour 5 | hour 20 |\n"
      "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  for (const auto& [fault, name] : faults)
    for (const double size : {0.5, 1.5, 2.0, 10.0, 100.0}) {
      if (fault == Fault::silence && size < 100) continue;
      const auto words = fault == Fault::silence ? "nothing reported" : size == 100 ? "100 %" : fmt::format("{:g} x limit", size);
      table += fmt::format("| {} | {} | {} | {} |", name, words, cell(with_control(fault, size, 0)), cell(with_control(fault, size, 5)));
      for (const auto& start : starts) {
        const auto minutes = without_control(fault, size, start.at);
        table += fmt::format(" {} |", cell(minutes));
        if (size == 100) {
          const int most = (fault == Fault::silence ? 3 : 2) * start.interval;
          EXPECT_LE(minutes.value_or(9999), most) << name << ", without a control, from " << start.at.count() / 60'000 << " min on";
        }
        if (size == 10 && fault == Fault::limit) { EXPECT_LE(minutes.value_or(9999), 2 * start.interval) << "ten times the limit"; }
      }
      table += "\n";
    }
  for (const auto& [fault, name] : faults) EXPECT_FALSE(without_control(fault, 0, Millis{0})) << name << ": healthy, and somebody is woken";
  const auto file = std::string(GUIDE_DIR) + "/delays.md";
  std::ifstream in(file);
  std::string page{std::istreambuf_iterator<char>(in), {}};
  const auto at = page.find("| Criterion |");
  if (std::getenv("UPDATE")) {
    std::ofstream(file) << page.substr(0, at) << table;
    return;
  }
  ASSERT_NE(at, std::string::npos) << file;
  EXPECT_EQ(page.substr(at), table) << "UPDATE=1 writes the table anew";
}

}  // namespace
}  // namespace evenkeel::health
