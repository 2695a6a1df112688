#include "integrations/prometheus/native_histogram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/utf8.hpp"
#include "integrations/prometheus/query_range.hpp"

namespace evenkeel::prometheus {
namespace {

constexpr int coarsest = -4, finest = 8;  // schemas of exponential histograms
constexpr std::size_t most_buckets = 5000;
constexpr double most_count = 1e18;
constexpr double least_ms = 1.0 / 16, most_ms = 1 << 20;

std::unexpected<Error> wrong(const std::string& what) { return invalid("Prometheus: a native histogram " + what); }

/// A number, or the text that Prometheus writes for one.
std::optional<double> number_in(const json::Value* v) {
  if (!v) return std::nullopt;
  if (v->is_number()) return v->to_number<double>();
  return v->is_string() ? number_of(v->get_string()) : std::nullopt;
}

Result<double> count_in(const json::Value* v, const char* what) {
  const auto n = number_in(v);
  if (n && *n >= 0 && *n <= most_count) return *n;
  return wrong(fmt::format("has {} that is {}", what, v ? clean_text(json::dump(*v), 40) : "missing"));
}

struct Bucket {
  double left = 0, right = 0, count = 0;
  bool is_zero() const { return left <= 0 && right >= 0; }
};

Result<Bucket> bucket_in(const json::Value& v) {
  if (!v.is_array() || v.get_array().size() != 4 || !v.get_array()[0].is_number())
    return wrong("has a bucket that is not [rule, \"left\", \"right\", \"count\"]");
  const auto& parts = v.get_array();
  const auto left = number_in(&parts[1]), right = number_in(&parts[2]);
  if (!left || !right || !(*left <= *right) || (*left == *right && *left != 0))
    return wrong(fmt::format("has a bucket from {} to {}", clean_text(json::dump(parts[1]), 40), clean_text(json::dump(parts[2]), 40)));
  return Bucket{*left, *right, TRY(count_in(&parts[3], "a bucket with a count"))};
}

/// The schema whose buckets are as wide as this one, and its number among them.
std::optional<std::pair<int, int>> place_of(const Bucket& b) {
  const double width = std::log2(b.right) - std::log2(b.left);
  const double schema = std::round(-std::log2(width));
  if (!(schema >= coarsest && schema <= finest)) return std::nullopt;
  const double number = std::log2(b.right) * std::exp2(schema), whole = std::round(number);
  if (std::abs(width * std::exp2(schema) - 1) > 1e-6 || std::abs(number - whole) > 1e-6) return std::nullopt;
  return std::pair{int(schema), int(whole)};
}

Result<void> put(NativeHistogram& h, const Bucket& b) {
  if (std::isinf(b.right)) {
    h.beyond += b.count;
    return {};
  }
  const auto place = place_of(b);
  if (!place)
    return wrong(
        fmt::format("has a bucket from {:g} to {:g}; histograms with boundaries of their own are not read, select their ..._bucket "
                    "counters",
                    b.left, b.right));
  if (h.schema.value_or(place->first) != place->first)
    return wrong(fmt::format("has buckets of schema {} and of schema {}", *h.schema, place->first));
  h.schema = place->first;
  h.buckets[place->second] = b.count;
  return {};
}

/// Number at a schema that is `by` steps coarser: bucket i ends where bucket ceil(i / 2^by) does.
int coarser(int number, int by) { return number > 0 ? ((number - 1) >> by) + 1 : -(-number >> by); }

/// The same observations at a coarser schema and with a wider zero bucket.
NativeHistogram brought_to(const NativeHistogram& h, const NativeHistogram& like) {
  NativeHistogram out = h;
  out.zero_width = std::max(h.zero_width, like.zero_width), out.schema = like.schema, out.buckets.clear();
  const int by = h.schema && like.schema ? *h.schema - *like.schema : 0;
  for (const auto& [number, n] : h.buckets) {
    const bool in_zero = out.zero_width > h.zero_width && std::exp2((number - 0.5) * std::exp2(-*h.schema)) < out.zero_width;
    (in_zero ? out.zero_count : out.buckets[coarser(number, by)]) += n;
  }
  return out;
}

bool started_again(const NativeHistogram& before, const NativeHistogram& after) {
  if (after.count < before.count || after.zero_width < before.zero_width) return true;
  return before.schema && after.schema && *after.schema > *before.schema;
}

}  // namespace

Result<NativeHistogram> parse_native_histogram(const json::Value& value) {
  if (!value.is_object()) return wrong("is not an object");
  const auto& in = value.get_object();
  NativeHistogram h{.count = TRY(count_in(in.if_contains("count"), "a count"))};
  const auto* buckets = in.if_contains("buckets");
  if (!buckets || buckets->is_null()) return h;  // nothing was observed yet
  if (!buckets->is_array()) return wrong("has buckets that are no list");
  if (buckets->get_array().size() > most_buckets) return wrong(fmt::format("has {} buckets", buckets->get_array().size()));
  double end = -std::numeric_limits<double>::infinity();
  for (const auto& item : buckets->get_array()) {
    const auto b = TRY(bucket_in(item));
    if (b.left < end) return wrong(fmt::format("has buckets that do not ascend: {:g} comes after {:g}", b.left, end));
    end = b.is_zero() ? 0 : b.right;  // the zero bucket may reach into the first of the others
    if (b.is_zero())
      h.zero_width = b.right, h.zero_count = b.count;
    else if (b.left < 0) {
      if (b.count > 0) return wrong(fmt::format("counts negative values ({:g} to {:g}): it does not measure durations", b.left, b.right));
    } else
      (void)TRY(put(h, b));
  }
  return h;
}

NativeHistogram growth_of(const NativeHistogram& before, const NativeHistogram& after) {
  if (started_again(before, after)) return after;
  const auto from = brought_to(before, after);
  auto grown = after;
  grown.count -= from.count, grown.zero_count -= from.zero_count, grown.beyond -= from.beyond;
  bool fell = grown.zero_count < 0 || grown.beyond < 0;
  for (const auto& [number, n] : from.buckets) fell |= (grown.buckets[number] -= n) < 0;
  return fell ? after : grown;
}

void NativeLayout::see(const NativeHistogram& h) {
  schema_ = std::min(schema_, h.schema.value_or(schema_));
  if (h.zero_count > 0) zero_width_ = std::max(zero_width_, h.zero_width);
}

std::vector<double> NativeLayout::exponents(double scale) const {
  const double step = std::exp2(-schema_);
  std::vector<double> out;
  for (double e = std::ceil(std::log2(least_ms / scale) / step) * step; std::exp2(e) * scale <= most_ms; e += step)
    if (std::exp2(e) >= zero_width_) out.push_back(e);
  return out;
}

std::vector<double> bounds_at(const std::vector<double>& exponents, double scale) {
  std::vector<double> out;
  out.reserve(exponents.size() + 1);
  for (const double e : exponents) out.push_back(std::exp2(e) * scale);
  out.push_back(std::numeric_limits<double>::infinity());
  return out;
}

void add_to(std::vector<double>& counts, const NativeHistogram& h, const std::vector<double>& exponents) {
  counts.front() += h.zero_count;
  for (const auto& [number, n] : h.buckets) {
    const auto end = std::lower_bound(exponents.begin(), exponents.end(), number * std::exp2(-*h.schema));
    counts[std::size_t(end - exponents.begin())] += n;
  }
  counts.back() += h.beyond;
}

}  // namespace evenkeel::prometheus
