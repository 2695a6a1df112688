#include "planning/calendar.hpp"

#include <libical/ical.h>

#include "base/hex.hpp"

namespace evenkeel::planning {
namespace {

std::string services_of(store::Tx& tx, const ReleaseId& release_id) {
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

/// One event has one UID: a freeze's name may hold what calendars cut away, so its hash stands for it.
std::string uid_of(const CalendarItem& item) {
  const bool by_name = item.kind == CalendarKind::freeze || item.kind == CalendarKind::allowed;
  return fmt::format("{}-{}@evenkeel", json::enum_text(item.kind), by_name ? to_hex(sha256(item.id)).substr(0, 24) : item.id);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == ',' || c == ';') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
  }
  return out;
}

/// Lines of at most 75 octets, cut between characters (RFC 5545, section 3.1).
std::string folded(std::string_view line) {
  std::string out;
  for (std::size_t most = 75; line.size() > most; most = 74) {
    auto cut = most;
    while (cut > 1 && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80) --cut;
    out.append(line.substr(0, cut)).append("\r\n ");
    line.remove_prefix(cut);
  }
  return out.append(line).append("\r\n");
}

icalproperty* extra(const char* name, const std::string& value) {
  auto* p = icalproperty_new_x(value.c_str());
  icalproperty_set_x_name(p, name);
  return p;
}

icalcomponent* event_of(const CalendarItem& item) {
  auto* event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
  const auto add = [&](icalproperty* p) { icalcomponent_add_property(event, p); };
  const auto modified = item.modified_at.value_or(SysTime{});
  add(icalproperty_new_uid(uid_of(item).c_str()));
  add(icalproperty_new_dtstamp(utc(modified)));
  add(icalproperty_new_lastmodified(utc(modified)));
  add(icalproperty_new_sequence(int(item.sequence)));
  add(icalproperty_new_dtstart(utc(item.start)));
  if (item.end > item.start) add(icalproperty_new_dtend(utc(item.end)));  // without an end it takes no time: a deadline
  add(icalproperty_new_summary(item.title.c_str()));
  if (const auto text = description_of(item); !text.empty()) add(icalproperty_new_description(text.c_str()));
  add(icalproperty_new_categories(std::string(category_of(item.kind)).c_str()));
  add(icalproperty_new_status(item.cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
  add(icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));  // it blocks nobody's day
  return event;
}

/// What subscribers are told of an item: when it changes, they must hear of it.
void seal(CalendarItem& item) {
  item.key = uid_of(item);
  item.hash =
      to_hex(sha256(json::dump(json::Array{item.title, to_iso(item.start), to_iso(item.end), description_of(item), item.cancelled})));
}

std::vector<CalendarItem> items_of(const definitions::FreezeDef& f, Interval within) {
  const bool deny = f.mode == definitions::WindowMode::deny;
  CalendarItem item{.kind = deny ? CalendarKind::freeze : CalendarKind::allowed,
                    .id = f.name,
                    .title = (deny ? "Freeze: " : "Allowed: ") + f.name,
                    .area = f.areas.size() == 1 ? f.areas.front() : "",
                    .note = f.reason,
                    .start = within.start,
                    .end = within.end};
  item.key = uid_of(item);
  item.hash = to_hex(sha256(json::write(f)));
  const auto found = occurrences(f, within);
  if (!found) {
    item.conflicts.push_back(
        {"freeze_unreadable", fmt::format("the times of \"{}\" cannot be read: {}", f.name, found.error().message), f.name});
    return {item};
  }
  std::vector<CalendarItem> out;
  for (const auto& i : *found) {
    item.start = i.start, item.end = i.end;
    if (!f.rrule.empty()) item.id = f.name + " " + to_iso(i.start);
    out.push_back(item);
  }
  return out;
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
      seal(deadline);
      items.push_back(std::move(deadline));
    }
    if (!r.window_start || *r.window_start >= within.end || *r.window_end <= within.start) continue;
    item.title = fmt::format("Deploy {}", r.title);
    item.start = *r.window_start;
    item.end = *r.window_end;
    if (r.stage <= Stage::deployment) item.conflicts = conflicts_of(tx, r, now);
    seal(item);
    items.push_back(std::move(item));
  }
  for (const auto& f : organisation->freezes) {
    if (!area.empty() && !f.areas.empty() && std::find(f.areas.begin(), f.areas.end(), area) == f.areas.end()) continue;
    for (auto& item : items_of(f, within)) items.push_back(std::move(item));
  }
  std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  return items;
}

bool recall(store::Tx& tx, std::vector<CalendarItem>& items) {
  struct Said {
    std::string hash;
    std::int64_t sequence;
    SysTime at;
  };
  std::map<std::string, Said> said;
  tx.exec("SELECT id, hash, sequence, modified_at FROM calendar_event", {},
          [&](const store::Row& row) { said.emplace(row.text(0), Said{row.text(1), row.integer(2), from_millis(row.integer(3))}); });
  bool all = true;
  for (auto& item : items) {
    const auto found = said.find(item.key);
    if (found == said.end()) {
      item.sequence = item.revision;
      all = false;
      continue;
    }
    item.sequence = found->second.sequence;
    if (found->second.hash == item.hash)
      item.modified_at = found->second.at;
    else
      item.sequence = std::max(item.sequence + 1, item.revision), all = false;
  }
  return all;
}

void remember(store::Tx& tx, std::vector<CalendarItem>& items, SysTime now) {
  recall(tx, items);  // as it stands now: somebody else may have asked meanwhile
  std::set<std::string> stored;
  for (auto& item : items) {
    if (item.modified_at) continue;
    item.modified_at = std::chrono::floor<std::chrono::seconds>(now);
    if (!stored.insert(item.key).second) continue;
    tx.exec(
        "INSERT INTO calendar_event (id, hash, sequence, modified_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET hash = "
        "excluded.hash, sequence = excluded.sequence, modified_at = excluded.modified_at",
        {item.key, item.hash, item.sequence, to_millis(*item.modified_at)});
  }
}

std::string icalendar_of(const std::vector<CalendarItem>& items, const std::string& name) {
  auto* calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
  icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
  icalcomponent_add_property(calendar, icalproperty_new_prodid("-//Evenkeel//Release calendar//EN"));
  icalcomponent_add_property(calendar, icalproperty_new_method(ICAL_METHOD_PUBLISH));
  // RFC 7986 section 5.7, and what Outlook reads
  auto* refresh = extra("REFRESH-INTERVAL", "PT15M");
  icalproperty_add_parameter(refresh, icalparameter_new_value(ICAL_VALUE_DURATION));
  icalcomponent_add_property(calendar, refresh);
  icalcomponent_add_property(calendar, extra("X-PUBLISHED-TTL", "PT15M"));
  for (const auto& item : items) icalcomponent_add_component(calendar, event_of(item));
  char* text = icalcomponent_as_ical_string_r(calendar);
  std::string out = text ? text : "";
  icalmemory_free_buffer(text);
  icalcomponent_free(calendar);
  out.insert(out.find("METHOD:"), folded("X-WR-CALNAME:" + escaped(name)));  // libical escapes no text of an X property
  return out;
}

}  // namespace evenkeel::planning
