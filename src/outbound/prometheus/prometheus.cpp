#include "outbound/prometheus/prometheus.hpp"

#include <fmt/format.h>

#include "http/message.hpp"
#include "outbound/prometheus/query_range.hpp"

namespace evenkeel::prometheus {
namespace {

using namespace health;

// https://prometheus.io/docs/prometheus/latest/querying/api/: a range query answers at most 11,000 points per series.
constexpr int most_intervals = 10000;

std::string seconds(SysTime t) { return fmt::format("{}.{:03}", to_millis(t) / 1000, to_millis(t) % 1000); }

/// Seconds buckets to milliseconds, the unit in which thresholds are shown; other units are taken to be milliseconds.
double scale_of(const std::string& query) { return query.find("_seconds_bucket") != std::string::npos ? 1000 : 1; }

/// One question; remembers how it went.
struct Question {
  const PrometheusConfig& config;
  http::HttpClient& client;
  const IntervalRange& range;
  std::stop_token stop;
  SideSeries& out;

  std::vector<Series> ask(const std::string& query) {
    auto base = config.url;
    while (base.ends_with('/')) base.pop_back();
    http::ClientRequest request{
        .url = fmt::format("{}/api/v1/query_range?query={}&start={}&end={}&step={}", base, http::percent_encode(query), seconds(range.from),
                           seconds(range.end()), fmt::format("{:.3f}", double(range.length.count()) / 1000)),
        .deadline = config.deadline};
    if (!config.token.empty()) request.headers.set("Authorization", "Bearer " + config.token.reveal());
    if (!config.tenant.empty()) request.headers.set("X-Scope-OrgID", config.tenant);
    auto& asked = out.asked.emplace_back(Asked{.query = query, .url = http::shown_url(base + "/api/v1/query_range")});
    auto answer = client.send(request, stop);
    if (!answer) return asked.problem = answer.error().message, std::vector<Series>{};
    asked.status = answer->status;
    auto series = parse_query_range(answer->body, range);
    if (!series) {
      asked.problem = answer->status == 200 ? series.error().message
                                            : fmt::format("{} answered {}: {}", asked.url, answer->status, series.error().message);
      return {};
    }
    if (series->empty()) asked.problem = "no series match " + query;
    return std::move(*series);
  }
  bool failed() const { return !out.asked.empty() && !out.asked.back().problem.empty(); }
};

void fetch_counts(Question& q, const Criterion& c, SideName side, const QueryVariables& v) {
  const int n = q.range.count;
  const auto totals = q.ask(resolve_query(c.queries.total, c, side, v));
  if (q.failed()) return;
  const auto events = q.ask(resolve_query(c.queries.events, c, side, v));
  auto& asked = q.out.asked.back();
  if (!asked.problem.empty()) {
    if (asked.status != 200 || !asked.problem.starts_with("no series")) return;
    asked.problem.clear();  // no such event has ever happened: zero, as the totals are there
  }
  InstancePresence presence(n);
  presence.add(totals), presence.add(events);
  const auto total = counted(totals, presence, n), bad = counted(events, presence, n);
  for (std::size_t i = 0; i < total.size(); ++i)
    if (presence.whole(i))
      q.out.intervals[i] = {
          .present = true, .total = total[i], .events = c.events_are == EventsAre::share ? std::min(bad[i], total[i]) : bad[i]};
}

void fetch_buckets(Question& q, const Criterion& c, SideName side, const QueryVariables& v) {
  const int n = q.range.count;
  const auto query = resolve_query(c.queries.buckets, c, side, v);
  const auto series = q.ask(query);
  if (q.failed()) return;
  InstancePresence presence(n);
  presence.add(series);
  const auto histogram = histogram_of(series, presence, n, scale_of(query));
  if (!histogram) {
    q.out.asked.back().problem = histogram.error().message;
    return;
  }
  q.out.bounds_ms = histogram->bounds;
  for (std::size_t i = 0; i < histogram->buckets.size(); ++i) {
    if (!presence.whole(i)) continue;
    auto& sample = q.out.intervals[i];
    sample.present = true, sample.buckets = histogram->buckets[i];
    for (const double b : sample.buckets) sample.total += b;
  }
}

void fetch_gauge(Question& q, const Criterion& c, SideName side, const QueryVariables& v) {
  const auto series = q.ask(resolve_query(c.queries.gauge, c, side, v));
  if (q.failed()) return;
  const auto means = gauge_means(series, q.range.count);
  for (std::size_t i = 0; i < means.size(); ++i)
    if (means[i]) q.out.intervals[i] = {.present = true, .gauge = means[i]};
}

}  // namespace

SideSeries PrometheusSource::fetch(const Criterion& c, SideName side, const QueryVariables& v, const IntervalRange& range,
                                   std::stop_token stop) {
  SideSeries out;
  out.intervals.resize(std::size_t(std::max(0, range.count)));
  if (range.count < 1 || range.count > most_intervals || range.length < Millis{1}) {
    out.asked.push_back({.problem = fmt::format("{} intervals at once; ask for 1 to {}", range.count, most_intervals)});
    return out;
  }
  Question q{config_, client_, range, stop, out};
  if (c.kind == MetricKind::latency)
    fetch_buckets(q, c, side, v);
  else if (!c.queries.gauge.empty())
    fetch_gauge(q, c, side, v);
  else
    fetch_counts(q, c, side, v);
  return out;
}

}  // namespace evenkeel::prometheus
