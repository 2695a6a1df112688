// A gate: one condition for leaving a stage. Three-valued; it answers with rule, value, limit, evidence, next step and who can take it.
//
// Areas define their own gates with this type; app/ hands the list to go/no-go, which adds modes and waivers.
#pragma once
#include <functional>

#include "planning/release.hpp"
#include "store/database.hpp"

namespace evenkeel::planning {

enum class GateVerdict { pass, fail, unknown };
BOOST_DESCRIBE_ENUM(GateVerdict, pass, fail, unknown)

struct Finding {
  GateVerdict verdict = GateVerdict::unknown;
  std::string value, limit, evidence, next_step, who;
  std::vector<Refusal> details = {};  // several complaints of one gate (two freezes); empty: the fields above say it
};
inline Finding passed(std::string value, std::string limit = {}, std::string evidence = {}) {
  return {GateVerdict::pass, std::move(value), std::move(limit), std::move(evidence), {}, {}};
}

struct Gate {
  std::string name;
  Stage stage;           // left only when this holds; gates up to go/no-go must all hold at go
  bool waivable = true;  // rehearsal and separation of duties never are
  std::string question;  // for people: "Is every component's rollback rehearsed?"
  std::function<Finding(store::Tx&, const Release&, SysTime now)> check;
};
using Gates = std::vector<Gate>;

/// W1: the window is set, the teams confirmed it. At go: no freeze over the window, dependencies met, checklist done, somebody on call.
Gates planning_gates();

}  // namespace evenkeel::planning
