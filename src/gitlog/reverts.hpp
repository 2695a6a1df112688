// What was taken back.
//
// The rule: a commit takes back what its message names by id ("This reverts commit ID", "commits ID and ID", the Refs of a `revert:`),
// whatever its title says; only a message without an id that is known here is read by its title (`Revert "x"`, `Reapply "x"`) or by the
// request it names ("Reverts acme/shop#11"). A change stands or is gone by the parity of that chain, as the tree has it: the last commit
// that had a hand in it decides, so a revert of a revert (git calls it Reapply) gives the change back. A reverted merge takes what is
// reachable only through its other parents.
#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gitlog/history.hpp"

namespace evenkeel::gitlog {

enum class RevertFound : std::uint8_t { by_id, by_words, with_merge };
struct Revert {
  std::size_t commit;                 // place in History::commits
  std::optional<std::size_t> target;  // the commit taken back; nothing when the id names none, more than one, or no ancestor
  std::string named = {};             // the id as the message gives it; by_id only
  RevertFound found = RevertFound::by_id;
};

/// The title of a revert: whose title it quotes, and whether it takes that back or gives it again.
struct RevertTitle {
  std::string quoted;      // of the change at the bottom: `Reapply "Revert "x""` is x
  bool given_back = true;  // turned over by each "Revert"; "Reapply" is two of them
  std::string of;          // title of what is reverted by this commit itself
};
std::optional<RevertTitle> revert_title(std::string_view subject);

/// The id after "(cherry picked from commit"; empty when the message has none.
std::string picked_from(std::string_view message);

/// The ids that a message says it takes back, as written.
std::vector<std::string> taken_back_by(std::string_view message);

/// Every revert of the history, newest first. `titles`: of the requests behind the commits, where known, by place. Commits from the place
/// `older` on came before all others, though their parents may not be there.
std::vector<Revert> find_reverts(const History& history, const std::vector<std::string>& titles = {}, std::size_t older = std::size_t(-1));
/// Of each commit that is gone, the one that took it back last: where its revert was taken back and given again, the one that gave it
/// again. Places in History::commits.
std::unordered_map<std::size_t, std::size_t> reverted_by(const std::vector<Revert>& reverts);

/// Commits outside a part of a history (newest first) that its reverts name, with what those name in turn, what else speaks of them, and of
/// a merge what it brought in: whether a change stands is the parity of its whole chain. Only what the newest commit of the part contains.
Result<std::vector<Commit>> named_before(const Repository& repository, const std::vector<Commit>& part);

}  // namespace evenkeel::gitlog
