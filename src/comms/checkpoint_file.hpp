// Checkpoints of the ledger in a git repository: a file to which each is appended, one commit each. Whoever holds a clone convicts a
// history that was rewritten.
//
// The channel's `path` is "REPOSITORY" or "REPOSITORY#BRANCH" (main, where none is named): a path below --publish-under, or an address that
// git understands. Its `file` is the place in the repository.
#pragma once
#include <string>
#include <vector>

#include "capabilities/delivery.hpp"
#include "definitions/organisation.hpp"

namespace evenkeel::comms {

struct CheckpointNote {
  std::string text;  // a signed note
  std::int64_t size = 0;
  SysTime at;
};
/// `state_folder`: where our own copy of a remote is kept. A note that is there already is not appended again.
capabilities::Delivery append_checkpoint(const definitions::ChannelDef& channel, const CheckpointNote& note,
                                         const std::vector<std::string>& publish_under, const std::string& state_folder);

}  // namespace evenkeel::comms
