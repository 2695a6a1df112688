// A change leaves a release (W2): it was reverted and goes with the commit that took it back, or it stays in the artefact and is dark
// behind a flag. What was said of the components that it touches is void, and nothing else; its sentences leave the notes.
#pragma once
#include "risk/risk.hpp"
#include "work/event.hpp"

namespace evenkeel::risk {

/// By id, or by the beginning of a commit id, at least seven characters of it. The beginning is compared as it is: no character of a
/// reference stands for another. One that several commits begin with is refused; of one commit in several releases the newest is meant.
Result<Change> find_change(Work& work, const std::string& reference);

struct TakeOut {
  static constexpr std::string_view required[] = {"change", "because"};
  std::string change;
  std::string reverted_by;  // the commit that takes it back
  std::string behind;       // FLAG@PLATFORM
  std::string because;
  bool confirm = false;  // do it although it voids something
};
BOOST_DESCRIBE_STRUCT(TakeOut, (), (change, reverted_by, behind, because, confirm))
struct TakenOut {
  std::string change, title, release, behind;  // release: as it is called
  bool done = false;
  std::vector<std::string> voids;
};
BOOST_DESCRIBE_STRUCT(TakenOut, (), (change, title, release, behind, done, voids))

/// Needs: coordinator or engineering lead in an area of the change's components; a reason; either `reverted_by` or `behind`, a flag of a
/// connection that switches flags. What it voids is listed; when that is something it is done only with `confirm`. After a revert the
/// artefacts that were built with the change are named anew. Error: conflict once it is decided, or it is out already. Ledger:
/// change.taken_out.
Result<TakenOut> take_out(Work& work, const TakeOut& command);
/// Whether a change of this commit left the release and is not taken in again by an import.
bool was_taken_out(store::Tx& tx, const ReleaseId& release_id, const std::string& external_id);
/// FLAG@PLATFORM that the change is dark behind; empty: none.
std::string dark_behind(store::Tx& tx, const ChangeId& change_id);
/// The same of all changes of a release that are dark, by their ids.
std::map<std::string, std::string> dark_changes(store::Tx& tx, const ReleaseId& release_id);

/// Out of a release: reverted by a commit, or dark behind FLAG@PLATFORM.
struct ChangeTakenOut {
  static constexpr std::string_view kind = "change.taken_out";
  std::string change, reverted_by, behind;
  std::int64_t voided = 0;
};
BOOST_DESCRIBE_STRUCT(ChangeTakenOut, (), (change, reverted_by, behind, voided))
struct ChangeMarkedSecurity {
  static constexpr std::string_view kind = "change.marked_security";
};
BOOST_DESCRIBE_STRUCT(ChangeMarkedSecurity, (), ())

struct MarkSecurity {
  std::string change, because;
};
BOOST_DESCRIBE_STRUCT(MarkSecurity, (), (change, because))
/// I4: whoever sees that a change concerns security says so, with a reason; security then reviews it. Nobody unmarks it. Error: conflict
/// once it is decided. Ledger: change.marked_security.
Result<Change> mark_security(Work& work, const MarkSecurity& command);

}  // namespace evenkeel::risk
