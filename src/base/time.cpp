#include "base/time.hpp"

#include <fmt/format.h>

#include <charconv>

namespace evenkeel {
namespace {

using namespace std::chrono;

std::optional<int> digits(std::string_view& text, std::size_t n) {
  if (text.size() < n) return {};
  int value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (text[i] < '0' || text[i] > '9') return {};
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(n);
  return value;
}
bool eat(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_date(SysTime t) {
  const year_month_day d{floor<days>(t)};
  return fmt::format("{:04}-{:02}-{:02}", int(d.year()), unsigned(d.month()), unsigned(d.day()));
}

std::string to_iso(SysTime t) {
  const hh_mm_ss hms{t - floor<days>(t)};
  auto text = fmt::format("{}T{:02}:{:02}:{:02}", to_date(t), hms.hours().count(), hms.minutes().count(), hms.seconds().count());
  if (const auto ms = hms.subseconds().count(); ms != 0) text += fmt::format(".{:03}", ms);
  return text + "Z";
}

Result<SysTime> parse_time(std::string_view text) {
  const std::string whole{text};
  const auto wrong = [&](std::string_view why) {
    return invalid(fmt::format("'{}' is not a time: {}; write it as 2026-03-01T14:00:00Z", whole, why));
  };
  const auto y = digits(text, 4);
  if (!y || !eat(text, '-')) return wrong("expected YYYY-MM-DD");
  const auto m = digits(text, 2);
  if (!m || !eat(text, '-')) return wrong("expected YYYY-MM-DD");
  const auto d = digits(text, 2);
  if (!d) return wrong("expected YYYY-MM-DD");
  const year_month_day date{year{*y}, month{unsigned(*m)}, day{unsigned(*d)}};
  if (!date.ok()) return wrong("there is no such day");
  SysTime t{sys_days{date}};
  if (text.empty()) return t;
  if (!eat(text, 'T') && !eat(text, 't') && !eat(text, ' ')) return wrong("expected 'T' after the date");
  const auto hh = digits(text, 2);
  if (!hh || !eat(text, ':')) return wrong("expected HH:MM");
  const auto mm = digits(text, 2);
  if (!mm || *hh > 24 || *mm > 59 || (*hh == 24 && *mm > 0)) return wrong("expected HH:MM");  // 24:00 is the end of the day
  t += hours{*hh} + minutes{*mm};
  if (eat(text, ':')) {
    const auto ss = digits(text, 2);
    if (!ss || *ss > 60) return wrong("expected seconds after ':'");
    t += seconds{*ss};
    if (eat(text, '.')) {
      int ms = 0, n = 0;
      while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (n++ < 3) ms = ms * 10 + (text.front() - '0');
        text.remove_prefix(1);
      }
      if (n == 0) return wrong("expected a fraction after '.'");
      for (; n < 3; ++n) ms *= 10;
      t += milliseconds{ms};
    }
  }
  if ((eat(text, 'Z') || eat(text, 'z')) && text.empty()) return t;
  const bool minus = !text.empty() && text.front() == '-';
  if (!eat(text, '+') && !eat(text, '-')) return wrong("a zone is missing (Z or +01:00)");
  const auto oh = digits(text, 2);
  eat(text, ':');
  const auto om = digits(text, 2);
  if (!oh || !om || !text.empty() || *oh > 14 || *om > 59) return wrong("the offset should look like +01:00");
  const auto offset = hours{*oh} + minutes{*om};
  return minus ? t + offset : t - offset;
}

Result<Millis> parse_duration(std::string_view text) {
  const auto wrong = [&] { return invalid(fmt::format("'{}' is not a duration; write 90s, 15m, 1h30m, 24h, 5d or 2w", text)); };
  std::string_view rest = text;
  Millis total{0};
  if (rest.empty()) return wrong();
  while (!rest.empty()) {
    std::int64_t n = 0;
    const auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), n);
    if (ec != std::errc{} || n < 0 || n > 1'000'000'000) return wrong();
    rest.remove_prefix(std::size_t(end - rest.data()));
    if (rest.starts_with("ms")) {
      total += milliseconds{n};
      rest.remove_prefix(2);
      continue;
    }
    if (eat(rest, 's'))
      total += seconds{n};
    else if (eat(rest, 'm'))
      total += minutes{n};
    else if (eat(rest, 'h'))
      total += hours{n};
    else if (eat(rest, 'd'))
      total += hours{24 * n};
    else if (eat(rest, 'w'))
      total += hours{24 * 7 * n};
    else
      return wrong();
  }
  return total;
}

std::string to_words(Millis duration) {
  if (duration < Millis{0}) return "-" + to_words(-duration);
  struct Unit {
    std::int64_t ms;
    const char* name;
  };
  static constexpr Unit units[] = {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}};
  std::int64_t left = duration.count();
  std::string text;
  int used = 0;
  for (const auto& [ms, name] : units) {
    if (left < ms || used == 2 || (used == 1 && ms == 1)) {
      if (used) break;
      continue;
    }
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", left / ms, name);
    left %= ms;
    ++used;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace evenkeel
