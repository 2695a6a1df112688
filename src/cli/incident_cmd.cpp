// evenkeel report-issue, incident ..., detection: what went wrong, what changed there, who noticed first.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

const Field incident{{"incident", "Id of the incident", Param::positional, true}};

Result<int> show(const Args& args, const json::Value& v) {
  if (args.json) return 0;
  args.print(fmt::format("{}  {}{}\n{}", field(v, "incident.id"), field(v, "incident.title"),
                         field(v, "incident.service").empty() ? "" : " (" + field(v, "incident.service") + ")", field(v, "sentence")));
  for (const auto& c : list_of(v, "changes")) {
    std::string people;
    for (const auto& p : list_of(c, "decides")) people += (people.empty() ? "" : ", ") + std::string(p.get_string());
    args.print(fmt::format("  {}  {} {} {}: {}, {}\n      undo: {}\n      decides: {}", short_time(field(c, "at")), field(c, "kind"),
                           field(c, "service"), field(c, "version"), field(c, "what"), field(c, "state"), field(c, "undo"),
                           people.empty() ? "nobody is named" : people));
  }
  if (list_of(v, "changes").empty()) args.print("  Nothing changed on its service within a day before.");
  return 0;
}

Result<int> show_all(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"ID", "STARTED", "SERVICE", "NOTICED BY", "RESOLVED", "CAUSE", "TITLE"}};
  for (const auto& i : list_of(all))
    rows.push_back({field(i, "id"), short_time(field(i, "started_at")), field(i, "service"), field(i, "source"),
                    short_time(field(i, "resolved_at")), field(i, "cause"), field(i, "title")});
  args.print(table(rows));
  return 0;
}

Result<int> show_detection(const Args& args, const json::Value& d) {
  if (args.json) return 0;
  args.print(fmt::format("{} failed deployments; a customer noticed {} first{}{}", field(d, "failed"), field(d, "customer_first"),
                         field(d, "too_few") == "true"
                             ? " (too few for a rate)"
                             : fmt::format(" ({:.0f} %, {:.0f} to {:.0f} %)", 100 * d.at("customer_rate").to_number<double>(),
                                           100 * d.at("low").to_number<double>(), 100 * d.at("high").to_number<double>()),
                         field(d, "median_minutes").empty()
                             ? ""
                             : fmt::format("; half were noticed within {:.0f} minutes", d.at("median_minutes").to_number<double>())));
  args.print("Trend: " + field(d, "trend"));
  if (const auto* by = d.get_object().if_contains("first_by"); by && by->is_object())
    for (const auto& [who, n] : by->get_object()) args.print(fmt::format("  {:<10} {}", std::string_view(who), json::dump(n)));
  return 0;
}

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

Result<int> show_pages(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"SINCE", "STATE", "SEEN", "DEPUTY PAGED", "WHAT"}};
  for (const auto& a : list_of(all))
    rows.push_back({short_time(field(a, "opened_at")), field(a, "state"), short_time(field(a, "acknowledged_at")),
                    short_time(field(a, "escalated_at")), field(a, "summary")});
  args.print(table(rows));
  return 0;
}

Result<int> show_acknowledged(const Args& args, const json::Value& a) {
  if (!args.json) args.print(fmt::format("acknowledged at {}: {}", short_time(field(a, "acknowledged_at")), field(a, "summary")));
  return 0;
}

}  // namespace

std::vector<Command> incident_commands() {
  const Field release{{"release", "Version, area/version or id", Param::positional, true}};
  const Field title{{"title", "What is wrong, in a few words", Param::positional, true}};
  const Field service{{"service", "The service it shows on, where known"}};
  const Field started{{"started", "When it began (a time)"}, As::time, "started_at"};
  std::vector<Command> list;
  list.push_back(remote("report-issue", "A customer's report: it counts as detection, and responders see what changed", "POST",
                        "/api/v1/incidents",
                        {title,
                         service,
                         started,
                         {{"source", "customer, staff, on_call or monitor", Param::option, false, "customer"}},
                         {{"ticket", "Id of the report where it was made"}, As::text, "external_id"}},
                        show));
  list.push_back(remote("incident open", "Open an incident", "POST", "/api/v1/incidents",
                        {title,
                         service,
                         started,
                         {{"detected", "When it was noticed (a time)"}, As::time, "detected_at"},
                         {{"source", "Who noticed: customer, staff, on_call, monitor or watch", Param::option, false, "on_call"}},
                         {{"deployment", "Id of the deployment that caused it, where known"}}},
                        show));
  auto list_command = remote("incident list", "Incidents, newest first", "GET", "/api/v1/incidents", {}, show_all);
  list.push_back(std::move(list_command));
  list.push_back(
      remote("incident show", "What changed, how to undo it, who decides", "GET", "/api/v1/incidents/{incident}", {incident}, show));
  list.push_back(remote("incident note", "It was acknowledged, mitigated or resolved; or a time is corrected", "POST",
                        "/api/v1/incidents/{incident}/times",
                        {incident,
                         {{"what", "acknowledged, mitigated, resolved, detected or started", Param::positional, true}},
                         {{"at", "When (default: now)"}, As::time},
                         {{"source", "By whose word", Param::option, false, "on_call"}}},
                        show));
  list.push_back(remote("incident cause", "Name, confirm or reject the deployment behind it", "POST", "/api/v1/incidents/{incident}/cause",
                        {incident,
                         {{"cause", "named, confirmed or rejected", Param::positional, true}},
                         {{"deployment", "With named: its id"}},
                         {{"reason", "With rejected: why"}}},
                        show));
  list.push_back(remote("page list", "Pages of a release: since when, seen by whom, whether the deputy was paged", "GET",
                        "/api/v1/releases/{release}/pages", {release}, show_pages));
  list.push_back(remote("page acknowledge", "You have seen the page of a release: nobody else is woken", "POST",
                        "/api/v1/releases/{release}/pages/acknowledge", {release}, show_acknowledged));
  list.push_back(remote("alerts show", "What Alertmanager says of a service now, and what is silenced", "GET",
                        "/api/v1/services/{service}/alerts", {{{"service", "The service", Param::positional, true}}}, show_alerts));
  list.push_back(
      remote("detection", "Who noticed failed deployments first, and after how long", "GET", "/api/v1/detection", {}, show_detection));
  return list;
}

}  // namespace evenkeel::cli
