// evenkeel gate check, release report, and following a run.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "deploy/run_view.hpp"

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

const char* glyph(steps::StepState state) {
  using enum steps::StepState;
  return state == done ? "\u2713" : state == failed ? "\u00d7" : state == waiting ? "\u25cb" : "?";
}

}  // namespace

Result<int> follow_run(const Args& args, Api& api, const std::string& run_id) {
  using steps::RunState;
  using steps::StepState;
  std::set<std::pair<std::int64_t, StepState>> said;
  const auto until =
      std::chrono::steady_clock::now() + (args.has("timeout") ? TRY(parse_duration(args.text("timeout"))) : std::chrono::hours{4});
  for (;;) {
    const auto answer = TRY(api.call("GET", "/api/v1/runs/" + run_id));
    const auto run = TRY(json::from_value<deploy::RunView>(answer));
    for (const auto& s : run.steps) {
      if (s.state == StepState::pending || s.state == StepState::running || !said.emplace(s.position, s.state).second) continue;
      if (!args.json)
        args.print(fmt::format("  {} {}/{} {} {}: {}", glyph(s.state), s.position, run.steps.size(), s.service, s.name, s.outcome));
    }
    if (run.state != RunState::running || std::chrono::steady_clock::now() > until) {
      if (args.json)
        args.print_json(answer);
      else
        args.print(fmt::format("{} {}: {}", json::enum_text(run.kind), json::enum_text(run.state), run.sentence));
      return run.state == RunState::done ? 0 : run.state == RunState::running ? 4 : 1;
    }
    if (std::any_of(run.steps.begin(), run.steps.end(), [](const auto& s) { return s.state == StepState::waiting; })) {
      if (args.json) args.print_json(answer);
      return 4;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
}

namespace {

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
  for (auto& p : connection_params()) gate_params.push_back(std::move(p));
  list.push_back({"gate check", "Every gate up to go; what a pipeline calls", std::move(gate_params), gate_check,
                  "Exit codes: 0 go, or nothing blocks · 1 a gate blocks · 4 --wait ended before the decision\n"});
  list.push_back({"release report", "One checkpoint's health report, with its table, charts and what else went on",
                  [] {
                    std::vector<Param> params{
                        {.name = "release", .help = "Version or id", .kind = Param::positional, .required = true},
                        {.name = "checkpoint", .help = "Such as 15m, 1h, 24h", .kind = Param::positional, .required = true},
                        {.name = "html", .help = "As a page to print, with the charts", .kind = Param::flag}};
                    for (auto& p : connection_params()) params.push_back(std::move(p));
                    return params;
                  }(),
                  show_report});
  return list;
}

}  // namespace evenkeel::cli
