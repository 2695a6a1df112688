#include "comms/branch_commit.hpp"

#include <filesystem>

#include "gitlog/plumbing.hpp"

namespace evenkeel::comms {
namespace {

using capabilities::Delivery;
using capabilities::DeliveryEnd;
using gitlog::Git;

Delivery retry(const Error& error) { return {DeliveryEnd::retry, {}, error.message, {}}; }

struct Committed {
  std::string commit;  // of the branch as it shall stand
  bool is_new = false;
};
/// On top of `head` (empty: the branch begins here). No branch is moved.
Result<Committed> commit_on(const Git& git, const std::string& head, const BranchEdit& edit) {
  const auto before = TRY(git.file_at(head, edit.file));
  const auto after = edit.text(before);
  if (!head.empty() && after == before) return Committed{head};
  gitlog::FileCommit wanted{.base = head, .parents = {}, .file = edit.file, .text = after, .message = edit.message, .at = edit.at};
  if (!head.empty()) wanted.parents = {head};
  return Committed{TRY(make_commit(git, wanted)), true};
}

bool is_branch_name(const Git& git, const std::string& branch) { return git.says_yes({"check-ref-format", "--branch", branch}); }

/// What the remote's branch points to, fetched; empty: no such branch.
Result<std::string> fetch(const Git& git, const std::string& address, const std::string& ref) {
  const auto listed = TRY(git.run({"ls-remote", "--end-of-options", address, ref}));
  const auto tip = listed.substr(0, listed.find('\t'));
  if (!tip.empty()) TRY(git.run({"fetch", "-q", "--no-tags", "--no-write-fetch-head", "--end-of-options", address, ref}));
  return tip;
}

}  // namespace

bool is_remote_repository(const std::string& path) {
  const auto colon = path.find(':');
  return path.contains("://") || (colon != std::string::npos && path.find('@') < colon && colon < path.find('/'));
}

Delivery commit_to_branch(const std::string& repository, const BranchEdit& edit) {
  const Git git{repository};
  if (!git.says_yes({"rev-parse", "--git-dir"})) return {DeliveryEnd::refused, {}, repository + " is not a git repository", {}};
  if (!is_branch_name(git, edit.branch)) return {DeliveryEnd::refused, {}, edit.branch + " is no name of a branch", {}};
  const auto ref = "refs/heads/" + edit.branch;
  const auto head = git.run({"rev-parse", "-q", "--verify", ref}).value_or("");
  const auto made = commit_on(git, head, edit);
  if (!made) return retry(made.error());
  if (made->is_new) {
    const auto from = head.empty() ? std::string(made->commit.size(), '0') : head;
    if (const auto moved = git.run({"update-ref", "-m", "evenkeel", ref, made->commit, from}); !moved) return retry(moved.error());
  }
  return {DeliveryEnd::delivered, made->commit, {}, {}};
}

Delivery push_to_branch(const std::string& address, const std::string& through, const BranchEdit& edit) {
  std::error_code ec;
  std::filesystem::create_directories(through, ec);
  const Git git{through};
  if (ec) return {DeliveryEnd::retry, {}, fmt::format("{} cannot be made: {}", through, ec.message()), {}};
  if (!std::filesystem::exists(through + "/HEAD", ec))
    if (const auto made = git.run({"init", "-q", "--bare", "--template="}); !made) return retry(made.error());
  if (!is_branch_name(git, edit.branch)) return {DeliveryEnd::refused, {}, edit.branch + " is no name of a branch", {}};
  const auto ref = "refs/heads/" + edit.branch;
  const auto head = fetch(git, address, ref);
  if (!head) return retry(head.error());
  const auto made = commit_on(git, *head, edit);
  if (!made) return retry(made.error());
  if (made->is_new)
    if (const auto pushed = git.run({"push", "-q", "--end-of-options", address, made->commit + ":" + ref}); !pushed)
      return retry(pushed.error());
  return {DeliveryEnd::delivered, made->commit, {}, {}};
}

}  // namespace evenkeel::comms
