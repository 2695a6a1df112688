#include "base/recurrence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace evenkeel {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::weekday;
using std::chrono::weeks;
using std::chrono::year;
using std::chrono::year_month_day;

// ---- reading ---------------------------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 7> day_names{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

std::optional<int> whole(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int n = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (code != std::errc{} || end != text.data() + text.size() || text.empty()) return {};
  return n;
}
std::optional<weekday> weekday_named(std::string_view name) {
  const auto found = std::find(day_names.begin(), day_names.end(), name);
  if (found == day_names.end()) return {};
  return weekday{unsigned(found - day_names.begin())};
}
std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

/// Numbers of a list, each between `least` and `most`, or minus that where the last ones may be counted backwards.
struct NumberPart {
  std::string_view name;
  std::vector<int> Recurrence::* list;
  int least, most;
  bool backwards;
};
const NumberPart number_parts[] = {
    {"BYMONTH", &Recurrence::by_month, 1, 12, false},      {"BYWEEKNO", &Recurrence::by_week, 1, 53, true},
    {"BYYEARDAY", &Recurrence::by_year_day, 1, 366, true}, {"BYMONTHDAY", &Recurrence::by_month_day, 1, 31, true},
    {"BYHOUR", &Recurrence::by_hour, 0, 23, false},        {"BYMINUTE", &Recurrence::by_minute, 0, 59, false},
    {"BYSECOND", &Recurrence::by_second, 0, 60, false},    {"BYSETPOS", &Recurrence::by_position, 1, 366, true}};

