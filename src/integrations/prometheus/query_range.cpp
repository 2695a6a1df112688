#include "integrations/prometheus/query_range.hpp"

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

/// The edge on which a sample [time, value] lies, and its value; no edge when it is on none.
struct Placed {
  std::optional<std::size_t> edge;
  const json::Value* value = nullptr;
};
Result<Placed> placed(const json::Value& pair, const health::Edges& edges) {
  if (!pair.is_array() || pair.get_array().size() != 2 || !pair.get_array()[0].is_number())
    return invalid("Prometheus: a sample is not [time, value]");
  return Placed{edges.index_of(pair.get_array()[0].to_number<double>() * 1000), &pair.get_array()[1]};
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

Result<Series> series_from(const json::Value& item, const health::Edges& edges) {
  if (!item.is_object()) return invalid("Prometheus: a series is not an object");
  const auto& in = item.get_object();
  Series series;
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
    series.histograms.resize(edges.size());
    for (const auto& pair : *histograms) (void)TRY(take_histogram(series, TRY(placed(pair, edges))));
    return series;
  }
  series.points.resize(edges.size());
  if (values)
    for (const auto& pair : *values) (void)TRY(take_number(series, TRY(placed(pair, edges))));
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

/// All its labels but `le`.
std::string family_of(const Series& series) {
  std::string out;
  for (const auto& [name, value] : series.labels)
    if (name != "le") out += name + '\n' + value + '\n';
  return out;
}

std::vector<std::optional<double>> sizes_of(const Series& series) {
  std::vector<std::optional<double>> sizes = series.points;
  if (series.is_native()) sizes.resize(series.histograms.size());
  for (std::size_t i = 0; i < series.histograms.size(); ++i)
    if (series.histograms[i]) sizes[i] = series.histograms[i]->count;
  for (auto& size : sizes)
    if (size && *size < 0) size.reset();
  return sizes;
}

std::vector<bool> told_by(const health::Growth& growth, int intervals) {
  std::vector<bool> told;
  for (int i = 0; i < intervals; ++i) told.push_back(growth.told(std::size_t(i)));
  return told;
}

Histogram native_histogram_of(const std::vector<Series>& all, const health::Edges& edges, double scale, const NativeLayout& layout) {
  const auto exponents = layout.exponents(scale);
  const health::Growth growth(edges, counters_of(all));
  Histogram out{bounds_at(exponents, scale), {}, told_by(growth, edges.range.count)};
  out.buckets.assign(out.told.size(), std::vector<double>(out.bounds.size(), 0));
  for (std::size_t s = 0; s < all.size(); ++s)
    growth.each(health::CounterOf::totals, s, all[s].histograms, growth_of,
                [&](std::size_t i, const NativeHistogram& grown) { add_to(out.buckets[i], grown, exponents); });
  return out;
}

/// The `..._bucket` counters of one histogram.
struct BucketCounters {
  std::map<double, const Series*> by_bound;
  std::vector<std::optional<std::vector<double>>> points = {};  // cumulative, by bound; at edges where all of them were read

  void read_together(std::size_t edges) {
    points.resize(edges);
    for (std::size_t e = 0; e < edges; ++e) {
      std::vector<double> counts;
      for (const auto& [bound, series] : by_bound)
        if (const auto& count = series->points[e]; count && *count >= 0) counts.push_back(*count);
      if (counts.size() == by_bound.size()) points[e] = std::move(counts);
    }
  }
};

std::vector<double> bucket_growth(const std::vector<double>& before, const std::vector<double>& after) {
  std::vector<double> grown = after;
  for (std::size_t i = 0; i < after.size(); ++i)
    if ((grown[i] -= before[i]) < 0) return after;
  return grown;
}

Result<std::vector<BucketCounters>> histograms_among(const std::vector<Series>& all, std::size_t edges) {
  std::map<std::string, BucketCounters> found;
  for (const auto& s : all) {
    const auto le = s.labels.find("le");
    const auto bound = le == s.labels.end() ? std::nullopt : number_of(le->second);
    if (!bound || std::isnan(*bound))
      return invalid("Prometheus: the buckets query brings a series without a readable `le`; select the ..._bucket counters");
    found[family_of(s)].by_bound.emplace(*bound, &s);
  }
  std::vector<BucketCounters> out;
  for (auto& [family, h] : found) h.read_together(edges), out.push_back(std::move(h));
  return out;
}

std::vector<health::Counter> counters_of(const std::vector<BucketCounters>& all) {
  std::vector<health::Counter> out;
  for (const auto& h : all) {
    out.push_back({instance_of(*h.by_bound.begin()->second), std::vector<std::optional<double>>(h.points.size())});
    for (std::size_t e = 0; e < h.points.size(); ++e)
      if (h.points[e]) out.back().sizes[e] = h.points[e]->back();
  }
  return out;
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

Result<std::vector<Series>> parse_query_range(std::string_view body, const health::Edges& edges) {
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
  for (const auto& item : result->get_array()) all.push_back(TRY(series_from(item, edges)));
  return all;
}

std::vector<health::Counter> counters_of(const std::vector<Series>& all) {
  std::vector<health::Counter> out;
  out.reserve(all.size());
  for (const auto& s : all) out.push_back({instance_of(s), sizes_of(s)});
  return out;
}

NativeLayout layout_of(const std::vector<Series>& all) {
  NativeLayout layout;
  for (const auto& s : all)
    for (const auto& h : s.histograms)
      if (h) layout.see(*h);
  return layout;
}

Result<Histogram> histogram_of(const std::vector<Series>& all, const health::Edges& edges, double scale, const NativeLayout& layout) {
  const auto native = std::find_if(all.begin(), all.end(), [](const auto& s) { return s.is_native(); });
  if (native != all.end()) {
    const auto other = std::find_if(all.begin(), all.end(), [](const auto& s) { return !s.is_native(); });
    if (other == all.end()) return native_histogram_of(all, edges, scale, layout);
    return invalid(fmt::format("Prometheus: the buckets query brings native histograms ({}) and counters ({}); select one kind",
                               shown(*native), shown(*other)));
  }
  const auto histograms = TRY(histograms_among(all, edges.size()));
  const health::Growth growth(edges, counters_of(histograms));
  Histogram out{{}, {}, told_by(growth, edges.range.count)};
  out.buckets.resize(out.told.size());
  std::map<double, std::vector<double>> cumulative;
  for (std::size_t h = 0; h < histograms.size(); ++h) {
    const auto& bounds = histograms[h].by_bound;
    for (const auto& [bound, series] : bounds) cumulative.try_emplace(bound, out.told.size(), 0.0);
    growth.each(health::CounterOf::totals, h, histograms[h].points, bucket_growth, [&](std::size_t i, const std::vector<double>& grown) {
      auto n = grown.begin();
      for (const auto& [bound, series] : bounds) cumulative.at(bound)[i] += *n++;
    });
  }
  if (cumulative.empty()) return out;
  if (!std::isinf(cumulative.rbegin()->first)) return invalid("Prometheus: the histogram has no bucket le=\"+Inf\"");
  std::vector<double> below(out.told.size(), 0.0);
  for (const auto& [bound, sums] : cumulative) {
    out.bounds.push_back(bound * scale);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      out.buckets[i].push_back(std::max(0.0, sums[i] - below[i]));
      below[i] = std::max(below[i], sums[i]);
    }
  }
  return out;
}

std::vector<std::optional<double>> gauge_means(const std::vector<Series>& all, const health::Edges& edges) {
  std::vector<std::optional<double>> means(static_cast<std::size_t>(edges.range.count));
  for (std::size_t i = 0; i < means.size(); ++i) {
    double sum = 0, n = 0;
    for (const auto& s : all)
      if (const auto edge = edges.first() + i + 1; !s.is_native() && s.points[edge]) sum += *s.points[edge], n += 1;
    if (n > 0) means[i] = sum / n;
  }
  return means;
}

}  // namespace evenkeel::prometheus
