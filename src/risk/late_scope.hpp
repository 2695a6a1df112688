// A change comes into a scope that was closed, by its feature freeze or by the review (W2): one person asks for the commit with a reason, a
// second one admits it, and the next import takes it in. It voids what was said of the components that it touches, and nothing else.
#pragma once
#include "risk/risk.hpp"
#include "work/event.hpp"

namespace evenkeel::risk {

struct AskLate {
  std::string release, commit, because;  // commit: at least seven characters of its id
};
BOOST_DESCRIBE_STRUCT(AskLate, (), (release, commit, because))
struct AdmitLate {
  std::string late;
};
BOOST_DESCRIBE_STRUCT(AdmitLate, (), (late))
struct LateChange {
  std::string id, release, commit;             // release: as it is called
  std::string asked_by, because, admitted_by;  // names; admitted_by empty: nobody yet
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(LateChange, (), (id, release, commit, asked_by, because, admitted_by, at))

/// Error: conflict while the scope is open, and once it is decided.
Result<void> may_ask_late(Work& work, const planning::Release& release);
/// Needs: coordinator, engineering lead, risk manager; a reason. Asked for twice it is the same one. Ledger: late_change.asked.
Result<LateChange> ask_late(Work& work, const AskLate& command);
/// Needs: risk manager or product, never who asked. Errors: forbidden, conflict once it is decided. Ledger: late_change.admitted.
Result<LateChange> admit_late(Work& work, const AdmitLate& command);
/// Of a release, newest first.
std::vector<LateChange> late_changes(store::Tx& tx, const planning::Release& release);

/// Whether a commit was admitted, and whether any was that is not in the scope yet.
bool is_admitted(store::Tx& tx, const ReleaseId& release_id, const std::string& commit);
bool waits_for_admitted(store::Tx& tx, const ReleaseId& release_id);
/// What an admitted change that came in touches is confirmed anew, and its artefacts are named anew.
void void_what_it_touches(Work& work, const planning::Release& release, const Change& change);

struct LateChangeAsked {
  static constexpr std::string_view kind = "late_change.asked";
  std::string commit;
};
BOOST_DESCRIBE_STRUCT(LateChangeAsked, (), (commit))
struct LateChangeAdmitted {
  static constexpr std::string_view kind = "late_change.admitted";
  std::string commit;
};
BOOST_DESCRIBE_STRUCT(LateChangeAdmitted, (), (commit))

}  // namespace evenkeel::risk
