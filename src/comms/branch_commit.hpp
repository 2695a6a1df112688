// One file of a branch, changed by one commit: in a repository on this machine, or in one that is reached by its address.
//
// A branch is moved only from where it was read: whoever was faster keeps theirs, and the next attempt goes on top of it. Hooks are off.
// On this machine the work tree is left alone and a bare repository will do; elsewhere the remote's own rules hold, and nothing is forced.
#pragma once
#include <functional>
#include <string>

#include "base/time.hpp"
#include "capabilities/delivery.hpp"

namespace evenkeel::comms {

struct BranchEdit {
  std::string branch, file;
  /// The new text out of what stands there (empty: nothing yet). The same text again is nothing to do.
  std::function<std::string(const std::string& before)> text;
  std::string message;
  SysTime at;
};

/// "ssh://git@host/x.git", "git@host:x.git", "https://host/x.git": not a path of this machine.
bool is_remote_repository(const std::string& path);

/// The receipt is the commit. refused: no repository, or no name of a branch.
capabilities::Delivery commit_to_branch(const std::string& repository, const BranchEdit& edit);
/// Through a repository of our own, made in the folder `through` where it is not there.
capabilities::Delivery push_to_branch(const std::string& address, const std::string& through, const BranchEdit& edit);

}  // namespace evenkeel::comms
