// Commits made of git's plumbing: the work tree is left alone, and a bare repository will do.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/process.hpp"

namespace evenkeel::gitlog {

/// git in one repository, undisturbed by the caller's own environment; it never asks for a password.
class Git {
 public:
  explicit Git(std::string path) : path_(std::move(path)) {}

  /// Standard output without its last line ends. Error: unavailable, with what git said.
  Result<std::string> run(std::vector<std::string> args, const std::string& input = {}, std::map<std::string, std::string> env = {}) const;
  Result<ProcessOutput> raw(std::vector<std::string> args, const std::string& input = {},
                            std::map<std::string, std::string> env = {}) const;
  bool says_yes(std::vector<std::string> args) const;
  /// The file as it is in that commit; empty where the commit has none, or `commit` is empty. Error: unavailable, it cannot be read.
  Result<std::string> file_at(const std::string& commit, const std::string& file) const;

 private:
  std::string path_;
};

/// One file as it shall stand; everything else is as in `base`.
struct FileCommit {
  std::string base;                  // commit; empty: no other files
  std::vector<std::string> parents;  // none: the first commit
  std::string file, text;            // path in the repository
  std::string message;
  SysTime at;
};
/// Makes the commit, by Evenkeel, and moves no branch: id of the commit. The same twice is the same commit.
Result<std::string> make_commit(const Git& git, const FileCommit& wanted);

}  // namespace evenkeel::gitlog
