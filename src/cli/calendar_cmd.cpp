// evenkeel calendar show|export.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "planning/calendar.hpp"

namespace evenkeel::cli {
namespace {

std::string path_with_query(const Args& args, std::string path) {
  path += "?weeks=" + http::percent_encode(args.text("weeks"));
  if (args.has("area")) path += "&area=" + http::percent_encode(args.text("area"));
  return path;
}

/// What is shown of the answer.
struct Calendar {
  std::vector<planning::CalendarItem> items;
};
BOOST_DESCRIBE_STRUCT(Calendar, (), (items))

Result<int> show(const Args& args) {
  using catalogue::short_time;
  const auto answer = TRY(TRY(Api::open(args))->call("GET", path_with_query(args, "/api/v1/calendar")));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  const auto items = TRY(json::from_value<Calendar>(answer)).items;
  if (items.empty()) {
    args.print(
        "Nothing is planned in these weeks. Plan a release: evenkeel release plan VERSION --area AREA --window-start TIME --window-end "
        "TIME");
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"FROM", "UNTIL", "AREA", "WHAT", ""}};
  for (const auto& i : items) {
    std::string remark = i.cancelled ? "cancelled" : "";
    for (const auto& c : i.conflicts) remark += (remark.empty() ? "\u00d7 " : "; ") + c.rule;
    rows.push_back({short_time(i.start), i.end == i.start ? "" : short_time(i.end), i.area.empty() ? "all" : i.area, i.title, remark});
  }
  args.print(table(rows));
  return 0;
}

Result<int> export_calendar(const Args& args) {
  const auto text = TRY(TRY(Api::open(args))->fetch(path_with_query(args, "/api/v1/calendar.ics")));
  args.print(text);
  return 0;
}

}  // namespace

std::vector<Command> calendar_commands() {
  const auto params =
      with_connection({{"weeks", "How many weeks from today", Param::option, false, "6"}, {"area", "One product area", Param::option}});
  return {{"calendar show", "Windows, feature freezes and change freezes of the coming weeks, with conflicts", params, show},
          {"calendar export", "The same as iCalendar on standard output", params, export_calendar,
           "To subscribe instead: a token of scope `calendar`, and the address /calendar/TOKEN/releases.ics of your server."}};
}

}  // namespace evenkeel::cli
