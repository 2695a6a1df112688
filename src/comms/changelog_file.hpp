// CHANGELOG.md as a channel: a release's entries go into the file, the release is cut; or it is marked as yanked. In a folder, or as a
// commit.
//
// Done twice it is done once: a file that has the release already, a history that has a commit of this communication, stay as they are.
#pragma once
#include <string>
#include <vector>

#include "capabilities/delivery.hpp"
#include "changelog/keep_a_changelog.hpp"

namespace evenkeel::comms {

struct FileEntry {
  changelog::Type type = changelog::Type::changed;
  std::string text;
  bool breaking = false;
};
/// What happens to the file.
struct FileEdit {
  std::string version, date;  // ISO
  std::vector<FileEntry> entries;
  bool yank = false;                  // the release was taken back
  std::string file = "CHANGELOG.md";  // in a git repository: where it stands there
};

/// The file's new text; the same text when it is done already. An empty text begins a new changelog.
Result<std::string> edited_file(const std::string& text, const FileEdit& edit);

/// Writes it to `path` in one step (beside it, then renamed). refused: the text cannot be edited; retry: the disk would not have it.
capabilities::Delivery edit_in_folder(const std::string& path, const FileEdit& edit);

/// Commits it to the branch that HEAD names in the repository at `path`, by Evenkeel, with the trailer `Evenkeel-Communication: <id>`.
/// Made of plumbing: other edits in the work tree are left alone, and a bare repository will do. A clean file in the work tree follows
/// the branch. `at`: date of the commit.
capabilities::Delivery edit_in_git(const std::string& path, const FileEdit& edit, const std::string& communication, SysTime at);

}  // namespace evenkeel::comms
