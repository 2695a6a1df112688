// evenkeel criteria ...: propose, test, calibrate, import.
#include <fmt/format.h>

#include <cmath>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "cli/visible.hpp"
#include "health/adopt.hpp"
#include "validation/calibrate.hpp"
#include "validation/criteria.hpp"

namespace evenkeel::cli {
namespace {

using catalogue::short_time;

Result<int> propose(const Args& args) {
  auto api = TRY(Api::open(args));
  std::string query = "?days=" + (args.has("days") ? args.text("days") : "14");
  if (args.has("service")) query += "&service=" + http::percent_encode(args.text("service"));
  const auto answer = TRY(api->call("GET", "/api/v1/criteria/proposal" + query));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  const auto p = TRY(json::from_value<validation::Proposed>(answer));
  args.print(fmt::format("{}{}", p.service, p.how_chosen.empty() ? "" : ": " + p.how_chosen));
  for (const auto& one : p.proposals) {
    args.print("  " + one.sentence);
    for (const auto& f : one.would_have_fired)
      args.print(fmt::format("    {} to {}, worst {:.3g} %", short_time(f.from), short_time(f.until), 100 * f.worst));
  }
  for (const auto& w : p.without) args.print("  " + w);
  if (!p.proposals.empty())
    args.print("Add what you want to keep to the service's health.criteria and apply; --json prints it ready to paste.");
  return 0;
}

Result<int> test(const Args& args) {
  auto api = TRY(Api::open(args));
  auto query = fmt::format("?service={}&from={}", http::percent_encode(args.text("service")),
                           http::percent_encode(to_iso(TRY(parse_time(args.text("from"))))));
  if (args.has("version")) query += "&version=" + http::percent_encode(args.text("version"));
  if (args.has("from-version")) query += "&from_version=" + http::percent_encode(args.text("from-version"));
  const auto answer = TRY(api->call("GET", "/api/v1/criteria/test" + query));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  const auto t = TRY(json::from_value<validation::Tried>(answer));
  args.print(fmt::format("{}: {}", json::enum_text(t.verdict.verdict), t.verdict.sentence));
  for (const auto& m : t.verdict.metrics) args.print(fmt::format("  {:<24} {:<14} {}", m.name, json::enum_text(m.state), m.detail));
  for (const auto& a : t.asked)
    if (!a.problem.empty()) args.print(fmt::format("  {} ({})", a.problem, a.query));
  return 0;
}

Result<int> import(const Args& args) {
  const int given = int(args.has("kayenta")) + int(args.has("argo")) + int(args.has("openslo"));
  if (given != 1) return invalid("give one of --kayenta FILE, --argo FILE, --openslo FILE");
  const std::string kind = args.has("kayenta") ? "kayenta" : args.has("argo") ? "argo" : "openslo";
  const auto text = TRY(read_input(args.text(kind)));
  auto adopted = kind == "kayenta" ? health::adopt_kayenta(text) : kind == "argo" ? health::adopt_argo(text) : health::adopt_openslo(text);
  if (!adopted) {
    auto error = adopted.error();
    error.message = args.text(kind) + ": " + error.message;
    return std::unexpected(std::move(error));
  }
  if (args.json) {
    args.print_json(json::to_value(*adopted));
    return 0;
  }
  args.print(json::write(adopted->set, 2));
  for (const auto& n : adopted->not_carried_over) fmt::print(stderr, "not carried over: {}\n", visible(n));
  return 0;
}

void print_calibration(const Args& args, const health::StoredCalibration& c) {
  args.print(fmt::format("  {} at {}, for criteria {}", c.id, short_time(c.at), c.criteria_hash.substr(0, 12)));
  const auto& learned = c.body.learned;
  const auto number = [](const std::optional<double>& value) { return value ? fmt::format("{:.2f}", *value) : std::string("-"); };
  if (c.level != health::CalibrationLevel::uncalibrated)
    args.print(fmt::format("  log E for a recommendation {}, for an act without a person {}", number(learned.threshold),
                           number(learned.automatic_threshold)));
  for (const auto& [name, omega] : learned.omega) args.print(fmt::format("  {}: spread {:.3g} beyond independent requests", name, omega));
  for (const auto& [name, score] : learned.gauges) args.print(fmt::format("  {}: beyond {:.2f} times the control", name, std::exp(score)));
  for (const auto& m : c.body.missing) args.print("  missing: " + m);
}

/// 0 calibrated · 1 not.
int calibration(const Args& args, const validation::CalibrationState& state) {
  const int code = state.level == health::CalibrationLevel::calibrated ? 0 : 1;
  if (args.json) return code;
  args.print(fmt::format("{}: {}", state.service, state.sentence));
  args.print(state.may_act_alone ? "  a calibrated breach of its canary rolls back by itself"
                                 : "  nothing is rolled back without a person");
  if (state.newest) print_calibration(args, *state.newest);
  if (!state.next_step.empty()) args.print("  next: " + state.next_step);
  return code;
}

int calibrated(const Args& args, const health::StoredCalibration& c) {
  if (!args.json) {
    args.print(fmt::format("{}: {}", c.service, c.sentence));
    print_calibration(args, c);
  }
  return c.level == health::CalibrationLevel::calibrated ? 0 : 1;
}

}  // namespace

std::vector<Command> criteria_commands() {
  return {{"criteria propose", "Limits from a service's own history, with what they would have flagged",
           with_connection({{.name = "service", .help = "The service; without it the most critical one", .kind = Param::positional},
                            {.name = "days", .help = "How far back", .fallback = "14"}}),
           propose},
          {"criteria test", "Judge a service's criteria as if a watch had begun at a time",
           with_connection({{.name = "service", .help = "The service", .kind = Param::positional, .required = true},
                            {.name = "from", .help = "When the watch would have begun", .required = true},
                            {.name = "version", .help = "What $version stands for"},
                            {.name = "from-version", .help = "What $from_version stands for"}}),
           test},
          remote("criteria calibrate", "Learn now from the service's past windows what its criteria show without a release", "POST",
                 "/api/v1/criteria/{service}/calibration", {{{"service", "The service", Param::positional, true}}},
                 shown_as<health::StoredCalibration>(calibrated),
                 "Exit code 0 when it is calibrated, 1 when there is too little history; it says what is missing."),
          remote("criteria calibration", "What a watch of this service would judge with: windows, thresholds, age, what is missing", "GET",
                 "/api/v1/criteria/{service}/calibration", {{{"service", "The service", Param::positional, true}}},
                 shown_as<validation::CalibrationState>(calibration), "Exit code 0 when it is calibrated, 1 when it is not."),
          {"criteria import",
           "Take over criteria from another tool, and say what could not be carried over",
           {{.name = "kayenta", .help = "A Kayenta canary configuration (JSON)"},
            {.name = "argo", .help = "An Argo Rollouts AnalysisTemplate (YAML)"},
            {.name = "openslo", .help = "An OpenSLO document (YAML)"}},
           import}};
}

}  // namespace evenkeel::cli
