// The list of all commands, in the order of `evenkeel help`: those of the catalogue, and by file those that are more than one call.
#include "cli/commands.hpp"

#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

std::vector<Command> catalogue_commands() { return commands_of(acts()); }

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> list;
    for (std::vector<Command> (*part)() : {
             init_commands,     serve_commands,    account_commands,    doctor_commands,  config_commands,  catalogue_commands,
             release_commands,  calendar_commands, watch_commands,      draft_commands,   deploy_commands,  ledger_commands,
             backup_commands,   audit_commands,    changelog_commands,  capture_commands, health_commands,  dora_commands,
             incident_commands, criteria_commands, connection_commands, commit_commands,  version_commands, completion_commands,
         }) {
      auto more = part();
      list.insert(list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    return list;
  }();
  return all;
}

}  // namespace evenkeel::cli
