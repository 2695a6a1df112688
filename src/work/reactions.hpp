// What an area does on an event of another stands in its `reactions.cpp`; app/reactions.cpp lists them all.
#pragma once
#include "work/event.hpp"
#include "work/pump.hpp"

namespace evenkeel::jobs {

using Reactions = std::vector<Subscriber>;
Reactions status_reactions();

/// Called for each of these events, once, in the order of the ledger. The name is the cursor's: it stays.
template <Event... E>
Subscriber on_events(std::string name, Member who, std::function<Result<void>(Work&, const ledger::Entry&)> handle) {
  return {std::move(name), who, kinds<E...>(), std::move(handle)};
}

}  // namespace evenkeel::jobs

// One function per `reactions.cpp`.
namespace evenkeel::changelog {
jobs::Reactions changelog_reactions();
}
namespace evenkeel::comms {
jobs::Reactions comms_reactions();
}
namespace evenkeel::incident {
jobs::Reactions incident_reactions();
}
namespace evenkeel::retro {
jobs::Reactions retro_reactions();
}
namespace evenkeel::validation {
jobs::Reactions validation_reactions();
}
namespace evenkeel::dora {
jobs::Reactions dora_reactions();
}
