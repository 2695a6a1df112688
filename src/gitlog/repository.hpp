// A git repository, asked through the git program itself: no library, no shell, nothing written.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "gitlog/log.hpp"

namespace evenkeel::gitlog {

struct Tag {
  std::string name;
  std::string target;  // id of the commit it points to, through annotated tags
  bool annotated = false;
  SysTime date;         // the tagger's time; of a light tag, the committer time of its commit
  std::string subject;  // first line of an annotated tag's message
};

struct Range {
  std::string from = {};  // left out, with all it reaches; empty: from the beginning
  std::string to = "HEAD";
};

/// How much differs between two revisions; binary files count no lines.
struct DiffSize {
  std::int64_t files = 0, lines_added = 0, lines_deleted = 0;
};

class Repository {
 public:
  /// Any folder inside a working tree, or a bare repository. Errors: invalid (no such folder, not a repository), unavailable (git is
  /// not installed or refuses the folder), each with what to do.
  static Result<Repository> open(const std::string& dir);

  /// Id of the commit that a revision names. Error: invalid, naming it.
  Result<std::string> resolve(const std::string& revision) const;
  /// Commits of the range, newest first as git orders them; reading stops when `sink` answers false.
  Result<void> walk(const Range& range, const LogParser::Sink& sink) const;
  Result<std::vector<Commit>> commits(const Range& range) const;
  /// With the files of each commit and its changed lines (`--numstat --no-renames`), oldest first in topological order, without merges.
  Result<void> walk_numstat(const Range& range, const LogParser::Sink& sink) const;
  /// All tags that point to commits.
  Result<std::vector<Tag>> tags() const;
  /// Between two revisions as `git diff --numstat --no-renames`; `from` empty: against nothing.
  Result<DiffSize> diff_size(const std::string& from, const std::string& to) const;
  /// A file of a revision, or nothing when it is not there.
  Result<std::optional<std::string>> file(const std::string& revision, const std::string& path) const;
  /// Any other question: output of `git ARGS`. Error: unavailable with git's own words.
  Result<std::string> ask(const std::vector<std::string>& args) const;
  /// The same, line by line, without empty ones.
  Result<std::vector<std::string>> ask_lines(const std::vector<std::string>& args) const;

  const std::string& dir() const { return dir_; }
  std::optional<Millis> deadline = {};
  std::stop_token stop = {};

 private:
  explicit Repository(std::string dir) : dir_(std::move(dir)) {}
  Result<ProcessOutput> run(const std::vector<std::string>& args, std::function<bool(std::string_view)> on_chunk = {}) const;
  Result<void> walk_with(std::vector<std::string> args, const Range& range, const LogParser::Sink& sink) const;

  std::string dir_;
};

}  // namespace evenkeel::gitlog
