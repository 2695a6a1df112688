// evenkeel rollback draft: the way back of a service, drafted from its way out. What it cannot know (what a migration did, whether the old
// version still starts) is for its owner; a rehearsal proves it.
#include <fmt/format.h>

#include <map>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "definitions/config.hpp"

namespace evenkeel::cli {
namespace {

using steps::StepKind;
using steps::StepSpec;

/// What is deployed how often, as the server has it; nothing where none answers: the draft needs none.
std::map<std::string, int> deployed_how_often(const Args& args) {
  std::map<std::string, int> times;
  auto api = Api::open(args);
  if (!api) return times;
  const auto answer = (*api)->call("GET", "/api/v1/deployments");
  if (!answer || !answer->is_array()) return times;
  for (const auto& d : answer->get_array())
    if (const auto* service = d.is_object() ? d.get_object().if_contains("service") : nullptr; service && service->is_string())
      ++times[std::string(service->get_string())];
  return times;
}

struct Chosen {
  const definitions::ServiceDef* service = nullptr;
  std::string because;
};
Result<Chosen> choose(const Args& args, const definitions::Organisation& o) {
  if (args.has("service")) {
    const auto* named = definitions::find_service(o, args.text("service"));
    if (!named) return not_found(fmt::format("{} has no service '{}'", args.text("file"), args.text("service")));
    return Chosen{named, ""};
  }
  if (o.services.empty()) return not_found(args.text("file") + " has no services yet; `evenkeel init` writes some");
  Chosen most{&o.services.front(), o.services.size() == 1 ? "the only one" : "the first one: nothing was deployed yet"};
  int often = 0;
  for (const auto& [name, times] : deployed_how_often(args))
    if (const auto* s = definitions::find_service(o, name); s && times > often) {
      most = {s, fmt::format("it is deployed most often: {} of the last 200 deployments", times)};
      often = times;
    }
  return most;
}

std::string with_old_version(std::string json_text) {
  static constexpr std::string_view now = "${version}", before = "${from_version}";
  for (std::size_t at = 0; (at = json_text.find(now, at)) != std::string::npos; at += before.size())
    json_text.replace(at, now.size(), before);
  return json_text;
}

/// The members of a step that differ from what is meant without them: JSON, which is YAML too.
std::string as_yaml(const StepSpec& step) {
  const auto all = json::to_value(step), usual = json::to_value(StepSpec{});
  json::Object said;
  for (const auto& [name, value] : all.get_object())
    if (name == "name" || name == "kind" || value != usual.get_object().at(name)) said[name] = value;
  return with_old_version(json::dump(said));
}

/// The steps that change something, last first, with the old version in place of the new one.
std::vector<StepSpec> way_back(const definitions::ServiceDef& service) {
  std::vector<StepSpec> back;
  for (auto step = service.deploy.rbegin(); step != service.deploy.rend(); ++step) {
    if (step->kind == StepKind::wait || step->kind == StepKind::check) continue;
    const bool is_a_part = std::find(step->command.begin(), step->command.end(), "--share") != step->command.end();
    if (is_a_part && !back.empty()) continue;  // a canary's share: the whole way back covers it
    auto undone = *step;
    undone.name = "take back: " + step->name;
    if (undone.kind == StepKind::flag) undone.value = step->value == "on" ? "off" : "on";
    back.push_back(std::move(undone));
  }
  return back;
}

Result<int> draft(const Args& args) {
  const auto o = TRY(definitions::load(args.text("file")));
  const auto [service, because] = TRY(choose(args, o));
  auto back = way_back(*service);
  if (back.empty())
    back.push_back({.name = "put the old version back",
                    .kind = StepKind::manual,
                    .prompt = "Put ${service} ${version} back in ${environment}, then confirm"});
  std::string yaml = "    rollback:\n";
  for (const auto& step : back) yaml += "      - " + as_yaml(step) + "\n";
  if (args.json) {
    args.print_json(json::Object{{"service", service->name}, {"because", because}, {"yaml", yaml}});
    return 0;
  }
  args.print(fmt::format("# {}{}{}", service->name, because.empty() ? "" : ", because ", because));
  args.print(
      fmt::format("# A draft, to be pasted into services: {} of {}. What it cannot know: whether data that the new version wrote is read\n"
                  "# by the old one. A rehearsal in staging proves the rest.",
                  service->name, args.text("file")));
  if (!service->rollback.empty()) args.print("# It has a way back already; this would stand in its place.");
  args.print(yaml);
  args.print("next: evenkeel config check " + args.text("file") + ", once it is pasted");
  return 0;
}

}  // namespace

std::vector<Command> draft_commands() {
  return {{"rollback draft", "Draft a service's way back from its way out, to be pasted into evenkeel.yaml",
           with_connection({{"service", "The service; without it the one that is deployed most often", Param::positional},
                            {"file", "The definitions", Param::option, false, "evenkeel.yaml"}}),
           draft, "No server is needed; where one answers, it says what is deployed most often.\n"}};
}

}  // namespace evenkeel::cli