/// One reading of one rule: every part once, each value in its range, and no part where the frequency has no use for it.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  Result<Recurrence> read() {
    if (text_.starts_with("RRULE:")) return wrong("leave out \"RRULE:\"");
    for (const auto part : split(text_, ';')) {
      const auto equals = part.find('=');
      if (equals == std::string_view::npos || equals + 1 == part.size())
        return wrong(fmt::format("'{}' is no part such as INTERVAL=2", part.substr(0, 60)));
      const auto name = part.substr(0, equals), value = part.substr(equals + 1);
      if (!parts_.emplace(name, value).second) return wrong(fmt::format("{} stands in it twice", name.substr(0, 60)));
      TRY(take(name, value));
    }
    if (!parts_.contains("FREQ")) return wrong("FREQ is missing; write one such as FREQ=WEEKLY;BYDAY=FR");
    TRY(fits_together());
    return std::move(rule_);
  }

 private:
  std::unexpected<Error> wrong(const std::string& why) const {
    return invalid(fmt::format("'{}' is not a recurrence rule (RFC 5545): {}", text_.substr(0, 200), why));
  }
  Result<void> take(std::string_view name, std::string_view value) {
    if (name == "FREQ") return frequency(value);
    if (name == "UNTIL") return until(value);
    if (name == "BYDAY") return weekdays(value);
    if (name == "WKST") {
      const auto day = weekday_named(value);
      if (!day) return wrong(fmt::format("WKST={} is no day; MO or SU", value.substr(0, 60)));
      rule_.week_start = *day;
      return {};
    }
    if (name == "INTERVAL" || name == "COUNT") {
      const auto n = whole(value);
      if (!n || *n < 1 || *n > 99'999) return wrong(fmt::format("{}={} is no number from 1 to 99999", name, value.substr(0, 60)));
      if (name == "COUNT")
        rule_.count = *n;
      else
        rule_.interval = *n;
      return {};
    }
    for (const auto& p : number_parts)
      if (name == p.name) return numbers(p, value);
    return wrong(fmt::format("there is no part {}", name.substr(0, 60)));
  }
  Result<void> frequency(std::string_view value) {
    static const std::map<std::string_view, Frequency> known{{"HOURLY", Frequency::hourly},
                                                             {"DAILY", Frequency::daily},
                                                             {"WEEKLY", Frequency::weekly},
                                                             {"MONTHLY", Frequency::monthly},
                                                             {"YEARLY", Frequency::yearly}};
    if (value == "SECONDLY" || value == "MINUTELY") return wrong(fmt::format("FREQ={} is too often here; HOURLY is the shortest", value));
    const auto found = known.find(value);
    if (found == known.end()) return wrong(fmt::format("FREQ={}; it is HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY", value.substr(0, 60)));
    rule_.frequency = found->second;
    return {};
  }
  Result<void> until(std::string_view value) {
    const auto refuse = [&] { return wrong(fmt::format("UNTIL={} is no time such as 20261205T170000Z", value.substr(0, 60))); };
    auto rest = value;
    const auto utc = rest.ends_with('Z');
    if (utc) rest.remove_suffix(1);
    if (rest.size() != 8 && !(rest.size() == 15 && rest[8] == 'T')) return refuse();
    if (utc && rest.size() == 8) return refuse();
    const auto digits = [&](std::size_t at, std::size_t n) {
      const auto text = rest.substr(at, n);
      return text.find_first_not_of("0123456789") == std::string_view::npos ? whole(text).value_or(-1) : -1;
    };
    const year_month_day date{year{digits(0, 4)}, std::chrono::month{unsigned(digits(4, 2))}, std::chrono::day{unsigned(digits(6, 2))}};
    if (digits(0, 4) < 0 || !date.ok()) return refuse();
    WallTime time = local_days{date};
    if (rest.size() == 8)
      time += days{1} - seconds{1};
    else {
      const int h = digits(9, 2), m = digits(11, 2), s = digits(13, 2);
      if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) return refuse();
      time += hours{h} + minutes{m} + seconds{std::min(s, 59)};
    }
    rule_.until = {time, utc, rest.size() == 8};
    return {};
  }
  Result<void> weekdays(std::string_view value) {
    for (const auto item : split(value, ',')) {
      const auto day = item.size() < 2 ? std::nullopt : weekday_named(item.substr(item.size() - 2));
      const auto number = item.substr(0, item.size() - std::min<std::size_t>(2, item.size()));
      const auto nth = number.empty() ? std::optional(0) : whole(number);
      if (!day || !nth || (!number.empty() && (*nth == 0 || std::abs(*nth) > 53)))
        return wrong(fmt::format("BYDAY={} is no day such as FR, or 2FR and -1FR for the second and the last one", item.substr(0, 60)));
      rule_.by_day.push_back({*nth, *day});
    }
    return {};
  }
  Result<void> numbers(const NumberPart& part, std::string_view value) {
    for (const auto item : split(value, ',')) {
      const auto n = whole(item);
      const bool fits = n && ((*n >= part.least && *n <= part.most) || (part.backwards && -*n >= part.least && -*n <= part.most));
      if (!fits)
        return wrong(fmt::format("{}={}: {} to {}{}", part.name, item.substr(0, 60), part.least, part.most,
                                 part.backwards ? ", or below zero from the end" : ""));
      (rule_.*part.list).push_back(*n);
    }
    return {};
  }
  /// The table and the notes of section 3.3.10.
  Result<void> fits_together() const {
    const auto f = rule_.frequency;
    const bool counts = std::any_of(rule_.by_day.begin(), rule_.by_day.end(), [](const auto& d) { return d.nth != 0; });
    if (rule_.count && rule_.until) return wrong("COUNT and UNTIL both say when it ends");
    if (counts && f != Frequency::monthly && f != Frequency::yearly)
      return wrong("BYDAY with a number counts in a MONTHLY or YEARLY rule only");
    if (counts && !rule_.by_week.empty()) return wrong("BYDAY with a number does not go with BYWEEKNO");
    if (!rule_.by_month_day.empty() && f == Frequency::weekly) return wrong("BYMONTHDAY does not go with WEEKLY");
    if (!rule_.by_year_day.empty() && (f == Frequency::daily || f == Frequency::weekly || f == Frequency::monthly))
      return wrong("BYYEARDAY goes with YEARLY (and HOURLY) only");
    if (!rule_.by_week.empty() && f != Frequency::yearly) return wrong("BYWEEKNO goes with YEARLY only");
    const bool any = std::any_of(parts_.begin(), parts_.end(),
                                 [](const auto& part) { return part.first.starts_with("BY") && part.first != "BYSETPOS"; });
    if (!rule_.by_position.empty() && !any) return wrong("BYSETPOS picks from what another BY part gives, and there is none");
    return {};
  }

  std::string_view text_;
  std::map<std::string_view, std::string_view> parts_;
  Recurrence rule_;
};

// ---- laying out ------------------------------------------------------------------------------------------------------------

