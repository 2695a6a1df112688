// Commits as git tells them, read from the stream of one `git log` as it comes.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel::gitlog {

/// One file of a commit's difference to its first parent; a binary file counts no lines.
struct FileChange {
  std::string path;
  std::int64_t added = 0, deleted = 0;
  bool binary = false;
};

struct Commit {
  std::string sha;
  std::vector<std::string> parents;
  std::string author_name, author_email;  // after the repository's .mailmap
  SysTime authored, committed;
  std::string message;            // without the trailing newlines
  std::vector<FileChange> files;  // only when asked for

  bool is_merge() const { return parents.size() > 1; }
  std::string_view subject() const;  // the first line
  std::string_view body() const;     // what follows the blank line after the subject
};

struct Trailer {
  std::string token, value;  // "Changelog", "added"; continuation lines are joined by a blank
};
/// The trailers of a message by git's own rule: the last paragraph, when all its lines are trailers, or when it has one that git
/// writes itself (Signed-off-by, "(cherry picked from") and at least a quarter of its lines are trailers.
std::vector<Trailer> trailers(std::string_view message);

/// What `git log` must be asked for so that LogParser can read it (with -z, and with --numstat where files are wanted).
inline constexpr std::string_view log_format = "--format=tformat:%x01%H%n%P%n%aN%n%aE%n%at%n%ct%n%B";

/// Reads the stream in pieces of any size. Every commit goes to `sink`, in git's order; `false` from it ends the reading.
/// Records end in NUL, which neither a message nor a path can contain, and \1 marks a commit among file lines.
class LogParser {
 public:
  using Sink = std::function<bool(Commit&&)>;
  explicit LogParser(Sink sink) : sink_(std::move(sink)) {}
  /// False when the sink had enough or the stream made no sense (finish() tells which).
  bool push(std::string_view bytes);
  Result<void> finish();

 private:
  bool take(std::string_view record);
  bool emit();
  bool wrong(std::string_view record, std::string_view why);

  Sink sink_;
  std::string pending_;  // an unfinished record
  Commit commit_;
  bool has_commit_ = false, stopped_ = false;
  std::string fault_;
};

}  // namespace evenkeel::gitlog
