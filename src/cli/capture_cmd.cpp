// evenkeel changelog capture: Unreleased kept current by the pipeline of every merge, as a commit or as a pull request.
#include <fmt/format.h>

#include <filesystem>

#include "app/integrations.hpp"
#include "capabilities/change_host.hpp"
#include "changelog/capture.hpp"
#include "changelog/line_diff.hpp"
#include "cli/changelog_edit.hpp"
#include "cli/commands.hpp"
#include "cli/visible.hpp"
#include "gitlog/reverts.hpp"
#include "gitlog/shallow.hpp"
#include "gitlog/standing_branch.hpp"

namespace evenkeel::cli {
namespace {

using namespace evenkeel::changelog;

Document document_of(const std::string& text) { return Document::parse(text.empty() ? std::string(first_changelog) : text); }

/// What merged since the file was captured last.
struct News {
  std::string from, head;
  std::size_t commits = 0;
  Captured captured;
};

Result<News> news_for(const Args& args, const gitlog::Repository& repository, const Document& document) {
  News news;
  news.head = TRY(repository.resolve(args.text("to")));
  news.from = args.has("from") ? args.text("from") : TRY(capture_from(repository, document, news.head));
  if (const auto warning = TRY(gitlog::shallow_warning(repository)); !warning.empty()) {
    if (news.from.empty()) return invalid(warning + "; the file was never captured in it", "repo");
    fmt::print(stderr, "evenkeel: {}\n", warning);
  }
  const auto changes_of = [](const std::vector<gitlog::Commit>& commits) {
    std::vector<MergedChange> changes;
    for (const auto& c : commits) changes.push_back({c.sha, c.message, {}, {}, c.parents});
    return changes;
  };
  auto commits = TRY(repository.commits({.from = news.from, .to = news.head}));
  const auto changes = changes_of(commits);
  const auto release = news.from.empty() ? std::string() : last_release(repository, news.from);
  const auto earlier = news.from.empty() || release == news.from ? std::vector<gitlog::Commit>{}
                                                                 : TRY(repository.commits({.from = release, .to = news.from}));
  news.commits = changes.size();
  commits.insert(commits.end(), earlier.begin(), earlier.end());
  const auto older = changes_of(TRY(gitlog::named_before(repository, commits)));
  news.captured = TRY(capture(document, changes, news.head, changes_of(earlier), older));
  news.captured.change.remark =
      fmt::format("{} commits since {}: {} entries added, {} left out", news.commits,
                  news.from.empty() ? "the beginning" : news.from.substr(0, 20), news.captured.added.size(), news.captured.left_out.size());
  return news;
}

int say_missing(const Args& args, const News& news) {
  if (args.json) {
    json::Array missing;
    for (const auto& e : news.captured.added)
      missing.push_back(json::Object{{"commit", e.changes.front()}, {"type", std::string(json::enum_text(*e.type))}, {"text", e.text}});
    args.print_json(json::Object{{"from", news.from}, {"to", news.head}, {"missing", std::move(missing)}});
  } else
    for (const auto& e : news.captured.added)
      args.print(fmt::format("{}: no entry for {} ({})\n", args.text("file"), e.changes.front().substr(0, 10), e.text));
  return news.captured.added.empty() ? 0 : 1;
}

constexpr std::string_view request_title = "chore(changelog): what merged since the last release";

/// Of no note in any later capture: a chore, and its trailer says so.
std::string message_of(const std::string& head) {
  return fmt::format("chore(changelog): what merged up to {}\n\nChangelog: skip\n", head.substr(0, 10));
}

// ---- as a pull request -----------------------------------------------------------------------------------------------

enum class Host { github, gitlab, none };
/// Which host opens the request: as it was told, else the one whose pipeline this is.
Result<Host> host_of(const Args& args) {
  const auto name = args.text("host");
  if (name == "github" || (name.empty() && args.has("repository"))) return Host::github;
  if (name == "gitlab" || (name.empty() && args.has("gitlab-project"))) return Host::gitlab;
  if (name == "none" || name.empty()) return Host::none;
  return invalid(fmt::format("'{}' is no host; it is github, gitlab or none", name), "host");
}

/// Where the file stands in the repository.
Result<std::string> path_in(const gitlog::Git& git, const std::string& file) {
  const auto top = git.run({"rev-parse", "--show-toplevel"});
  if (!top) return file;  // a bare repository: as it was given
  std::error_code ec;
  const auto path =
      std::filesystem::weakly_canonical(file, ec).lexically_relative(std::filesystem::weakly_canonical(*top, ec)).generic_string();
  if (path.empty() || path.starts_with("..")) return invalid(fmt::format("{} lies outside of the repository {}", file, *top), "file");
  return path;
}

/// The branch that changes are merged into: as told, else the one that the remote calls its own.
std::string base_of(const Args& args, const gitlog::Git& git) {
  if (args.has("base")) return args.text("base");
  const auto head = git.run({"ls-remote", "--symref", "--end-of-options", args.text("remote"), "HEAD"}).value_or("");
  constexpr std::string_view before = "ref: refs/heads/";
  return head.starts_with(before) ? head.substr(before.size(), head.find('\t') - before.size()) : "main";
}

/// Asks GitHub for the request; the address of it.
Result<std::string> request_on_github(const Args& args, const gitlog::StandingBranch& wanted) {
  http::CurlClient client;
  const auto github = TRY(app::OpenConnections{client}.open(
      {.name = "github", .kind = "github", .settings = {{"url", args.text("api")}, {"secret", args.text("token")}}}));
  const auto kept = github.change_host->keep_pull_request(
      {.repository = args.text("repository"),
       .base = wanted.base,
       .branch = wanted.branch,
       .title = std::string(request_title),
       .body = "Unreleased as it follows from what merged. Words that you change here or in the file stay as you leave them.\n\n"
               "Changelog: skip\n"},
      SystemClock{}.now());
  if (kept.end != capabilities::DeliveryEnd::delivered)
    return unavailable(
        fmt::format("{} is pushed, but there is no pull request yet: {}; running again goes on from here", wanted.branch, kept.reason));
  return kept.receipt;
}

struct Requested {
  std::string end, branch, base, request = {}, set_aside = {};
};
BOOST_DESCRIBE_STRUCT(Requested, (), (end, branch, base, request, set_aside))

void say(const Args& args, const Requested& r) {
  if (args.json) return args.print_json(json::to_value(r));
  if (r.end == "behind") args.print(fmt::format("{} has moved on; the pipeline of its newest commit brings this too\n", r.base));
  if (r.end == "nothing") args.print("nothing new since the last time\n");
  if (r.end != "moved" && r.end != "current") return;
  const auto done = r.end == "moved" ? "has the news" : "had them already";
  args.print(r.request.empty() ? fmt::format("{} {}; it goes to {} by a request\n", r.branch, done, r.base)
                               : fmt::format("{} {}: {}\n", r.branch, done, r.request));
  if (!r.set_aside.empty())
    args.print(fmt::format("what {} said contradicts {} and was set aside; its words are in commit {}\n", r.branch, r.base,
                           r.set_aside.substr(0, 10)));
}

Result<int> request_capture(const Args& args, const gitlog::Repository& repository) {
  const auto host = TRY(host_of(args));
  if (host == Host::github && !args.has("token") && !args.flag("dry-run"))
    return invalid("a pull request on GitHub needs a token that may write contents and pull requests: GITHUB_TOKEN", "token");
  const gitlog::Git git{args.text("repo")};
  const auto path = TRY(path_in(git, args.text("file")));
  const auto head = TRY(repository.resolve(args.text("to")));
  if (args.flag("dry-run")) {
    const auto document = document_of(TRY(repository.file(head, path)).value_or(""));
    return finish_edit(args, document, TRY(news_for(args, repository, document)).captured.change);
  }
  std::string remark;
  gitlog::StandingBranch wanted{.remote = args.text("remote"),
                                .base = base_of(args, git),
                                .branch = args.text("branch"),
                                .head = head,
                                .file = path,
                                .message = message_of(head),
                                .text = [&](const std::string& standing) -> Result<std::string> {
                                  const auto news = TRY(news_for(args, repository, document_of(standing)));
                                  remark = news.captured.change.remark;
                                  return news.captured.change.edits.empty() ? standing : news.captured.change.text;
                                },
                                .at = SystemClock{}.now()};
  if (host == Host::gitlab)  // https://docs.gitlab.com/topics/git/commit/#push-options-for-merge-requests
    wanted.push_options = {"merge_request.create", "merge_request.target=" + wanted.base,
                           "merge_request.title=" + std::string(request_title)};
  const auto brought = TRY(gitlog::push_standing_branch(git, wanted));
  if (!remark.empty()) fmt::print(stderr, "evenkeel: {}\n", visible(remark));
  Requested out{
      .end = std::string(json::enum_text(brought.end)), .branch = wanted.branch, .base = wanted.base, .set_aside = brought.set_aside};
  if (brought.differs && host == Host::github) out.request = TRY(request_on_github(args, wanted));
  return say(args, out), 0;
}

// ---- in place --------------------------------------------------------------------------------------------------------

Result<int> capture_history(const Args& args) {
  const auto repository = TRY(gitlog::Repository::open(args.text("repo")));
  if (args.flag("pull-request")) return request_capture(args, repository);
  const auto path = args.text("file");
  std::error_code ec;
  const bool there = std::filesystem::exists(path, ec);
  const auto document = document_of(there ? TRY(read_input(path)) : "");
  auto news = TRY(news_for(args, repository, document));
  if (args.flag("check")) return say_missing(args, news);
  auto& change = news.captured.change;
  if (!there && change.edits.empty()) change.edits.push_back({document.lines().size(), 0, {}});
  const auto code = TRY(finish_edit(args, document, change));
  if (args.flag("commit") && !args.flag("dry-run") && !change.edits.empty()) {
    const auto file = std::filesystem::absolute(path, ec).string();
    TRY(repository.ask({"add", "--", file}));
    TRY(repository.ask({"commit", "-q", "-m", message_of(news.head), "--", file}));
  }
  return code;
}

}  // namespace

std::vector<Command> capture_commands() {
  return {
      {"changelog capture",
       "Take into Unreleased what merged since the last time; made to be run by the pipeline of every merge",
       {{"file", "The changelog", Param::positional, false, "CHANGELOG.md"},
        {"repo", "Folder of the repository", Param::option, false, "."},
        {"from", "Begin after this revision (default: where the file says it has come to, else the newest version tag)"},
        {"to", "Up to this revision", Param::option, false, "HEAD"},
        {"commit", "Commit the file", Param::flag},
        {"pull-request", "Bring it by a request that stays open and is kept current until somebody merges it", Param::flag},
        {"remote", "With --pull-request: where to", Param::option, false, "origin"},
        {"base", "With --pull-request: branch that changes are merged into (default: the remote's own)"},
        {"branch", "With --pull-request: branch of the request", Param::option, false, "evenkeel/unreleased"},
        {"host", "With --pull-request: github, gitlab or none (default: whose pipeline this is)"},
        {"repository", "GitHub: OWNER/NAME", Param::option, false, "", "GITHUB_REPOSITORY"},
        {"api", "GitHub: address of its API", Param::option, false, "https://api.github.com", "GITHUB_API_URL"},
        {"token", "GitHub: better through the environment than on the command line", Param::option, false, "", "GITHUB_TOKEN"},
        {"gitlab-project", "GitLab: PATH of the project, which its pipelines know", Param::option, false, "", "CI_PROJECT_PATH"},
        {"check", "Write nothing; exit 1 when a merged change has neither an entry nor a reason to have none", Param::flag},
        {"dry-run", "Show what would change and write nothing", Param::flag}},
       capture_history,
       "Running it again adds nothing, and words that a person wrote are never touched. In a pipeline, as a commit or as a request:\n"
       "  git pull --rebase && evenkeel changelog capture --commit && git push\n"
       "  evenkeel changelog capture --pull-request"},
  };
}

}  // namespace evenkeel::cli
