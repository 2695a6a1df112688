// The release calendar, as data and as a feed that other calendars subscribe to.
#include "planning/calendar.hpp"

#include <charconv>

#include "api/endpoints.hpp"

namespace evenkeel::api {
namespace {

struct Calendar {
  SysTime from, until;
  std::vector<planning::CalendarItem> items;
};
BOOST_DESCRIBE_STRUCT(Calendar, (), (from, until, items))

/// From the start of today (UTC) over `weeks`. Error: invalid.
Result<planning::Interval> range_of(const Call& call, SysTime now) {
  int weeks = 6;
  if (const auto text = call.query("weeks"); !text.empty()) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), weeks);
    if (code != std::errc{} || *end != '\0' || weeks < 1 || weeks > 104)
      return invalid(fmt::format("weeks: '{}' is not a number from 1 to 104", text), "weeks");
  }
  const auto from = std::chrono::floor<std::chrono::days>(now);
  return planning::Interval{from, from + std::chrono::weeks{weeks}};
}

Result<http::Response> feed(app::App& app, Call& call, const Actor& actor) {
  const auto area = call.query("area");
  struct Found {
    std::vector<planning::CalendarItem> items;
    bool told_before = false;
    SysTime now;
  };
  auto found = TRY(app.engine->look(actor, [&](Work& work) -> Result<Found> {
    Found out{TRY(planning::calendar_of(work.tx, TRY(range_of(call, work.now)), area, work.now)), false, work.now};
    out.told_before = planning::recall(work.tx, out.items);
    return out;
  }));
  if (!found.told_before) app.database->write([&](store::Tx& tx) { planning::remember(tx, found.items, found.now); });
  auto text = planning::icalendar_of(found.items, area.empty() ? "Releases" : "Releases: " + area);
  call.etag(to_hex(sha256(text)).substr(0, 32));
  return http::Response{.status = 200, .content_type = "text/calendar; charset=utf-8", .body = std::move(text)};
}

}  // namespace

std::vector<Endpoint> calendar_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(query<Calendar>(app, "/api/v1/calendar", "Windows, deadlines and freezes of the coming weeks",
                                 [](Work& work, Call& call) -> Result<Calendar> {
                                   const auto range = TRY(range_of(call, work.now));
                                   return Calendar{range.start, range.end,
                                                   TRY(planning::calendar_of(work.tx, range, call.query("area"), work.now))};
                                 })
                     .tagged("calendar")
                     .for_any_role()
                     .with_query("weeks", "How many weeks from today; 6 unless given")
                     .with_query("area", "One product area; all unless given"));
  list.push_back(
      endpoint<Nothing, http::Response>("GET", "/api/v1/calendar.ics", "The same as iCalendar (RFC 5545)",
                                        [&app](Call& call) -> Result<http::Response> { return feed(app, call, TRY(actor_of(app, call))); })
          .tagged("calendar")
          .for_any_role()
          .of_type("text/calendar")
          .with_query("weeks", "How many weeks from today; 6 unless given")
          .with_query("area", "One product area; all unless given"));
  // Calendar programs send no headers: the address itself carries a token, which answers this one address and nothing else.
  list.push_back(endpoint<Nothing, http::Response>(
                     "GET", "/calendar/{token}/releases.ics", "A feed to subscribe to, by a token of scope `calendar` in its address",
                     [&app](Call& call) -> Result<http::Response> {
                       const auto now = app.clock->now();
                       const auto bearer =
                           TRY(app.database->read([&](store::Tx& tx) { return accounts::bearer_of(tx, call.param("token"), now); }));
                       if (bearer.token.scope != accounts::TokenScope::calendar || bearer.actor.grants.empty())
                         return forbidden(
                             "the calendar's address takes a token of its own, of somebody with a role: make one with "
                             "`evenkeel token create --scope calendar`");
                       app.last_use.note(*app.database, bearer.token.id, now);
                       return feed(app, call, bearer.actor);
                     })
                     .tagged("calendar")
                     .for_anyone("the token stands in the address")
                     .of_type("text/calendar"));
  return list;
}

}  // namespace evenkeel::api
