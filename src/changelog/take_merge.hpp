// Written as changes merge (P3): what a repository's host tells of a merge becomes a change in the scope of the open release of its
// services, and thereby an entry. It may be told any number of times, in any order, and before the release is planned.
#pragma once
#include "risk/risk.hpp"

namespace evenkeel::changelog {

struct MergeTold {
  std::string connection;                 // who told it
  std::vector<std::string> repositories;  // names of the repository
  std::string line = "main";              // release line that it was merged into
  risk::NewChange change;
};

enum class MergeEnd { taken, known, waiting, skipped };
BOOST_DESCRIBE_ENUM(MergeEnd, taken, known, waiting, skipped)
struct MergeTaken {
  MergeEnd end = MergeEnd::skipped;
  std::string release, because;
};
BOOST_DESCRIBE_STRUCT(MergeTaken, (), (end, release, because))

/// By an integration only. `waiting`: no release of these services is open in this line; the next one that is planned takes it.
/// `skipped`: no service has this repository. Ledger: changes.imported, or merge.waits.
Result<MergeTaken> take_merge(Work& work, const MergeTold& told);
/// What waits for a release like this one comes into its scope. Called when a release is planned. Ledger: changes.imported.
Result<void> take_waiting_merges(Work& work, const ReleaseId& release_id);

}  // namespace evenkeel::changelog
