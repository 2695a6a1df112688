// The histories of the data folder, imported into bare repositories that go away with the test.
#pragma once
#include "cli/cli.hpp"
#include "support/data.hpp"
#include "support/git_repo.hpp"

namespace evenkeel::testing_data {

/// Calls `look(name, folder)` for each fast-import stream that is found; answers how many there were.
template <class Look>
int each_history(Look look) {
  int seen = 0;
  for (const auto& path : files("data/histories", ".fi.gz")) {
    const testing_git::TempFolder folder;
    const auto dir = folder.path().string();
    auto stream = cli::read_input(path.string()).value();
    EXPECT_TRUE(run_process({"git", "init", "-q", "--bare", dir})->ok());
    EXPECT_TRUE(run_process({"git", "-C", dir, "fast-import", "--quiet"}, {.input = std::move(stream)})->ok()) << path;
    // The branch that the history is of: main or master where there is one, else the one with the newest commit.
    auto branches = run_process({"git", "-C", dir, "for-each-ref", "--sort=-committerdate", "--format=%(refname)", "refs/heads/"})->out;
    std::string head = branches.substr(0, branches.find('\n'));
    for (const auto* usual : {"refs/heads/main\n", "refs/heads/master\n"})
      if (branches.find(usual) != std::string::npos) head.assign(usual, std::char_traits<char>::length(usual) - 1);
    EXPECT_TRUE(run_process({"git", "-C", dir, "symbolic-ref", "HEAD", head})->ok()) << path;
    look(path.filename().string(), dir);
    ++seen;
  }
  return seen;
}

}  // namespace evenkeel::testing_data
