// What is merged and changes nothing for who uses the product: it makes the release itself, or concerns the pipeline, the tests, the
// versions of what is built upon. By the words of a title, by a Conventional scope, or by the files alone. Each answers the reason that is
// recorded, empty when it is none of these.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace evenkeel::changelog {

inline constexpr std::string_view dependency_reason = "updates a dependency";

/// `low`: in lower case.
std::string upkeep_by_title(std::string_view low);
std::string upkeep_by_scope(std::string_view low);
/// Only when every file is upkeep, and one at least is known.
std::string upkeep_by_files(const std::vector<std::string>& files);

}  // namespace evenkeel::changelog
