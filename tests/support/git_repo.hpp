// A throw-away git repository with fixed people and times, so that its ids are the same on every run.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/process.hpp"

namespace evenkeel::testing_git {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "evenkeel-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
  }
  TempFolder(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class GitRepo {
 public:
  GitRepo() { git({"init", "-q", "-b", "main"}); }
  std::string dir() const { return folder_.path().string(); }

  /// Output of git, run `clock_` hours after the epoch of these tests; a failure fails the test.
  std::string git(const std::vector<std::string>& args) {
    std::vector<std::string> argv = {
        "git", "-C", dir(), "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false", "-c", "core.hooksPath=/dev/null"};
    argv.insert(argv.end(), args.begin(), args.end());
    const std::string when = std::to_string(1'700'000'000 + clock_ * 3600) + " +0000";
    const auto done = run_process(argv, {.env = {{"GIT_AUTHOR_NAME", author_},
                                                 {"GIT_AUTHOR_EMAIL", author_ + "@example.invalid"},
                                                 {"GIT_COMMITTER_NAME", "Ci"},
                                                 {"GIT_COMMITTER_EMAIL", "ci@example.invalid"},
                                                 {"GIT_AUTHOR_DATE", when},
                                                 {"GIT_COMMITTER_DATE", when},
                                                 {"GIT_CONFIG_GLOBAL", "/dev/null"},
                                                 {"GIT_CONFIG_SYSTEM", "/dev/null"}}});
    EXPECT_TRUE(done && done->ok()) << (done ? done->err : done.error().message);
    auto out = done ? done->out : std::string();
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }
  /// A commit that writes one file; answers its id. Each commit is one hour after the one before.
  std::string commit(const std::string& message, const std::string& file = "app.txt", const std::string& content = {}) {
    ++clock_;
    std::ofstream(folder_.path() / file, std::ios::binary) << (content.empty() ? "line " + std::to_string(clock_) + "\n" : content);
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", message});
    return git({"rev-parse", "HEAD"});
  }
  void tag(const std::string& name) { git({"tag", name}); }
  void pass_hours(int hours) { clock_ += hours; }
  void as(const std::string& author) { author_ = author; }

 private:
  TempFolder folder_;
  int clock_ = 0;
  std::string author_ = "Ada";
};

}  // namespace evenkeel::testing_git
