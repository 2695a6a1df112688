#include "planning/calendar.hpp"

#include <libical/ical.h>

namespace evenkeel::planning {
namespace {

std::string services_of(store::Tx& tx, const std::string& release_id) {
  std::string text;
  for (const auto& c : components_of(tx, release_id)) text += (text.empty() ? "" : ", ") + c.service + " " + c.version;
  return text;
}

icaltimetype utc(SysTime t) { return icaltime_from_timet_with_zone(to_millis(t) / 1000, 0, icaltimezone_get_utc_timezone()); }

std::string_view category_of(CalendarKind kind) {
  switch (kind) {
    case CalendarKind::window:
      return "Deployment window";
    case CalendarKind::scope_freeze:
      return "Feature freeze";
    case CalendarKind::freeze:
      return "Change freeze";
    case CalendarKind::allowed:
      return "Allowed window";
  }
  return "";
}

std::string description_of(const CalendarItem& item) {
  std::string text = item.note;
  for (const auto& c : item.conflicts) text += (text.empty() ? "" : "\n") + std::string("Conflict: ") + c.message;
  return text;
}

icalcomponent* event_of(const CalendarItem& item, SysTime now) {
  auto* event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
  const auto add = [&](icalproperty* p) { icalcomponent_add_property(event, p); };
  const auto uid = fmt::format("{}-{}@evenkeel", json::enum_text(item.kind), item.id);
  add(icalproperty_new_uid(uid.c_str()));
  add(icalproperty_new_dtstamp(utc(now)));
  add(icalproperty_new_sequence(int(item.revision)));
  add(icalproperty_new_dtstart(utc(item.start)));
  if (item.end > item.start) add(icalproperty_new_dtend(utc(item.end)));  // without an end it takes no time: a deadline
  add(icalproperty_new_summary(item.title.c_str()));
  if (const auto text = description_of(item); !text.empty()) add(icalproperty_new_description(text.c_str()));
  add(icalproperty_new_categories(std::string(category_of(item.kind)).c_str()));
  add(icalproperty_new_status(item.cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
  add(icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));  // it blocks nobody's day
  return event;
}

}  // namespace

Result<std::vector<CalendarItem>> calendar_of(store::Tx& tx, Interval within, const std::string& area, SysTime now) {
  const auto organisation = TRY(definitions::current(tx));
  if (!area.empty() && !definitions::find_area(*organisation, area))
    return not_found(fmt::format("there is no area '{}'; evenkeel.yaml lists them under `areas`", area));
  std::vector<CalendarItem> items;
  const auto releases = store::all<Release>(
      tx, "release",
      "WHERE ((window_start < $2 AND window_end > $1) OR (scope_freeze_at >= $1 AND scope_freeze_at < $2)) AND ($3 = '' OR area = $3) "
      "ORDER BY window_start, version",
      {to_millis(within.start), to_millis(within.end), area});
  for (const auto& r : releases) {
    CalendarItem item{.id = r.id, .area = r.area, .note = services_of(tx, r.id), .release = r.version, .revision = r.revision};
    item.cancelled = r.outcome == ReleaseOutcome::cancelled;
    if (r.scope_freeze_at && *r.scope_freeze_at >= within.start && *r.scope_freeze_at < within.end) {
      auto deadline = item;
      deadline.kind = CalendarKind::scope_freeze;
      deadline.title = fmt::format("Feature freeze of {}", r.title);
      deadline.start = deadline.end = *r.scope_freeze_at;
      items.push_back(std::move(deadline));
    }
    if (!r.window_start || *r.window_start >= within.end || *r.window_end <= within.start) continue;
    item.title = fmt::format("Deploy {}", r.title);
    item.start = *r.window_start;
    item.end = *r.window_end;
    if (r.stage <= Stage::deployment) item.conflicts = conflicts_of(tx, r, now);
    items.push_back(std::move(item));
  }
  for (const auto& f : organisation->freezes) {
    if (!area.empty() && !f.areas.empty() && std::find(f.areas.begin(), f.areas.end(), area) == f.areas.end()) continue;
    const bool deny = f.mode == definitions::WindowMode::deny;
    for (const auto& i : TRY(occurrences(f, within)))
      items.push_back({.kind = deny ? CalendarKind::freeze : CalendarKind::allowed,
                       .id = f.name + "-" + to_iso(i.start).substr(0, 10),
                       .title = deny ? "Freeze: " + f.name : "Allowed: " + f.name,
                       .area = f.areas.size() == 1 ? f.areas.front() : "",
                       .note = f.reason,
                       .start = i.start,
                       .end = i.end});
  }
  std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  return items;
}

std::string icalendar_of(const std::vector<CalendarItem>& items, const std::string& name, SysTime now) {
  auto* calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
  icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
  icalcomponent_add_property(calendar, icalproperty_new_prodid("-//Evenkeel//Release calendar//EN"));
  icalcomponent_add_property(calendar, icalproperty_new_method(ICAL_METHOD_PUBLISH));
  for (const auto& [property, value] : {std::pair{"X-WR-CALNAME", name}, {"REFRESH-INTERVAL", "PT15M"}}) {
    auto* p = icalproperty_new_x(value.c_str());
    icalproperty_set_x_name(p, property);
    icalcomponent_add_property(calendar, p);
  }
  for (const auto& item : items) icalcomponent_add_component(calendar, event_of(item, now));
  char* text = icalcomponent_as_ical_string_r(calendar);
  std::string out = text ? text : "";
  icalmemory_free_buffer(text);
  icalcomponent_free(calendar);
  return out;
}

}  // namespace evenkeel::planning
