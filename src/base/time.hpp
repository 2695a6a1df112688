// Time: int64 milliseconds UTC inside, ISO 8601 at the edges, zones by IANA name where a person chose one.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace evenkeel {

using Millis = std::chrono::milliseconds;
using SysTime = std::chrono::sys_time<Millis>;

inline SysTime from_millis(std::int64_t ms) { return SysTime{Millis{ms}}; }
inline std::int64_t to_millis(SysTime t) { return t.time_since_epoch().count(); }

/// "2026-03-01T14:00:00Z"; milliseconds only when they are not zero ("...:00.250Z"). Always UTC.
std::string to_iso(SysTime t);
/// "2026-03-01".
std::string to_date(SysTime t);
/// Accepts RFC 3339 with Z or an offset, seconds and fraction optional; a bare date is midnight UTC. A time without zone is refused.
Result<SysTime> parse_time(std::string_view text);
/// "90s", "15m", "1h30m", "24h", "5d", "2w"; no sign, no bare number.
Result<Millis> parse_duration(std::string_view text);
/// "1h 30m", "45s", "250ms": the two largest units.
std::string to_words(Millis duration);

/// Local wall-clock time ("2026-03-01 14:00") in an IANA zone to UTC; a time skipped by DST moves forward, an ambiguous one is the earlier.
Result<SysTime> from_local(std::string_view date_time, std::string_view zone);
/// "Sun 1 Mar 2026 15:00 Europe/Berlin".
Result<std::string> to_local(SysTime t, std::string_view zone);
bool is_zone(std::string_view zone);

/// The business clock. Servers use the system's; tests drive a virtual one.
struct Clock {
  virtual ~Clock() = default;
  virtual SysTime now() const = 0;
};
struct SystemClock final : Clock {
  SysTime now() const override { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }
};

}  // namespace evenkeel
