#include "integrations/prometheus/prometheus.hpp"

#include <fmt/format.h>

#include "health/source.hpp"
#include "http/message.hpp"
#include "integrations/prometheus/query_range.hpp"

namespace evenkeel::prometheus {
namespace {

using namespace health;

// https://prometheus.io/docs/prometheus/latest/querying/api/: a range query answers at most 11,000 points per series.
constexpr int most_intervals = 10000;

std::string seconds(SysTime t) { return fmt::format("{}.{:03}", to_millis(t) / 1000, to_millis(t) % 1000); }

/// A native histogram's samples hold all its buckets: a long past is asked for in pieces, each as an answer of its own.
constexpr int most_intervals_of_histograms = 720;
constexpr std::size_t largest_answer = 64u << 20;

/// Seconds to milliseconds, the unit in which thresholds are shown, by the metric's name (`..._seconds`, `..._seconds_bucket`); other units
/// are taken to be milliseconds.
double scale_of(const std::string& query) {
  constexpr std::string_view unit = "_seconds";
  bool quoted = false;
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (query[i] == '"') quoted = !quoted;
    if (query[i] == '\\') ++i;
    const auto rest = std::string_view(query).substr(std::min(i, query.size()));
    if (quoted || !rest.starts_with(unit)) continue;
    const auto after = rest.substr(unit.size());
    const bool ends = after.empty() || !(std::isalnum(static_cast<unsigned char>(after[0])) || after[0] == '_' || after[0] == ':');
    if (ends || after.starts_with("_bucket")) return 1000;
  }
  return 1;
}

/// One question; remembers how it went.
struct Question {
  const PrometheusConfig& config;
  http::HttpClient& client;
  Edges edges;
  std::stop_token stop;
  SideSeries& out;

  /// The series of the look-back and the range; the pieces in which they are asked for are put together by their labels.
  std::vector<Series> ask(const std::string& query, int most_at_once = most_intervals) {
    std::map<std::map<std::string, std::string>, Series> all;
    for (const auto& [from, until, step] : pieces(most_at_once)) {
      auto piece = ask_piece(query, from, until, step);
      if (failed()) return {};
      for (auto& s : piece) {
        auto [known, fresh] = all.try_emplace(s.labels);
        fresh ? void(known->second = std::move(s)) : join(known->second, s);
      }
    }
    std::vector<Series> found;
    found.reserve(all.size());
    for (auto& [labels, s] : all) {
      if (s.is_native() && !s.points.empty()) out.asked.back().problem = query + " brings series that turned into native histograms";
      found.push_back(std::move(s));
    }
    if (found.empty()) out.asked.back().problem = "no series match " + query;
    return found;
  }
  bool failed() const { return !out.asked.empty() && !out.asked.back().problem.empty(); }

 private:
  struct Piece {
    SysTime from, until;
    Millis step;
  };
  /// The look-back goes with the first piece where it has the same step.
  std::vector<Piece> pieces(int most_at_once) const {
    const auto& r = edges.range;
    std::vector<Piece> out;
    const bool apart = edges.before > 0 && edges.before_step != r.length;
    if (apart) out.push_back({edges.at(0), edges.at(edges.first() - 1), edges.before_step});
    for (int first = 0; first < r.count; first += most_at_once)
      out.push_back({r.from + r.length * (first == 0 && !apart ? -edges.before : first),
                     r.from + r.length * std::min(r.count, first + most_at_once), r.length});
    return out;
  }
  /// What lies on the edges of a piece, placed on all of them.
  std::vector<Series> ask_piece(const std::string& query, SysTime from, SysTime until, Millis step) {
    auto base = config.url;
    while (base.ends_with('/')) base.pop_back();
    http::ClientRequest request{
        .url = fmt::format("{}/api/v1/query_range?query={}&start={}&end={}&step={}", base, http::percent_encode(query), seconds(from),
                           seconds(until), fmt::format("{:.3f}", double(step.count()) / 1000)),
        .deadline = config.deadline,
        .max_body = largest_answer};
    if (!config.token.empty()) request.headers.set("Authorization", "Bearer " + config.token.reveal());
    if (!config.tenant.empty()) request.headers.set("X-Scope-OrgID", config.tenant);
    auto& asked = out.asked.emplace_back(Asked{.query = query, .url = http::shown_url(base + "/api/v1/query_range")});
    auto answer = client.send(request, stop);
    if (!answer) return asked.problem = answer.error().message, std::vector<Series>{};
    asked.status = answer->status;
    auto series = parse_query_range(answer->body, edges);
    if (series) return std::move(*series);
    asked.problem = answer->status == 200 ? series.error().message
                                          : fmt::format("{} answered {}: {}", asked.url, answer->status, series.error().message);
    return {};
  }

