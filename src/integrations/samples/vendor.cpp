// Any address that answers JSON, and tables (CSV, JSON lines) in a file or at an address, as connections.
#include <fmt/format.h>

#include <algorithm>

#include "integrations/common/probe.hpp"
#include "integrations/samples/json_points.hpp"
#include "integrations/samples/source.hpp"
#include "integrations/samples/table.hpp"

namespace evenkeel::integrations {
namespace {

/// What a sample of `total` and `events` says. `counts`: how many there were since the sample before; `counters`: how many there have ever
/// been, from zero again after a restart. Gauges are levels either way.
enum class SamplesAre { counts, counters };
BOOST_DESCRIBE_ENUM(SamplesAre, counts, counters)
/// Whether a sample carries the time at which what it counts began, or ended.
enum class StampedAt { begin, end };
BOOST_DESCRIBE_ENUM(StampedAt, begin, end)
enum class TableFormat { by_name, csv, jsonl };
BOOST_DESCRIBE_ENUM(TableFormat, by_name, csv, jsonl)

struct JsonSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {
      {"url", "Address with places for the query and its times"},
      {"secret", "A bearer token, as ${env:NAME} or ${file:PATH}; never the token itself"},
      {"headers", "Sent along; what authorises is ${env:NAME} or ${file:PATH}"},
      {"times", "Pointer to the times in the answer, as /points/*/t"},
      {"values", "Pointer to the values, as many as there are times"},
      {"samples", "counts: how many since the sample before; counters: how many ever, from zero again after a restart"},
      {"stamped", "Whether a time is the beginning of its interval or its end"}};
  std::string url;
  std::string secret;
  std::map<std::string, std::string> headers;
  std::string times;
  std::string values;
  SamplesAre samples = SamplesAre::counts;
  StampedAt stamped = StampedAt::begin;
};
BOOST_DESCRIBE_STRUCT(JsonSettings, (), (url, secret, headers, times, values, samples, stamped))

struct TableSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {
      {"url", "An address, a path, or file:///path"},
      {"secret", "A bearer token, as ${env:NAME} or ${file:PATH}; never the token itself"},
      {"headers", "Sent along; what authorises is ${env:NAME} or ${file:PATH}"},
      {"times", "The column of the times; empty: time"},
      {"samples", "counts: how many since the sample before; counters: how many ever, from zero again after a restart"},
      {"stamped", "Whether a time is the beginning of its interval or its end"},
      {"format", "How it is written; by name: by the ending of the address, .csv or .jsonl"}};
  std::string url;
  std::string secret;
  std::map<std::string, std::string> headers;
  std::string times;
  SamplesAre samples = SamplesAre::counts;
  StampedAt stamped = StampedAt::begin;
  TableFormat format = TableFormat::by_name;
};
BOOST_DESCRIBE_STRUCT(TableSettings, (), (url, secret, headers, times, samples, stamped, format))

template <class Settings>
samples::SourceConfig config_of(const Settings& s) {
  samples::SourceConfig config{.url = s.url,
                               .times = s.times.empty() ? "time" : s.times,
                               .counts = s.samples == SamplesAre::counters ? samples::Meaning::counters : samples::Meaning::counts,
                               .stamped_at_end = s.stamped == StampedAt::end};
  for (const auto& [name, value] : s.headers) config.headers.emplace_back(name, Secret{value});
  if (!s.secret.empty() && !s.headers.contains("Authorization")) config.headers.emplace_back("Authorization", Secret{"Bearer " + s.secret});
  return config;
}

/// Names of headers, and that what looks like a key is a reference.
template <class Settings>
void check_headers(const Settings& s, const std::string& path, std::vector<Complaint>& complaints) {
  for (const auto& [name, value] : s.headers) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char ch) { return char(std::tolower(ch)); });
    if (name.empty() || name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos)
      complaints.push_back({path + ".headers", fmt::format("'{}' is no name of a header", name)});
    for (const auto* word : {"auth", "token", "key", "secret", "cookie", "password"})
      if (lower.contains(word) && !value.contains("${")) {
        complaints.push_back({path + ".headers." + name, "write ${env:NAME} or ${file:PATH} for the secret; it never stands in this file"});
        break;
      }
  }
}

