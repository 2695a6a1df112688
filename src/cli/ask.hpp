// Questions on a terminal. On a pipe nobody is asked: the fallback holds, or the command says which option it needs.
#pragma once
#include <string>
#include <vector>

#include "cli/cli.hpp"

namespace evenkeel::cli {

/// Somebody can be asked: standard input and standard error are a terminal.
bool on_terminal();
/// The answer, or `fallback` where it is empty or nobody can be asked.
std::string ask(const std::string& question, const std::string& fallback);
/// One of these, asked again until it is.
std::string ask_one_of(const std::string& question, const std::vector<std::string>& choices, const std::string& fallback);
/// Typed unseen. Error: invalid when nobody can be asked, naming the option that would say it.
Result<std::string> ask_unseen(const std::string& question, const Param& param);
/// Error: conflict when the answer is no; invalid on a pipe without --yes.
Result<void> confirm(const Args& args, const std::string& question);
/// --yes, for commands that ask.
Param yes_param();

}  // namespace evenkeel::cli
