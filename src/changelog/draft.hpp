// From merged changes to proposed changelog entries. A person edits and approves them; nothing here is final.
//
// What decides the type of an entry, the first that speaks:
//   0. a fenced block `changelog` in the body, "fixed: the words of the entry"
//   1. the trailer `Changelog: added|changed|deprecated|removed|fixed|security|none`
//   2. the Conventional Commits type (feat, fix, perf ... chore, ci, docs, test)
//   3. the first words of the title ("Add", "Fix", "Remove" ...); anything else is a change.
// Every change gets an entry or a recorded reason why it is not notable; a breaking change is always notable. What makes the release itself
// and what concerns only the pipeline, the tests or locked versions is not notable (upkeep.hpp), unless its author said otherwise (0, 1). A
// fix of a weakness that has a public name (CVE, GHSA) is security.
//
// What was taken back inside the range is no news, nor is what took it back (gitlog/reverts.hpp). Of what is older, a change that stood
// before the range and is gone behind it is told as taken back, whatever the title of what did it; one that was gone and stands again is
// told again; what comes to nothing is not told. Where the older change is not known, the revert's own title says which of these it is. A
// merge and the commit it brings in, or two changes with the same words, make one entry.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "changelog/keep_a_changelog.hpp"

namespace evenkeel::changelog {

struct MergedChange {
  std::string id;  // commit id, or whatever names it at its source
  std::string message;
  std::string title = {};                 // of the pull request, where known: preferred to the subject
  std::vector<std::string> labels = {};   // "changelog: fixed", "breaking"
  std::vector<std::string> parents = {};  // ids, where they are known
  std::vector<std::string> files = {};    // that it touches, where they are known
};

struct ProposedEntry {
  std::vector<std::string> changes;  // ids; several when twins were joined
  std::optional<Type> type;          // none: not notable
  std::string text;
  bool breaking = false;
  std::optional<std::string> not_notable_reason;
  bool cancelled_out = false;                // it takes back, or is taken back by, another of the same list
  std::optional<std::string> reverted = {};  // the words of what it takes back
};
BOOST_DESCRIBE_STRUCT(ProposedEntry, (), (changes, type, text, breaking, not_notable_reason))

/// `changes` newest first; entries come in the same order. `older`: what came before, newest first, as far as the changes take it back.
std::vector<ProposedEntry> draft_entries(const std::vector<MergedChange>& changes, const std::vector<MergedChange>& older = {});

}  // namespace evenkeel::changelog
