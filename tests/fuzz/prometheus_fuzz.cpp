#include <algorithm>
#include <cmath>

#include "integrations/prometheus/query_range.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const health::IntervalRange range{from_millis(1'000'000), std::chrono::seconds{60}, 4};
  const health::Edges edges{range, 2, std::chrono::seconds{60}};
  const auto series = prometheus::parse_query_range({reinterpret_cast<const char*>(data), size}, edges);
  if (!series) return 0;
  const health::Growth growth(edges, prometheus::counters_of(*series));
  for (const double n : growth.sums(health::CounterOf::totals))
    if (!(n >= 0)) __builtin_trap();
  for (const auto& mean : prometheus::gauge_means(*series, edges))
    if (mean && std::isnan(*mean)) __builtin_trap();
  if (const auto h = prometheus::histogram_of(*series, edges, 1000, prometheus::layout_of(*series))) {
    if (!std::is_sorted(h->bounds.begin(), h->bounds.end())) __builtin_trap();
    for (const auto& buckets : h->buckets) {
      if (buckets.size() != h->bounds.size()) __builtin_trap();
      for (const double n : buckets)
        if (!(n >= 0)) __builtin_trap();
    }
  }
  return 0;
}
