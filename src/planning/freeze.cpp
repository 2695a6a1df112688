#include "planning/freeze.hpp"

#include <libical/ical.h>

namespace evenkeel::planning {
namespace {

using definitions::FreezeDef;
using definitions::WindowMode;

constexpr auto look_ahead = std::chrono::hours{24 * 92};

/// Local occurrences of an RRULE from its DTSTART, as "YYYY-MM-DDTHH:MM:SS" wall-clock texts, at most until `until` and 4,000 of them.
Result<std::vector<std::string>> expand(const std::string& rule, const std::string& dtstart, const std::string& until) {
  const auto recurrence = icalrecurrencetype_from_string(rule.c_str());
  if (recurrence.freq == ICAL_NO_RECURRENCE)
    return invalid(fmt::format("'{}' is not a recurrence rule; write one such as FREQ=WEEKLY;BYDAY=FR", rule));
  std::string compact;
  for (const char c : dtstart)
    if (c != '-' && c != ':') compact += c;
  const auto start = icaltime_from_string(compact.c_str());
  icalrecur_iterator* it = icalrecur_iterator_new(recurrence, start);
  if (!it) return invalid(fmt::format("'{}' cannot be expanded", rule));
  std::vector<std::string> out;
  for (auto t = icalrecur_iterator_next(it); !icaltime_is_null_time(t) && out.size() < 4000; t = icalrecur_iterator_next(it)) {
    auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute, t.second);
    if (text > until) break;
    out.push_back(std::move(text));
  }
  icalrecur_iterator_free(it);
  return out;
}

std::string with_seconds(std::string local) {
  std::replace(local.begin(), local.end(), ' ', 'T');
  if (local.size() == 10) local += "T00:00";
  if (local.size() == 16) local += ":00";
  return local;
}

bool touches(const Interval& a, const Interval& b) { return a.start < b.end && b.start < a.end; }

/// Moves `t` forward until no deny window of the scope holds it and, where allow windows exist, one does.
Result<SysTime> next_opening(const definitions::Organisation& o, const FreezeScope& scope, SysTime t,
                             const std::vector<std::string>& excepted) {
  const auto end = t + look_ahead;
  for (bool moved = true; moved && t < end;) {
    moved = false;
    bool allow_exists = false, allowed = false;
    SysTime next_allowed = end;
    for (const auto& f : o.freezes) {
      if (!covers(f, scope) || std::find(excepted.begin(), excepted.end(), f.name) != excepted.end()) continue;
      for (const auto& i : TRY(occurrences(f, {t, end}))) {
        if (f.mode == WindowMode::deny) {
          if (i.start <= t && t < i.end) {
            t = i.end;
            moved = true;
          }
        } else if (i.start <= t && t < i.end)
          allowed = true;
        else
          next_allowed = std::min(next_allowed, i.start);
      }
      if (f.mode == WindowMode::allow) allow_exists = true;
    }
    if (allow_exists && !allowed && !moved) {
      t = next_allowed;
      moved = true;
    }
  }
  return t;
}

}  // namespace

Result<std::vector<Interval>> occurrences(const FreezeDef& f, Interval within) {
  std::vector<Interval> out;
  if (f.rrule.empty()) {
    const Interval once{TRY(from_local(f.from, f.zone)), TRY(from_local(f.until, f.zone))};
    if (touches(once, within)) out.push_back(once);
    return out;
  }
  // A day of slack on both sides covers every zone offset; each local occurrence is then placed in the freeze's own zone.
  for (const auto& local : TRY(expand(f.rrule, with_seconds(f.from), to_iso(within.end + std::chrono::hours{24}).substr(0, 19)))) {
    const auto start = TRY(from_local(local, f.zone));
    const Interval one{start, start + f.duration};
    if (touches(one, within)) out.push_back(one);
  }
  return out;
}

bool covers(const FreezeDef& f, const FreezeScope& scope) {
  const auto any = [](const std::vector<std::string>& list, const auto& of) {
    return list.empty() ||
           std::any_of(list.begin(), list.end(), [&](const auto& item) { return std::find(of.begin(), of.end(), item) != of.end(); });
  };
  return any(f.areas, std::vector{scope.area}) && any(f.services, scope.services) && any(f.environments, std::vector{scope.environment});
}

Result<std::vector<FreezeHit>> denies(const definitions::Organisation& o, const FreezeScope& scope, Interval wanted,
                                      const std::vector<std::string>& excepted) {
  std::vector<FreezeHit> hits;
  const FreezeDef* allow_rule = nullptr;
  bool allowed = false;
  for (const auto& f : o.freezes) {
    if (!covers(f, scope)) continue;
    const auto found = TRY(occurrences(f, wanted));
    if (f.mode == WindowMode::deny) {
      if (std::find(excepted.begin(), excepted.end(), f.name) != excepted.end()) continue;
      if (!found.empty()) hits.push_back({&f, found.front(), {}});
    } else {
      if (std::find(excepted.begin(), excepted.end(), f.name) != excepted.end()) {
        allowed = true;
        continue;
      }
      if (!allow_rule) allow_rule = &f;
      allowed = allowed ||
                std::any_of(found.begin(), found.end(), [&](const Interval& i) { return i.start <= wanted.start && wanted.end <= i.end; });
    }
  }
  if (allow_rule && !allowed) hits.push_back({allow_rule, wanted, {}});
  if (!hits.empty()) {
    const auto opening = TRY(next_opening(o, scope, wanted.start, excepted));
    for (auto& hit : hits) hit.next_opening = opening;
  }
  return hits;
}

Refusal refusal_of(const FreezeHit& hit, const definitions::Organisation& o, const std::string& release) {
  const auto& f = *hit.freeze;
  std::string roles;
  for (const auto r : f.exception_roles) roles += (roles.empty() ? "" : " or ") + role_name(r);
  const auto* owner = definitions::find_person(o, f.owner);
  const auto local = [&](SysTime t) { return to_local(t, f.zone).value_or(to_iso(t)); };
  const bool deny = f.mode == WindowMode::deny;
  return {"freeze_clear",
          deny ? fmt::format("the window lies in the freeze \"{}\" (owner {}): {}; it ends {}", f.name, owner ? owner->name : f.owner,
                             f.reason, local(hit.occurrence.end))
               : fmt::format("the window is outside the allowed windows \"{}\" (owner {}): {}", f.name, owner ? owner->name : f.owner,
                             f.reason),
          fmt::format("no freeze over the window; next opening {}", local(hit.next_opening)),
          "freeze:" + f.name,
          fmt::format("move the window (`evenkeel release move {} --window-start {}`) or ask for an exception (`evenkeel exception request "
                      "{} --freeze \"{}\" --reason ... --expires ...`)",
                      release, to_iso(hit.next_opening), release, f.name),
          fmt::format("coordinator moves it; {} approves an exception, not the one who asks", roles)};
}

}  // namespace evenkeel::planning
