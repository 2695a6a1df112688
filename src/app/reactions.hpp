// What follows from the ledger's events, area by area: each in the reactions.cpp of its area.
#pragma once
#include "work/reactions.hpp"

namespace evenkeel {
namespace changelog {
jobs::Reactions reactions();
}
namespace comms {
jobs::Reactions reactions();
}
namespace deploy {
jobs::Reactions reactions();
}
namespace incident {
jobs::Reactions reactions();
}
namespace validation {
jobs::Reactions reactions();
}
namespace retro {
jobs::Reactions reactions();
}
namespace jobs {
Reactions reactions();
}
}  // namespace evenkeel
