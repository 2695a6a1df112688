#include "planning/on_call.hpp"

#include <set>

#include "accounts/absence.hpp"
#include "definitions/on_call.hpp"
#include "planning/find.hpp"
#include "planning/in_force.hpp"
#include "planning/swap.hpp"

namespace evenkeel::planning {
namespace {

using definitions::OnCallDef;
using definitions::Organisation;

/// A rota of a year has been handed over by then; beyond it nobody asks.
constexpr auto weeks_ahead = std::chrono::days{400};

/// Everything that decides who is on call for one area in a time, read once.
class Calendar {
 public:
  Calendar(store::Tx& tx, const Organisation& o, std::string_view area, Interval within)
      : def_(definitions::find_on_call(o, area)), zone_(o.zone), absences_(tx, within.start, within.end) {
    if (!def_) return;
    for (auto& s : swaps_of(tx, def_->area, within)) swaps_.push_back(std::move(s));
    begins_ = definitions::begin_of_rota(*def_, zone_);
  }

  std::optional<OnCall> at(SysTime t) const {
    const auto turn = def_ ? definitions::turn_at(*def_, zone_, t) : std::nullopt;
    if (!turn) return {};
    const auto away = absences_.at(t);
    const auto there = [&](const std::string& login) { return !login.empty() && !away.contains(login); };
    const auto taken = std::ranges::find_if(swaps_, [&](const TakenTurn& s) { return s.time.start <= t && t < s.time.end; });
    OnCall on_call{taken == swaps_.end() ? turn->person : taken->login, turn->deputy, ""};
    if (const auto absent = away.find(on_call.person); absent != away.end())
      on_call.person = there(absent->second.deputy) ? absent->second.deputy : there(turn->deputy) ? turn->deputy : "";
    if (on_call.person.empty()) return {};
    if (on_call.person != turn->person) on_call.instead_of = turn->person;
    if (on_call.deputy == on_call.person || !there(on_call.deputy)) on_call.deputy.clear();
    return on_call;
  }

  /// The first moment after `t` at which it may be another.
  SysTime next_turn(SysTime t, SysTime last) const {
    const auto take = [&](std::optional<SysTime> next) {
      if (next && *next > t && *next < last) last = *next;
    };
    if (!def_) return last;
    if (const auto turn = definitions::turn_at(*def_, zone_, t)) take(turn->until);
    take(begins_);
    for (const auto& s : swaps_) take(s.time.start), take(s.time.end);
    for (const auto turn : absences_.turns()) take(turn);
    return last;
  }

 private:
  const OnCallDef* def_;
  std::string_view zone_;
  accounts::Absences absences_;
  std::vector<TakenTurn> swaps_;
  std::optional<SysTime> begins_;
};

/// What mends a stretch without anybody on call.
std::string how_to_man(const Organisation& o, const std::string& area, Interval gap) {
  const auto* def = definitions::find_on_call(o, area);
  if (!def) return "add `on_call` for the area to evenkeel.yaml and apply it";
  if (!definitions::turn_at(*def, o.zone, gap.start))
    return "begin the rota earlier (`on_call: starts` in evenkeel.yaml), or take a later window";
  return fmt::format("say who takes the turn: `evenkeel oncall swap {} --login LOGIN --from {} --until {}`", area, to_iso(gap.start),
                     to_iso(gap.end));
}

/// The first stretch in which neither of them is there, by themselves or by who stands in.
std::optional<Interval> without(const accounts::Absences& absences, const std::vector<std::string>& logins, Interval time) {
  auto moments = absences.turns();
  moments.insert(moments.begin(), time.start);
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const auto away = absences.at(moments[i]);
    const bool there = std::ranges::any_of(logins, [&](const std::string& login) {
      const auto absent = away.find(login);
      return !login.empty() && (absent == away.end() || !absent->second.deputy.empty());
    });
    if (!there) return Interval{moments[i], i + 1 < moments.size() ? moments[i + 1] : time.end};
  }
  return {};
}

void missing_owners(store::Tx& tx, const Release& release, Interval window, std::vector<Refusal>& out) {
  const auto agreed = organisation_of(tx, release);
  const accounts::Absences absences{tx, window.start, window.end};
  for (const auto& c : components_of(tx, release.id)) {
    const auto* service = definitions::find_service(*agreed, c.service);
    if (!service) continue;
    for (const auto& step : service->deploy) {
      if (step.owner.empty() && step.kind != steps::StepKind::manual) continue;  // a machine's step needs nobody by name
      const auto& owner = step.owner.empty() ? service->owner : step.owner;
      const auto gap = without(absences, {owner, step.deputy.empty() ? service->deputy : step.deputy}, window);
      if (!gap) continue;
      out.push_back({"owners_present",
                     fmt::format("{} answers for step \"{}\" of {} and is away from {} to {}; nobody stands in",
                                 name_of_login(*agreed, owner), step.name, c.service, to_iso(gap->start), to_iso(gap->end)),
                     "the owner of each step or a deputy there during the window", "",
                     fmt::format("say who stands in (`evenkeel absence note --login {} --from {} --until {} --deputy LOGIN`), or take "
                                 "another window",
                                 owner, to_iso(gap->start), to_iso(gap->end)),
                     "coordinator"});
    }
  }
}

}  // namespace

