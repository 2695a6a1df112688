#include "gitlog/plumbing.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/id.hpp"
#include "base/utf8.hpp"
#include "gitlog/careful.hpp"

namespace evenkeel::gitlog {
namespace {

std::map<std::string, std::string> by_evenkeel(SysTime at) {
  const auto when = fmt::format("{} +0000", to_millis(at) / 1000);
  return {{"GIT_AUTHOR_NAME", "Evenkeel"},    {"GIT_AUTHOR_EMAIL", "evenkeel@localhost"},    {"GIT_AUTHOR_DATE", when},
          {"GIT_COMMITTER_NAME", "Evenkeel"}, {"GIT_COMMITTER_EMAIL", "evenkeel@localhost"}, {"GIT_COMMITTER_DATE", when}};
}

}  // namespace

Result<ProcessOutput> Git::raw(std::vector<std::string> args, const std::string& input, std::map<std::string, std::string> env) const {
  auto argv = careful_git(path_);
  argv.insert(argv.end(), std::make_move_iterator(args.begin()), std::make_move_iterator(args.end()));
  for (auto& one : careful_environment()) env.insert(std::move(one));
  return run_process(argv, {.env = std::move(env), .without = careless_variables(), .input = input, .deadline = Millis{60'000}});
}

Result<std::string> Git::run(std::vector<std::string> args, const std::string& input, std::map<std::string, std::string> env) const {
  const auto verb = args.front();
  auto done = TRY(raw(std::move(args), input, std::move(env)));
  if (!done.ok()) return unavailable(fmt::format("git {} in {} failed: {}", verb, path_, clean_text(done.err, 300)));
  while (done.out.ends_with('\n')) done.out.pop_back();
  return std::move(done.out);
}

bool Git::says_yes(std::vector<std::string> args) const {
  const auto done = raw(std::move(args));
  return done && done->ok();
}

Result<std::string> Git::file_at(const std::string& commit, const std::string& file) const {
  if (commit.empty() || TRY(run({"ls-tree", "--full-tree", "--name-only", commit, "--", file})).empty()) return "";
  auto shown = TRY(raw({"cat-file", "blob", commit + ":" + file}));
  if (!shown.ok()) return unavailable(fmt::format("git cat-file in {} failed: {}", path_, clean_text(shown.err, 300)));
  return std::move(shown.out);
}

Result<std::string> make_commit(const Git& git, const FileCommit& wanted) {
  const auto blob = TRY(git.run({"hash-object", "-w", "--stdin"}, wanted.text));
  const auto index = TRY(git.run({"rev-parse", "--absolute-git-dir"})) + "/" + make_id("evenkeel-index", wanted.at);
  const std::map<std::string, std::string> own_index{{"GIT_INDEX_FILE", index}};
  const auto tree = [&]() -> Result<std::string> {
    if (!wanted.base.empty()) TRY(git.run({"read-tree", wanted.base}, {}, own_index));
    TRY(git.run({"update-index", "--add", "--cacheinfo", "100644," + blob + "," + wanted.file}, {}, own_index));
    return git.run({"write-tree"}, {}, own_index);
  }();
  std::error_code ec;
  std::filesystem::remove(index, ec);
  std::vector<std::string> args{"commit-tree", TRY(tree), "-F", "-"};
  for (const auto& parent : wanted.parents) args.insert(args.end(), {"-p", parent});
  return git.run(std::move(args), wanted.message, by_evenkeel(wanted.at));
}

}  // namespace evenkeel::gitlog
