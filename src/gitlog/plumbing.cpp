#include "gitlog/plumbing.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/id.hpp"
#include "base/utf8.hpp"

namespace evenkeel::gitlog {
namespace {

constexpr int most_attempts = 4;

std::map<std::string, std::string> by_evenkeel(SysTime at) {
  const auto when = fmt::format("{} +0000", to_millis(at) / 1000);
  return {{"GIT_AUTHOR_NAME", "Evenkeel"},    {"GIT_AUTHOR_EMAIL", "evenkeel@localhost"},    {"GIT_AUTHOR_DATE", when},
          {"GIT_COMMITTER_NAME", "Evenkeel"}, {"GIT_COMMITTER_EMAIL", "evenkeel@localhost"}, {"GIT_COMMITTER_DATE", when}};
}

/// A file of a commit; nothing when it is not there.
std::optional<std::string> file_of(const Git& git, const std::string& commit, const std::string& file) {
  if (commit.empty()) return {};
  auto shown = git.raw({"show", commit + ":" + file});
  if (!shown || !shown->ok()) return {};
  return std::move(shown->out);
}

/// The commits that two branches of the remote point to; empty: no such branch.
struct Tips {
  std::string base, branch;
};
Result<Tips> tips_of(const Git& git, const StandingBranch& wanted) {
  const auto base = "refs/heads/" + wanted.base, branch = "refs/heads/" + wanted.branch;
  const auto listed = TRY(git.run({"ls-remote", wanted.remote, base, branch}));
  Tips tips;
  for (std::size_t from = 0; from < listed.size();) {
    const auto end = std::min(listed.find('\n', from), listed.size());
    const auto tab = listed.find('\t', from);
    if (tab < end) {
      const auto ref = listed.substr(tab + 1, end - tab - 1);
      if (ref == base) tips.base = listed.substr(from, tab - from);
      if (ref == branch) tips.branch = listed.substr(from, tab - from);
    }
    from = end + 1;
  }
  return tips;
}

/// The file as base and branch have it together; the base's own when they contradict each other.
struct Standing {
  std::string text;
  bool contradicts = false;
};
Result<Standing> standing_file(const Git& git, const StandingBranch& wanted, const std::string& tip) {
  if (tip.empty()) return Standing{file_of(git, wanted.head, wanted.file).value_or("")};
  TRY(git.run({"fetch", "-q", "--no-tags", "--no-write-fetch-head", wanted.remote, "refs/heads/" + wanted.branch}));
  const auto merged = TRY(git.raw({"merge-tree", "--write-tree", "--no-messages", "--allow-unrelated-histories", wanted.head, tip}));
  if (!merged.ok()) return Standing{file_of(git, wanted.head, wanted.file).value_or(""), true};
  return Standing{file_of(git, merged.out.substr(0, merged.out.find('\n')), wanted.file).value_or("")};
}

}  // namespace

Result<ProcessOutput> Git::raw(std::vector<std::string> args, const std::string& input, std::map<std::string, std::string> env) const {
  std::vector<std::string> argv{"git", "-C", path_};
  argv.insert(argv.end(), std::make_move_iterator(args.begin()), std::make_move_iterator(args.end()));
  env.emplace("GIT_TERMINAL_PROMPT", "0");
  return run_process(
      argv, {.env = std::move(env), .without = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}, .input = input, .deadline = Millis{60'000}});
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

Result<Brought> push_standing_branch(const Git& git, const StandingBranch& wanted) {
  std::string problem;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const auto tips = TRY(tips_of(git, wanted));
    if (tips.base.empty())
      return invalid(
          fmt::format("{} has no branch {}; name the branch that changes are merged into with --base", wanted.remote, wanted.base), "base");
    if (tips.base != wanted.head) return Brought{Pushed::behind};
    const auto standing = TRY(standing_file(git, wanted, tips.branch));
    const auto text = TRY(wanted.text(standing.text));
    Brought out{.differs = text != file_of(git, wanted.head, wanted.file).value_or("")};
    if (tips.branch.empty() && !out.differs) return out;
    out.end = Pushed::current;
    if (file_of(git, tips.branch, wanted.file) == text) return out;
    out.end = Pushed::moved;
    if (standing.contradicts) out.set_aside = tips.branch;
    std::vector<std::string> parents{wanted.head};
    if (!tips.branch.empty()) parents.insert(parents.begin(), tips.branch);
    const auto commit = TRY(make_commit(
        git, {.base = wanted.head, .parents = parents, .file = wanted.file, .text = text, .message = wanted.message, .at = wanted.at}));
    std::vector<std::string> args{"push", "-q"};
    for (const auto& option : wanted.push_options) args.insert(args.end(), {"-o", option});
    args.insert(args.end(), {wanted.remote, commit + ":refs/heads/" + wanted.branch});
    const auto pushed = git.run(std::move(args));
    if (pushed) return out;
    problem = pushed.error().message;
    if (TRY(tips_of(git, wanted)).branch == tips.branch) break;  // nobody was faster: the remote does not want it
  }
  return unavailable(fmt::format("{} was not brought forward on {}: {}", wanted.branch, wanted.remote, problem));
}

}  // namespace evenkeel::gitlog
