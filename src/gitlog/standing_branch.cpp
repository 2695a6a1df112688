#include "gitlog/standing_branch.hpp"

#include <fmt/format.h>

namespace evenkeel::gitlog {
namespace {

constexpr int most_attempts = 4;

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
  const auto listed = TRY(git.run({"ls-remote", "--end-of-options", wanted.remote, base, branch}));
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
  TRY(git.run({"fetch", "-q", "--no-tags", "--no-write-fetch-head", "--end-of-options", wanted.remote, "refs/heads/" + wanted.branch}));
  const auto merged = TRY(git.raw({"merge-tree", "--write-tree", "--no-messages", "--allow-unrelated-histories", wanted.head, tip}));
  if (!merged.ok()) return Standing{file_of(git, wanted.head, wanted.file).value_or(""), true};
  return Standing{file_of(git, merged.out.substr(0, merged.out.find('\n')), wanted.file).value_or("")};
}

}  // namespace

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
    args.insert(args.end(), {"--end-of-options", wanted.remote, commit + ":refs/heads/" + wanted.branch});
    const auto pushed = git.run(std::move(args));
    if (pushed) return out;
    problem = pushed.error().message;
    if (TRY(tips_of(git, wanted)).branch == tips.branch) break;  // nobody was faster: the remote does not want it
  }
  return unavailable(fmt::format("{} was not brought forward on {}: {}", wanted.branch, wanted.remote, problem));
}

}  // namespace evenkeel::gitlog
