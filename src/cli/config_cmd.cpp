// evenkeel config check|schema, diff, apply: definitions as code.
#include <fmt/format.h>

#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "cli/visible.hpp"
#include "definitions/acts.hpp"
#include "definitions/backstage.hpp"
#include "definitions/config.hpp"
#include "gonogo/replay.hpp"
#include "planning/freeze_notice.hpp"

namespace evenkeel::cli {
namespace {

Result<int> check(const Args& args) {
  const auto o = definitions::load(args.text("file"), SystemClock{}.now());
  if (!o) {
    if (args.json) args.print_json(json::Object{{"valid", false}, {"complaints", json::to_value(o.error().complaints)}});
    return std::unexpected(
        Error{ErrorKind::conflict, o.error().message, o.error().field, o.error().complaints, {}});  // exit 1: the answer is "not valid"
  }
  if (args.json)
    args.print_json(json::Object{{"valid", true}, {"complaints", json::Array{}}});
  else
    args.print(fmt::format("{} is valid: {} people, {} areas, {} services, {} freezes, {} gates", args.text("file"), o->people.size(),
                           o->areas.size(), o->services.size(), o->freezes.size(), o->gates.size()));
  const bool subscribers = std::any_of(o->channels.begin(), o->channels.end(), [](const auto& c) { return c.subscribers; });
  if (!args.json && subscribers && o->public_url.empty())
    args.print(
        "\u25cb public_url is not set: subscribers cannot be sent a link, so that nobody is offered to subscribe (unless the server has "
        "--public-url)");
  return 0;
}

std::string short_json(const json::Value& value) {
  const auto text = value.is_string() ? std::string(value.get_string()) : json::dump(value);
  return text.size() > 120 ? text.substr(0, 117) + "..." : text.empty() ? "(nothing)" : text;
}

/// Each field whose value differs, by its path: "    deploy[0].timeout: 10m -> 5m".
void differing(const std::string& path, const json::Value& before, const json::Value& after, std::string& out) {
  if (before == after) return;
  if (before.is_object() && after.is_object()) {
    const auto below = [&](std::string_view name) { return path.empty() ? std::string(name) : path + "." + std::string(name); };
    for (const auto& [name, value] : after.get_object()) {
      const auto* was = before.get_object().if_contains(name);
      differing(below(name), was ? *was : json::Value(nullptr), value, out);
    }
    for (const auto& [name, value] : before.get_object())
      if (!after.get_object().contains(name)) differing(below(name), value, nullptr, out);
  } else if (before.is_array() && after.is_array() && before.get_array().size() == after.get_array().size()) {
    for (std::size_t i = 0; i < after.get_array().size(); ++i)
      differing(fmt::format("{}[{}]", path, i), before.get_array()[i], after.get_array()[i], out);
  } else {
    out += fmt::format("    {}{}{} \u2192 {}\n", path, path.empty() ? "" : ": ", short_json(before), short_json(after));
  }
}
std::string fields_that_differ(const definitions::Difference& d) {
  const auto before = json::parse(d.before), after = json::parse(d.after);
  std::string out;
  if (before && after)
    differing("", *before, *after, out);
  else  // the same ones in another order
    out = fmt::format("    {} \u2192 {}\n", d.before, d.after);
  return out;
}

std::string as_text(const std::vector<definitions::Difference>& differences) {
  std::string out;
  for (const auto& d : differences) {
    out += fmt::format("{} {}\n", d.change == "added" ? "+" : d.change == "removed" ? "-" : "~", d.what);
    if (d.change == "changed") out += fields_that_differ(d);
  }
  return out;
}
void print_differences(const Args& args, const std::vector<definitions::Difference>& differences) {
  args.print(differences.empty() ? "No difference to what is in force." : as_text(differences));
}

/// The file as a body. Error: invalid, with every complaint.
Result<json::Value> document_of(const Args& args) {
  return json::to_value(definitions::Definitions{TRY(definitions::load(args.text("file")))});
}

Result<int> diff(const Args& args) {
  const auto file = TRY(document_of(args));
  auto api = TRY(Api::open(args));
  const auto answer = TRY(api->call("POST", "/api/v1/definitions/diff", file));
  if (args.json)
    args.print_json(answer);
  else
    print_differences(args, TRY(json::from_value<definitions::Differences>(answer)).differences);
  return 0;
}

Result<int> replay(const Args& args) {
  const gonogo::ReplayPolicy proposed{TRY(definitions::load(args.text("file"))), "file", TRY(args.number("days"))};
  auto api = TRY(Api::open(args));
  const auto answer = TRY(api->call("POST", "/api/v1/definitions/replay", json::to_value(proposed)));
  if (args.json)
    args.print_json(answer);
  else
    args.print(gonogo::show_replay(TRY(json::from_value<gonogo::PolicyReplay>(answer))));
  return 0;
}

/// People and services are not taken away by a slip in a file: whoever applies it says so once more.
Result<void> ask_before_taking_away(const Args& args, Api& api, const json::Value& file) {
  if (args.flag("yes")) return {};
  const auto differences =
      TRY(json::from_value<definitions::Differences>(TRY(api.call("POST", "/api/v1/definitions/diff", file)))).differences;
  std::string gone;
  for (const auto& d : differences)
    if (d.change == "removed" && (d.what.starts_with("people") || d.what.starts_with("services")))
      gone += (gone.empty() ? "" : ", ") + d.what;
  if (gone.empty()) return {};
  return confirm(args, fmt::format("This takes away {}.", gone));
}

Result<int> apply(const Args& args) {
  if (args.flag("dry-run")) return diff(args);
  const auto file = TRY(document_of(args));
  auto api = TRY(Api::open(args));
  TRY(ask_before_taking_away(args, *api, file));
  const auto answer = TRY(api->call("POST", "/api/v1/definitions", file));
  const auto applied = TRY(json::from_value<planning::AppliedDefinitions>(answer));
  const bool waits = !applied.changed && !applied.differences.empty();
  if (args.json) {
    args.print_json(answer);
    return waits ? 4 : 0;
  }
  print_differences(args, applied.differences);
  if (waits && applied.may_agree.empty())
    args.print(
        fmt::format("Proposed as {}, and nothing is changed yet: a second person must agree, and nobody has the roles for all of it."
                    "\nnext: apply its parts apart (evenkeel definitions decline {} takes this one back)",
                    applied.proposal, applied.proposal));
  else if (waits)
    args.print(
        fmt::format("Proposed, and nothing is changed yet: a second person agrees ({}).\nnext: evenkeel definitions agree {}, as one "
                    "of them",
                    fmt::join(applied.may_agree, ", "), applied.proposal));
  else if (!applied.differences.empty())
    args.print(fmt::format("Applied as version {}. Releases that are planned keep what they began with.\nnext: evenkeel release list",
                           applied.number));
  else
    args.print("next: evenkeel release list");
  for (const auto& f : applied.frozen) args.print(planning::show_frozen(f));
  return waits ? 4 : 0;
}

Result<int> import(const Args& args) {
  std::vector<std::string> texts;
  for (const auto& file : args.list("backstage")) texts.push_back(TRY(read_input(file)));
  const auto catalogue = TRY(definitions::read_backstage(texts, args.has("area") ? args.text("area") : ""));
  if (args.json) {
    args.print_json(json::to_value(catalogue));
    return 0;
  }
  args.print(definitions::to_yaml(catalogue));
  for (const auto& n : catalogue.not_carried_over) fmt::print(stderr, "not carried over: {}\n", visible(n));
  return 0;
}

}  // namespace

std::vector<Command> config_commands() {
  std::vector<Command> list;
  const Param file{"file", "evenkeel.yaml", Param::positional, false, "evenkeel.yaml"};
  list.push_back({"config check", "Check a definitions file: every complaint with file, line and column", {file}, check});
  list.push_back({"config schema", "Print the JSON Schema of evenkeel.yaml, for editors", {}, [](const Args& args) -> Result<int> {
                    args.print(json::dump(definitions::json_schema(), 2));
                    return 0;
                  }});
  list.push_back({"config import",
                  "Services out of Backstage's catalogue, as the section of evenkeel.yaml to complete",
                  {{"backstage", "A catalog-info.yaml; give it once for each file", Param::option_list, true},
                   {"area", "Of components that name no system"}},
                  import,
                  "What is not carried over is named on standard error."});
  list.push_back({"diff", "What applying the file would change", with_connection({file}), diff});
  list.push_back({"policy replay", "What the file would have let through or held among past releases, before it is applied",
                  with_connection({file, {"days", "How far back", Param::option, false, "90"}}), replay});
  list.push_back({"apply", "Put the definitions in force",
                  with_connection({file, {"dry-run", "Show the difference only", Param::flag}, yes_param()}), apply});
  return list;
}

}  // namespace evenkeel::cli
