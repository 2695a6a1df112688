// What printers of answers share.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace evenkeel::catalogue {

/// Rows with aligned columns; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);
/// "2026-03-01 14:00Z".
std::string short_time(SysTime at);
/// "-" when there is none.
std::string short_time(const std::optional<SysTime>& at);

}  // namespace evenkeel::catalogue
