#include "outbound/prometheus/query_range.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/json.hpp"
#include "base/utf8.hpp"

namespace evenkeel::prometheus {
namespace {

constexpr std::size_t most_series = 20000;

std::string_view text_at(const json::Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
}

/// Edge on which a time stamp (seconds) lies; the API answers on the asked steps, exact to a millisecond.
std::optional<std::size_t> edge_of(double seconds, const health::IntervalRange& range) {
  const double offset = seconds * 1000 - double(to_millis(range.from));
  const double edge = offset / double(range.length.count());
  const double nearest = std::round(edge);
  if (!(nearest >= 0 && nearest <= range.count) || std::abs(edge - nearest) * double(range.length.count()) > 2) return std::nullopt;
  return static_cast<std::size_t>(nearest);
}

/// The edge on which a sample [time, value] lies, and its value; no edge when it is on none.
struct Placed {
  std::optional<std::size_t> edge;
  const json::Value* value = nullptr;
};
Result<Placed> placed(const json::Value& pair, const health::IntervalRange& range) {
  if (!pair.is_array() || pair.get_array().size() != 2 || !pair.get_array()[0].is_number())
    return invalid("Prometheus: a sample is not [time, value]");
  return Placed{edge_of(pair.get_array()[0].to_number<double>(), range), &pair.get_array()[1]};
}

Result<void> take_number(Series& series, const Placed& sample) {
  if (!sample.value->is_string()) return invalid("Prometheus: a sample is not [time, \"value\"]");
  const std::string_view text = sample.value->get_string();
  const auto value = number_of(text);
  if (!value && text != "NaN") return invalid(fmt::format("Prometheus: '{}' is not a sample value", clean_text(text, 40)));
  if (sample.edge && value && std::isfinite(*value)) series.points[*sample.edge] = value;
  return {};
}

Result<void> take_histogram(Series& series, const Placed& sample) {
  auto histogram = TRY(parse_native_histogram(*sample.value));
  if (sample.edge) series.histograms[*sample.edge] = std::move(histogram);
  return {};
}

const json::Array* list_at(const json::Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_array() ? &value->get_array() : nullptr;
}

/// The process it is from, for a person.
std::string shown(const Series& series) {
  const auto at = series.labels.find("instance");
  return at == series.labels.end() ? "a series" : "the series of " + clean_text(at->second, 100);
}

Result<Series> series_from(const json::Value& item, const health::IntervalRange& range) {
  if (!item.is_object()) return invalid("Prometheus: a series is not an object");
  const auto& in = item.get_object();
  Series series;
  const auto edges = std::size_t(range.count) + 1;
  if (const auto* metric = in.if_contains("metric"); metric && metric->is_object())
    for (const auto& [key, value] : metric->get_object())
      if (value.is_string()) series.labels.emplace(std::string(key), std::string(value.get_string()));
  const auto *values = list_at(in, "values"), *histograms = list_at(in, "histograms");
  if (!values && !histograms) return invalid("Prometheus: a series has no values");
  if (values && histograms && !values->empty() && !histograms->empty())
    return invalid(
        fmt::format("Prometheus: {} is a number at times and a native histogram at others; ask for a stretch, or a metric, that "
                    "is only one of them",
                    shown(series)));
  if (histograms && !histograms->empty()) {
    series.histograms.resize(edges);
    for (const auto& pair : *histograms) (void)TRY(take_histogram(series, TRY(placed(pair, range))));
    return series;
  }
  series.points.resize(edges);
  if (values)
    for (const auto& pair : *values) (void)TRY(take_number(series, TRY(placed(pair, range))));
  return series;
}

/// What tells one process from another: the target's own labels.
std::string instance_of(const Series& series) {
  const auto label = [&](const char* name) {
    const auto at = series.labels.find(name);
    return at == series.labels.end() ? std::string{} : at->second;
  };
  return label("job") + '\n' + label("instance");
}

/// What a native histogram gained over interval i, when it can be told.
std::optional<NativeHistogram> histogram_growth(const Series& s, const InstancePresence& presence, std::size_t i) {
  const auto &before = s.histograms[i], &after = s.histograms[i + 1];
  if (!after) return std::nullopt;
  if (before) return growth_of(*before, *after);
  return presence.seen(s, i) ? after : std::nullopt;
}

Histogram native_histogram_of(const std::vector<Series>& all, const InstancePresence& presence, int intervals, double scale,
                              const NativeLayout& layout) {
  const auto exponents = layout.exponents(scale);
  Histogram out{bounds_at(exponents, scale), {}};
  out.buckets.assign(std::size_t(intervals), std::vector<double>(out.bounds.size(), 0));
  for (const auto& s : all)
    for (std::size_t i = 0; i < out.buckets.size(); ++i)
      if (const auto grown = histogram_growth(s, presence, i)) add_to(out.buckets[i], *grown, exponents);
  return out;
}

/// Growth of one counter over interval i, when it can be told.
std::optional<double> growth(const Series& s, const InstancePresence& presence, std::size_t i) {
  if (s.is_native()) return std::nullopt;
  const auto &before = s.points[i], &after = s.points[i + 1];
  if (!after || *after < 0) return std::nullopt;
  if (before) return *after >= *before ? *after - *before : *after;
  return presence.seen(s, i) ? after : std::nullopt;
}

}  // namespace

std::optional<double> number_of(std::string_view text) {
  if (text == "+Inf" || text == "Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

bool Series::seen(std::size_t edge) const {
  return (edge < points.size() && points[edge]) || (edge < histograms.size() && histograms[edge]);
}

Result<std::vector<Series>> parse_query_range(std::string_view body, const health::IntervalRange& range) {
  const auto value = json::parse(body);
  if (!value) return invalid("Prometheus: the answer is not JSON: " + value.error().message);
  if (!value->is_object()) return invalid("Prometheus: the answer is not an object");
  const auto& answer = value->get_object();
  if (text_at(answer, "status") != "success") {
    const auto message = text_at(answer, "error");
    return invalid(fmt::format("Prometheus: {}: {}", text_at(answer, "errorType").empty() ? "error" : text_at(answer, "errorType"),
                               message.empty() ? "no reason given" : clean_text(message, 300)));
  }
  const auto* data = answer.if_contains("data");
  if (!data || !data->is_object()) return invalid("Prometheus: the answer has no data");
  if (text_at(data->get_object(), "resultType") != "matrix")
    return invalid(fmt::format("Prometheus: expected a matrix, got '{}'; give a selector, not a scalar",
                               clean_text(text_at(data->get_object(), "resultType"), 40)));
  const auto* result = data->get_object().if_contains("result");
  if (!result || !result->is_array()) return invalid("Prometheus: the data have no result");
  if (result->get_array().size() > most_series)
    return invalid(fmt::format("Prometheus: the query selects {} series; narrow it", result->get_array().size()));
  std::vector<Series> all;
  for (const auto& item : result->get_array()) all.push_back(TRY(series_from(item, range)));
  return all;
}

void InstancePresence::add(const std::vector<Series>& all) {
  for (const auto& s : all) {
    const auto instance = instance_of(s);
    for (std::size_t i = 0; i < edges_.size(); ++i)
      if (s.seen(i)) edges_[i][instance] = true;
  }
}
bool InstancePresence::seen(const Series& series, std::size_t edge) const { return edges_[edge].contains(instance_of(series)); }
bool InstancePresence::whole(std::size_t interval) const {
  const auto &from = edges_[interval], &to = edges_[interval + 1];
  return std::any_of(from.begin(), from.end(), [&](const auto& one) { return to.contains(one.first); });
}

std::vector<double> counted(const std::vector<Series>& all, const InstancePresence& presence, int intervals) {
  std::vector<double> sums(std::size_t(intervals), 0.0);
  for (const auto& s : all)
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += growth(s, presence, i).value_or(0);
  return sums;
}

NativeLayout layout_of(const std::vector<Series>& all) {
  NativeLayout layout;
  for (const auto& s : all)
    for (const auto& h : s.histograms)
      if (h) layout.see(*h);
  return layout;
}

Result<Histogram> histogram_of(const std::vector<Series>& all, const InstancePresence& presence, int intervals, double scale,
                               const NativeLayout& layout) {
  const auto native = std::find_if(all.begin(), all.end(), [](const auto& s) { return s.is_native(); });
  if (native != all.end()) {
    const auto other = std::find_if(all.begin(), all.end(), [](const auto& s) { return !s.is_native(); });
    if (other == all.end()) return native_histogram_of(all, presence, intervals, scale, layout);
    return invalid(fmt::format("Prometheus: the buckets query brings native histograms ({}) and counters ({}); select one kind",
                               shown(*native), shown(*other)));
  }
  std::map<double, std::vector<double>> cumulative;
  for (const auto& s : all) {
    const auto le = s.labels.find("le");
    const auto bound = le == s.labels.end() ? std::nullopt : number_of(le->second);
    if (!bound || std::isnan(*bound))
      return invalid("Prometheus: the buckets query brings a series without a readable `le`; select the ..._bucket counters");
    auto& sums = cumulative.try_emplace(*bound, std::size_t(intervals), 0.0).first->second;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += growth(s, presence, i).value_or(0);
  }
  Histogram out;
  out.buckets.resize(std::size_t(intervals));
  if (cumulative.empty()) return out;
  if (!std::isinf(cumulative.rbegin()->first)) return invalid("Prometheus: the histogram has no bucket le=\"+Inf\"");
  std::vector<double> below(std::size_t(intervals), 0.0);
  for (const auto& [bound, sums] : cumulative) {
    out.bounds.push_back(bound * scale);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      out.buckets[i].push_back(std::max(0.0, sums[i] - below[i]));
      below[i] = std::max(below[i], sums[i]);
    }
  }
  return out;
}

std::vector<std::optional<double>> gauge_means(const std::vector<Series>& all, int intervals) {
  std::vector<std::optional<double>> means(static_cast<std::size_t>(intervals));
  for (std::size_t i = 0; i < means.size(); ++i) {
    double sum = 0, n = 0;
    for (const auto& s : all)
      if (!s.is_native() && s.points[i + 1]) sum += *s.points[i + 1], n += 1;
    if (n > 0) means[i] = sum / n;
  }
  return means;
}

}  // namespace evenkeel::prometheus
