#include "jobs/hand_over.hpp"

#include <fmt/chrono.h>

#include "accounts/accounts.hpp"
#include "base/zone.hpp"
#include "health/alert.hpp"
#include "incident/incident.hpp"
#include "jobs/escalation.hpp"
#include "markdown/literal.hpp"
#include "planning/find.hpp"
#include "planning/jobs.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::jobs {
namespace {

using definitions::Organisation;

constexpr Millis ahead = std::chrono::hours{24};
constexpr Millis behind = std::chrono::hours{1};  // a server that was away for so long tells it still

/// "Thu 5 Mar, 14:00", on the organisation's wall.
std::string local(SysTime t, const Organisation& o) {
  return fmt::format("{:%a %d %b, %H:%M}",
                     std::chrono::sys_seconds{std::chrono::floor<std::chrono::seconds>(on_the_wall(t, o.zone).time_since_epoch())});
}

struct HandOver {
  std::string area, title;  // title: the area as people read it
  planning::OnCall to;
  std::string from;  // login; empty: nobody was
  SysTime begins;
  std::optional<SysTime> ends;  // none: not in the next weeks
};
/// Those of the last hour and of the day ahead.
std::vector<HandOver> hand_overs(Work& work, const Organisation& o) {
  const definitions::Interval time{work.now - behind, work.now + 30 * ahead};
  std::vector<HandOver> out;
  for (const auto& def : o.on_call) {
    const auto* area = definitions::find_area(o, def.area);
    if (def.rota.empty() || !area) continue;
    const auto all = planning::shifts(work.tx, o, def.area, time, 50);
    const auto person = [&](std::size_t i) { return all[i].on_call ? all[i].on_call->person : ""; };
    for (std::size_t i = 1; i < all.size() && all[i].time.start <= work.now + ahead; ++i) {
      if (!all[i].on_call || person(i) == person(i - 1)) continue;
      auto last = i;  // another deputy is no other turn
      while (last + 1 < all.size() && person(last + 1) == person(i)) ++last;
      const auto end = all[last].time.end;
      out.push_back({area->name, area->title.empty() ? area->name : area->title, *all[i].on_call, person(i - 1), all[i].time.start,
                     end < time.end ? std::optional(end) : std::nullopt});
    }
  }
  return out;
}

std::string until(const HandOver& h, const Organisation& o) { return h.ends ? " until " + local(*h.ends, o) : ""; }

std::string of_turn(const HandOver& h, const Organisation& o) {
  const auto name = [&](const std::string& login) { return markdown::of_plain(planning::name_of_login(o, login)); };
  auto out = fmt::format("You are on call for {} from {}{} ({}).", markdown::of_plain(h.title), local(h.begins, o), until(h, o), o.zone);
  if (!h.to.instead_of.empty()) out += fmt::format(" The rota has {} there.", name(h.to.instead_of));
  if (!h.from.empty()) out += fmt::format(" {} hands over.", name(h.from));
  if (!h.to.deputy.empty()) out += fmt::format(" Your deputy is {}.", name(h.to.deputy));
  return out + "\n";
}

std::string of_windows(Work& work, const HandOver& h, const Organisation& o) {
  std::string out;
  for (const auto& r : store::all<planning::Release>(
           work.tx, "release", "WHERE stage <> 'closed' AND window_start < $1 AND window_end > $2 ORDER BY window_start",
           {to_millis(h.ends.value_or(h.begins + 30 * ahead)), to_millis(h.begins)})) {
    const auto areas = planning::areas_of(work.tx, r);
    if (std::ranges::find(areas, h.area) == areas.end()) continue;
    out += fmt::format("- **{}**: {} to {}\n", markdown::of_plain(planning::called(r)), local(*r.window_start, o), local(*r.window_end, o));
  }
  return out.empty() ? "" : "\nReleases in your turn:\n\n" + out;
}

std::string of_what_is_open(Work& work, const HandOver& h, const Organisation& o) {
  std::string out;
  const auto here = [&](const std::string& service) {
    const auto* def = definitions::find_service(o, service);
    return def && def->area == h.area;
  };
  for (const auto& a : store::all<health::Alert>(work.tx, "alert", "WHERE state = 'open' ORDER BY opened_at"))
    if (here(a.service))
      out += fmt::format("- Paged {}{}: {}\n", local(a.opened_at, o), a.acknowledged_at ? ", acknowledged" : ", not acknowledged",
                         markdown::of_plain(a.summary));
  for (const auto& i : incident::incidents_of(work.tx, "", true))
    if (here(i.service))
      out += fmt::format("- Incident since {}: {}\n  `evenkeel incident show {}`\n", local(i.started_at, o), markdown::of_plain(i.title),
                         i.id);
  return out.empty() ? "\nNothing is open.\n" : "\nOpen:\n\n" + out;
}

void mail(Work& work, const HandOver& h, const Organisation& o, std::string_view when, const std::string& subject, std::string body,
          const std::string& url) {
  if (!o.escalation.mail) return;
  body +=
      "\nWho is on call, and swaps: `evenkeel oncall list`" + (url.empty() ? std::string(".\n") : fmt::format(", or {}/calendar\n", url));
  enqueue(work, planning::AwaitedMail{h.to.person, subject, std::move(body)},
          {.at = work.now,
           .key = fmt::format("hand_over:{}:{}:{}:{}", when, h.area, to_millis(h.begins), h.to.person),
           .tries = Tries::patient});
}

}  // namespace

void tell_hand_overs(Work& work, const Organisation& o, const std::string& url) {
  for (const auto& h : hand_overs(work, o)) {
    if (h.begins > work.now) {
      if (!is_quiet(o.escalation, o.zone, work.now))
        mail(work, h, o, "ahead", fmt::format("You are on call for {} from {}", h.title, local(h.begins, o)),
             of_turn(h, o) + of_windows(work, h, o), url);
      continue;
    }
    const auto open = of_what_is_open(work, h, o);
    mail(work, h, o, "begins", fmt::format("You are on call for {} now", h.title), of_turn(h, o) + open + of_windows(work, h, o), url);
    if (const auto* area = definitions::find_area(o, h.area); !area->chat.empty())
      enqueue(work,
              planning::AwaitedChat{
                  h.area, fmt::format("{} is on call for {} now{}", planning::name_of_login(o, h.to.person), h.title, until(h, o)), open},
              {.at = work.now,
               .key = fmt::format("hand_over:chat:{}:{}:{}", h.area, to_millis(h.begins), h.to.person),
               .tries = Tries::patient});
  }
}

}  // namespace evenkeel::jobs
