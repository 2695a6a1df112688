// Who is on call; turns that are swapped.
#include "catalogue/print.hpp"
#include "planning/acts.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::planning {
namespace {

using catalogue::act;
using catalogue::option;
using catalogue::positional;
using catalogue::short_time;

std::string show_swap(const SwapView& s) {
  return fmt::format("{}  {} takes the turn of area {} from {} to {}{}", s.id, s.person, s.area, short_time(s.from), short_time(s.until),
                     s.reason.empty() ? "" : ": " + s.reason);
}
std::string show_rotas(const std::vector<Rota>& all) {
  std::string out;
  for (const auto& r : all) {
    out += fmt::format("{}{}: {}", out.empty() ? "" : "\n", r.area, r.person.empty() ? "nobody" : r.person);
    if (!r.instead_of.empty()) out += " for " + r.instead_of;
    if (!r.deputy.empty()) out += ", deputy " + r.deputy;
    if (r.until) out += fmt::format("; until {}, then {}", short_time(r.until), r.next.empty() ? "nobody" : r.next);
    for (const auto& s : r.swaps) out += "\n  " + show_swap(s);
  }
  return out.empty() ? "No area is defined." : out;
}

constexpr const char* whose = "a turn is swapped by whose it is, who takes it, or a lead of the area";

}  // namespace

std::vector<catalogue::Act> on_call_acts() {
  const std::string tag = "on-call", path = "/api/v1/on-call";
  return {
      act("on_call.list", "Who is on call in each area, until when, and who comes next",
          [](Work& work, const catalogue::Nothing&) { return who_is_on_call(work.tx, work.now); })
          .reads()
          .for_any_role("who is on call is everybody's to see")
          .http("GET", path, tag)
          .words("oncall list", "Who is on call in each area, until when, who comes next, and which turns are swapped")
          .prints(show_rotas),
      act("on_call.swap", "Take a turn on call, or give one to a colleague", swap_on_call)
          .decides()
          .for_roles(catalogue::doers)
          .in_any_area(whose)
          .says("", "evenkeel oncall list")
          .http("POST", path + "/{area}/swaps", tag)
          .words("oncall swap", "Take a turn on call that would be somebody else's, or give one to a colleague")
          .takes({positional(&SwapOnCall::area, "Product area"), option(&SwapOnCall::until, "Time, or +10h").required(),
                  option(&SwapOnCall::from, "Time, or +2h; default: now"),
                  option(&SwapOnCall::login, "Login of who takes it; default: you"), option(&SwapOnCall::reason, "Why")})
          .prints(show_swap),
      act("on_call.end_swap", "The rota holds again", end_swap)
          .decides()
          .for_roles(catalogue::doers)
          .in_any_area(whose)
          .says("", "evenkeel oncall list")
          .http("POST", "/api/v1/on-call-swaps/{swap}/end", tag)
          .words("oncall unswap", "Give a swapped turn back; the rota holds again")
          .takes({positional(&EndSwap::swap, "Its id (swp_...), as `evenkeel oncall list` prints it")})
          .prints([](const SwapView& s) { return fmt::format("The rota of area {} holds again.", s.area); }),
  };
}

}  // namespace evenkeel::planning