bool has(const std::vector<int>& list, int n) { return std::find(list.begin(), list.end(), n) != list.end(); }
/// `n` of `most`, counted from 1 or, below zero, from the end.
bool has_either(const std::vector<int>& list, int n, int most) { return has(list, n) || has(list, n - most - 1); }

local_days first_of(year y) { return local_days{y / std::chrono::January / 1}; }
int days_between(local_days from, local_days to) { return int((to - from).count()); }

/// Layout of one rule from one start.
class Layout {
 public:
  Layout(const Recurrence& rule, WallTime start) : rule_(rule), start_(start), date_(floor<days>(start)) {}

  /// Calls `take` for what begins in the periods from the one that holds `from` to the one that holds `to`, ascending; false ends it.
  template <class F>
  void each(WallTime from, WallTime to, F&& take) const {
    const auto last = number_of(to);
    auto number = std::max<std::int64_t>(0, number_of(from) - 1);
    for (number -= number % rule_.interval; number <= last; number += rule_.interval) {
      const auto [first, end] = period(number);
      for (const auto t : in(first, end))
        if (t >= start_ && !take(t)) return;
    }
  }

 private:
  /// How many periods after the start's own `t` lies.
  std::int64_t number_of(WallTime t) const {
    const year_month_day d{floor<days>(t)};
    switch (rule_.frequency) {
      case Frequency::yearly:
        return int(d.year()) - int(date_.year());
      case Frequency::monthly:
        return (int(d.year()) - int(date_.year())) * 12 + int(unsigned(d.month())) - int(unsigned(date_.month()));
      case Frequency::weekly:
        return floor<weeks>(t - first_week()).count();
      case Frequency::daily:
        return (floor<days>(t) - local_days{date_}).count();
      case Frequency::hourly:
        return floor<hours>(t - floor<hours>(start_)).count();
    }
    return 0;
  }
  local_days first_week() const {
    const auto day = local_days{date_};
    return day - (weekday{day} - rule_.week_start);
  }
  struct Period {
    WallTime first, end;
  };
  Period period(std::int64_t number) const {
    switch (rule_.frequency) {
      case Frequency::yearly: {
        const auto y = date_.year() + std::chrono::years{number};
        return {first_of(y), first_of(y + std::chrono::years{1})};
      }
      case Frequency::monthly: {
        const auto m = date_.year() / date_.month() + months{number};
        return {local_days{m / 1}, local_days{(m + months{1}) / 1}};
      }
      case Frequency::weekly: {
        const WallTime first = first_week() + weeks{number};
        return {first, first + weeks{1}};
      }
      case Frequency::daily: {
        const WallTime first = local_days{date_} + days{number};
        return {first, first + days{1}};
      }
      case Frequency::hourly:
        break;
    }
    const auto first = floor<hours>(start_) + hours{number};
    return {first, first + hours{1}};
  }

  std::vector<WallTime> in(WallTime first, WallTime end) const {
    std::vector<WallTime> out;
    for (auto day = floor<days>(first); day < end; day += days{1})
      if (day_fits(day)) add_times(day, first, end, out);
    if (rule_.by_position.empty()) return out;
    std::vector<WallTime> picked;
    for (std::size_t i = 0; i < out.size(); ++i)
      if (has_either(rule_.by_position, int(i) + 1, int(out.size()))) picked.push_back(out[i]);
    return picked;
  }

