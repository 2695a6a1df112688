// What an area does on an event of another stands in its `reactions.cpp`; app/reactions.hpp lists them all.
#pragma once
#include "work/event.hpp"
#include "work/pump.hpp"

namespace evenkeel::jobs {

using Reactions = std::vector<Subscriber>;

/// Called for each of these events, once, in the order of the ledger. The name is the cursor's: it stays.
template <Event... E>
Subscriber on_events(std::string name, Member who, std::function<Result<void>(Work&, const ledger::Entry&)> handle) {
  return {std::move(name), who, kinds<E...>(), std::move(handle)};
}

}  // namespace evenkeel::jobs
