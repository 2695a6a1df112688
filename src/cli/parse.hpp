// What the words of a command line mean: a command with its arguments, or the help that was asked for. parse.cpp is the only file that
// knows CLI11.
//
// Where a value comes from: a flag beats a variable, a variable beats a stored value, that beats a default. It holds for every option of
// every command, because it is decided here and in connection.hpp alone.
#pragma once
#include <functional>

#include "cli/cli.hpp"

namespace evenkeel::cli {

/// A variable of the environment; nothing when it is unset or empty.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> variable(const std::string& name);

struct Call {
  const Command* command = nullptr;  // null: help or the version was asked for
  Args args;
  std::string help_of;  // "release plan", "release"; empty: of everything
  bool version = false;
};

/// Error: invalid, saying how far the words made sense, what is wrong and the nearest known word.
Result<Call> parse(const std::vector<std::string>& words, const Environment& environment = variable);

}  // namespace evenkeel::cli
