#include "integrations/samples/source.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/files.hpp"
#include "base/utf8.hpp"
#include "http/message.hpp"
#include "integrations/samples/json_points.hpp"
#include "integrations/samples/table.hpp"

namespace evenkeel::samples {
namespace {

constexpr std::size_t most_bytes = 64u << 20;

struct Body {
  std::string text;
  int status = 0;
  std::string problem;
};

Body get(const SourceConfig& config, http::HttpClient& client, const std::string& url, const std::stop_token& stop) {
  http::ClientRequest request{.url = url, .deadline = config.deadline, .max_body = most_bytes};
  request.headers.set("Accept", "application/json, text/csv, */*;q=0.5");
  for (const auto& [name, value] : config.headers) request.headers.set(name, value.reveal());
  auto answer = client.send(request, stop);
  if (!answer) return {"", 0, answer.error().message};
  if (answer->status == 200) return {std::move(answer->body), 200, ""};
  return {"", answer->status, fmt::format("{} answered {}", http::shown_url(url), answer->status)};
}

Body body_of_file(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return {"", 0, fmt::format("there is no file {}", path)};
  if (std::size_t(facts.st_size) > most_bytes) return {"", 413, fmt::format("{} is larger than {} MiB", path, most_bytes >> 20)};
  auto text = read_file(path);
  if (!text) return {"", 0, text.error().message};
  return {*std::move(text), 200, ""};
}

/// Changes when the file does.
std::string identity_of(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return path;
  return fmt::format("{}|{}|{}.{}", path, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
}

bool is_address(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

}  // namespace

std::string resolve_url(const std::string& url, const std::string& query, const health::QueryVariables& v,
                        const health::IntervalRange& range) {
  const auto seconds = [](std::int64_t ms) {
    return ms % 1000 == 0 ? std::to_string(ms / 1000) : fmt::format("{:.3f}", double(ms) / 1000);
  };
  // Longest names first: $from is the beginning of $from_ms.
  const std::pair<std::string_view, std::string> places[] = {{"$environment", v.environment},
                                                             {"$from_iso", to_iso(range.from)},
                                                             {"$service", v.service},
                                                             {"$version", v.version},
                                                             {"$from_ms", std::to_string(to_millis(range.from))},
                                                             {"$to_iso", to_iso(range.end())},
                                                             {"$to_ms", std::to_string(to_millis(range.end()))},
                                                             {"$query", query},
                                                             {"$from", seconds(to_millis(range.from))},
                                                             {"$step", seconds(range.length.count())},
                                                             {"$to", seconds(to_millis(range.end()))}};
  std::string out;
  for (std::size_t at = 0; at < url.size();) {
    const auto* place = std::find_if(std::begin(places), std::end(places),
                                     [&](const auto& p) { return std::string_view(url).substr(at).starts_with(p.first); });
    if (place == std::end(places)) {
      out += url[at++];
      continue;
    }
    out += http::percent_encode(place->second);
    at += place->first.size();
  }
  return out;
}

health::SideSeries JsonSource::fetch(const health::Criterion& c, health::SideName side, const health::QueryVariables& variables,
                                     const health::IntervalRange& range, std::stop_token stop) {
  health::SideSeries out;
  const bool counters = config_.counts == Meaning::counters && c.queries.gauge.empty();
  const auto asked_for = counters ? with_look_back(range) : range;
  fill(out, c, side, variables, range, config_.counts, config_.stamped_at_end, [&](const std::string& query) -> Answer {
    const auto url = resolve_url(config_.url, query, variables, asked_for);
    auto body = get(config_, client_, url, stop);
    Answer answer{{}, {.query = query, .url = http::shown_url(url), .status = body.status, .problem = std::move(body.problem)}};
    if (!answer.asked.problem.empty()) return answer;
    auto points = parse_json_points(body.text, config_.times, config_.values);
    if (points)
      answer.samples = std::move(*points);
    else
      answer.asked.problem = fmt::format("{}: {}", answer.asked.url, points.error().message);
    return answer;
  });
  return out;
}

/// What was read last: the table, or why there is none.
struct TableSource::Reading {
  std::string of;  // the address; of a file its path, size and time
  int status = 0;
  Result<Table> table = invalid("nothing was read");
};

TableSource::TableSource(SourceConfig config, http::HttpClient& client) : config_(std::move(config)), client_(client) {}
TableSource::~TableSource() = default;

const TableSource::Reading& TableSource::read(const std::string& url, std::stop_token stop) {
  const bool address = is_address(url);
  const auto path = url.starts_with("file://") ? url.substr(7) : url;
  const auto of = address ? url : identity_of(path);
  if (reading_ && reading_->of == of && (reading_->table || reading_->status == 200)) return *reading_;
  auto body = address ? get(config_, client_, url, stop) : body_of_file(path);
  const auto shown = address ? http::shown_url(url) : url;
  reading_ = std::make_unique<Reading>(Reading{.of = of, .status = body.status});
  if (!body.problem.empty())
    reading_->table = invalid(std::move(body.problem));
  else if (auto table = config_.csv ? Table::of_csv(body.text, config_.times) : Table::of_jsonl(body.text, config_.times))
    reading_->table = std::move(*table);
  else
    reading_->table = invalid(fmt::format("{}: {}", shown, table.error().message));
  return *reading_;
}

Result<std::size_t> TableSource::lines(const health::IntervalRange& range, std::stop_token stop) {
  const auto& reading = read(is_address(config_.url) ? resolve_url(config_.url, "", {}, range) : config_.url, std::move(stop));
  if (!reading.table) return std::unexpected(reading.table.error());
  return reading.table->size();
}

health::SideSeries TableSource::fetch(const health::Criterion& c, health::SideName side, const health::QueryVariables& variables,
                                      const health::IntervalRange& range, std::stop_token stop) {
  health::SideSeries out;
  const auto url = is_address(config_.url) ? resolve_url(config_.url, "", variables, range) : config_.url;
  const auto shown = is_address(url) ? http::shown_url(url) : url;
  fill(out, c, side, variables, range, config_.counts, config_.stamped_at_end, [&](const std::string& query) -> Answer {
    const auto& reading = read(url, stop);
    Answer answer{{}, {.query = query, .url = shown, .status = reading.status}};
    if (!reading.table) {
      answer.asked.problem = reading.table.error().message;
      return answer;
    }
    const auto selector = parse_selector(query);
    auto rows = selector ? reading.table->select(*selector) : std::unexpected(selector.error());
    if (rows)
      answer.samples = std::move(*rows);
    else
      answer.asked.problem = fmt::format("{}: {}", shown, rows.error().message);
    return answer;
  });
  return out;
}

}  // namespace evenkeel::samples
