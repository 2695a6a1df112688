// Metric sources beside Prometheus: any address that answers JSON, and tables (CSV, JSON lines) in a file or at an address.
//
// The address is a template: $from, $to and $step (seconds since 1970; a number of seconds), $from_ms, $to_ms, $from_iso, $to_iso, $query
// (what the criterion asks for, its variables filled in) and, as in a query, $service, $version, $environment. What is put in is
// percent-encoded.
#pragma once
#include "base/secret.hpp"
#include "capabilities/metric_source.hpp"
#include "http/client.hpp"
#include "integrations/samples/samples.hpp"

namespace evenkeel::samples {

struct SourceConfig {
  std::string url;  // http or https; of a table also a path, or file:///path
  std::vector<std::pair<std::string, Secret>> headers = {};
  std::string times = {}, values = {};
  Meaning counts = Meaning::counts;
  bool stamped_at_end = false;
  bool csv = true;                             // of a table; else JSON lines
  Millis deadline = std::chrono::seconds{10};  // for one question
};

/// The address with everything filled in.
std::string resolve_url(const std::string& url, const std::string& query, const health::QueryVariables& variables,
                        const health::IntervalRange& range);

class JsonSource final : public capabilities::MetricSource {
 public:
  JsonSource(SourceConfig config, http::HttpClient& client) : config_(std::move(config)), client_(client) {}
  health::SideSeries fetch(const health::Criterion& criterion, health::SideName side, const health::QueryVariables& variables,
                           const health::IntervalRange& range, std::stop_token stop = {}) override;

 private:
  SourceConfig config_;
  http::HttpClient& client_;
};

/// A table is read once, whatever the number of questions that are put to this source: an address for each stretch of time, a file again
/// when its size or time has changed. For one thread.
class TableSource final : public capabilities::MetricSource {
 public:
  TableSource(SourceConfig config, http::HttpClient& client);
  ~TableSource() override;
  health::SideSeries fetch(const health::Criterion& criterion, health::SideName side, const health::QueryVariables& variables,
                           const health::IntervalRange& range, std::stop_token stop = {}) override;
  /// How many lines it has for this stretch. Error: why it cannot be read.
  Result<std::size_t> lines(const health::IntervalRange& range, std::stop_token stop = {});

 private:
  struct Reading;
  const Reading& read(const std::string& url, std::stop_token stop);

  SourceConfig config_;
  http::HttpClient& client_;
  std::unique_ptr<Reading> reading_;
};

}  // namespace evenkeel::samples
