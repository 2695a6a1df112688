// evenkeel health ...: judge recorded rollouts, print the criteria that are used when none are given.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "health/criteria.hpp"
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

Result<int> judge(const Args& args) {
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
       {{.name = "stream", .help = "File of rollouts, one JSON object a line ('-' is stdin)", .required = true},
        {.name = "criteria", .help = "File with the criteria (JSON); without it the defaults of `health criteria default`"},
        {.name = "alpha", .help = "Chance of a false rollback recommendation over one rollout (default: that of the criteria, 0.05)"}},
       judge,
       "With --json one line a rollout: id, verdict (healthy, no_harm_seen, hold, suspect, rollback_recommended), first_breach_minute, "
       "metrics, sentence."},
      {"health criteria default", "Print the health criteria that are used when none are given", {}, show_default},
  };
}

}  // namespace evenkeel::cli
