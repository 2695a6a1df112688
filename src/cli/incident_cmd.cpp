// evenkeel alerts show: what Alertmanager says now.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

Result<int> show_alerts(const Args& args, const json::Value& a) {
  if (args.json) return 0;
  args.print(field(a, "sentence"));
  for (const auto& one : list_of(a.at("now"), "alerts"))
    args.print(fmt::format("  {}  since {}{}{}", field(one, "name"), short_time(field(one, "starts_at")),
                           field(one, "summary").empty() ? "" : ": " + field(one, "summary"),
                           field(one, "muted").empty() ? "" : " (" + field(one, "muted") + ")"));
  for (const auto& s : list_of(a.at("now"), "silences"))
    args.print(fmt::format("  silenced by {} until {}{}", field(s, "created_by"), short_time(field(s, "ends_at")),
                           field(s, "comment").empty() ? "" : ": " + field(s, "comment")));
  for (const auto& one : list_of(a, "heard"))
    if (!field(one, "ends_at").empty())
      args.print(fmt::format("  heard: {} from {} to {}", field(one, "name"), short_time(field(one, "starts_at")),
                             short_time(field(one, "ends_at"))));
  return 0;
}

}  // namespace

std::vector<Command> incident_commands() {
  std::vector<Command> list;
  list.push_back(remote("alerts show", "What Alertmanager says of a service now, and what is silenced", "GET",
                        "/api/v1/services/{service}/alerts", {{{"service", "The service", Param::positional, true}}}, show_alerts));
  return list;
}

}  // namespace evenkeel::cli
