#include "cli/ask.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include "cli/visible.hpp"

namespace evenkeel::cli {
namespace {

std::string line_from_stdin() {
  std::string line;
  for (int c; (c = std::fgetc(stdin)) != EOF && c != '\n';) line += char(c);
  return line;
}
void say(const std::string& text) {
  std::fputs(visible(text).c_str(), stderr);
  std::fflush(stderr);
}

/// What is typed is not shown while this lives.
class Unseen {
 public:
  Unseen() {
    known_ = ::tcgetattr(0, &before_) == 0;
    auto silent = before_;
    silent.c_lflag &= ~tcflag_t(ECHO);
    if (known_) ::tcsetattr(0, TCSAFLUSH, &silent);
  }
  ~Unseen() {
    if (known_) ::tcsetattr(0, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool known_ = false;
};

}  // namespace

bool on_terminal() { return ::isatty(0) && ::isatty(2); }

std::string ask(const std::string& question, const std::string& fallback) {
  if (!on_terminal()) return fallback;
  say(fallback.empty() ? question + ": " : fmt::format("{} [{}]: ", question, fallback));
  const auto answer = line_from_stdin();
  return answer.empty() ? fallback : answer;
}

std::string ask_one_of(const std::string& question, const std::vector<std::string>& choices, const std::string& fallback) {
  for (;;) {
    const auto answer = ask(fmt::format("{} ({})", question, fmt::join(choices, ", ")), fallback);
    if (answer == fallback || std::find(choices.begin(), choices.end(), answer) != choices.end()) return answer;
    if (std::feof(stdin)) return fallback;
  }
}

Result<std::string> ask_unseen(const std::string& question, const Param& param) {
  if (!on_terminal())
    return invalid(fmt::format("{} is required{}; on a terminal it is asked for", name_of(param),
                               param.env.empty() ? "" : ", or " + param.env + " in the environment"),
                   param.name);
  const Unseen unseen;
  say(question + ": ");
  auto answer = line_from_stdin();
  say("\n");
  return answer;
}

Result<void> confirm(const Args& args, const std::string& question) {
  if (args.flag("yes")) return {};
  if (!on_terminal()) return invalid(question + " On a pipe nobody can be asked: give --yes if it is meant.", "yes");
  const auto answer = ask(question + " Type yes", "no");
  if (answer == "yes" || answer == "y") return {};
  return conflict("nothing was done");
}

Param yes_param() { return {.name = "yes", .help = "Do it without asking", .kind = Param::flag}; }

}  // namespace evenkeel::cli
