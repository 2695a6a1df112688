// evenkeel config check|schema, diff, apply: definitions as code.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "cli/visible.hpp"
#include "definitions/acts.hpp"
#include "definitions/backstage.hpp"
#include "definitions/config.hpp"
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
  return 0;
}

std::string as_text(const std::vector<definitions::Difference>& differences) {
  std::string out;
  for (const auto& d : differences) {
    out += fmt::format("{} {}\n", d.change == "added" ? "+" : d.change == "removed" ? "-" : "~", d.what);
    if (d.change == "changed") out += fmt::format("    before: {:.300}\n    after:  {:.300}\n", d.before, d.after);
  }
  return out;
}
void print_differences(const Args& args, const std::vector<definitions::Difference>& differences) {
  args.print(differences.empty() ? "No difference to what is in force." : as_text(differences));
}

/// The file as a body. Error: invalid, with every complaint.
Result<json::Value> read_file(const Args& args) {
  return json::to_value(definitions::Definitions{TRY(definitions::load(args.text("file")))});
}

Result<int> diff(const Args& args) {
  const auto file = TRY(read_file(args));
  auto api = TRY(Api::open(args));
  const auto answer = TRY(api->call("POST", "/api/v1/definitions/diff", file));
  if (args.json)
    args.print_json(answer);
  else
    print_differences(args, TRY(json::from_value<definitions::Differences>(answer)).differences);
  return 0;
}

Result<int> apply(const Args& args) {
  if (args.flag("dry-run")) return diff(args);
  const auto file = TRY(read_file(args));
  auto api = TRY(Api::open(args));
  const auto answer = TRY(api->call("POST", "/api/v1/definitions", file));
  const auto applied = TRY(json::from_value<planning::AppliedDefinitions>(answer));
  const bool waits = !applied.changed && !applied.differences.empty();
  if (args.json) {
    args.print_json(answer);
    return waits ? 4 : 0;
  }
  print_differences(args, applied.differences);
  if (waits)
    args.print("Proposed. It reaches production, so it is in force once a second person applies the same file.");
  else if (!applied.differences.empty())
    args.print(fmt::format("Applied as version {}.", applied.number));
  for (const auto& f : applied.frozen)
    args.print(fmt::format("Release {} ({}, owner {}) cannot go out in its window: {}\n    next step: {}", f.release, f.area, f.owner,
                           f.message, f.next_step));
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
  auto with_connection = [&](std::vector<Param> own) {
    for (auto& p : connection_params()) own.push_back(std::move(p));
    return own;
  };
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
  list.push_back(
      {"apply", "Put the definitions in force", with_connection({file, {"dry-run", "Show the difference only", Param::flag}}), apply});
  return list;
}

}  // namespace evenkeel::cli
