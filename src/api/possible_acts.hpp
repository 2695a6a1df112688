// "What can I do now?": each act of a thing, whether who asks can do it, and for each other one why not and who can. It is the same
// authority that the door asks (authority.hpp) and the same conditions that the use cases obey (catalogue::Act::possible), asked without
// doing anything.
#pragma once
#include "catalogue/act.hpp"

namespace evenkeel::api {

struct PossibleAct {
  std::string id, summary;
  catalogue::Does does = catalogue::Does::decides;
  bool can = false;
  std::string why_not;            // empty when they can
  std::string who;                // who can, in roles and names; empty when they can
  std::vector<Refusal> refusals;  // the rules that say no, with what to do about each
  std::string command;            // how it is said on the command line; empty: not at all
  std::string method, path;
};
BOOST_DESCRIBE_STRUCT(PossibleAct, (), (id, summary, does, can, why_not, who, refusals, command, method, path))

/// Every act that changes something and whose path names this kind of thing first ("release", "change", "entry" ...); of no kind: the acts
/// that name nothing, in whichever area.
std::vector<PossibleAct> possible_acts(Work& work, const std::vector<catalogue::Act>& acts, const std::string& kind,
                                       const std::string& name);

/// The acts that answer this, of `others` and themselves of nothing.
std::vector<catalogue::Act> acts(std::vector<catalogue::Act> others);

}  // namespace evenkeel::api
