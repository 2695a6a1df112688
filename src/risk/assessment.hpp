// Risk of a release (CR2) and blast radius (CR3): pure rules over changes, services and the past.
#pragma once
#include "risk/change.hpp"

namespace evenkeel::risk {

enum class RiskLevel { low, medium, high };
BOOST_DESCRIBE_ENUM(RiskLevel, low, medium, high)

struct Reached {
  std::string service;
  std::vector<std::string> path;
  std::int64_t share_permille = 1000;
  std::int64_t users_per_hour = 0;
  std::string criticality;
};
BOOST_DESCRIBE_STRUCT(Reached, (), (service, path, share_permille, users_per_hour, criticality))

/// Services reached against the dependency edges from the changed ones; users of the entry points reached, counted once:
/// the greatest single figure as lower, the sum as upper bound; shares multiply along a path; unknown traffic is said.
struct BlastRadius {
  std::vector<std::string> changed;
  std::vector<Reached> reached;
  std::int64_t users_lower = 0, users_upper = 0;
  bool upper_bound_only = false;  // some share or user count is not known
  std::string severity;           // worst criticality reached
  std::vector<std::string> capabilities;
  std::string sentence;
};
BOOST_DESCRIBE_STRUCT(BlastRadius, (), (changed, reached, users_lower, users_upper, upper_bound_only, severity, capabilities, sentence))
BlastRadius blast_radius(const definitions::Organisation& organisation, const std::vector<std::string>& changed);

/// What could go wrong, how it would show and what answers it. A scenario without criterion or rollback step is a gap.
struct Scenario {
  std::string name, because, impact;
  std::int64_t likelihood_permille = 0;
  std::string criterion;      // the health criterion that would show it; empty: gap
  std::string rollback_step;  // the step that answers it; empty: gap
};
BOOST_DESCRIBE_STRUCT(Scenario, (), (name, because, impact, likelihood_permille, criterion, rollback_step))

/// What the model is given: facts about the changes and the services' own past.
struct RiskFacts {
  std::vector<Change> changes;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> past;  // service -> deployments, failed ones
  std::set<std::string> rehearsed;                                    // services with a passing, recent rehearsal of the current procedure
};

struct RiskResult {
  std::int64_t likelihood_permille = 0;  // that the deployment fails, by the rule model below
  RiskLevel level = RiskLevel::low;
  std::string impact;
  std::vector<std::string> reasons;  // each a sentence a person can act on, strongest first
  std::vector<Scenario> scenarios;
};
/// The rule model "points-1": a base rate from the services' own failures (Laplace), raised by size, spread, migrations, one-way
/// changes, critical services and a missing rehearsal; every point is a reason. It is a ranking with a stated origin, not a fitted
/// probability: with fewer than 50 failures on record a fitted one would be noise (design: fall back to rules).
RiskResult assess(const definitions::Organisation& organisation, const RiskFacts& facts, const BlastRadius& radius);

}  // namespace evenkeel::risk