std::string name_of_login(const Organisation& o, const std::string& login) {
  const auto* person = definitions::find_person(o, login);
  return person && !person->name.empty() ? person->name : login;
}

std::optional<OnCall> on_call_at(store::Tx& tx, const Organisation& o, std::string_view area, SysTime at) {
  return Calendar{tx, o, area, {at, at + Millis{1}}}.at(at);
}

bool is_on_call(const std::optional<OnCall>& on_call, const std::string& login) {
  return on_call && !login.empty() && (on_call->person == login || on_call->deputy == login);
}

bool is_on_call_for(store::Tx& tx, const Actor& actor, const std::vector<std::string>& areas, SysTime now) {
  if (actor.kind != ActorKind::person || actor.read_only) return false;
  const auto me = accounts::person_by_id(tx, actor.id);
  const auto o = definitions::current(tx);
  return me && o && std::ranges::any_of(areas, [&](const auto& area) { return is_on_call(on_call_at(tx, **o, area, now), me->login); });
}

std::vector<Shift> shifts(store::Tx& tx, const Organisation& o, std::string_view area, Interval within, std::size_t most) {
  const Calendar calendar{tx, o, area, within};
  const auto same = [](const auto& a, const auto& b) {
    return a.has_value() == b.has_value() && (!a || (a->person == b->person && a->instead_of == b->instead_of));
  };
  std::vector<Shift> out;
  for (auto at = within.start; at < within.end;) {
    auto on_call = calendar.at(at);
    const auto end = calendar.next_turn(at, within.end);
    if (!out.empty() && same(out.back().on_call, on_call))
      out.back().time.end = end;
    else if (out.size() == most)
      break;
    else
      out.push_back({{at, end}, std::move(on_call)});
    at = end;
  }
  return out;
}

std::vector<OnCallRow> on_call_during(store::Tx& tx, const Release& release) {
  std::vector<OnCallRow> out;
  if (!release.window_start) return out;
  const auto o = in_force(tx, release);
  for (const auto& area : areas_of(tx, release))
    for (const auto& [time, on_call] : shifts(tx, *o, area, {*release.window_start, *release.window_end})) {
      const auto who = on_call.value_or(OnCall{});
      out.push_back(
          {area, name_of_login(*o, who.person), name_of_login(*o, who.deputy), name_of_login(*o, who.instead_of), time.start, time.end});
    }
  return out;
}

std::vector<Refusal> nobody_on_call(store::Tx& tx, const Release& release, Interval window) {
  const auto o = in_force(tx, release);
  std::vector<Refusal> out;
  for (const auto& area : areas_of(tx, release)) {
    const auto all = shifts(tx, *o, area, window);
    const auto gap = std::ranges::find_if(all, [](const Shift& s) { return !s.on_call; });
    if (gap == all.end()) continue;
    const auto when = all.size() == 1 ? "" : fmt::format(" from {} to {}", to_iso(gap->time.start), to_iso(gap->time.end));
    out.push_back({"on_call_present", fmt::format("nobody is on call for area {}{}", area, when), "somebody on call during the window", "",
                   how_to_man(*o, area, gap->time), "coordinator or health_monitor"});
  }
  return out;
}

std::vector<Refusal> who_is_missing(store::Tx& tx, const Release& release, Interval window) {
  auto out = nobody_on_call(tx, release, window);
  missing_owners(tx, release, window, out);
  return out;
}

Result<std::vector<Rota>> who_is_on_call(store::Tx& tx, SysTime now) {
  const auto o = TRY(definitions::current(tx));
  std::vector<Rota> rows;
  for (const auto& area : o->areas) {
    const auto ahead = shifts(tx, *o, area.name, {now, now + weeks_ahead}, 2);
    const auto who = ahead.front().on_call.value_or(OnCall{});
    Rota row{area.name, name_of_login(*o, who.person), name_of_login(*o, who.deputy), name_of_login(*o, who.instead_of), {}, "", {}};
    if (ahead.size() > 1) {
      row.until = ahead.front().time.end;
      row.next = name_of_login(*o, ahead.back().on_call.value_or(OnCall{}).person);
    }
    if (const auto* def = definitions::find_on_call(*o, area.name)) row.swaps = swaps_ahead(tx, def->area, now);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace evenkeel::planning
