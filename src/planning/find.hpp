// How people call a release.
#pragma once
#include "planning/release.hpp"
#include "store/database.hpp"

namespace evenkeel::planning {

/// By id, "area/line/version", "area/version" or version; all that are meant, where several are.
std::vector<Release> releases_called(store::Tx& tx, const std::string& reference);

/// How a printed command names it, so that no other release is meant: area/version, with its line where that is not the main one.
std::string called(const Release& release);

}  // namespace evenkeel::planning
