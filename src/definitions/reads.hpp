// What of a list is for whose eyes.
#pragma once
#include "definitions/apply.hpp"

namespace evenkeel::definitions {

/// Whether what is listed of this service is for the actor's eyes: it is of one of their areas, or of none.
bool reads_service(const Work& work, const std::string& service);

}  // namespace evenkeel::definitions
