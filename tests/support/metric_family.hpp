// Prometheus' exposition in Protocol Buffers, as far as a native histogram needs it: the only format in which it is scraped.
// Fields: https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto; bytes:
// https://protobuf.dev/programming-guides/encoding/
#pragma once
#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace evenkeel::exposition {

inline constexpr const char* content_type = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

inline std::string varint(std::uint64_t n) {
  std::string out;
  for (; n >= 0x80; n >>= 7) out += char(n | 0x80);
  return out + char(n);
}
inline std::string zigzag(std::int64_t n) { return varint((std::uint64_t(n) << 1) ^ std::uint64_t(n >> 63)); }
inline std::string number(int field, std::uint64_t n) { return varint(std::uint64_t(field) << 3) + varint(n); }
inline std::string signed_number(int field, std::int64_t n) { return varint(std::uint64_t(field) << 3) + zigzag(n); }
inline std::string bytes(int field, const std::string& text) {
  return varint((std::uint64_t(field) << 3) | 2) + varint(text.size()) + text;
}
inline std::string real(int field, double x) {
  auto bits = std::bit_cast<std::uint64_t>(x);
  std::string out = varint((std::uint64_t(field) << 3) | 1);
  for (int i = 0; i < 8; ++i, bits >>= 8) out += char(bits);
  return out;
}

/// Buckets by number, each above zero and one after the other: bucket i ends at 2^(i * 2^-schema).
struct Histogram {
  std::map<std::string, std::string> labels;
  int schema = 3;
  double zero_threshold = 1e-128, sum = 0;
  std::map<int, std::uint64_t> buckets;
};

inline std::string metric(const Histogram& h) {
  std::uint64_t count = 0;
  std::string deltas;
  std::int64_t before = 0;
  for (const auto& [i, n] : h.buckets) count += n, deltas += zigzag(std::int64_t(n) - before), before = std::int64_t(n);
  std::string histogram = number(1, count) + real(2, h.sum) + signed_number(5, h.schema) + real(6, h.zero_threshold) + number(7, 0);
  if (!h.buckets.empty())
    histogram += bytes(12, signed_number(1, h.buckets.begin()->first) + number(2, h.buckets.size())) + bytes(13, deltas);
  std::string out;
  for (const auto& [name, value] : h.labels) out += bytes(1, bytes(1, name) + bytes(2, value));
  return out + bytes(7, histogram);
}

/// One family with its length before it.
inline std::string delimited_family(const std::string& name, const std::vector<Histogram>& all) {
  std::string family = bytes(1, name) + bytes(2, "In seconds.") + number(3, 4);
  for (const auto& h : all) family += bytes(4, metric(h));
  return varint(family.size()) + family;
}

}  // namespace evenkeel::exposition
