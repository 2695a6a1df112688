// evenkeel version check|sort: version texts by SemVer 2.0.0.
#include "base/semver.hpp"
#include "cli/commands.hpp"

namespace evenkeel::cli {
namespace {

struct VersionVerdict {
  std::string version;
  bool valid = false;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(VersionVerdict, (), (version, valid, reason))

Result<int> check(const Args& args) {
  std::vector<VersionVerdict> verdicts;
  std::vector<std::vector<std::string>> rows = {{"VERSION", "VALID", "REASON"}};
  bool all_valid = true;
  for (const auto& text : args.list("version")) {
    const auto version = parse_semver(text);
    verdicts.push_back({text, version.has_value(), version ? std::nullopt : std::optional(version.error().message)});
    rows.push_back({text, version ? "yes" : "no", verdicts.back().reason.value_or("")});
    all_valid &= version.has_value();
  }
  if (args.json)
    args.print_json(json::to_value(verdicts));
  else
    args.print(table(rows));
  return all_valid ? 0 : 1;
}

Result<int> sort(const Args& args) {
  std::vector<SemVer> versions;
  for (const auto& text : args.list("version")) versions.push_back(TRY(parse_semver(text)));
  std::stable_sort(versions.begin(), versions.end());
  json::Array sorted;
  std::string lines;
  for (const auto& version : versions) {
    sorted.emplace_back(json::to_value(version.text));
    lines += version.text + "\n";
  }
  if (args.json)
    args.print_json(sorted);
  else
    args.print(lines);
  return 0;
}

}  // namespace

std::vector<Command> version_commands() {
  const Param versions{"version", "Version texts", Param::positional_list, true};
  return {{"version check", "Say of each text whether it is a semantic version, and why not (exit 1 when one is not)", {versions}, check},
          {"version sort", "Print versions in ascending precedence; equal ones keep their order", {versions}, sort}};
}

}  // namespace evenkeel::cli
