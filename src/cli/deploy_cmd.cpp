// evenkeel gate, signoff, tests, decide, waive, rollback, deploy: from evidence to production and back.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "gonogo/gonogo.hpp"

namespace evenkeel::cli {
namespace {

const Field release{{"release", "Version, area/version or id", Param::positional, true}};

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
  const bool passes = check.go || check.recommendation == "go";
  if (args.flag("wait") && !check.go) return passes ? 4 : 1;
  return passes ? 0 : 1;
}

std::string run_text(const json::Value& run) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& s : list_of(run, "steps")) {
    const auto state = field(s, "state");
    rows.push_back({state == "done"      ? "\u2713"
                    : state == "failed"  ? "\u00d7"
                    : state == "running" ? "\u25b6"
                    : state == "unknown" ? "?"
                    : state == "waiting" ? "\u25cb"
                                         : " ",
                    field(s, "position"), field(s, "service"), field(s, "phase"), field(s, "name"), field(s, "outcome")});
  }
  return fmt::format("{} {}: {}\n{}", field(run, "kind"), field(run, "state"), field(run, "sentence"), table(rows));
}

/// 0 done · 1 failed, held, abandoned · 4 still running.
int run_code(const json::Value& run) {
  const auto state = field(run, "state");
  return state == "done" ? 0 : state == "running" ? 4 : 1;
}

Result<int> show_run(const Args& args, const json::Value& run) {
  if (!args.json) args.print(run_text(run));
  return 0;
}

}  // namespace

