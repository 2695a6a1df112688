// What else is made from the table of commands: shell completion, the manual page, the reference. Pure.
#pragma once
#include "catalogue/act.hpp"
#include "cli/connection.hpp"

namespace evenkeel::cli {

/// A script for bash, zsh or fish that completes words, options and the values of closed sets. Error: invalid (another shell).
Result<std::string> completion(const std::string& shell, const std::vector<Command>& commands);
/// What `evenkeel help` says of everything (""), of a noun or of a command, for a terminal so wide (0: no terminal).
std::string help(const std::vector<Command>& commands, const std::string& path, std::size_t width);
/// Two calls of the command, each as its words.
std::vector<std::vector<std::string>> examples_of(const Command& command);
/// The first words that the help lists; a test holds them against the commands.
std::vector<std::string> grouped_words();
/// "evenkeel release plan VERSION --area AREA [--title TITLE]": what a command is called with, but for how the server is reached.
std::string synopsis(const Command& command);
/// "--area AREA", "VERSION": a parameter with the name of its value.
std::string named_value(const Param& p);
/// Its help, its values, its default, its variable.
std::string explained(const Param& p);
/// evenkeel(1), as troff.
std::string man_page(const std::vector<Command>& commands);
/// docs/reference/commands.md.
std::string command_reference(const std::vector<Command>& commands);
/// docs/reference/acts.md: what each act does, who may, its HTTP and its words.
std::string act_reference(const std::vector<catalogue::Act>& acts);
/// web/src/generated/acts.json: what the pages' one form asks for each act, and which words mean it.
std::string act_forms(const std::vector<catalogue::Act>& acts);
/// web/src/generated/definitions.json: every part of the definitions as fields, with what evenkeel.yaml's keys say of themselves.
std::string definition_forms();

}  // namespace evenkeel::cli
