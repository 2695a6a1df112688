#include "gitlog/shallow.hpp"

#include "base/files.hpp"

namespace evenkeel::gitlog {
namespace {

std::string without_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string file_of(const Repository& repository, const char* name) {
  const auto path = repository.ask({"rev-parse", "--path-format=absolute", "--git-path", name});
  if (!path) return {};
  return read_file(without_end(*path)).value_or("");
}

}  // namespace

Result<bool> is_shallow(const Repository& repository) {
  return TRY(repository.ask({"rev-parse", "--is-shallow-repository"})).starts_with("true");
}

Result<std::string> shallow_warning(const Repository& repository) {
  if (!TRY(is_shallow(repository))) return std::string();
  return std::string(
      "only a part of the history is here (a shallow clone), so older changes and releases are missing; fetch the rest first: git fetch "
      "--unshallow --tags (GitHub Actions: fetch-depth: 0; GitLab: GIT_DEPTH: 0)");
}

Result<std::string> view_of(const Repository& repository) {
  const auto replaced = TRY(repository.ask({"for-each-ref", "--format=%(refname) %(objectname)", "refs/replace/"}));
  return "shallow\n" + file_of(repository, "shallow") + "grafts\n" + file_of(repository, "info/grafts") + "replaced\n" + replaced;
}

}  // namespace evenkeel::gitlog
