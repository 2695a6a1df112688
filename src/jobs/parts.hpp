// Which recipients of a mailing have it, kept between attempts.
#pragma once
#include "comms/send.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Kept in `table` (id, `owner_column`, receipt, at), where rows belong to `owner`. A subscriber that is refused for good is ended.
comms::Parts parts_of(Claim& claim, const std::string& table, const std::string& owner_column, const std::string& owner);

}  // namespace evenkeel::jobs