  bool day_fits(local_days day) const {
    const year_month_day d{day};
    if (!rule_.by_month.empty() && !has(rule_.by_month, int(unsigned(d.month())))) return false;
    const auto year_length = days_between(first_of(d.year()), first_of(d.year() + std::chrono::years{1}));
    if (!rule_.by_year_day.empty() && !has_either(rule_.by_year_day, days_between(first_of(d.year()), day) + 1, year_length)) return false;
    const auto month_length = int(unsigned((d.year() / d.month() / std::chrono::last).day()));
    if (!rule_.by_month_day.empty() && !has_either(rule_.by_month_day, int(unsigned(d.day())), month_length)) return false;
    if (!rule_.by_week.empty() && !week_fits(day)) return false;
    if (!rule_.by_day.empty()) return weekday_fits(day, d, year_length, month_length);
    return as_the_start(day, d);
  }
  /// What the rule leaves open, its start says (section 3.3.10, "information ... derived from DTSTART").
  bool as_the_start(local_days day, year_month_day d) const {
    if (rule_.frequency <= Frequency::daily || !rule_.by_month_day.empty() || !rule_.by_year_day.empty()) return true;
    if (rule_.frequency == Frequency::weekly || !rule_.by_week.empty()) return weekday{day} == weekday{local_days{date_}};
    if (rule_.frequency == Frequency::monthly || !rule_.by_month.empty()) return d.day() == date_.day();
    return d.day() == date_.day() && d.month() == date_.month();
  }
  /// Weeks of ISO 8601, from the rule's own first day of the week: week 1 is the first with four days in the year.
  bool week_fits(local_days day) const {
    const auto first_week_of = [&](year y) {
      const auto january = first_of(y);
      const auto begin = january - (weekday{january} - rule_.week_start);
      return days_between(begin, january) <= 3 ? begin : begin + weeks{1};
    };
    auto y = year_month_day{day}.year();
    if (day < first_week_of(y))
      --y;
    else if (day >= first_week_of(y + std::chrono::years{1}))
      ++y;
    const auto first = first_week_of(y), next = first_week_of(y + std::chrono::years{1});
    return has_either(rule_.by_week, days_between(first, day) / 7 + 1, days_between(first, next) / 7);
  }
  bool weekday_fits(local_days day, year_month_day d, int year_length, int month_length) const {
    const bool of_month = rule_.frequency == Frequency::monthly || !rule_.by_month.empty();
    const int place = of_month ? int(unsigned(d.day())) - 1 : days_between(first_of(d.year()), day);
    const int length = of_month ? month_length : year_length;
    return std::any_of(rule_.by_day.begin(), rule_.by_day.end(), [&](const Recurrence::Weekday& w) {
      return w.day == weekday{day} && (w.nth == 0 || w.nth == place / 7 + 1 || w.nth == -((length - 1 - place) / 7 + 1));
    });
  }

  void add_times(local_days day, WallTime first, WallTime end, std::vector<WallTime>& out) const {
    const auto of_start = start_ - floor<days>(start_);
    const auto list = [](const std::vector<int>& given, std::int64_t own) {
      auto out = given.empty() ? std::vector<int>{int(own)} : given;
      std::sort(out.begin(), out.end());
      out.erase(std::unique(out.begin(), out.end()), out.end());
      return out;
    };
    const bool hourly = rule_.frequency == Frequency::hourly;
    const auto hour_now = (first - WallTime{day}).count() / 3600;
    if (hourly && !rule_.by_hour.empty() && !has(rule_.by_hour, int(hour_now))) return;
    const auto hour_list = hourly ? std::vector<int>{int(hour_now)} : list(rule_.by_hour, of_start.count() / 3600);
    for (const int h : hour_list)
      for (const int m : list(rule_.by_minute, of_start.count() / 60 % 60))
        for (const int s : list(rule_.by_second, of_start.count() % 60))
          if (const auto t = day + hours{h} + minutes{m} + seconds{std::min(s, 59)}; t >= first && t < end) out.push_back(t);
  }

  const Recurrence& rule_;
  WallTime start_;
  year_month_day date_;
};

/// Calls `take` for what begins at or after `from`, up to `to`; false ends it.
template <class F>
void each_begin(const Recurrence& rule, WallTime start, WallTime from, WallTime to, F&& take) {
  if (rule.until && !rule.until->utc) to = std::min(to, rule.until->time);
  std::int64_t seen = 0;
  Layout(rule, start).each(rule.count ? start : std::max(start, from), to, [&](WallTime t) {
    if (t > to || (rule.count && ++seen > *rule.count)) return false;
    return t < from || take(t);
  });
}

}  // namespace

Result<Recurrence> parse_recurrence(std::string_view rule) {
  std::string upper{rule};
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return char(std::toupper(c)); });
  return RuleReader(upper).read();
}

std::vector<WallTime> begins_of(const Recurrence& rule, WallTime start, WallTime from, WallTime to) {
  std::vector<WallTime> out;
  each_begin(rule, start, from, to, [&](WallTime t) {
    out.push_back(t);
    return true;
  });
  return out;
}

std::optional<WallTime> first_begin(const Recurrence& rule, WallTime start, WallTime from) {
  std::optional<WallTime> first;
  each_begin(rule, start, from, std::max(start, from) + days{36'525}, [&](WallTime t) {
    first = t;
    return false;
  });
  return first;
}

}  // namespace evenkeel
