// evenkeel gate check, release report.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "gonogo/gonogo.hpp"

namespace evenkeel::cli {
namespace {

const char* glyph(const gonogo::GateState& gate) {
  if (gate.verdict == planning::GateVerdict::pass) return "\u2713";
  if (gate.blocks) return "\u00d7";
  return gate.verdict == planning::GateVerdict::unknown ? "?" : "\u00b7";
}

void show_gates(const Args& args, const gonogo::GateCheck& check) {
  args.print(check.sentence);
  for (const auto& g : check.gates) {
    std::string mark;
    if (g.waived_until)
      mark = "  [waived until " + catalogue::short_time(g.waived_until) + "]";
    else if (g.verdict != planning::GateVerdict::pass && !g.blocks)
      mark = fmt::format("  [{}]", json::enum_text(g.mode));
    args.print(fmt::format("  {} {} {:<20} {}{}", glyph(g), g.stage, g.name, g.value, mark));
    if (g.blocks && !g.next_step.empty()) args.print(fmt::format("      next step: {} ({})", g.next_step, g.who));
  }
}

/// What a pipeline calls: passes once the release has its go; 4 while it waits, 1 when a gate blocks at the end of the time.
Result<int> gate_check(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto path = "/api/v1/releases/" + http::percent_encode(args.text("release")) + "/gates";
  const auto until =
      std::chrono::steady_clock::now() + (args.has("timeout") ? TRY(parse_duration(args.text("timeout"))) : std::chrono::minutes{30});
  auto answer = TRY(api->call("GET", path));
  auto check = TRY(json::from_value<gonogo::GateCheck>(answer));
  while (args.flag("wait") && !check.go && std::chrono::steady_clock::now() < until) {
    args.progress("waiting for go: " + check.sentence);
    std::this_thread::sleep_for(std::chrono::seconds{2});
    answer = TRY(api->call("GET", path));
    check = TRY(json::from_value<gonogo::GateCheck>(answer));
  }
  if (args.json)
    args.print_json(answer);
  else
    show_gates(args, check);
  const bool passes = check.go || check.recommendation == gonogo::Verdict::go;
  if (args.flag("wait") && !check.go) return passes ? 4 : 1;
  return passes ? 0 : 1;
}

Result<int> show_report(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto path = fmt::format("/api/v1/releases/{}/reports/{}", http::percent_encode(args.text("release")),
                                http::percent_encode(args.text("checkpoint")));
  if (args.json)
    args.print_json(TRY(api->call("GET", path)));
  else
    args.print(TRY(api->fetch(path + (args.flag("html") ? "/report.html" : "/report.md"))));
  return 0;
}

}  // namespace

std::vector<Command> deploy_commands() {
  std::vector<Command> list;
  std::vector<Param> gate_params{{"release", "Version, area/version or id", Param::positional, true},
                                 {"wait", "Wait for the go", Param::flag},
                                 {"timeout", "With --wait, such as 30m", Param::option, false, "30m"}};
  list.push_back({"gate check", "Every gate up to go; what a pipeline calls", with_connection(std::move(gate_params)), gate_check,
                  "Exit codes: 0 go, or nothing blocks · 1 a gate blocks · 4 --wait ended before the decision\n"});
  list.push_back({"release report", "One checkpoint's health report, with its table, charts and what else went on",
                  with_connection({{.name = "release", .help = "Version or id", .kind = Param::positional, .required = true},
                                   {.name = "checkpoint", .help = "Such as 15m, 1h, 24h", .kind = Param::positional, .required = true},
                                   {.name = "html", .help = "As a page to print, with the charts", .kind = Param::flag}}),
                  show_report});
  return list;
}

}  // namespace evenkeel::cli
