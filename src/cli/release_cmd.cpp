// evenkeel change import: a git range as changes of a release.
#include <fmt/format.h>

#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "gitlog/release_tags.hpp"
#include "gitlog/shallow.hpp"
#include "risk/risk.hpp"

namespace evenkeel::cli {
namespace {

/// A merge's own work began with the first commit of its branch.
Result<std::string> first_written(const gitlog::Repository& repository, const std::string& own, const std::string& parents) {
  const auto space = parents.find(' ');
  if (space == std::string::npos) return own;
  const auto branch =
      TRY(repository.ask_lines({"log", "--reverse", "--format=%at", parents.substr(0, space) + ".." + parents.substr(space + 1)}));
  return branch.empty() ? own : branch.front();
}

std::string iso_of(const std::string& seconds) { return to_iso(from_millis(std::atoll(seconds.c_str()) * 1000)); }

/// One change a commit of the first-parent line: a merge stands for what it merged.
Result<json::Object> change_of(const gitlog::Repository& repository, const std::string& sha) {
  auto message = TRY(repository.ask({"log", "-1", "--format=%at%n%ct%n%aN <%aE>%n%P%n%B", sha}));
  std::vector<std::string> head;
  for (std::size_t at = 0; head.size() < 4;) {
    const auto stop = message.find('\n', at);
    head.push_back(message.substr(at, stop - at));
    at = stop + 1;
    if (head.size() == 4) message.erase(0, at);
  }
  json::Array files;
  std::int64_t added = 0, deleted = 0;
  const auto touched =
      TRY(repository.ask_lines({"diff-tree", "--numstat", "--no-renames", "-r", "--root", "-m", "--first-parent", "--no-commit-id", sha}));
  for (const auto& line : touched) {
    const auto tab = line.find('\t'), second = line.find('\t', tab + 1);
    if (tab == std::string::npos || second == std::string::npos) continue;
    added += std::atoll(line.c_str());
    deleted += std::atoll(line.c_str() + tab + 1);
    files.push_back(boost::json::string(line.substr(second + 1)));
  }
  while (message.ends_with('\n')) message.pop_back();
  return json::Object{{"source", "git"},
                      {"external_id", sha},
                      {"title", message.substr(0, message.find('\n'))},
                      {"message", message},
                      {"author", head[2]},
                      {"merged_at", iso_of(head[1])},
                      {"first_commit_at", iso_of(TRY(first_written(repository, head[0], head[3])))},
                      {"files", std::move(files)},
                      {"lines_added", added},
                      {"lines_deleted", deleted}};
}

/// What is read of a release: what runs now, of each component.
struct Running {
  std::string service, from_version;
};
BOOST_DESCRIBE_STRUCT(Running, (), (service, from_version))
struct Planned {
  std::vector<Running> components;
};
BOOST_DESCRIBE_STRUCT(Planned, (), (components))

/// The tag of the version that runs: of the service's own tags where it has some ("api/v1.2.0"), else of any family.
std::optional<std::string> tag_of(const std::vector<gitlog::Tag>& tags, const Running& running) {
  std::optional<std::string> found;
  for (const auto& tag : tags) {
    const auto version = gitlog::version_of_tag(tag.name);
    if (!version || gitlog::compare_versions(version->version, running.from_version) != 0) continue;
    if (version->family.starts_with(running.service)) return tag.name;
    if (!found || tag.name.size() < found->size()) found = tag.name;
  }
  return found;
}

/// Where the range begins when nobody says: at the running version, of several components the oldest. Empty: at the beginning.
Result<std::string> running_version(Api& api, const gitlog::Repository& repository, const Args& args) {
  const auto planned =
      TRY(json::from_value<Planned>(TRY(api.call("GET", "/api/v1/releases/" + http::percent_encode(args.text("release"))))));
  const auto tags = TRY(repository.tags());
  std::string oldest;
  for (const auto& c : planned.components) {
    if (c.from_version.empty()) continue;
    const auto tag = tag_of(tags, c);
    if (!tag)
      return invalid(fmt::format("{} runs {}, and no tag of {} names that version; say where the range begins: --from REV", c.service,
                                 c.from_version, args.text("repo")),
                     "from");
    if (oldest.empty() || repository.ask({"merge-base", "--is-ancestor", "refs/tags/" + *tag, "refs/tags/" + oldest})) oldest = *tag;
  }
  return oldest;
}

Result<int> import(const Args& args) {
  auto repository = TRY(gitlog::Repository::open(args.text("repo")));
  if (const auto warning = TRY(gitlog::shallow_warning(repository)); !warning.empty()) fmt::print(stderr, "evenkeel: {}\n", warning);
  auto api = TRY(Api::open(args));
  const auto base = args.has("from") ? args.text("from") : TRY(running_version(*api, repository, args)), to = args.text("to");
  const auto ids =
      TRY(repository.ask_lines({"rev-list", "--first-parent", "--reverse", "--end-of-options", (base.empty() ? "" : base + "..") + to}));
  const auto range = base.empty() ? "everything up to " + to : base + ".." + to;
  if (ids.empty()) return invalid(fmt::format("{} has no commits in {}", args.text("repo"), range), "from");
  constexpr std::size_t many = 500;
  if (ids.size() > many)
    TRY(confirm(
        args, fmt::format("{} are {} changes, which is much for one release; --from REV says where it begins. Bring all of them in?", range,
                          ids.size())));
  json::Array changes;
  for (const auto& sha : ids) {
    if (changes.size() % 25 == 0) args.progress(fmt::format("reading {} of {} changes of {} ...", changes.size(), ids.size(), range));
    changes.push_back(TRY(change_of(repository, sha)));
  }
  args.progress("");
  const auto answer = TRY(api->call("POST", "/api/v1/releases/" + http::percent_encode(args.text("release")) + "/changes",
                                    json::Object{{"changes", std::move(changes)}, {"up_to", ids.back()}}));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  const auto imported = TRY(json::from_value<risk::Imported>(answer));
  args.print(fmt::format("{}: {} changes added, {} known{}, {} of other services or too late", range, imported.added, imported.known,
                         imported.completed == 0 ? "" : fmt::format(", {} completed", imported.completed), imported.outside));
  std::vector<std::vector<std::string>> rows{{"CHANGE", "TIER", "TITLE", "WHY"}};
  for (const auto& c : imported.changes)
    rows.push_back({c.external_id.substr(0, 10), std::string(json::enum_text(c.tier)), c.title.substr(0, 60), c.tier_reason});
  args.print(table(rows));
  args.print("next: evenkeel entries draft " + args.text("release"));
  return 0;
}

}  // namespace

std::vector<Command> release_commands() {
  std::vector<Command> list;
  std::vector<Param> import_params{{"release", "Version, area/version or id", Param::positional, true},
                                   {"repo", "The git repository", Param::option, false, "."},
                                   {"from", "Left out, with all before it; default: the running version's tag"},
                                   {"to", "Up to here", Param::option, false, "HEAD"},
                                   yes_param()};
  list.push_back({"change import", "Bring a git range into the release's scope; each change is classified with a reason",
                  with_connection(std::move(import_params)), import});
  return list;
}

}  // namespace evenkeel::cli
