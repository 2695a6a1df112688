#include "health/stream.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/json.hpp"

namespace evenkeel::health {

const std::vector<double> stream_bounds_ms = {25,  50,  75,   100,  150,  200,
                                              300, 500, 1000, 2000, 5000, std::numeric_limits<double>::infinity()};

namespace {

constexpr std::size_t most_minutes = 20000;

Result<double> count_from(const json::Object& side, std::string_view name, const std::string& at) {
  const auto* value = side.if_contains(name);
  if (!value || !value->is_number()) return invalid(fmt::format("{}.{}: a number is required", at, name));
  const double n = value->to_number<double>();
  if (!(n >= 0 && n <= 1e15)) return invalid(fmt::format("{}.{}: is {}; a count must be between 0 and 1e15", at, name, n));
  return n;
}

Result<std::optional<StreamSide>> side_from(const json::Object& minute, std::string_view name, const std::string& at) {
  const auto* value = minute.if_contains(name);
  if (!value || value->is_null()) return std::optional<StreamSide>{};
  const auto where = fmt::format("{}.{}", at, name);
  if (!value->is_object()) return invalid(where + ": an object or null is required");
  const auto& in = value->get_object();
  StreamSide side;
  side.requests = TRY(count_from(in, "requests", where));
  side.errors = TRY(count_from(in, "errors", where));
  if (side.errors > side.requests) return invalid(fmt::format("{}: {} errors of {} requests", where, side.errors, side.requests));
  if (const auto* buckets = in.if_contains("latency_ms_bucket_counts"); buckets && !buckets->is_null()) {
    if (!buckets->is_array() || buckets->get_array().size() != stream_bounds_ms.size())
      return invalid(fmt::format("{}.latency_ms_bucket_counts: a list of {} counts is required", where, stream_bounds_ms.size()));
    for (const auto& b : buckets->get_array()) {
      const double n = b.is_number() ? b.to_number<double>() : -1;
      if (!(n >= 0 && n <= 1e15)) return invalid(where + ".latency_ms_bucket_counts: counts must be numbers that are not negative");
      side.buckets.push_back(n);
    }
  }
  return std::optional<StreamSide>{std::move(side)};
}

}  // namespace

Result<Stream> parse_stream(std::string_view line) {
  const auto value = TRY(json::parse(line));
  if (!value.is_object()) return invalid("a rollout is one JSON object a line");
  const auto& in = value.get_object();
  Stream stream;
  if (const auto* id = in.if_contains("id"); id && id->is_string())
    stream.id = id->get_string().c_str();
  else
    return invalid("id: text is required");
  if (const auto* truth = in.if_contains("truth"); truth && truth->is_string()) stream.truth = truth->get_string().c_str();
  if (const auto* from = in.if_contains("breach_from_minute");
      from && from->is_int64() && from->get_int64() >= 0 && from->get_int64() < 1000000)
    stream.breach_from = static_cast<int>(from->get_int64());
  const auto* minutes = in.if_contains("minutes");
  if (!minutes || !minutes->is_array()) return invalid("minutes: a list is required");
  if (minutes->get_array().size() > most_minutes) return invalid(fmt::format("minutes: more than {}", most_minutes));
  for (std::size_t i = 0; i < minutes->get_array().size(); ++i) {
    const auto at = fmt::format("minutes[{}]", i);
    const auto& item = minutes->get_array()[i];
    if (!item.is_object()) return invalid(at + ": an object is required");
    StreamMinute minute{.minute = int(i)};
    if (const auto* number = item.get_object().if_contains("minute")) {
      if (!number->is_int64() || number->get_int64() < 0 || number->get_int64() > std::int64_t(most_minutes))
        return invalid(at + ".minute: a whole number from 0 is required");
      minute.minute = int(number->get_int64());
    }
    if (!stream.minutes.empty() && minute.minute <= stream.minutes.back().minute)
      return invalid(fmt::format("{}.minute: {} does not come after {}", at, minute.minute, stream.minutes.back().minute));
    minute.canary = TRY(side_from(item.get_object(), "canary", at));
    minute.control = TRY(side_from(item.get_object(), "control", at));
    stream.minutes.push_back(std::move(minute));
  }
  return stream;
}

namespace {

SideSample sample_of(const std::optional<StreamSide>& side, MetricKind kind) {
  if (!side) return {};
  if (kind == MetricKind::latency) return {.present = !side->buckets.empty(), .total = side->requests, .buckets = side->buckets};
  if (kind == MetricKind::business || kind == MetricKind::gauge) return {};
  return {.present = true, .total = side->requests, .events = side->errors};
}

}  // namespace

Verdict judge_stream(const Stream& stream, const CriteriaSet& set, const Calibration& calibration) {
  Judge judge(set, calibration);
  std::vector<Observation> row(set.criteria.size());
  for (const auto& minute : stream.minutes) {
    for (; judge.intervals() < minute.minute && !judge.over();) {
      std::fill(row.begin(), row.end(), Observation{});
      judge.step(row);
    }
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = {sample_of(minute.canary, set.criteria[i].kind), sample_of(minute.control, set.criteria[i].kind), stream_bounds_ms};
    judge.step(row);
  }
  return judge.verdict();
}

}  // namespace evenkeel::health
