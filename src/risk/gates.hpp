#pragma once
#include "planning/gate.hpp"
#include "risk/change.hpp"

namespace evenkeel::risk {

/// A migration, data or configuration change that nobody has said how to undo, nor that it is one-way.
bool needs_reversal(const Change& change);

/// How the rollback of one component was rehearsed.
struct ComponentRehearsal {
  std::string service, owner;  // owner: login; empty: the service is not defined
  std::string value;           // "checkout 2d ago in staging", or what is missing
  std::string evidence = {};
  std::string next_step = {};     // when owed
  bool owed = false;              // it holds go back
  bool can_be_rehearsed = false;  // owed: the procedure is there, and what to go back to is known
};
std::vector<ComponentRehearsal> rehearsals_for(store::Tx& tx, const planning::Release& release, SysTime now);

/// W2: changes are classified and can be undone, the release is assessed, rollbacks are rehearsed, security has looked.
planning::Gates risk_gates();

}  // namespace evenkeel::risk
