// How a job ends when all it does is one delivery.
#pragma once
#include "capabilities/delivery.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Delivered: done. Refused: dead, for a person. Everything else is tried again, an unknown end too: the receiver knows our key. `to`
/// stands before the reason, as in "channel news".
Outcome outcome_of(const capabilities::Delivery& sent, std::string_view to = {});

}  // namespace evenkeel::jobs
