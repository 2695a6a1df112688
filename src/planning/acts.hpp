// What the acts of all areas say of a release.
#pragma once
#include "catalogue/act.hpp"
#include "planning/planning.hpp"

namespace evenkeel::planning {

inline constexpr const char* release_help = "Version, area/version or id";

/// The input of an act that takes a release and nothing else.
struct OfRelease {
  std::string release;
};
BOOST_DESCRIBE_STRUCT(OfRelease, (), (release))
inline catalogue::Argument the_release() { return catalogue::positional(&OfRelease::release, release_help); }

/// When an act is possible: the condition that its use case obeys, of the release that its path names.
inline std::function<Result<void>(Work&, const std::string&)> of_release(Result<void> (*condition)(Work&, const Release&)) {
  return [condition](Work& work, const std::string& reference) -> Result<void> {
    return condition(work, TRY(find_release(work.tx, reference)));
  };
}

/// Stop-the-line (line_acts.cpp); of this area's rows, in a file of their own.
std::vector<catalogue::Act> line_acts();
/// Who is on call (on_call_acts.cpp).
std::vector<catalogue::Act> on_call_acts();

}  // namespace evenkeel::planning
