// One function per file of commands.
#pragma once
#include "cli/cli.hpp"

namespace evenkeel::cli {

std::vector<Command> audit_commands();      // audit_cmd.cpp
std::vector<Command> serve_commands();      // serve_cmd.cpp
std::vector<Command> init_commands();       // init_cmd.cpp
std::vector<Command> doctor_commands();     // doctor_cmd.cpp
std::vector<Command> account_commands();    // account_cmd.cpp
std::vector<Command> config_commands();     // config_cmd.cpp
std::vector<Command> release_commands();    // release_cmd.cpp
std::vector<Command> calendar_commands();   // calendar_cmd.cpp
std::vector<Command> backup_commands();     // backup_cmd.cpp
std::vector<Command> ledger_commands();     // ledger_cmd.cpp
std::vector<Command> watch_commands();      // watch_cmd.cpp
std::vector<Command> draft_commands();      // draft_cmd.cpp
std::vector<Command> deploy_commands();     // deploy_cmd.cpp
std::vector<Command> changelog_commands();  // changelog_cmd.cpp
std::vector<Command> capture_commands();    // capture_cmd.cpp
std::vector<Command> commit_commands();     // commit_cmd.cpp
std::vector<Command> dora_commands();
std::vector<Command> incident_commands();
std::vector<Command> criteria_commands();  // dora_cmd.cpp
std::vector<Command> health_commands();    // health_cmd.cpp
std::vector<Command> connection_commands();
std::vector<Command> completion_commands();  // completion_cmd.cpp
std::vector<Command> version_commands();     // version_cmd.cpp

}  // namespace evenkeel::cli