void check_json(const JsonSettings& s, const std::string& path, std::vector<Complaint>& complaints) {
  check_headers(s, path, complaints);
  for (const auto& [field, pointer] : {std::pair{".times", &s.times}, std::pair{".values", &s.values}})
    if (!pointer->starts_with('/'))
      complaints.push_back({path + field, "a json source needs a JSON pointer here, with * for every element, such as \"/points/*/t\""});
}

void check_table(const TableSettings& s, const std::string& path, std::vector<Complaint>& complaints) {
  check_headers(s, path, complaints);
  if (s.format == TableFormat::by_name && !s.url.ends_with(".csv") && !s.url.ends_with(".jsonl"))
    complaints.push_back({path + ".format", "csv or jsonl; the address does not end with either"});
}

bool is_csv(const TableSettings& s) { return s.format == TableFormat::by_name ? !s.url.ends_with(".jsonl") : s.format == TableFormat::csv; }

constexpr std::string_view what_is_asked = "the last quarter of an hour";
health::IntervalRange last_quarter(SysTime now) { return {now - std::chrono::minutes{15}, std::chrono::minutes{1}, 15}; }

Probe asked(const samples::SourceConfig& config, const Wire& wire, const TestAsk& ask) {
  http::ClientRequest request{.url = samples::resolve_url(config.url, "", {}, last_quarter(ask.now)), .max_body = 64u << 20};
  for (const auto& [name, value] : config.headers) request.headers.set(name, value.reveal());
  return probe(wire, std::move(request), !config.headers.empty(), ask.stop);
}

/// The address with an empty query: a source that wants one may refuse it, and is there all the same.
Tested test_json(const samples::SourceConfig& config, const Wire& wire, const TestAsk& ask) {
  auto found = asked(config, wire, ask);
  if (found.tested.reachable.value_or(false) && config.url.contains("$query") && found.tested.saw.starts_with("HTTP 4") &&
      found.tested.authenticated.value_or(true) && !found.tested.saw.starts_with("HTTP 404") && !found.tested.saw.starts_with("HTTP 429")) {
    found.tested.problem.clear();
    found.tested.next_step = "an empty query was asked and refused; `evenkeel criteria test SERVICE` asks a real one";
    return found.tested;
  }
  if (!found.ok()) return found.tested;
  const auto points = samples::parse_json_points(found.answer.body, config.times, config.values);
  if (points)
    found.tested.may = {fmt::format("read samples: {} in {}", points->size(), what_is_asked)};
  else
    found.tested.problem = points.error().message,
    found.tested.next_step = fmt::format("correct `times` and `values` of connection {}", wire.name);
  return found.tested;
}

Tested test_table(const samples::SourceConfig& config, const Wire& wire, const TestAsk& ask, samples::TableSource& source) {
  const bool address = config.url.starts_with("http://") || config.url.starts_with("https://");
  auto t = address ? asked(config, wire, ask).tested : Tested{};
  if (!t.problem.empty()) return t;
  const auto lines = source.lines(last_quarter(ask.now), ask.stop);
  if (!address) t.reachable = lines.has_value();
  if (lines)
    t.may = {fmt::format("read the table: {} lines", *lines)};
  else
    t.problem = lines.error().message, t.next_step = fmt::format("correct `url`, `times` or `format` of connection {}", wire.name);
  return t;
}

Result<Integration> open_json(const JsonSettings& s, const Wire& wire) {
  struct Held {
    Wire wire;
    samples::JsonSource source;
  };
  auto config = config_of(s);
  config.times = s.times, config.values = s.values;
  const auto held = std::make_shared<Held>(Held{wire, samples::JsonSource{config, *wire.http}});
  return Integration{.metric_source = {held, &held->source},
                     .test = [config, wire](const TestAsk& ask) { return test_json(config, wire, ask); }};
}

Result<Integration> open_table(const TableSettings& s, const Wire& wire) {
  struct Held {
    Held(const Wire& w, const samples::SourceConfig& config) : wire(w), source(config, *w.http) {}
    Wire wire;
    samples::TableSource source;
  };
  auto config = config_of(s);
  config.csv = is_csv(s);
  const auto held = std::make_shared<Held>(wire, config);
  return Integration{.metric_source = {held, &held->source},
                     .test = [config, held](const TestAsk& ask) { return test_table(config, held->wire, ask, held->source); }};
}

}  // namespace

Vendors samples_vendors() {
  return {vendor_of("json", {Ability::metric_source}, open_json, check_json),
          vendor_of("table", {Ability::metric_source}, open_table, check_table)};
}

}  // namespace evenkeel::integrations