Result<int> follow_run(const Args& args, Api& api, const std::string& run_id) {
  std::set<std::string> said;
  const auto until =
      std::chrono::steady_clock::now() + (args.has("timeout") ? TRY(parse_duration(args.text("timeout"))) : std::chrono::hours{4});
  for (;;) {
    const auto run = TRY(api.call("GET", "/api/v1/runs/" + run_id));
    for (const auto& s : list_of(run, "steps")) {
      const auto state = field(s, "state");
      if (state == "pending" || state == "running" || !said.insert(field(s, "position") + state).second) continue;
      if (!args.json)
        args.print(fmt::format("  {} {}/{} {} {}: {}",
                               state == "done"      ? "\u2713"
                               : state == "failed"  ? "\u00d7"
                               : state == "waiting" ? "\u25cb"
                                                    : "?",
                               field(s, "position"), list_of(run, "steps").size(), field(s, "service"), field(s, "name"),
                               field(s, "outcome")));
    }
    const auto state = field(run, "state");
    if (state != "running" || std::chrono::steady_clock::now() > until) {
      if (args.json)
        args.print_json(run);
      else
        args.print(fmt::format("{} {}: {}", field(run, "kind"), state, field(run, "sentence")));
      return run_code(run);
    }
    for (const auto& s : list_of(run, "steps"))
      if (field(s, "state") == "waiting") {
        if (args.json) args.print_json(run);
        return 4;
      }
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
}

namespace {

Result<int> show_reports(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  if (list_of(all).empty()) args.print("No report yet: the first is made at the first checkpoint after the deployment.");
  for (const auto& r : list_of(all)) {
    args.print(fmt::format("{:<4} {}", field(r, "checkpoint"), field(r, "body.outcome")));
    for (const auto& row : list_of(r, "body.rows"))
      args.print(fmt::format("       {} {}: {} after, {} before ({})", field(row, "service"), field(row, "criterion"), field(row, "after"),
                             field(row, "before"), field(row, "state")));
  }
  return 0;
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

Result<int> show_procedures(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  if (list_of(all).empty()) args.print("Not documented yet: a release that is assessed or rehearsed documents it.");
  for (const auto& p : list_of(all)) {
    args.print(fmt::format("version {}, {}, since {}", field(p, "number"), field(p, "hash").substr(0, 12), short_time(field(p, "at"))));
    for (const auto& s : list_of(p, "steps")) args.print(fmt::format("  {} ({})", field(s, "name"), field(s, "kind")));
  }
  return 0;
}

Result<int> show_jobs(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"JOB", "KIND", "STATE", "DUE", "ATTEMPTS", "LAST ERROR"}};
  for (const auto& j : list_of(all))
    rows.push_back({field(j, "id"), field(j, "kind"), field(j, "state"), short_time(field(j, "due_at")), field(j, "attempts"),
                    field(j, "last_error")});
  args.print(table(rows));
  return 0;
}

Command starts_run(std::string path, std::string help, std::string url, std::vector<Field> fields) {
  fields.push_back({{"wait", "Follow the run until it ends, waits for a person, or is held", Param::flag}, As::flag, "-"});
  fields.push_back({{"timeout", "With --wait: give up after this long", Param::option}, As::duration, "-"});
  Command command{std::move(path), std::move(help), {}, {}};
  for (const auto& f : fields) command.params.push_back(f.param);
  for (auto& p : connection_params()) command.params.push_back(std::move(p));
  command.run = [url, fields](const Args& args) -> Result<int> {
    json::Object body;
    std::string target = url;
    for (const auto& f : fields) {
      const auto mark = "{" + f.param.name + "}";
      if (const auto at = target.find(mark); at != std::string::npos)
        target.replace(at, mark.size(), http::percent_encode(args.text(f.param.name)));
      else if (f.member != "-" && args.has(f.param.name))
        body[f.member.empty() ? f.param.name : f.member] = args.text(f.param.name);
    }
    auto api = TRY(Api::open(args));
    const auto answer = TRY(api->call("POST", target, std::move(body)));
    const auto run = field(answer, "run").empty() ? field(answer, "id") : field(answer, "run.id");
    if (args.flag("wait") && !run.empty()) return follow_run(args, *api, run);
    if (args.json)
      args.print_json(answer);
    else if (!run.empty())
      args.print(fmt::format("Started {} ({} steps).", run, std::max(list_of(answer, "steps").size(), std::size_t{1})));
    else
      args.print("Done.");
    return 0;
  };
  return command;
}

Command steer(const std::string& verb, const std::string& help, bool step, bool reason_required) {
  const bool on_step = step;
  std::vector<Field> fields{release};
  if (on_step) fields.push_back({{"step", "Position of the step", Param::positional, true}, As::integer});
  fields.push_back({{"reason", "Why", Param::option, reason_required}});
  fields.push_back({{"run", "Another run than the release's newest (a rehearsal)"}});
  auto command = remote("deploy " + verb, help, "POST", "/api/v1/releases/{release}/steer", fields, show_run);
  const auto inner = command.run;
  command.run = [fields, verb](const Args& args) -> Result<int> {
    json::Object body{{"act", verb}};
    if (args.has("step")) body["step"] = TRY(args.number("step"));
    for (const auto* name : {"reason", "run"})
      if (args.has(name)) body[name] = args.text(name);
    auto api = TRY(Api::open(args));
    const auto answer =
        TRY(api->call("POST", "/api/v1/releases/" + http::percent_encode(args.text("release")) + "/steer", std::move(body)));
    if (args.json) args.print_json(answer);
    return show_run(args, answer);
  };
  return command;
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
  list.push_back(starts_run("rollback rehearse", "Rehearse a service's rollback outside production, on the engine that will run it",
                            "/api/v1/services/{service}/rehearsals",
                            {{{"service", "The service", Param::positional, true}},
                             {{"release", "Take both versions from this release"}},
                             {{"env", "Where", Param::option, false, "staging"}, As::text, "environment"},
                             {{"from", "The running version"}, As::text, "from_version"},
                             {{"version", "The new version"}}}));
  list.push_back(remote("rollback show", "A service's rollback procedure, version by version", "GET", "/api/v1/services/{service}/rollback",
                        {{{"service", "The service", Param::positional, true}}}, show_procedures));
  list.push_back(starts_run("rollback start", "Roll back now: reverse order, flags included", "/api/v1/releases/{release}/rollback",
                            {release, {{"reason", "Why", Param::option, true}}}));
  list.push_back(starts_run("recommendation accept", "Accept the recommended rollback", "/api/v1/releases/{release}/recommendation",
                            {release, {{"reason", "Remark"}}}));
  list.push_back(remote("recommendation decline", "Decline it, with a reason", "POST", "/api/v1/releases/{release}/recommendation",
                        {release, {{"answer", "declined", Param::option, false, "declined"}}, {{"reason", "Why", Param::option, true}}},
                        {}));
  list.push_back(remote(
      "release healthy", "Declare it healthy where its reports cannot, with a reason", "POST", "/api/v1/releases/{release}/healthy",
      {release, {{"reason", "What was looked at", Param::option, true}}}, [](const Args& args, const json::Value& shipped) -> Result<int> {
        args.print(fmt::format("Release {} is declared healthy; stage {}", field(shipped, "version"), field(shipped, "stage")));
        return 0;
      }));
  list.push_back(
      starts_run("deploy start", "Start the sealed deployment in its window", "/api/v1/releases/{release}/deployment", {release}));
  list.push_back(remote("deploy status", "The newest run, step by step", "GET", "/api/v1/releases/{release}/deployment", {release},
                        [](const Args& args, const json::Value& run) -> Result<int> {
                          (void)TRY(show_run(args, run));
                          return run_code(run);
                        }));
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
  list.push_back(remote("release reports", "Health reports: what was seen at each checkpoint after the deployment", "GET",
                        "/api/v1/releases/{release}/reports", {release}, show_reports));
  list.push_back(remote("jobs list", "Jobs that wait, run or gave up", "GET", "/api/v1/jobs", {}, show_jobs));
  list.push_back(remote("jobs retry", "Try a dead or unconfirmed job again", "POST", "/api/v1/jobs/{job}/retry",
                        {{{"job", "Id of the job", Param::positional, true}}}, {}));
  list.push_back(steer("hold", "Hold after the step in hand", false, true));
  list.push_back(steer("resume", "Go on", false, false));
  list.push_back(steer("abandon", "End the run, whatever does not answer", false, true));
  list.push_back(steer("skip", "Skip a step, with a reason", true, true));
  list.push_back(steer("retry", "Try a failed or unknown step again", true, false));
  list.push_back(steer("confirm", "A manual step is done; or an unknown one did take effect", true, false));
  list.push_back(steer("deny", "A manual step failed; or an unknown one did not take effect", true, false));
  return list;
}

}  // namespace evenkeel::cli
