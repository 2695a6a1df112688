// evenkeel release ..., change ..., risk ..., security ..., exception ..., checklist ...: planning and assessment.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "gitlog/release_tags.hpp"
#include "gitlog/shallow.hpp"

namespace evenkeel::cli {
namespace {

const Field release{{"release", "Version, area/version or id", Param::positional, true}};

Result<int> quiet(const Args&, const json::Value&) { return 0; }

Result<int> show_release(const Args& args, const json::Value& r) {
  if (!args.json)
    args.print(fmt::format("Release {} ({}), stage {}, window {} to {}", field(r, "version"), field(r, "area"), field(r, "stage"),
                           short_time(field(r, "window_start")), short_time(field(r, "window_end"))));
  return 0;
}

Result<int> show_list(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  if (list_of(all).empty()) {
    args.print("No releases yet. Plan one: evenkeel release plan VERSION --area AREA --component SERVICE=VERSION");
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"VERSION", "AREA", "STAGE", "STATE", "WINDOW", "VERDICT"}};
  for (const auto& r : list_of(all))
    rows.push_back({field(r, "version"), field(r, "area"), field(r, "stage"), field(r, "state"), short_time(field(r, "window_start")),
                    field(r, "sentence")});
  args.print(table(rows));
  return 0;
}

std::string glyph(const std::string& verdict, const std::string& mode) {
  return verdict == "pass" ? "\u2713" : mode == "observe" ? "\u00b7" : verdict == "unknown" ? "?" : "\u00d7";
}

Result<int> show_page(const Args& args, const json::Value& v) {
  if (args.json) return 0;
  args.print(fmt::format("{}  ({})\n{}\n", field(v, "release.title"), field(v, "release.area"), field(v, "sentence")));
  for (const auto& s : list_of(v, "spine")) {
    args.print(fmt::format("{} {} {:<10} {:<8} {}", field(s, "current") == "true" ? "\u25b6" : " ", field(s, "code"), field(s, "name"),
                           field(s, "state"), field(s, "line")));
    if (field(s, "current") == "true")
      for (const auto& g : list_of(s, "gates"))
        args.print(fmt::format("      {} {:<20} {}", glyph(field(g, "verdict"), field(g, "mode")), field(g, "name"), field(g, "value")));
  }
  std::vector<std::vector<std::string>> rows{{"", "COMPONENT", "FROM", "TO", "ROLLBACK"}};
  for (const auto& c : list_of(v, "components"))
    rows.push_back({"", field(c, "service"), field(c, "from_version"), field(c, "version"), field(c, "rollback_rehearsed")});
  args.print("\n" + table(rows));
  for (const auto& c : list_of(v, "conflicts")) args.print("Conflict: " + field(c, "message"));
  if (const auto sentence = field(v, "recommendation.sentence"); !sentence.empty()) {
    const auto release = field(v, "release.area") + "/" + field(v, "release.version");
    args.print(fmt::format("\nRecommended: {}\n  evenkeel recommendation accept {}\n  evenkeel recommendation decline {} --reason \"...\"",
                           sentence, release, release));
  }
  return 0;
}

/// SERVICE=[FROM..]VERSION[@DIGEST]
Result<json::Value> component_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos)
    return invalid(fmt::format("--component {}: write SERVICE=VERSION, SERVICE=FROM..VERSION or SERVICE=VERSION@DIGEST", text),
                   "component");
  const auto at = text.find('@', equals);
  auto versions = text.substr(equals + 1, at == std::string::npos ? at : at - equals - 1);
  json::Object c{{"service", text.substr(0, equals)}};
  if (const auto dots = versions.find(".."); dots != std::string::npos) {
    c["from_version"] = versions.substr(0, dots);
    versions.erase(0, dots + 2);
  }
  c["version"] = versions;
  if (at != std::string::npos) c["digest"] = text.substr(at + 1);
  return json::Value(std::move(c));
}
/// FLAG=VALUE@PLATFORM[:SERVICE]
Result<json::Value> flag_of(const std::string& text) {
  const auto equals = text.find('='), at = text.find('@', equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || at == std::string::npos)
    return invalid(fmt::format("--flag {}: write FLAG=VALUE@PLATFORM or FLAG=VALUE@PLATFORM:SERVICE", text), "flag");
  const auto colon = text.find(':', at);
  json::Object f{{"flag", text.substr(0, equals)},
                 {"value", text.substr(equals + 1, at - equals - 1)},
                 {"platform", text.substr(at + 1, colon == std::string::npos ? colon : colon - at - 1)}};
  if (colon != std::string::npos) f["after_service"] = text.substr(colon + 1);
  return json::Value(std::move(f));
}

