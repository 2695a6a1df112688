// evenkeel health ...: judge recorded rollouts, print the criteria that are used when none are given.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "health/criteria.hpp"
#include "health/kayenta.hpp"
#include "health/stream.hpp"

namespace evenkeel::cli {
namespace {

using namespace health;

json::Value line_of(const Stream& stream, const Verdict& v) {
  json::Array metrics;
  for (const auto& m : v.metrics)
    metrics.push_back(json::Object{{"name", m.name},
                                   {"state", json::to_value(m.state)},
                                   {"log_e", m.log_e},
                                   {"ratio", json::Array{json::to_value(m.ratio.low), json::to_value(m.ratio.high)}},
                                   {"part", m.part},
                                   {"first_breach_minute", json::to_value(m.breached_at)},
                                   {"detail", m.detail}});
  return json::Object{{"id", stream.id},
                      {"verdict", json::to_value(v.verdict)},
                      {"first_breach_minute", json::to_value(v.first_breach)},
                      {"metrics", std::move(metrics)},
                      {"sentence", v.sentence},
                      {"label", v.label},
                      {"criteria_hash", v.criteria_hash},
                      {"method", v.method}};
}

Result<CriteriaSet> criteria_for(const Args& args) {
  auto set = args.has("criteria") && !args.text("criteria").empty() ? TRY(read_criteria(TRY(read_input(args.text("criteria")))))
                                                                    : default_criteria();
  if (args.has("alpha") && !args.text("alpha").empty()) {
    const auto text = args.text("alpha");
    char* end = nullptr;
    const double alpha = std::strtod(text.c_str(), &end);
    if (end == text.c_str() || *end || !(alpha >= 1e-6 && alpha <= 0.5))
      return invalid(fmt::format("--alpha: '{}' is not a number between 0.000001 and 0.5", text), "alpha");
    set.alpha = alpha;
  }
  return set;
}

Result<double> decimal(const Args& args, const std::string& name, double least, double most) {
  const auto text = args.text(name);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end || !(value >= least && value <= most))
    return invalid(fmt::format("--{}: '{}' is not a number between {} and {}", name, text, least, most), name);
  return value;
}

/// An input file whose complaints name it.
template <class Read>
auto read_named(const std::string& path, Read read) -> decltype(read(std::string())) {
  auto out = read(TRY(read_input(path)));
  if (!out) out.error().message = path + ": " + out.error().message;
  return out;
}

/// One judgement as Kayenta's judge makes it.
Result<int> judge_as_kayenta(const Args& args) {
  kayenta::Settings settings;
  settings.confidence = TRY(decimal(args, "confidence", 0.5, 0.9999));
  settings.tolerance = TRY(decimal(args, "tolerance", 0, 10));
  settings.pass = TRY(decimal(args, "pass", 0, 100));
  settings.marginal = TRY(decimal(args, "marginal", 0, 100));
  if (!args.has("data")) return invalid("--kayenta needs --data FILE with the values of both sides", "data");
  const auto config = TRY(read_named(args.text("kayenta"), [](const std::string& text) { return kayenta::read_config(text); }));
  const auto data = TRY(read_named(args.text("data"), [](const std::string& text) { return kayenta::read_data(text); }));
  const auto s = kayenta::judge(config, data, settings);
  if (args.json) {
    args.print_json(json::to_value(s));
    return 0;
  }
  args.print(fmt::format("{} ({}){}", s.classification, s.score, s.reason.empty() ? "" : ": " + s.reason));
  std::vector<std::vector<std::string>> rows{{"METRIC", "CLASS", "CRITICAL", "DEVIATION", "REASON"}};
  for (const auto& m : s.metrics)
    rows.push_back({m.name, std::string(json::enum_text(m.classification)), m.critical ? "yes" : "",
                    m.deviation ? fmt::format("{:.4g}", *m.deviation) : "-", m.reason});
  args.print(table(rows));
  return 0;
}

Result<int> judge(const Args& args) {
  if (args.has("kayenta")) return judge_as_kayenta(args);
  if (!args.has("stream")) return invalid("give --stream FILE, or --kayenta CONFIG with --data FILE", "stream");
  const auto set = TRY(criteria_for(args));
  const auto path = args.text("stream");
  const auto text = TRY(read_input(path));
  std::size_t at = 0, number = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = std::string_view(text).substr(at, end - at);
    at = end + 1, ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto stream = parse_stream(line);
    if (!stream) return invalid(fmt::format("{}:{}: {}", path, number, stream.error().message), fmt::format("{}:{}", path, number));
    const auto verdict = judge_stream(*stream, set);
    if (args.json)
      args.print(json::dump(line_of(*stream, verdict)));
    else
      args.print(fmt::format("{}: {}{}: {}", stream->id, json::enum_text(verdict.verdict),
                             verdict.first_breach ? fmt::format(" at minute {}", *verdict.first_breach) : "", verdict.sentence));
  }
  return 0;
}

Result<int> show_default(const Args& args) {
  args.print(json::write(default_criteria(), args.json ? 0 : 2));
  return 0;
}

}  // namespace

std::vector<Command> health_commands() {
  return {
      {"health judge",
       "Judge recorded rollouts: canary against control, minute by minute",
       {{.name = "stream", .help = "File of rollouts, one JSON object a line ('-' is stdin)"},
        {.name = "criteria", .help = "File with the criteria (JSON); without it the defaults of `health criteria default`"},
        {.name = "alpha", .help = "Chance of a false rollback recommendation over one rollout (default: that of the criteria, 0.05)"},
        {.name = "kayenta", .help = "A Kayenta canary configuration: judge once, as Kayenta does"},
        {.name = "data", .help = "With --kayenta: {\"metric\": {\"control\": [], \"experiment\": []}}, null for a missing value"},
        {.name = "confidence", .help = "With --kayenta", .fallback = "0.98"},
        {.name = "tolerance", .help = "With --kayenta", .fallback = "0.25"},
        {.name = "pass", .help = "With --kayenta: least score for Pass", .fallback = "95"},
        {.name = "marginal", .help = "With --kayenta: least score for Marginal", .fallback = "75"}},
       judge,
       "With --json one line a rollout: id, verdict (healthy, no_harm_seen, hold, suspect, rollback_recommended), first_breach_minute, "
       "metrics, sentence. With --kayenta one document: score, classification, groups, metrics; the native judge is the exact one."},
      {"health criteria default", "Print the health criteria that are used when none are given", {}, show_default},
  };
}

}  // namespace evenkeel::cli
