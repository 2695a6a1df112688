// Change freezes and allowed windows (CR6): deny windows and allow windows, once or recurring, scoped; deny wins.
//
// "Enforced" means that the same rule answers at planning (a conflict on the calendar), at go and at the start of the deployment, and
// that every refusal names the rule, its owner, the reason, the end, the next opening and the exception path.
#pragma once
#include "base/result.hpp"
#include "definitions/organisation.hpp"

namespace evenkeel::planning {

struct Interval {
  SysTime start, end;
  friend bool operator==(const Interval&, const Interval&) = default;
};

struct FreezeScope {
  std::string area;
  std::vector<std::string> services;
  std::string environment;
};

/// Occurrences of the freeze that touch `within`, in order; an RRULE (RFC 5545) is expanded in the freeze's own zone.
/// Error: invalid for a rule that cannot be read.
Result<std::vector<Interval>> occurrences(const definitions::FreezeDef& freeze, Interval within);

/// Whether the freeze's scope covers any of it. Empty lists cover all.
bool covers(const definitions::FreezeDef& freeze, const FreezeScope& scope);

struct FreezeHit {
  const definitions::FreezeDef* freeze = nullptr;
  Interval occurrence;
  SysTime next_opening;  // first moment at or after the interval's start at which nothing denies; what follows allow windows included
};

/// What denies any part of `wanted` for the scope: deny windows that touch it, or, where allow windows are defined for the scope, the
/// lack of one that holds it whole (its `freeze` is then the allow rule). Names in `excepted` (approved exceptions) are passed over.
Result<std::vector<FreezeHit>> denies(const definitions::Organisation& organisation, const FreezeScope& scope, Interval wanted,
                                      const std::vector<std::string>& excepted);

/// The refusal that every surface shows for a hit.
Refusal refusal_of(const FreezeHit& hit, const definitions::Organisation& organisation, const std::string& release);

}  // namespace evenkeel::planning
