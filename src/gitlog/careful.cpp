#include "gitlog/careful.hpp"

#include <cstdlib>

namespace evenkeel::gitlog {

std::vector<std::string> careful_git(const std::string& dir) {
  return {
      "git",           "-C", dir, "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never", "-c",
      "diff.external="};
}

std::map<std::string, std::string> careful_environment() {
  const auto* ssh = std::getenv("GIT_SSH_COMMAND");  // of the person; a repository's core.sshCommand is not asked
  return {{"GIT_TERMINAL_PROMPT", "0"}, {"GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh"}, {"GIT_SSH_COMMAND", ssh && *ssh ? ssh : "ssh"}};
}

std::vector<std::string> careless_variables() {
  return {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND"};
}

}  // namespace evenkeel::gitlog