  template <class T>
  static void fill_in(std::vector<std::optional<T>>& to, std::vector<std::optional<T>>& from) {
    to.resize(std::max(to.size(), from.size()));
    for (std::size_t i = 0; i < from.size(); ++i)
      if (from[i]) to[i] = std::move(from[i]);
  }
  static void join(Series& to, Series& piece) { fill_in(to.points, piece.points), fill_in(to.histograms, piece.histograms); }
};

/// What was answered to a criterion's questions. `events`: the errors beside the totals; else only `main` is asked for.
struct Answers {
  std::vector<Series> main, events;
  std::string main_query;
  NativeLayout layout = {};
};

bool refuses_histograms(const std::vector<Series>& all, Asked& asked) {
  if (std::none_of(all.begin(), all.end(), [](const auto& s) { return s.is_native(); })) return false;
  asked.problem = fmt::format("{} brings native histograms; only a latency criterion is judged on them", asked.query);
  return true;
}

/// Asks what the kind of criterion needs. None: a question brought nothing, and says why.
std::optional<Answers> ask(Question& q, const Criterion& c, SideName side, const QueryVariables& v) {
  Answers a;
  const bool counts = c.kind != MetricKind::latency && c.queries.gauge.empty();
  a.main_query = resolve_query(counts ? c.queries.total : c.kind == MetricKind::latency ? c.queries.buckets : c.queries.gauge, c, side, v);
  if (c.kind == MetricKind::latency) {
    a.main = q.ask(a.main_query, most_intervals_of_histograms);
    a.layout = layout_of(a.main);
    return q.failed() ? std::nullopt : std::optional(std::move(a));
  }
  a.main = q.ask(a.main_query);
  if (q.failed() || refuses_histograms(a.main, q.out.asked.back())) return std::nullopt;
  if (!counts) return a;
  a.events = q.ask(resolve_query(c.queries.events, c, side, v));
  auto& asked = q.out.asked.back();
  if (!asked.problem.empty()) {
    if (asked.status != 200 || !asked.problem.starts_with("no series")) return std::nullopt;
    asked.problem.clear();  // no such event has ever happened: zero, as the totals are there
  }
  if (refuses_histograms(a.events, asked)) return std::nullopt;
  return a;
}

void put_counts(const Answers& a, const Criterion& c, const Edges& edges, SideSeries& out) {
  const bool share = c.events_are == EventsAre::share;
  const Growth growth(edges, counters_of(a.main), counters_of(a.events), share ? EventsWithin::part : EventsWithin::apart);
  const auto total = growth.sums(CounterOf::totals), bad = growth.sums(CounterOf::events);
  for (std::size_t i = 0; i < total.size(); ++i)
    if (growth.told(i)) out.intervals[i] = {.present = true, .total = total[i], .events = share ? std::min(bad[i], total[i]) : bad[i]};
}

/// The problem, when there is one.
std::string put_buckets(const Answers& a, const Edges& edges, SideSeries& out) {
  const auto histogram = histogram_of(a.main, edges, scale_of(a.main_query), a.layout);
  if (!histogram) return histogram.error().message;
  out.bounds_ms = histogram->bounds;
  for (std::size_t i = 0; i < histogram->buckets.size(); ++i) {
    if (!histogram->told[i]) continue;
    auto& sample = out.intervals[i];
    sample.present = true, sample.buckets = histogram->buckets[i];
    for (const double b : sample.buckets) sample.total += b;
  }
  return "";
}

void put_gauge(const Answers& a, const Edges& edges, SideSeries& out) {
  const auto means = gauge_means(a.main, edges);
  for (std::size_t i = 0; i < means.size(); ++i)
    if (means[i]) out.intervals[i] = {.present = true, .gauge = means[i]};
}

std::string put(const Answers& a, const Criterion& c, const Edges& edges, SideSeries& out) {
  if (c.kind == MetricKind::latency) return put_buckets(a, edges, out);
  c.queries.gauge.empty() ? put_counts(a, c, edges, out) : put_gauge(a, edges, out);
  return "";
}

/// A gauge is what it is now; only what counts needs its past.
Edges edges_for(const Criterion& c, const IntervalRange& range) {
  const bool counts = c.kind == MetricKind::latency || c.queries.gauge.empty();
  return counts ? Edges::of(range) : Edges{.range = range};
}

std::string too_many(const IntervalRange& range) {
  if (range.count >= 1 && range.count <= most_intervals && range.length >= Millis{1}) return "";
  return fmt::format("{} intervals at once; ask for 1 to {}", range.count, most_intervals);
}

/// The series of each value of the label.
std::map<std::string, std::vector<Series>> by_label(std::vector<Series> all, const std::string& label) {
  std::map<std::string, std::vector<Series>> groups;
  for (auto& s : all)
    if (const auto at = s.labels.find(label); at != s.labels.end()) {
      const auto name = at->second;
      groups[name].push_back(std::move(s));
    }
  return groups;
}

}  // namespace

