// IANA zones, through Howard Hinnant's date library: its names clash with std::chrono's calendar, so it stays in this file.
#include <date/tz.h>

#include <sstream>

#include "base/zone.hpp"

namespace evenkeel {
namespace {

const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) { return nullptr; }
}
Error no_zone(std::string_view zone) {
  return {ErrorKind::invalid, fmt::format("'{}' is not an IANA time zone; write one such as Europe/Berlin or UTC", zone), {}, {}, {}};
}

}  // namespace

bool is_zone(std::string_view zone) { return find_zone(zone) != nullptr; }

Result<SysTime> from_local(std::string_view date_time, std::string_view zone) {
  const auto* tz = find_zone(zone);
  if (!tz) return std::unexpected(no_zone(zone));
  std::string text{date_time};
  std::replace(text.begin(), text.end(), ' ', 'T');
  auto as_utc = parse_time(text.size() == 10 ? text : text + "Z");
  if (!as_utc) return invalid(fmt::format("'{}' is not a local date and time; write one such as 2026-12-20 00:00", date_time));
  const date::local_time<Millis> local{as_utc->time_since_epoch()};
  const auto info = tz->get_info(local);
  // One that comes twice is the first, one that is skipped is read with the offset from before (RFC 5545, section 3.3.5).
  return SysTime{local.time_since_epoch() - info.first.offset};
}

Result<std::string> to_local(SysTime t, std::string_view zone) {
  const auto* tz = find_zone(zone);
  if (!tz) return std::unexpected(no_zone(zone));
  std::ostringstream out;
  out << date::format("%a %e %b %Y %H:%M", date::make_zoned(tz, date::sys_time<Millis>{t.time_since_epoch()}));
  auto text = out.str();
  for (std::size_t at; (at = text.find("  ")) != std::string::npos;) text.erase(at, 1);
  return text + " " + std::string{zone};
}

std::chrono::local_time<Millis> on_the_wall(SysTime t, std::string_view zone) {
  const auto* tz = zone.empty() || zone == "UTC" ? nullptr : find_zone(zone);
  const auto offset = tz ? tz->get_info(date::sys_time<Millis>{t.time_since_epoch()}).offset : std::chrono::seconds{0};
  return std::chrono::local_time<Millis>{t.time_since_epoch() + offset};
}

SysTime begin_of_day(std::chrono::year_month_day day, std::string_view zone) {
  const auto midnight = to_date(SysTime{std::chrono::sys_days{day}});
  const auto t = from_local(midnight, zone);
  return t ? *t : SysTime{std::chrono::sys_days{day}};
}

std::string local_date(SysTime t, std::string_view zone) { return to_date(SysTime{on_the_wall(t, zone).time_since_epoch()}); }

}  // namespace evenkeel
