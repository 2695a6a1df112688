// evenkeel criteria ...: propose, test, calibrate, import.
#include <fmt/format.h>

#include <cmath>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "cli/visible.hpp"
#include "health/adopt.hpp"

namespace evenkeel::cli {
namespace {

Result<int> propose(const Args& args) {
  auto api = TRY(Api::open(args));
  std::string query = "?days=" + (args.has("days") ? args.text("days") : "14");
  if (args.has("service")) query += "&service=" + http::percent_encode(args.text("service"));
  const auto p = TRY(api->call("GET", "/api/v1/criteria/proposal" + query));
  if (args.json) {
    args.print_json(p);
    return 0;
  }
  args.print(fmt::format("{}{}", field(p, "service"), field(p, "how_chosen").empty() ? "" : ": " + field(p, "how_chosen")));
  for (const auto& one : list_of(p, "proposals")) {
    args.print("  " + field(one, "sentence"));
    for (const auto& f : list_of(one, "would_have_fired"))
      args.print(fmt::format("    {} to {}, worst {:.3g} %", short_time(field(f, "from")), short_time(field(f, "until")),
                             100 * f.at("worst").to_number<double>()));
  }
  for (const auto& w : list_of(p, "without")) args.print("  " + std::string(w.get_string()));
  if (!list_of(p, "proposals").empty())
    args.print("Add what you want to keep to the service's health.criteria and apply; --json prints it ready to paste.");
  return 0;
}

Result<int> test(const Args& args) {
  auto api = TRY(Api::open(args));
  auto query = fmt::format("?service={}&from={}", http::percent_encode(args.text("service")),
                           http::percent_encode(to_iso(TRY(parse_time(args.text("from"))))));
  if (args.has("version")) query += "&version=" + http::percent_encode(args.text("version"));
  if (args.has("from-version")) query += "&from_version=" + http::percent_encode(args.text("from-version"));
  const auto t = TRY(api->call("GET", "/api/v1/criteria/test" + query));
  if (args.json) {
    args.print_json(t);
    return 0;
  }
  args.print(fmt::format("{}: {}", field(t, "verdict.verdict"), field(t, "verdict.sentence")));
  for (const auto& m : list_of(t.at("verdict"), "metrics"))
    args.print(fmt::format("  {:<24} {:<14} {}", field(m, "name"), field(m, "state"), field(m, "detail")));
  for (const auto& a : list_of(t, "asked"))
    if (!field(a, "problem").empty()) args.print(fmt::format("  {} ({})", field(a, "problem"), field(a, "query")));
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

void print_calibration(const Args& args, const json::Value& c) {
  args.print(
      fmt::format("  {} at {}, for criteria {}", field(c, "id"), short_time(field(c, "at")), field(c, "criteria_hash").substr(0, 12)));
  const auto& learned = c.at("body").at("learned");
  const auto number = [&](const char* name) {
    return learned.at(name).is_null() ? std::string("-") : fmt::format("{:.2f}", learned.at(name).to_number<double>());
  };
  if (field(c, "level") != "uncalibrated")
    args.print(
        fmt::format("  log E for a recommendation {}, for an act without a person {}", number("threshold"), number("automatic_threshold")));
  for (const auto& [name, omega] : learned.at("omega").as_object())
    args.print(fmt::format("  {}: spread {:.3g} beyond independent requests", std::string_view(name), omega.to_number<double>()));
  for (const auto& [name, score] : learned.at("gauges").as_object())
    args.print(fmt::format("  {}: beyond {:.2f} times the control", std::string_view(name), std::exp(score.to_number<double>())));
  for (const auto& m : list_of(c.at("body"), "missing")) args.print("  missing: " + std::string(m.get_string()));
}

/// 0 calibrated · 1 not.
Result<int> calibration(const Args& args, const json::Value& state) {
  const int code = field(state, "level") == "calibrated" ? 0 : 1;
  if (args.json) return code;
  args.print(fmt::format("{}: {}", field(state, "service"), field(state, "sentence")));
  args.print(state.at("may_act_alone").as_bool() ? "  a calibrated breach of its canary rolls back by itself"
                                                 : "  nothing is rolled back without a person");
  if (!state.at("newest").is_null()) print_calibration(args, state.at("newest"));
  if (!field(state, "next_step").empty()) args.print("  next: " + field(state, "next_step"));
  return code;
}

Result<int> calibrated(const Args& args, const json::Value& c) {
  if (!args.json) {
    args.print(fmt::format("{}: {}", field(c, "service"), field(c, "sentence")));
    print_calibration(args, c);
  }
  return field(c, "level") == "calibrated" ? 0 : 1;
}

std::vector<Param> with_connection(std::vector<Param> params) {
  for (auto& p : connection_params()) params.push_back(std::move(p));
  return params;
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
                 "/api/v1/criteria/{service}/calibration", {{{"service", "The service", Param::positional, true}}}, calibrated,
                 "Exit code 0 when it is calibrated, 1 when there is too little history; it says what is missing."),
          remote("criteria calibration", "What a watch of this service would judge with: windows, thresholds, age, what is missing", "GET",
                 "/api/v1/criteria/{service}/calibration", {{{"service", "The service", Param::positional, true}}}, calibration,
                 "Exit code 0 when it is calibrated, 1 when it is not."),
          {"criteria import",
           "Take over criteria from another tool, and say what could not be carried over",
           {{.name = "kayenta", .help = "A Kayenta canary configuration (JSON)"},
            {.name = "argo", .help = "An Argo Rollouts AnalysisTemplate (YAML)"},
            {.name = "openslo", .help = "An OpenSLO document (YAML)"}},
           import}};
}

}  // namespace evenkeel::cli
