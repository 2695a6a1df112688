// Change freezes and allowed windows (CR6): deny windows and allow windows, once or recurring, scoped; deny wins.
//
// "Enforced" means that the same rule answers at planning (a conflict on the calendar), at go, at the start of the deployment and at each
// of its steps, and that every refusal names the rule, its owner, the reason, the end, the next opening and the exception path.
//
// What protects is read from the newest applied definitions, for every release, whenever it was planned: a freeze that is declared now
// holds what has not begun. What a release was decided with (steps, criteria, procedures) stays that of its own version.
#pragma once
#include "base/result.hpp"
#include "definitions/window_times.hpp"
#include "planning/release.hpp"
#include "store/database.hpp"

namespace evenkeel::planning {

using definitions::Interval;
using definitions::occurrences;

struct FreezeScope {
  std::string area;
  std::vector<std::string> services;
  std::string environment;
};

/// Whether the freeze's scope covers any of it. Empty lists cover all.
bool covers(const definitions::FreezeDef& freeze, const FreezeScope& scope);

struct FreezeHit {
  const definitions::FreezeDef* freeze = nullptr;
  Interval occurrence;
};
/// A freeze whose times cannot be read: whether it denies is unknown. It hides no other one.
struct UnreadableFreeze {
  const definitions::FreezeDef* freeze = nullptr;
  std::string why;
};

/// An area, or all of them, where nothing begins until somebody lifts it (planning/line.hpp).
struct StoppedLine {
  std::string id, area, by, reason;  // area "*": every one; `by`: a name
  SysTime since;
};

struct Denial {
  std::vector<StoppedLine> stopped;
  std::vector<FreezeHit> hits;
  std::vector<UnreadableFreeze> unreadable;
  std::optional<SysTime> next_opening;  // first moment from which the asked length lies free of all; nothing: none until `searched_until`
  SysTime searched_until;
  std::shared_ptr<const definitions::Organisation> by;  // what the pointers above point into

  bool clear() const { return stopped.empty() && hits.empty() && unreadable.empty(); }
};

/// What is asked for: `wanted` is what must lie free for each of the scopes (one a component: a freeze of its own area holds it), `length`
/// what the next opening has room for. Names in `excepted` (approved exceptions) are passed over.
struct FreezeQuestion {
  std::vector<FreezeScope> scopes;
  Interval wanted;
  Millis length;
  std::vector<std::string> excepted;
};

/// What denies any part of what is wanted: deny windows that touch it, or, where allow windows are defined for the scope, the lack of
/// time that they hold together (windows that touch or overlap are one); the hit's `freeze` is then the first allow rule.
Denial denies(std::shared_ptr<const definitions::Organisation> organisation, const FreezeQuestion& question);

/// The one place where it is decided whether a release may be deployed in `wanted`: by lines that are stopped, the newest definitions, its
/// components and its exceptions that hold over all of it. Calendar, gate, deployment and its steps all ask here.
Denial what_denies(store::Tx& tx, const Release& release, Interval wanted);

/// The refusals that every surface shows, one a freeze.
std::vector<Refusal> refusals_of(const Denial& denial, const Release& release);

}  // namespace evenkeel::planning
