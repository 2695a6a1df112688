#include "changelog/upkeep.hpp"

#include <algorithm>

namespace evenkeel::changelog {
namespace {

using Word = std::string_view;
constexpr Word release_reason = "makes the release itself", pipeline_reason = "concerns the pipeline only",
               tests_reason = "concerns the tests only", wording_reason = "concerns the wording only",
               documentation_reason = "concerns the documentation only", form_reason = "changes the form of the code only",
               merging_reason = "settles a merge";

constexpr std::pair<Word, Word> starts[] = {{"bump version", release_reason},
                                            {"version bump", release_reason},
                                            {"bump versions", release_reason},
                                            {"prepare release", release_reason},
                                            {"prepare for release", release_reason},
                                            {"prepare for v", release_reason},
                                            {"cut release", release_reason},
                                            {"cut v", release_reason},
                                            {"mark this ", release_reason},
                                            {"release v", release_reason},
                                            {"release 0", release_reason},
                                            {"release 1", release_reason},
                                            {"release 2", release_reason},
                                            {"bump ", dependency_reason},
                                            {"update dependency", dependency_reason},
                                            {"update dependencies", dependency_reason},
                                            {"upgrade dependencies", dependency_reason},
                                            {"update cargo.lock", dependency_reason},
                                            {"update yarn.lock", dependency_reason},
                                            {"update go.sum", dependency_reason},
                                            {"update changelog", documentation_reason},
                                            {"update readme", documentation_reason},
                                            {"fix typo", wording_reason},
                                            {"fix a typo", wording_reason},
                                            {"typo", wording_reason},
                                            {"conflicts:", merging_reason},
                                            {"# conflicts", merging_reason},
                                            {"resolve conflict", merging_reason},
                                            {"resolve merge conflict", merging_reason},
                                            {"fix merge conflict", merging_reason},
                                            {"merge branch", merging_reason},
                                            {"merge pull request", merging_reason},
                                            {"merge remote-tracking", merging_reason},
                                            {"fix lint", form_reason},
                                            {"fix ci", pipeline_reason},
                                            {"fix the ci", pipeline_reason},
                                            {"fix test", tests_reason},
                                            {"fix the test", tests_reason},
                                            {"fix unit test", tests_reason},
                                            {"fix flaky", tests_reason},
                                            {"fix tests", tests_reason},
                                            {"add test", tests_reason},
                                            {"add unit test", tests_reason},
                                            {"add more tests", tests_reason},
                                            {"add regression test", tests_reason}};
constexpr std::pair<Word, Word> scopes[] = {{"ci", pipeline_reason},
                                            {"cd", pipeline_reason},
                                            {"github", pipeline_reason},
                                            {"workflow", pipeline_reason},
                                            {"workflows", pipeline_reason},
                                            {"actions", pipeline_reason},
                                            {"test", tests_reason},
                                            {"tests", tests_reason},
                                            {"fixture", tests_reason},
                                            {"fixtures", tests_reason},
                                            {"e2e", tests_reason},
                                            {"release", release_reason},
                                            {"deps", dependency_reason},
                                            {"deps-dev", dependency_reason},
                                            {"lint", form_reason},
                                            {"docs", documentation_reason},
                                            {"readme", documentation_reason},
                                            {"changelog", documentation_reason}};

bool starts_or_ends(std::string_view name, std::initializer_list<Word> begins, std::initializer_list<Word> ends) {
  return std::ranges::any_of(begins, [&](Word w) { return name.starts_with(w); }) ||
         std::ranges::any_of(ends, [&](Word w) { return name.ends_with(w); });
}
template <class List>
bool one_of(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

bool of_pipeline(std::string_view path, std::string_view name) {
  static constexpr Word roots[] = {".github/", ".gitlab/", ".circleci/",        ".buildkite/",
                                   ".builds/", ".travis/", ".azure-pipelines/", ".husky/"};
  static constexpr Word files[] = {"jenkinsfile",         ".travis.yml",    ".gitlab-ci.yml", "appveyor.yml",   ".appveyor.yml",
                                   "azure-pipelines.yml", ".cirrus.yml",    ".golangci.yml",  ".golangci.yaml", "codeowners",
                                   ".gitignore",          ".gitattributes", ".mailmap",       ".editorconfig",  ".pre-commit-config.yaml",
                                   "renovate.json",       "renovate.json5", "dependabot.yml"};
  return std::ranges::any_of(roots, [&](Word root) { return path.starts_with(root); }) || one_of(files, name);
}
bool of_tests(std::string_view path, std::string_view name) {
  static constexpr Word folders[] = {"test", "tests", "testing", "testdata", "testsuite", "__tests__", "e2e", "spec", "fixtures"};
  for (std::size_t at = 0; at < path.size();) {
    const auto slash = path.find('/', at);
    if (slash == std::string_view::npos) break;
    if (one_of(folders, path.substr(at, slash - at))) return true;
    at = slash + 1;
  }
  const auto stem = name.substr(0, name.rfind('.'));
  return starts_or_ends(stem, {"test_"}, {"_test", ".test", ".spec", "_tests"});
}
bool of_locks(std::string_view name) {
  static constexpr Word files[] = {"go.sum", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "gemfile.lock", "bun.lockb"};
  return name.ends_with(".lock") || one_of(files, name);
}
bool of_manifests(std::string_view name) {
  static constexpr Word files[] = {"cargo.toml", "package.json", "go.mod", "pyproject.toml", "gemfile", "composer.json"};
  return one_of(files, name);
}
bool of_release(std::string_view name) { return name.starts_with("changelog") || name == "version" || name == "version.txt"; }

}  // namespace

std::string upkeep_by_title(std::string_view low) {
  if (const auto colon = low.find(": "); colon != std::string_view::npos && low.find(' ') > colon) {  // "parser: fix lint"
    if (const auto reason = upkeep_by_title(low.substr(colon + 2)); !reason.empty()) return reason;
  }
  for (const auto& [start, reason] : starts)
    if (low.starts_with(start)) return std::string(reason);
  return {};
}

std::string upkeep_by_scope(std::string_view low) {
  for (const auto& [scope, reason] : scopes)
    if (low == scope) return std::string(reason);
  return {};
}

std::string upkeep_by_files(const std::vector<std::string>& files) {
  bool pipeline = false, tests = false, locks = false, manifests = false, release = false;
  for (const auto& file : files) {
    std::string path(file);
    std::transform(path.begin(), path.end(), path.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    const auto slash = path.rfind('/');
    const auto name = std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
    if (of_pipeline(path, name))
      pipeline = true;
    else if (of_locks(name))
      locks = true;
    else if (of_manifests(name))
      manifests = true;
    else if (of_release(name))
      release = true;
    else if (of_tests(path, name))
      tests = true;
    else
      return {};
  }
  if (release) return std::string(release_reason);
  if (locks) return std::string(dependency_reason);
  if (manifests) return {};  // what a manifest alone says may be seen: a feature that is on now
  return std::string(pipeline ? pipeline_reason : tests ? tests_reason : Word());
}

}  // namespace evenkeel::changelog
