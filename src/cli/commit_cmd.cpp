// evenkeel commit parse: commit messages by Conventional Commits 1.0.0.
#include "cli/commands.hpp"
#include "gitlog/conventional_commit.hpp"

namespace evenkeel::cli {
namespace {

std::vector<std::string_view> split_at_nul(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = text.find('\0');
    parts.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return parts;
}

Result<int> parse(const Args& args) {
  const auto input = TRY(read_input(args.text("file")));
  gitlog::MessageHabits habits;
  if (args.has("issue-prefix")) habits.issue_prefixes = args.list("issue-prefix");
  std::vector<gitlog::ConventionalCommit> commits;
  for (const auto message : split_at_nul(input)) commits.push_back(gitlog::parse_commit_message(message, habits));
  if (args.json) {
    args.print_json(json::to_value(commits));
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"TYPE", "SCOPE", "BUMP", "DESCRIPTION"}};
  for (const auto& c : commits) rows.push_back({c.type.value_or("-"), c.scope.value_or(""), c.bump.value_or("none"), c.description});
  args.print(table(rows));
  return 0;
}

}  // namespace

std::vector<Command> commit_commands() {
  return {{"commit parse",
           "Read commit messages by Conventional Commits 1.0.0",
           {{"file", "Messages, separated by NUL ('-': standard input)", Param::positional, false, "-"},
            {"issue-prefix", "Text before an issue number, such as '#' or 'PROJ-'", Param::option_list}},
           parse,
           "Example: git log -z --format=%B v1.0.0.. | evenkeel commit parse --json"}};
}

}  // namespace evenkeel::cli
