// What a server and its operator stand on: queue, record and runs, in figures read at once.
#pragma once
#include <map>

#include "work/work.hpp"

namespace evenkeel::views {

struct ServerFigures {
  std::map<std::string, std::int64_t> jobs;  // by state, of those that have not ended
  std::int64_t due = 0;                      // of the waiting ones, those whose time has come
  std::optional<SysTime> oldest_due;
  std::int64_t held_runs = 0, open_alerts = 0, sessions = 0;
  std::int64_t entries = 0;  // of the ledger
  std::optional<SysTime> verified, checkpointed,
      witnessed;                      // when last: the ledger by itself; a checkpoint out of the house; a cosignature
  std::int64_t problems = 0;          // that the last verification found
  std::int64_t checkpoints_dead = 0;  // that a receiver or a witness does not take
};
ServerFigures server_figures(store::Tx& tx, SysTime now);

}  // namespace evenkeel::views
