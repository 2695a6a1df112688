// evenkeel change import: a git range as changes of a release.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "gitlog/release_tags.hpp"
#include "gitlog/shallow.hpp"
#include "risk/risk.hpp"

namespace evenkeel::cli {
namespace {

/// One change a commit of the first-parent line: a merge stands for what it merged.
Result<int> import(const Args& args) {
  auto repository = TRY(gitlog::Repository::open(args.text("repo")));
  if (const auto warning = TRY(gitlog::shallow_warning(repository)); !warning.empty()) fmt::print(stderr, "evenkeel: {}\n", warning);
  const auto base = args.text("from"), to = args.text("to");
  const auto ids =
      TRY(repository.ask({"rev-list", "--first-parent", "--reverse", "--end-of-options", (base.empty() ? "" : base + "..") + to}));
  json::Array changes;
  std::size_t start = 0;
  while (start < ids.size()) {
    const auto end = ids.find('\n', start);
    const auto sha = ids.substr(start, end - start);
    start = end == std::string::npos ? ids.size() : end + 1;
    if (sha.empty()) continue;
    auto commits = TRY(repository.ask({"log", "-1", "--format=%at%n%ct%n%aN <%aE>%n%P%n%B", sha}));
    std::vector<std::string> lines;
    for (std::size_t at = 0; lines.size() < 4;) {
      const auto stop = commits.find('\n', at);
      lines.push_back(commits.substr(at, stop - at));
      at = stop + 1;
      if (lines.size() == 4) commits.erase(0, at);
    }
    std::string first_at = lines[0];
    if (const auto space = lines[3].find(' '); space != std::string::npos) {  // a merge: its own work began with the branch's first commit
      const auto branch =
          TRY(repository.ask({"log", "--reverse", "--format=%at", lines[3].substr(0, space) + ".." + lines[3].substr(space + 1)}));
      if (!branch.empty()) first_at = branch.substr(0, branch.find('\n'));
    }
    json::Array files;
    std::int64_t added = 0, deleted = 0;
    const auto numstat =
        TRY(repository.ask({"diff-tree", "--numstat", "--no-renames", "-r", "--root", "-m", "--first-parent", "--no-commit-id", sha}));
    for (std::size_t at = 0; at < numstat.size();) {
      const auto stop = numstat.find('\n', at);
      const auto line = numstat.substr(at, stop - at);
      at = stop == std::string::npos ? numstat.size() : stop + 1;
      const auto tab = line.find('\t'), second = line.find('\t', tab + 1);
      if (tab == std::string::npos || second == std::string::npos) continue;
      added += std::atoll(line.c_str());
      deleted += std::atoll(line.c_str() + tab + 1);
      files.push_back(boost::json::string(line.substr(second + 1)));
    }
    while (commits.ends_with('\n')) commits.pop_back();
    json::Object change{{"source", "git"},
                        {"external_id", sha},
                        {"title", commits.substr(0, commits.find('\n'))},
                        {"message", commits},
                        {"author", lines[2]},
                        {"merged_at", to_iso(from_millis(std::atoll(lines[1].c_str()) * 1000))},
                        {"first_commit_at", to_iso(from_millis(std::atoll(first_at.c_str()) * 1000))},
                        {"files", std::move(files)},
                        {"lines_added", added},
                        {"lines_deleted", deleted}};
    changes.push_back(std::move(change));
  }
  if (changes.empty()) return invalid(fmt::format("{} has no commits in {}..{}", args.text("repo"), base, to), "from");
  auto api = TRY(Api::open(args));
  const auto answer = TRY(api->call("POST", "/api/v1/releases/" + http::percent_encode(args.text("release")) + "/changes",
                                    json::Object{{"changes", std::move(changes)}}));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  const auto imported = TRY(json::from_value<risk::Imported>(answer));
  args.print(fmt::format("{} changes added, {} known{}, {} of other services", imported.added, imported.known,
                         imported.completed == 0 ? "" : fmt::format(", {} completed", imported.completed), imported.outside));
  std::vector<std::vector<std::string>> rows{{"CHANGE", "TIER", "TITLE", "WHY"}};
  for (const auto& c : imported.changes)
    rows.push_back({c.external_id.substr(0, 10), std::string(json::enum_text(c.tier)), c.title.substr(0, 60), c.tier_reason});
  args.print(table(rows));
  return 0;
}

}  // namespace

std::vector<Command> release_commands() {
  std::vector<Command> list;
  std::vector<Param> import_params{{"release", "Version, area/version or id", Param::positional, true},
                                   {"repo", "The git repository", Param::option, false, "."},
                                   {"from", "Left out, with all before it: usually the running version's tag"},
                                   {"to", "Up to here", Param::option, false, "HEAD"}};
  for (auto& p : connection_params()) import_params.push_back(std::move(p));
  list.push_back({"change import", "Bring a git range into the release's scope; each change is classified with a reason",
                  std::move(import_params), import});
  return list;
}

}  // namespace evenkeel::cli
