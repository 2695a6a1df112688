// The release calendar (W1, A1): windows and feature-freeze deadlines of every release and the freezes around them, rolling six weeks,
// by product area; as data for pages, and as iCalendar (RFC 5545) that other calendars subscribe to.
#pragma once
#include "planning/planning.hpp"

namespace evenkeel::planning {

enum class CalendarKind { window, scope_freeze, freeze, allowed };
BOOST_DESCRIBE_ENUM(CalendarKind, window, scope_freeze, freeze, allowed)

struct CalendarItem {
  CalendarKind kind = CalendarKind::window;
  std::string id;  // of the release; of a freeze its name, and where it recurs the moment it begins; stable while the plan moves
  std::string title;
  std::string area;     // empty: every area
  std::string note;     // services of a window, reason of a freeze
  std::string release;  // its version, for windows and deadlines
  SysTime start, end;   // a deadline ends when it starts
  bool cancelled = false;
  std::int64_t revision = 0;  // of the release: RFC 5545 SEQUENCE
  std::vector<Conflict> conflicts;

  // Of the feed alone: what is remembered of it, and the state that was said last. Occurrences of one freeze share them.
  std::string key = {}, hash = {};
  std::int64_t sequence = 0;
  std::optional<SysTime> modified_at = {};
};
BOOST_DESCRIBE_STRUCT(CalendarItem, (), (kind, id, title, area, note, release, start, end, cancelled, revision, conflicts))

/// What touches `within`, by start. A freeze whose times cannot be read lies over all of it, with the reason as its conflict. `area` empty:
/// every area. Error: not_found for an area that nobody defined.
Result<std::vector<CalendarItem>> calendar_of(store::Tx& tx, Interval within, const std::string& area, SysTime now);

/// Gives each item the sequence and the time of change with which the feed last told it. False: some are new, or said otherwise since; then
/// `remember` gives those a greater sequence and `now`, and stores it, so that whoever asks again gets the same bytes.
bool recall(store::Tx& tx, std::vector<CalendarItem>& items);
void remember(store::Tx& tx, std::vector<CalendarItem>& items, SysTime now);

/// RFC 5545 text (UTC times, folded lines, CRLF). A UID stays the same from export to export and belongs to one occurrence alone, so that
/// subscribers move an event instead of doubling it; what changed has a greater SEQUENCE and LAST-MODIFIED. A conflict stands in the
/// description.
std::string icalendar_of(const std::vector<CalendarItem>& items, const std::string& name);

}  // namespace evenkeel::planning
