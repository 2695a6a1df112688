// Where file, git and docs channels may write: below folders that the operator named at start (--publish-under), never elsewhere.
//
// Authors name the places, and the server writes there as itself. So a path is followed to where it really leads, every symbolic link
// resolved, and only what then lies below one of the folders is touched. Without any named folder nothing is written.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"

namespace evenkeel::comms {

/// The real path of a file or folder, which need not be there yet. Error: forbidden, saying what the operator would have to name.
Result<std::string> publish_place(const std::vector<std::string>& folders, const std::string& path);
/// The same of a git repository: its own folder, and the one its `.git` may point to.
Result<std::string> publish_repository(const std::vector<std::string>& folders, const std::string& path);

/// Whole or not at all, on the disk before it is renamed; never through a symbolic link. Error: unavailable.
Result<void> write_whole(const std::string& path, const std::string& text);

}  // namespace evenkeel::comms
