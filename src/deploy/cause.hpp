// Which deployment an incident is put down to while nobody has named one. One rule for what the server holds, for a history in a file and
// for the audit: the newest deployment of its service that had started by then and had not started longer ago than `cause_reach`; else
// none.
#pragma once
#include "base/time.hpp"

namespace evenkeel::deploy {

inline constexpr auto cause_reach = std::chrono::days{7};

/// Whether an incident at `incident` may be put down to what started at `started`.
constexpr bool may_have_caused(SysTime started, SysTime incident) { return started <= incident && incident - started <= cause_reach; }

}  // namespace evenkeel::deploy
