// What else is made from the table of commands: shell completion, the manual page, the reference. Pure.
#pragma once
#include "catalogue/act.hpp"
#include "cli/cli.hpp"

namespace evenkeel::cli {

/// A script for bash, zsh or fish that completes words, options and the values of closed sets. Error: invalid (another shell).
Result<std::string> completion(const std::string& shell, const std::vector<Command>& commands);
/// evenkeel(1), as troff.
std::string man_page(const std::vector<Command>& commands);
/// docs/reference/commands.md.
std::string command_reference(const std::vector<Command>& commands);
/// docs/reference/acts.md: what each act does, who may, its HTTP and its words.
std::string act_reference(const std::vector<catalogue::Act>& acts);
/// web/src/generated/acts.json: what the pages' one form asks for each act, and which words mean it.
std::string act_forms(const std::vector<catalogue::Act>& acts);

}  // namespace evenkeel::cli
