// The deployment sequence (RC4): what is run, in dependency order, with validation between components, flags where the plan puts them;
// and its undoing, in reverse order, flags included.
#pragma once
#include "planning/planning.hpp"
#include "steps/phase.hpp"
#include "steps/step_spec.hpp"

namespace evenkeel::planning {

using steps::Phase;

struct SequenceStep {
  std::string service, environment, target;
  Phase phase = Phase::deploy;
  steps::StepSpec spec;
  std::map<std::string, std::string> variables;  // version, from_version, expected, service, environment, target, digest, release
  std::string owner;                             // login
};
BOOST_DESCRIBE_STRUCT(SequenceStep, (), (service, environment, target, phase, spec, variables, owner))

/// What a target goes back to: what ran on it.
const std::string& from_version_of(const Component& component, const ComponentTarget& target);

/// Providers first; each component to its targets in waves: its deploy steps, then the proof of its version, then the flags that wait for
/// it.
std::vector<SequenceStep> deployment_sequence(const definitions::Organisation& o, const Release& release,
                                              const std::vector<Component>& components, const std::vector<ComponentTarget>& targets,
                                              const std::vector<FlagChange>& flags);
/// The undoing of the given components (those that a deployment has touched), last first: flags back, the rollback procedure, the proof
/// that the old version is back.
std::vector<SequenceStep> rollback_sequence(const definitions::Organisation& o, const Release& release,
                                            const std::vector<Component>& touched, const std::vector<ComponentTarget>& targets,
                                            const std::vector<FlagChange>& flags);
/// Only the flags, back to what they were, the last one first.
std::vector<SequenceStep> flag_return_sequence(const definitions::Organisation& o, const Release& release,
                                               const std::vector<FlagChange>& flags);
/// A rehearsal of one service in one environment: the new version goes out and is proven, the rollback runs, the old version is proven.
std::vector<SequenceStep> rehearsal_sequence(const definitions::Organisation& o, const definitions::ServiceDef& service,
                                             const std::string& environment, const std::string& from_version, const std::string& version,
                                             const std::string& release);

/// SHA-256 over the canonical bytes of every step with its place and variables, hexadecimal.
std::string sequence_hash(const std::vector<SequenceStep>& sequence);
std::string flags_hash(const std::vector<FlagChange>& flags);
std::vector<ComponentTarget> targets_of(store::Tx& tx, const ReleaseId& release_id);

}  // namespace evenkeel::planning
