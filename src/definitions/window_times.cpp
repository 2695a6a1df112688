#include "definitions/window_times.hpp"

#include "base/recurrence.hpp"

namespace evenkeel::definitions {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;

constexpr auto every_zone = std::chrono::hours{26};  // a wall clock is at most so far from UTC
constexpr auto longest = days{3660};

std::string text_of(WallTime t) { return to_iso(SysTime{t.time_since_epoch()}).substr(0, 19); }
SysTime as_if_utc(WallTime t) { return SysTime{t.time_since_epoch()}; }

Result<WallTime> wall_time(const std::string& text, const std::string& zone) {
  TRY(from_local(text, zone));  // says what is wrong with it
  auto plain = text;
  std::replace(plain.begin(), plain.end(), ' ', 'T');
  return WallTime{floor<seconds>(TRY(parse_time(plain.size() == 10 ? plain : plain + "Z"))).time_since_epoch()};
}

/// How long one occurrence is: whole days of the calendar, then exact hours; or up to what a clock shows.
struct Length {
  days nominal{0};
  Millis exact{0};
  std::optional<seconds> clock;  // since midnight
  std::optional<std::chrono::weekday> weekday;

  WallTime end_on_the_wall(WallTime start) const {
    if (!clock) return start + nominal;
    auto end = floor<days>(start) + *clock;
    while (end <= start || (weekday && std::chrono::weekday{floor<days>(end)} != *weekday)) end += days{1};
    return end;
  }
  /// No occurrence is longer.
  Millis most() const { return clock ? days{9} : nominal + exact + days{1}; }
};

Result<Length> read_duration(std::string_view text) {
  Length length;
  const auto total = TRY(parse_duration(text));
  while (!text.empty()) {
    const auto unit = text.find_first_not_of("0123456789");
    const auto days_each = text[unit] == 'd' ? 1 : text[unit] == 'w' ? 7 : 0;
    if (days_each) length.nominal += days{days_each * std::stoll(std::string(text.substr(0, unit)))};
    text.remove_prefix(text.substr(unit).starts_with("ms") ? unit + 2 : unit + 1);
  }
  length.exact = total - length.nominal;
  if (total <= Millis{0} || total > longest) return invalid("must be above 0 and at most ten years");
  return length;
}

/// "08:00", "Monday 08:00", "Mon 08:00".
Result<Length> read_ends(std::string_view text) {
  const auto wrong = [&] { return invalid(fmt::format("'{}' is no local time; write \"08:00\" or \"Monday 08:00\"", text)); };
  static constexpr std::string_view names[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
  Length length;
  auto clock = text;
  if (const auto space = text.find(' '); space != std::string_view::npos) {
    std::string name{text.substr(0, space)};
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    for (unsigned i = 0; i < 7; ++i)
      if (name.size() >= 2 && names[i].starts_with(name)) length.weekday = std::chrono::weekday{i};
    if (!length.weekday) return wrong();
    clock = text.substr(space + 1);
  }
  const auto time = parse_time("2000-01-01T" + std::string(clock) + "Z");
  if (clock.size() != 5 || !time) return wrong();
  length.clock = floor<seconds>(*time - parse_time("2000-01-01").value());
  return length;
}

/// A window as it is laid out.
struct Window {
  WallTime start;
  std::optional<WallTime> until;  // of one that comes once
  std::optional<Length> length;
  std::optional<Recurrence> rule;
};

Result<std::optional<Length>> length_of(const FreezeDef& f) {
  if (!f.duration.empty()) return std::optional(TRY(read_duration(f.duration)));
  if (!f.ends.empty()) return std::optional(TRY(read_ends(f.ends)));
  return std::optional<Length>{};
}

Result<Window> read(const FreezeDef& f) {
  Window w{TRY(wall_time(f.from, f.zone)), {}, TRY(length_of(f)), {}};
  if (!f.rrule.empty()) w.rule = TRY(parse_recurrence(f.rrule));
  if (f.rrule.empty() && !f.until.empty()) w.until = TRY(wall_time(f.until, f.zone));
  if (!w.until && !w.length) return invalid("it does not say when it ends");
  return w;
}

Result<Interval> placed(const FreezeDef& f, const Window& w, WallTime start) {
  const auto end = w.until ? *w.until : w.length->end_on_the_wall(start);
  const auto exact = w.until ? Millis{0} : w.length->exact;
  return Interval{TRY(from_local(text_of(start), f.zone)), TRY(from_local(text_of(end), f.zone)) + exact};
}

bool falls_out(const FreezeDef& f, WallTime start) {
  return std::any_of(f.exdate.begin(), f.exdate.end(), [&](const std::string& text) {
    const auto out = wall_time(text, f.zone);
    return out && (text.size() == 10 ? floor<days>(start) == *out : start == *out);
  });
}

/// In which the rule begins, by its own UNTIL.
bool begins_in_time(const Window& w, SysTime start) {
  return !w.rule->until || !w.rule->until->utc || start <= as_if_utc(w.rule->until->time);
}

bool touches(const Interval& a, const Interval& b) { return a.start < b.end && b.start < a.end; }

/// The first occurrence that ends after `t`; nothing when none does.
Result<std::optional<Interval>> first_after(const FreezeDef& f, const Window& w, SysTime t) {
  auto from = std::max(w.start, WallTime{floor<seconds>(t - every_zone - w.length->most()).time_since_epoch()});
  for (;;) {
    const auto start = first_begin(*w.rule, w.start, from);
    if (!start) return std::optional<Interval>{};
    const auto one = TRY(placed(f, w, *start));
    if (!begins_in_time(w, one.start)) return std::optional<Interval>{};
    if (one.end > std::max(t, one.start) && !falls_out(f, *start)) return std::optional(one);
    from = *start + seconds{1};
  }
}

/// Complaints about one window.
class Checker {
 public:
  Checker(const FreezeDef& f, const std::string& path, std::vector<Complaint>& complaints) : f_(f), path_(path), complaints_(complaints) {}

  void run() {
    const auto before = complaints_.size();
    if (!is_zone(f_.zone)) return add(".zone", fmt::format("'{}' is not an IANA time zone; write one such as Europe/Berlin", f_.zone));
    if (f_.from.empty()) return add(".from", "required: local time such as \"2026-12-20 00:00\"");
    say(".from", wall_time(f_.from, f_.zone));
    if (!f_.duration.empty()) say(".duration", read_duration(f_.duration));
    if (!f_.ends.empty()) say(".ends", read_ends(f_.ends));
    f_.rrule.empty() ? once() : again();
    if (complaints_.size() > before) return;
    f_.rrule.empty() ? ends_after_it_begins() : comes();
  }

 private:
  void add(const char* field, std::string message) { complaints_.push_back({path_ + field, std::move(message)}); }
  template <class T>
  void say(const char* field, const Result<T>& read) {
    if (!read) add(field, read.error().message);
  }
  void once() {
    if (f_.until.empty() && f_.duration.empty() && f_.ends.empty()) add(".until", "required unless `duration` or `ends` is given");
    if (!f_.until.empty()) say(".until", wall_time(f_.until, f_.zone));
    one_end({{".until", f_.until}, {".duration", f_.duration}, {".ends", f_.ends}});
    if (!f_.exdate.empty()) add(".exdate", "takes occurrences out of a rule; this window comes once, it has no `rrule`");
  }
  void again() {
    say(".rrule", parse_recurrence(f_.rrule));
    if (!f_.until.empty()) add(".until", until_belongs_into_the_rule());
    if (f_.duration.empty() && f_.ends.empty())
      add(".duration", "a recurring window needs `duration`, such as 8h, or `ends`, such as \"Monday 08:00\"");
    one_end({{".duration", f_.duration}, {".ends", f_.ends}});
  }
  /// One field says when it ends: a second one would be passed over.
  void one_end(std::initializer_list<std::pair<const char*, std::string>> fields) {
    std::string first;
    for (const auto& [field, value] : fields) {
      if (value.empty()) continue;
      if (!first.empty()) add(field, fmt::format("`{}` says when it ends already; leave one of them out", first.substr(1)));
      if (first.empty()) first = field;
    }
  }
  std::string until_belongs_into_the_rule() const {
    const auto last = from_local(f_.until, f_.zone);
    return fmt::format("ends a window that comes once; when a rule ends stands in the rule{}",
                       last ? fmt::format(": \"{};UNTIL={}\"", f_.rrule, compact(*last)) : "");
  }
  static std::string compact(SysTime t) {
    std::string out;
    for (const char c : to_iso(floor<seconds>(t)))
      if (c != '-' && c != ':') out += c;
    return out;
  }
  void ends_after_it_begins() {
    const auto one = placed(f_, *read(f_), read(f_)->start);
    if (one && one->end <= one->start) add(f_.until.empty() ? ".ends" : ".until", "must lie after `from`");
  }
  void comes() {
    const auto w = *read(f_);
    if (const auto& until = w.rule->until; until && !until->utc) {
      const auto last = from_local(text_of(until->time), f_.zone);
      return add(".rrule", fmt::format("UNTIL is given in UTC where times are local (RFC 5545): write UNTIL={}",
                                       last ? compact(*last) : "20261205T170000Z"));
    }
    const auto first = first_after(f_, w, as_if_utc(w.start) - every_zone);
    if (!first) return add(".rrule", first.error().message);
    if (!*first)
      return add(".rrule", w.rule->until && as_if_utc(w.rule->until->time) < from_local(f_.from, f_.zone).value_or(SysTime{})
                               ? fmt::format("'{}' never comes: it ends before `from`, {}", f_.rrule, f_.from)
                               : fmt::format("'{}' never comes: no day from {} on fits it within a hundred years", f_.rrule, f_.from));
    for (const auto& text : f_.exdate) excepts(w, text);
  }
  void excepts(const Window& w, const std::string& text) {
    const auto out = wall_time(text, f_.zone);
    if (!out) return add(".exdate", out.error().message);
    const auto until = text.size() == 10 ? *out + days{1} - seconds{1} : *out;
    if (begins_of(*w.rule, w.start, *out, until).empty())
      add(".exdate", fmt::format("no occurrence begins {}{}", text.size() == 10 ? "on " : "at ", text));
  }

  const FreezeDef& f_;
  const std::string& path_;
  std::vector<Complaint>& complaints_;
};

}  // namespace

Result<std::vector<Interval>> occurrences(const FreezeDef& f, Interval within) {
  const auto w = TRY(read(f));
  std::vector<Interval> out;
  if (!w.rule) {
    const auto once = TRY(placed(f, w, w.start));
    if (touches(once, within)) out.push_back(once);
    return out;
  }
  const auto on_a_wall = [](SysTime t) { return WallTime{floor<seconds>(t).time_since_epoch()}; };
  for (const auto start :
       begins_of(*w.rule, w.start, on_a_wall(within.start - every_zone - w.length->most()), on_a_wall(within.end + every_zone))) {
    const auto one = TRY(placed(f, w, start));
    // Two local times may be one moment where the clock skips an hour.
    const bool again = !out.empty() && out.back().start == one.start;
    if (touches(one, within) && begins_in_time(w, one.start) && !again && !falls_out(f, start)) out.push_back(one);
  }
  return out;
}

void complain_of_times(const FreezeDef& freeze, const std::string& path, std::vector<Complaint>& complaints) {
  Checker(freeze, path, complaints).run();
}

std::vector<Complaint> complaints_of_ended(const Organisation& o, SysTime now) {
  std::vector<Complaint> out;
  for (std::size_t i = 0; i < o.freezes.size(); ++i) {
    const auto& f = o.freezes[i];
    const auto w = f.rrule.empty() ? Result<Window>(Window{}) : read(f);
    if (!w || !w->rule) continue;
    if (const auto next = first_after(f, *w, now); next && !*next)
      out.push_back({fmt::format("freezes[{}].rrule", i),
                     fmt::format("'{}' has no occurrence from {} on; take the window out, or let it go on", f.rrule, to_date(now))});
  }
  return out;
}

}  // namespace evenkeel::definitions
