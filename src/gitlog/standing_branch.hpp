// A branch that holds one file on top of a base, for a request that stays open until a person merges it.
#pragma once
#include <boost/describe.hpp>
#include <functional>

#include "gitlog/plumbing.hpp"

namespace evenkeel::gitlog {

struct StandingBranch {
  std::string remote, base, branch;  // branches of the remote, without refs/heads/
  std::string head;                  // the base's commit as it is known here
  std::string file, message;
  /// The file's new text, out of what base and branch say together (git's merge); empty: there is no such file.
  std::function<Result<std::string>(const std::string& standing)> text;
  std::vector<std::string> push_options = {};
  SysTime at;
};
enum class Pushed { moved, current, nothing, behind };
BOOST_DESCRIBE_ENUM(Pushed, moved, current, nothing, behind)
struct Brought {
  Pushed end = Pushed::nothing;
  bool differs = false;   // from the base: there is something to merge
  std::string set_aside;  // commit of the branch whose words contradict the base's; they are there, and nowhere else
};
/// Brings the branch forward, never back: each push stands on what was there, so that of two at once one goes again, and a person's words
/// on the branch stay.
/// moved: it has the text now; current: it had; nothing: the base has the text itself and there is no branch; behind: the base on the
/// remote is no longer `head`, and whoever runs for the newer commit brings this too. Error: unavailable, with what git said.
Result<Brought> push_standing_branch(const Git& git, const StandingBranch& wanted);

}  // namespace evenkeel::gitlog
