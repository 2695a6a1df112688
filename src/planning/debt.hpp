// "Emergency is a loan": at the moment of go it leaves a retrospective, a late review and the rehearsals that were skipped, each with an
// owner and a due time. A debt is settled by the fact itself. Who has three releases with open debts opens no further emergency.
#pragma once
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::planning {

enum class DebtKind { rehearsal, retrospective, late_review };
BOOST_DESCRIBE_ENUM(DebtKind, rehearsal, retrospective, late_review)

struct Debt {
  Id<Debt> id;
  ReleaseId release_id;
  DebtKind kind = DebtKind::late_review;
  std::string service, owner;
  SysTime due_at, at;
};
BOOST_DESCRIBE_STRUCT(Debt, (), (id, release_id, kind, service, owner, due_at, at))

struct DebtView {
  ReleaseId release_id;
  std::string release, area;
  DebtKind kind = DebtKind::late_review;
  std::string service, owner;  // the owner's name
  SysTime due_at;
  bool overdue = false;
  std::string next_step;
};
BOOST_DESCRIBE_STRUCT(DebtView, (), (release_id, release, area, kind, service, owner, due_at, overdue, next_step))

/// Enters what an emergency owes from now on; `unrehearsed`: services whose rollback nobody rehearsed. Ledger: emergency.owes of each.
void owe(Work& work, const Release& release, const std::vector<std::string>& unrehearsed);
/// Open ones, the earliest due first.
std::vector<DebtView> open_debts(store::Tx& tx, SysTime now);
/// Error: blocked, naming each open debt and what settles it.
Result<void> may_open_emergency(Work& work, const std::string& owner);

struct ReviewEmergency {
  std::string release, because;
};
BOOST_DESCRIBE_STRUCT(ReviewEmergency, (), (release, because))
/// Error: conflict when no late review is owed; forbidden for the release's owner.
Result<void> may_review_emergency(Work& work, const Release& release);
/// The late review of an emergency, by a risk manager or security who did not own it. Ledger: emergency.reviewed.
Result<Release> review_emergency(Work& work, const ReviewEmergency& command);

}  // namespace evenkeel::planning
