// evenkeel dora compute: the delivery metrics of a history by a named definition.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "dora/metrics.hpp"

namespace evenkeel::cli {
namespace {

Result<int> compute(const Args& args) {
  const auto definition = TRY(dora::definition_from(args.text("definition")));
  const auto path = args.text("input");
  auto histories = dora::read_histories(TRY(read_input(path)));
  if (!histories) {
    auto error = histories.error();
    error.message = path + ": " + error.message;
    return std::unexpected(std::move(error));
  }
  json::Array all;
  for (const auto& h : *histories) {
    if (args.json) {
      all.push_back(dora::report(h, definition));
      continue;
    }
    std::vector<std::vector<std::string>> rows = {{h.id + " by " + std::string(dora::name_of(definition)), "value", "n", "95% interval"}};
    for (const auto& f : dora::compute(h, definition))
      if (!f.value.is_object())
        rows.push_back({f.key, json::dump(f.value), std::to_string(f.n),
                        f.interval ? fmt::format("{:.4g} to {:.4g}", f.interval->low, f.interval->high) : "-"});
    args.print(table(rows));
  }
  if (args.json) args.print_json(all);
  return 0;
}

}  // namespace

std::vector<Command> dora_commands() {
  return {{"dora compute",
           "Delivery metrics of a history, by a named definition, with counts and intervals",
           {{.name = "input", .help = "File with one history or {\"cases\": [...]} ('-' is stdin)", .required = true},
            {.name = "definition", .help = "devlake-2023, fourkeys or dora-2025", .required = true}},
           compute,
           "A history: window {from, to}, deployments [{id, finished, result, environment, changes}], changes [{id, first_commit, "
           "pr_created, merged}], incidents [{id, created, resolved, root_cause_change}]."}};
}

}  // namespace evenkeel::cli
