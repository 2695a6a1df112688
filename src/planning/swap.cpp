#include "planning/swap.hpp"

#include "accounts/absence.hpp"
#include "planning/events.hpp"

namespace evenkeel::planning {
namespace {

using definitions::OnCallDef;
using definitions::Organisation;

struct Swap {
  Id<Swap> id;
  std::string area;
  PersonId person;
  SysTime from_at, until_at;
  std::string reason_text, noted_by;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Swap, (), (id, area, person, from_at, until_at, reason_text, noted_by, at))
struct End {
  Id<Swap> id;
  std::string person;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(End, (), (id, person, at))

/// One that began before it was ended did hold until then.
std::vector<Swap> kept(store::Tx& tx, const std::string& area, Interval within) {
  auto all = store::all<Swap>(tx, "on_call_swap", "WHERE area = $1 AND until_at > $2 AND from_at < $3 ORDER BY from_at, id",
                              {area, to_millis(within.start), to_millis(within.end)});
  for (auto& s : all)
    if (const auto end = store::one<End>(tx, "on_call_swap_end", "WHERE id = $1", {s.id})) s.until_at = std::min(s.until_at, end->at);
  std::erase_if(all, [&](const Swap& s) { return s.until_at <= std::max(s.from_at, within.start); });
  return all;
}

SwapView view_of(store::Tx& tx, const Swap& s) {
  return {s.id,      s.area,    accounts::name_of(tx, s.person), s.reason_text.empty() ? "" : ledger::read_text(tx, s.reason_text),
          s.from_at, s.until_at};
}

Result<const OnCallDef*> rota_of(const Organisation& o, const std::string& area) {
  const auto* def = definitions::find_on_call(o, area);
  if (definitions::find_area(o, area) && def) return def;
  if (definitions::find_area(o, area))
    return conflict(fmt::format("nobody is on call for area {}: add `on_call` for it to evenkeel.yaml and apply it", area));
  std::vector<std::string> names;
  for (const auto& a : o.areas) names.push_back(a.name);
  const auto near = json::nearest(area, names);
  return invalid(fmt::format("there is no area '{}'{}", area, near.empty() ? "" : "; did you mean '" + near + "'?"), "area");
}

/// Nobody comes to the wheel by a swap who could not be asked for it anyway.
bool may_take(const Organisation& o, const OnCallDef& def, const std::string& login) {
  if (login == def.person || login == def.deputy || std::ranges::find(def.rota, login) != def.rota.end()) return true;
  const auto* person = definitions::find_person(o, login);
  return person && std::ranges::any_of(person->roles, [&](const definitions::GrantDef& g) {
           return g.role == Role::on_call && std::ranges::any_of(g.areas, [&](const auto& a) { return a == "*" || a == def.area; });
         });
}

Result<void> may_swap(const Work& work, const Organisation& o, const OnCallDef& def, const std::string& takes, Interval time) {
  if (work.actor.kind != ActorKind::person) return forbidden("who takes a turn on call is a person's word");
  const auto me = accounts::person_by_id(work.tx, work.actor.id);
  if (me && me->login == takes && !work.actor.read_only) return {};
  const auto is_mine = [&](const Shift& shift) {
    return shift.on_call && (shift.on_call->person == me->login || shift.on_call->instead_of == me->login);
  };
  if (me && !work.actor.read_only && std::ranges::all_of(shifts(work.tx, o, def.area, time), is_mine)) return {};
  return work.require({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin}, def.area,
                      "swapping a turn that is neither yours nor taken by you");
}

Result<void> is_there(store::Tx& tx, const accounts::Person& person, Interval time) {
  const accounts::Absences absences{tx, time.start, time.end};
  auto moments = absences.turns();
  moments.push_back(time.start);
  for (const auto t : moments) {
    const auto away = absences.at(t);
    if (const auto absent = away.find(person.login); absent != away.end())
      return invalid(fmt::format("{} is away until {}; name somebody who is there", person.name, to_iso(absent->second.until)), "login");
  }
  return {};
}

}  // namespace

std::vector<TakenTurn> swaps_of(store::Tx& tx, const std::string& area, Interval within) {
  std::vector<TakenTurn> out;
  for (const auto& s : kept(tx, area, within))
    if (const auto person = accounts::person_by_id(tx, s.person); person && person->active)
      out.push_back({s.id, person->login, {s.from_at, s.until_at}});
  return out;
}

std::vector<SwapView> swaps_ahead(store::Tx& tx, const std::string& area, SysTime now) {
  std::vector<SwapView> out;
  for (const auto& s : kept(tx, area, {now, SysTime::max()})) out.push_back(view_of(tx, s));
  return out;
}

Result<SwapView> swap_on_call(Work& work, const SwapOnCall& command) {
  const auto o = TRY(definitions::current(work.tx));
  const auto& def = *TRY(rota_of(*o, command.area));
  const auto mine = command.login.empty() ? accounts::person_by_id(work.tx, work.actor.id) : std::nullopt;
  const auto person = mine ? mine : accounts::find_person(work.tx, command.login);
  if (!person || !person->active) return invalid(fmt::format("there is no person '{}'", command.login), "login");
  const auto from = std::max(command.from.value_or(work.now), work.now);
  if (command.until <= command.from.value_or(work.now)) return invalid("a turn ends after it begins", "until");
  if (command.until <= work.now) return invalid("that turn is over", "until");
  const Interval time{from, command.until};
  if (!may_take(*o, def, person->login))
    return invalid(fmt::format("{} is neither in the rota of area {} nor holds the role on_call there", person->name, def.area), "login");
  TRY(may_swap(work, *o, def, person->login, time));
  TRY(is_there(work.tx, *person, time));
  if (work.tx.dialect() == store::Dialect::postgres) work.tx.exec("LOCK TABLE on_call_swap IN SHARE ROW EXCLUSIVE MODE");
  if (const auto taken = kept(work.tx, def.area, time); !taken.empty())
    return conflict(fmt::format("{} has taken that turn from {} to {}; `evenkeel oncall unswap {}` gives it back",
                                accounts::name_of(work.tx, taken.front().person), to_iso(taken.front().from_at),
                                to_iso(taken.front().until_at), taken.front().id));
  const Swap swap{work.new_id("swp"), def.area, person->id, time.start, time.end, work.write_text("reason", command.reason),
                  work.actor.id,      work.now};
  store::insert(work.tx, "on_call_swap", swap);
  record(work, OnCallSwapped{.area = swap.area, .person = swap.person, .from_at = swap.from_at, .until_at = swap.until_at},
         {.subject = swap.id, .seals = {{"on_call_swap", swap.id}}});
  return view_of(work.tx, swap);
}

Result<SwapView> end_swap(Work& work, const EndSwap& command) {
  const auto o = TRY(definitions::current(work.tx));
  auto swap = store::one<Swap>(work.tx, "on_call_swap", "WHERE id = $1", {command.swap});
  if (!swap) return not_found(fmt::format("there is no swap '{}'; `evenkeel oncall list` shows them", command.swap));
  const auto person = accounts::person_by_id(work.tx, swap->person);
  const auto* def = definitions::find_on_call(*o, swap->area);
  const OnCallDef gone{.area = swap->area};
  TRY(may_swap(work, *o, def ? *def : gone, person ? person->login : "", {swap->from_at, swap->until_at}));
  if (swap->until_at <= work.now || work.tx.value("SELECT id FROM on_call_swap_end WHERE id = $1", {swap->id}))
    return conflict("that swap is over");
  store::insert(work.tx, "on_call_swap_end", End{swap->id, work.actor.id, work.now});
  record(work, OnCallSwapEnded{.area = swap->area}, {.subject = swap->id, .seals = {{"on_call_swap_end", swap->id}}});
  return view_of(work.tx, *swap);
}

}  // namespace evenkeel::planning
