// Who is on call for an area at a time (RC7, I5): whose turn it is by the definitions in force, who has taken the turn by a swap, and who
// stands in while they are away. Everything that asks who is on call asks here.
#pragma once
#include "planning/planning.hpp"

namespace evenkeel::planning {

struct OnCall {
  std::string person, deputy;  // logins; deputy empty: there is none
  std::string instead_of;      // login of whose turn it is by the rota, where somebody else has it
};
/// How people read who goes by a login; the login where nobody does, "" for none.
std::string name_of_login(const definitions::Organisation& o, const std::string& login);

/// Nothing when nobody is: no entry for the area, a rota that has not begun, or somebody away for whom nobody stands in.
std::optional<OnCall> on_call_at(store::Tx& tx, const definitions::Organisation& o, std::string_view area, SysTime at);
/// Whether this login is the one, or the deputy.
bool is_on_call(const std::optional<OnCall>& on_call, const std::string& login);
/// Whether the actor is on call now, or the deputy, for one of these areas.
bool is_on_call_for(store::Tx& tx, const Actor& actor, const std::vector<std::string>& areas, SysTime now);

/// A stretch of time with the same person on call; `on_call` empty: nobody is.
struct Shift {
  Interval time;
  std::optional<OnCall> on_call;
};
/// The first `most` of the time.
std::vector<Shift> shifts(store::Tx& tx, const definitions::Organisation& o, std::string_view area, Interval within,
                          std::size_t most = 1000);

struct OnCallRow {
  std::string area, person, deputy, instead_of;  // names; person empty: nobody
  SysTime from, until;
};
BOOST_DESCRIBE_STRUCT(OnCallRow, (), (area, person, deputy, instead_of, from, until))
/// During the release's window, of each area of its components; empty where it has no window.
std::vector<OnCallRow> on_call_during(store::Tx& tx, const Release& release);

/// One for each area of its components for which nobody is on call at some moment of the window.
std::vector<Refusal> nobody_on_call(store::Tx& tx, const Release& release, Interval window);
/// The same, and one for each step that names an owner where neither the owner nor the deputy is there, nor who stands in for one of them.
std::vector<Refusal> who_is_missing(store::Tx& tx, const Release& release, Interval window);

// ---- turns are swapped -----------------------------------------------------------------------------------------------

struct SwapOnCall {
  static constexpr std::string_view required[] = {"area", "until"};
  std::string area;
  std::optional<SysTime> from;  // none: now
  SysTime until;
  std::string login, reason;  // login of who takes it; empty: the actor
};
BOOST_DESCRIBE_STRUCT(SwapOnCall, (), (area, from, until, login, reason))
struct EndSwap {
  std::string swap;
};
BOOST_DESCRIBE_STRUCT(EndSwap, (), (swap))
struct SwapView {
  std::string id, area, person, reason;  // person: a name
  SysTime from, until;
};
BOOST_DESCRIBE_STRUCT(SwapView, (), (id, area, person, reason, from, until))
/// Somebody takes the turns of a time: one of the rota, its deputy, or who holds the role on_call in the area. By whoever takes it or whose
/// turn it would be, by coordinator, engineering lead or health monitor of the area. Errors: forbidden; invalid (who may not take it, is
/// away, has it already); conflict (there is no rota, somebody took that time already). Ledger: on_call.swapped.
Result<SwapView> swap_on_call(Work& work, const SwapOnCall& command);
/// The rota holds again; by the same people. Errors: not_found, conflict (it is over). Ledger: on_call.swap_ended.
Result<SwapView> end_swap(Work& work, const EndSwap& command);

/// Who is on call in an area now, until when, who comes next, and the swaps ahead.
struct Rota {
  std::string area, person, deputy, instead_of;  // names; person empty: nobody
  std::optional<SysTime> until;                  // none: not handed over in the next weeks
  std::string next;
  std::vector<SwapView> swaps;
};
BOOST_DESCRIBE_STRUCT(Rota, (), (area, person, deputy, instead_of, until, next, swaps))
/// One an area.
Result<std::vector<Rota>> who_is_on_call(store::Tx& tx, SysTime now);

}  // namespace evenkeel::planning