Result<int> plan(const Args& args) {
  json::Object body{{"version", args.text("version")}, {"area", args.text("area")}};
  for (const auto* name : {"title", "line", "environment", "owner"})
    if (args.has(name)) body[name] = args.text(name);
  for (const auto* name : {"window-start", "window-end", "scope-freeze"})
    if (args.has(name)) {
      const auto text = args.text(name);
      const auto t = text.starts_with('+') ? SystemClock{}.now() + TRY(parse_duration(text.substr(1))) : TRY(parse_time(text));
      body[std::string_view(name) == "window-start" ? "window_start"
           : std::string_view(name) == "window-end" ? "window_end"
                                                    : "scope_freeze_at"] = to_iso(t);
    }
  if (args.flag("emergency")) body["emergency"] = true;
  json::Array components, flags, needs;
  for (const auto& c : args.list("component")) components.push_back(TRY(component_of(c)));
  for (const auto& f : args.list("flag")) flags.push_back(TRY(flag_of(f)));
  for (const auto& n : args.list("needs")) needs.push_back(boost::json::string(n));
  body["components"] = std::move(components);
  body["flags"] = std::move(flags);
  body["needs"] = std::move(needs);
  auto api = TRY(Api::open(args));
  const auto answer = TRY(api->call("POST", "/api/v1/releases", std::move(body)));
  if (args.json) args.print_json(answer);
  (void)TRY(show_release(args, answer));
  if (args.json) return 0;
  const auto conflicts = TRY(api->call("GET", "/api/v1/releases/" + field(answer, "id") + "/conflicts"));
  for (const auto& c : list_of(conflicts)) args.print("Conflict: " + field(c, "message"));
  return 0;
}

/// One change a commit of the first-parent line: a merge stands for what it merged.
Result<int> import(const Args& args) {
  auto repository = TRY(gitlog::Repository::open(args.text("repo")));
  if (const auto warning = TRY(gitlog::shallow_warning(repository)); !warning.empty()) fmt::print(stderr, "evenkeel: {}\n", warning);
  const auto base = args.text("from"), to = args.text("to");
  const auto ids =
      TRY(repository.ask({"rev-list", "--first-parent", "--reverse", "--end-of-options", (base.empty() ? "" : base + "..") + to}));
  json::Array changes;
  std::size_t start = 0;
  while (start < ids.size()) {
    const auto end = ids.find('\n', start);
    const auto sha = ids.substr(start, end - start);
    start = end == std::string::npos ? ids.size() : end + 1;
    if (sha.empty()) continue;
    auto commits = TRY(repository.ask({"log", "-1", "--format=%at%n%ct%n%aN <%aE>%n%P%n%B", sha}));
    std::vector<std::string> lines;
    for (std::size_t at = 0; lines.size() < 4;) {
      const auto stop = commits.find('\n', at);
      lines.push_back(commits.substr(at, stop - at));
      at = stop + 1;
      if (lines.size() == 4) commits.erase(0, at);
    }
    std::string first_at = lines[0];
    if (const auto space = lines[3].find(' '); space != std::string::npos) {  // a merge: its own work began with the branch's first commit
      const auto branch =
          TRY(repository.ask({"log", "--reverse", "--format=%at", lines[3].substr(0, space) + ".." + lines[3].substr(space + 1)}));
      if (!branch.empty()) first_at = branch.substr(0, branch.find('\n'));
    }
    json::Array files;
    std::int64_t added = 0, deleted = 0;
    const auto numstat =
        TRY(repository.ask({"diff-tree", "--numstat", "--no-renames", "-r", "--root", "-m", "--first-parent", "--no-commit-id", sha}));
    for (std::size_t at = 0; at < numstat.size();) {
      const auto stop = numstat.find('\n', at);
      const auto line = numstat.substr(at, stop - at);
      at = stop == std::string::npos ? numstat.size() : stop + 1;
      const auto tab = line.find('\t'), second = line.find('\t', tab + 1);
      if (tab == std::string::npos || second == std::string::npos) continue;
      added += std::atoll(line.c_str());
      deleted += std::atoll(line.c_str() + tab + 1);
      files.push_back(boost::json::string(line.substr(second + 1)));
    }
    while (commits.ends_with('\n')) commits.pop_back();
    json::Object change{{"source", "git"},
                        {"external_id", sha},
                        {"title", commits.substr(0, commits.find('\n'))},
                        {"message", commits},
                        {"author", lines[2]},
                        {"merged_at", to_iso(from_millis(std::atoll(lines[1].c_str()) * 1000))},
                        {"first_commit_at", to_iso(from_millis(std::atoll(first_at.c_str()) * 1000))},
                        {"files", std::move(files)},
                        {"lines_added", added},
                        {"lines_deleted", deleted}};
    changes.push_back(std::move(change));
  }
  if (changes.empty()) return invalid(fmt::format("{} has no commits in {}..{}", args.text("repo"), base, to), "from");
  auto api = TRY(Api::open(args));
  const auto answer = TRY(api->call("POST", "/api/v1/releases/" + http::percent_encode(args.text("release")) + "/changes",
                                    json::Object{{"changes", std::move(changes)}}));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  args.print(fmt::format("{} changes added, {} known{}, {} of other services", field(answer, "added"), field(answer, "known"),
                         field(answer, "completed") == "0" ? "" : ", " + field(answer, "completed") + " completed",
                         field(answer, "outside")));
  std::vector<std::vector<std::string>> rows{{"CHANGE", "TIER", "TITLE", "WHY"}};
  for (const auto& c : list_of(answer, "changes"))
    rows.push_back({field(c, "external_id").substr(0, 10), field(c, "tier"), field(c, "title").substr(0, 60), field(c, "tier_reason")});
  args.print(table(rows));
  return 0;
}