SideSeries PrometheusSource::fetch(const Criterion& c, SideName side, const QueryVariables& v, const IntervalRange& range,
                                   std::stop_token stop) {
  SideSeries out;
  out.intervals.resize(std::size_t(std::max(0, range.count)));
  if (auto problem = too_many(range); !problem.empty()) {
    out.asked.push_back({.problem = std::move(problem)});
    return out;
  }
  const auto edges = edges_for(c, range);
  Question q{config_, client_, edges, stop, out};
  if (const auto answers = ask(q, c, side, v))
    if (auto problem = put(*answers, c, edges, out); !problem.empty()) out.asked.back().problem = std::move(problem);
  return out;
}

HostSeries PrometheusSource::fetch_hosts(const Criterion& c, const std::string& label, SideName side, const QueryVariables& v,
                                         const IntervalRange& range, std::stop_token stop) {
  if (auto problem = too_many(range); !problem.empty()) return {.hosts = {}, .problem = std::move(problem)};
  SideSeries whole;
  const auto edges = edges_for(c, range);
  Question q{config_, client_, edges, stop, whole};
  auto answers = ask(q, c, side, v);
  HostSeries out{.hosts = {}, .asked = whole.asked, .problem = whole.problem()};
  if (!answers) return out;
  auto groups = by_label(std::move(answers->main), label), events = by_label(std::move(answers->events), label);
  out.problem = groups.empty() ? fmt::format("no series of {} has the label {}", answers->main_query, label) : "";
  for (auto& [host, series] : groups) {
    SideSeries one{.intervals = std::vector<IntervalSample>(std::size_t(range.count))};
    if (auto problem = put({std::move(series), std::move(events[host]), answers->main_query, answers->layout}, c, edges, one);
        problem.empty())
      out.hosts.emplace(host, std::move(one));
    else
      out.problem = std::move(problem);
  }
  return out;
}

}  // namespace evenkeel::prometheus
