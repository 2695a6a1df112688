// evenkeel alerts show: what Alertmanager says now.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "validation/outside_alerts.hpp"

namespace evenkeel::cli {
namespace {

int show_alerts(const Args& args, const validation::AlertsNow& a) {
  if (args.json) return 0;
  using catalogue::short_time;
  args.print(a.sentence);
  for (const auto& one : a.now.alerts)
    args.print(fmt::format("  {}  since {}{}{}", one.name, short_time(one.starts_at), one.summary.empty() ? "" : ": " + one.summary,
                           one.muted.empty() ? "" : " (" + one.muted + ")"));
  for (const auto& s : a.now.silences)
    args.print(fmt::format("  silenced by {} until {}{}", s.created_by, short_time(s.ends_at), s.comment.empty() ? "" : ": " + s.comment));
  for (const auto& one : a.heard)
    if (one.ends_at) args.print(fmt::format("  heard: {} from {} to {}", one.name, short_time(one.starts_at), short_time(one.ends_at)));
  return 0;
}

}  // namespace

std::vector<Command> incident_commands() {
  std::vector<Command> list;
  list.push_back(remote("alerts show", "What Alertmanager says of a service now, and what is silenced", "GET",
                        "/api/v1/services/{service}/alerts", {{{"service", "The service", Param::positional, true}}},
                        shown_as<validation::AlertsNow>(show_alerts)));
  return list;
}

}  // namespace evenkeel::cli
