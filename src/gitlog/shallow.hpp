// What git shows of a history may be less, or other, than what there is: a shallow clone ends at a boundary, and replacements stand in
// for commits. Who reads a history says so, and what is kept from a reading is valid for the same boundary and replacements only.
#pragma once
#include <string>

#include "gitlog/repository.hpp"

namespace evenkeel::gitlog {

Result<bool> is_shallow(const Repository& repository);

/// What to say then, and what to do; empty when the whole history is here.
Result<std::string> shallow_warning(const Repository& repository);

/// Changes when the boundary, a replacement or a graft does.
Result<std::string> view_of(const Repository& repository);

}  // namespace evenkeel::gitlog
