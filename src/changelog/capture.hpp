// Unreleased kept current from the history, without a server: what a pipeline runs after each merge.
//
// The file itself remembers how far it has come, in a comment below the Unreleased heading:
//
//   ## [Unreleased]
//   <!-- evenkeel: captured to 1a2b3c... -->
//
// Running again adds nothing; an entry that a person reworded, moved or deleted stays as they left it, because its commit lies before the
// mark. A mark that is no ancestor any more (a force-pushed branch) counts from where both histories meet, and words that stand there
// already are not written twice. A range without news leaves the file alone, so that a pipeline does not run after itself.
#pragma once
#include "changelog/draft.hpp"
#include "changelog/edit.hpp"
#include "gitlog/repository.hpp"

namespace evenkeel::changelog {

/// The commit that the file was captured to; nothing when it never was.
std::optional<std::string> captured_to(const Document& document);

struct Captured {
  Change change;
  std::vector<ProposedEntry> added;     // in the order of the file
  std::vector<ProposedEntry> left_out;  // with the reason
};
/// `changes`: newest first, behind `earlier`, which were captured since the last release. A revert of a change whose entry still stands as
/// it was written takes that entry out again, and one that gives it back brings it in. `older`: as for draft_entries.
Result<Captured> capture(const Document& document, const std::vector<MergedChange>& changes, const std::string& head,
                         const std::vector<MergedChange>& earlier = {}, const std::vector<MergedChange>& older = {});

/// The newest version tag before; empty when there is none.
std::string last_release(const gitlog::Repository& repository, const std::string& to);

/// Where to begin: the mark when it is an ancestor of `to`, else where the two meet, else the newest version tag, else the beginning
/// (empty).
Result<std::string> capture_from(const gitlog::Repository& repository, const Document& document, const std::string& to);

}  // namespace evenkeel::changelog