Result<int> show_assessment(const Args& args, const json::Value& a) {
  if (args.json) return 0;
  args.print(fmt::format("Risk {} ({} % by the rule model), impact {}\n{}\n", field(a, "level"),
                         std::atoll(field(a, "likelihood_permille").c_str()) / 10, field(a, "impact"), field(a, "blast_radius.sentence")));
  for (const auto& r : list_of(a, "reasons")) args.print("  - " + std::string(r.as_string()));
  std::vector<std::vector<std::string>> rows{{"SCENARIO", "SHOWN BY", "ANSWERED BY"}};
  for (const auto& s : list_of(a, "scenarios"))
    rows.push_back({field(s, "name"), field(s, "criterion").empty() ? "GAP" : field(s, "criterion"),
                    field(s, "rollback_step").empty() ? "GAP" : field(s, "rollback_step")});
  args.print("\n" + table(rows));
  return 0;
}

}  // namespace

std::vector<Command> release_commands() {
  std::vector<Command> list;
  std::vector<Param> plan_params{
      {"version", "Version of the release", Param::positional, true},
      {"area", "Product area", Param::option, true},
      {"component", "SERVICE=[FROM..]VERSION[@DIGEST]; FROM is what runs now, where Evenkeel has not deployed it before",
       Param::option_list, true},
      {"title", "Title"},
      {"line", "Release line; default main"},
      {"environment", "Default: the production one"},
      {"owner", "Login; default: the area's coordinator"},
      {"window-start", "Time, or +2h from now"},
      {"window-end", "Time, or +4h from now"},
      {"scope-freeze", "When the scope closes"},
      {"flag", "FLAG=VALUE@PLATFORM or FLAG=VALUE@PLATFORM:SERVICE, switched after that service", Param::option_list},
      {"needs", "A release that must be shipped before", Param::option_list},
      {"emergency", "Two persons sign, later review is owed", Param::flag}};
  for (auto& p : connection_params()) plan_params.push_back(std::move(p));
  list.push_back({"release plan", "Plan a release", std::move(plan_params), plan});
  list.push_back(remote("release list", "All releases, those that need someone first", "GET", "/api/v1/releases", {}, show_list));
  list.push_back(
      remote("release show", "One release: spine, gates, components", "GET", "/api/v1/releases/{release}", {release}, show_page));
  list.push_back(remote("release move", "Move the window", "POST", "/api/v1/releases/{release}/window",
                        {release,
                         {{"window-start", "Time, or +2h from now"}, As::time},
                         {{"window-end", "Time, or +4h from now"}, As::time},
                         {{"scope-freeze", "When the scope closes"}, As::time, "scope_freeze_at"},
                         {{"reason", "Why"}}},
                        show_release));
  list.push_back(remote("release confirm", "The owning team confirms freeze date and window", "POST",
                        "/api/v1/releases/{release}/components/{service}/confirm",
                        {release, {{"service", "The component", Param::positional, true}}},
                        [](const Args& args, const json::Value& c) -> Result<int> {
                          if (!args.json) args.print(field(c, "service") + " confirmed.");
                          return 0;
                        }));
  list.push_back(remote("release artefact", "Name a component's artefact by digest", "POST",
                        "/api/v1/releases/{release}/components/{service}/artefact",
                        {release,
                         {{"service", "The component", Param::positional, true}},
                         {{"digest", "sha256:..."}},
                         {{"commit", "The commit it was built from"}, As::text, "commit_id"}},
                        quiet));
  list.push_back(remote("release cancel", "Cancel a release", "POST", "/api/v1/releases/{release}/cancel",
                        {release, {{"reason", "Why", Param::option, true}}}, show_release));
  list.push_back(
      remote("checklist tick", "Tick an item, with evidence", "POST", "/api/v1/releases/{release}/checklist",
             {release, {{"item", "Name or id", Param::positional, true}}, {{"evidence", "A link or an id", Param::option, true}}}, quiet));
  list.push_back(remote("exception request", "Ask for a freeze exception", "POST", "/api/v1/releases/{release}/exceptions",
                        {release,
                         {{"freeze", "Name of the freeze", Param::option, true}},
                         {{"reason", "Why", Param::option, true}},
                         {{"expires", "Time, or +2h", Param::option, true}, As::time, "expires_at"}},
                        [](const Args& args, const json::Value& r) -> Result<int> {
                          if (!args.json)
                            args.print(fmt::format("Requested: {}\nA second person approves it: evenkeel exception approve {}",
                                                   field(r, "id"), field(r, "id")));
                          return 0;
                        }));
  list.push_back(
      remote("exception approve", "Approve a freeze exception", "POST", "/api/v1/exceptions/{request}/approve",
             {{{"request", "Id of the request", Param::positional, true}}}, [](const Args& args, const json::Value& e) -> Result<int> {
               if (!args.json)
                 args.print(fmt::format("Approved: \"{}\" until {}", field(e, "freeze_name"), short_time(field(e, "expires_at"))));
               return 0;
             }));
  std::vector<Param> import_params{{"release", "Version, area/version or id", Param::positional, true},
                                   {"repo", "The git repository", Param::option, false, "."},
                                   {"from", "Left out, with all before it: usually the running version's tag"},
                                   {"to", "Up to here", Param::option, false, "HEAD"}};
  for (auto& p : connection_params()) import_params.push_back(std::move(p));
  list.push_back({"change import", "Bring a git range into the release's scope; each change is classified with a reason",
                  std::move(import_params), import});
  list.push_back(remote("change tier", "Override a change's tier, with a reason", "POST", "/api/v1/changes/{change}/tier",
                        {{{"change", "Id, or the first letters of the commit", Param::positional, true}},
                         {{"tier", "standard, normal or emergency", Param::option, true}},
                         {{"reason", "Why", Param::option, true}}},
                        quiet));
  list.push_back(remote("change reversal", "Say how a change is undone; with --one-way what is done instead", "POST",
                        "/api/v1/changes/{change}/reversal",
                        {{{"change", "Id, or the first letters of the commit", Param::positional, true}},
                         {{"text", "How", Param::option, true}, As::text, "reversal"},
                         {{"one-way", "It cannot be undone; --text is its forward fix", Param::flag}, As::flag, "one_way"}},
                        quiet));
  list.push_back(remote("security review", "Security accepts or rejects a change", "POST", "/api/v1/changes/{change}/security-review",
                        {{{"change", "Id, or the first letters of the commit", Param::positional, true}},
                         {{"verdict", "accepted or rejected", Param::option, false, "accepted"}},
                         {{"reason", "Remark", Param::option, false, "looked at"}}},
                        quiet));
  list.push_back(
      remote("risk assess", "Assess a release's risk", "POST", "/api/v1/releases/{release}/assessment", {release}, show_assessment));
  list.push_back(remote("risk show", "Read the assessment; votes open after that", "POST", "/api/v1/releases/{release}/assessment/read",
                        {release}, show_assessment));
  return list;
}

}  // namespace evenkeel::cli
