// What waits for a person (RC7): one act of the catalogue, who is asked, until when, and the gate that it holds up.
//
// Each area lists its own in `<area>/awaited.cpp`, from the facts that it owns; app/awaited.cpp names them all. The list is computed anew
// each time: an item is gone when its fact is there. Nobody is asked for what they would be refused, which a test holds.
#pragma once
#include <set>

#include "planning/find.hpp"
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::planning {

struct Awaited {
  std::string act;           // of the catalogue: "release.confirm"
  std::string subject = {};  // which of several: a service, an item, a role
  std::string gate = {};     // empty: no gate asks for it
  std::string what;          // what the person does: "Confirm freeze date and window for checkout"
  std::string command = {};
  std::vector<std::string> people = {};  // logins; empty: nobody holds what it takes
  std::string needs = {};                // what it takes: "qa", "owner of checkout"
  std::optional<SysTime> due = {};
  bool by_name = false;   // asked of the people themselves, not of a role: who stands in for one of them may do it
  std::string note = {};  // why these people: "Eli Engineer is away until ...; sam stands in"
};

/// What a release waits for (who joins the lists leaves out what no gate asks for now, so a list need not ask its gate), and what waits
/// whatever its release has come to (an action, an open incident).
using AwaitedOfRelease = std::vector<Awaited> (*)(store::Tx&, const Release&, SysTime now);
struct AwaitedAnyTime {
  ReleaseId release_id;  // empty: of no release
  std::string area;
  Awaited awaited;
};
using AwaitedEverywhere = std::vector<AwaitedAnyTime> (*)(store::Tx&, SysTime now);

/// Logins of who holds one of the roles in the area, without those of `except` (ids of persons).
std::vector<std::string> holders_of(store::Tx& tx, const definitions::Organisation& o, const std::vector<Role>& roles,
                                    const std::string& area, const std::set<std::string>& except = {});
/// "qa", "author or support".
std::string any_of(const std::vector<Role>& roles);
/// The login if somebody goes by it, else none.
std::vector<std::string> named(const definitions::Organisation& o, const std::string& login);

/// The window, the teams' confirmations, the checklist, exceptions that somebody asked for, a window that a second person agrees to.
std::vector<Awaited> awaited(store::Tx& tx, const Release& release, SysTime now);
/// What emergencies left to do.
std::vector<AwaitedAnyTime> debts_awaited(store::Tx& tx, SysTime now);
/// Definitions that one person applied and that wait for a second (definitions/proposal.hpp).
std::vector<AwaitedAnyTime> proposals_awaited(store::Tx& tx, SysTime now);

}  // namespace evenkeel::planning
