// Commit messages by Conventional Commits 1.0.0.
//
// Where the specification speaks it is followed to the letter: `type(scope)!: description` needs the colon and the blank; a scope is
// not empty; only upper-case BREAKING CHANGE (or BREAKING-CHANGE) breaks; a footer is `Token: value` or `Token #value` at the start of
// a line, and its value runs on to the next footer. Two things people do are read as they are meant: BREAKING CHANGE begins the
// footers even without a blank line before it, and its text may begin on the next line.
// In the body of a squash each bullet may be a header of its own: "* feat!: x" makes the whole breaking, and where the title has no type
// the bullets decide how far the version goes. A footer in the middle of it ends with its paragraph. What stands in a fence is an example.
// What the specification leaves open (references to issues, mentions, reverts, merges) follows the habits of git hosts.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/semver.hpp"

namespace evenkeel::gitlog {

/// "Closes owner/repository#12": `raw` is the text from the end of the reference before it.
struct Reference {
  std::string raw;
  std::optional<std::string> action, owner, repository;
  std::string prefix, issue;
  friend bool operator==(const Reference&, const Reference&) = default;
};
BOOST_DESCRIBE_STRUCT(Reference, (), (raw, action, owner, repository, prefix, issue))

/// What a revert says it takes back; either may be missing in the message.
struct RevertNote {
  std::optional<std::string> header, hash;
};
BOOST_DESCRIBE_STRUCT(RevertNote, (), (header, hash))

struct ConventionalCommit {
  std::optional<std::string> type;  // as written ("feat"); nothing when the message is not conventional
  std::optional<std::string> scope;
  bool breaking = false;
  std::optional<std::string> bump;  // "major", "minor", "patch"
  std::string description;          // of a message that is not conventional: its first line
  std::optional<std::string> body;
  std::vector<std::vector<std::string>> footers;  // pairs of token and value, in order
  std::vector<Reference> references;
  std::vector<std::string> mentions;
  std::optional<RevertNote> revert;
  std::optional<std::string> merge;  // the line with which git or its host announces a merge; type and description come from the next
};
BOOST_DESCRIBE_STRUCT(ConventionalCommit, (),
                      (type, scope, breaking, bump, description, body, footers, references, mentions, revert, merge))

struct MessageHabits {
  std::vector<std::string> issue_prefixes = {"#"};
  std::vector<std::string> reference_actions = {"close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"};
  std::vector<std::string> breaking_tokens = {"BREAKING CHANGE", "BREAKING-CHANGE"};
  std::optional<char> comment_char = {};  // lines that begin with it, and all after a scissors line, are no part of the message
};

ConventionalCommit parse_commit_message(std::string_view message, const MessageHabits& habits = {});
Bump bump_of(const ConventionalCommit& commit);

}  // namespace evenkeel::gitlog
