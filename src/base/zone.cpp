// IANA zones, through Howard Hinnant's date library: its names clash with std::chrono's calendar, so it stays in this file.
#include <date/tz.h>

#include <sstream>

#include "base/time.hpp"

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
  if (info.result == date::local_info::nonexistent) return SysTime{info.second.begin.time_since_epoch()};
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

}  // namespace evenkeel
