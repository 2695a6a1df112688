// The catalogue: all acts, area by area, in the order of the process.
#pragma once
#include "catalogue/act.hpp"
#include "views/awaited.hpp"

namespace evenkeel::app {

/// `gates` and `awaited` outlive the acts. Throws std::logic_error when the rows do not hold together.
std::vector<catalogue::Act> all_acts(const planning::Gates& gates, const views::AwaitedSources& awaited);

}  // namespace evenkeel::app

// Each in the acts.cpp of its area.
namespace evenkeel {
namespace accounts {
std::vector<catalogue::Act> acts();
}
namespace definitions {
std::vector<catalogue::Act> acts();
}
namespace dora {
std::vector<catalogue::Act> acts();
}
namespace planning {
std::vector<catalogue::Act> acts();
}
namespace views {
std::vector<catalogue::Act> acts(const planning::Gates& gates, const AwaitedSources& awaited);
}
namespace risk {
std::vector<catalogue::Act> acts();
}
namespace gonogo {
std::vector<catalogue::Act> acts(const planning::Gates& gates);
}
namespace deploy {
std::vector<catalogue::Act> acts();
}
namespace changelog {
std::vector<catalogue::Act> acts();
}
namespace comms {
std::vector<catalogue::Act> acts();
}
namespace validation {
std::vector<catalogue::Act> acts();
}
namespace jobs {
std::vector<catalogue::Act> acts();
}
namespace retro {
std::vector<catalogue::Act> acts();
}
namespace incident {
std::vector<catalogue::Act> acts();
}
}  // namespace evenkeel
