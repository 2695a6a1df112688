// Everything that waits for a person (RC7), of all areas, soonest first.
#pragma once
#include "planning/awaited.hpp"
#include "planning/gate.hpp"
#include "work/ids.hpp"

namespace evenkeel::views {

struct AwaitedSources {
  std::vector<planning::AwaitedOfRelease> of_release;
  std::vector<planning::AwaitedEverywhere> everywhere;
};

struct AwaitedItem : planning::Awaited {
  std::string key;  // "shop/1.5.0/quorum/qa": the same as long as the same thing waits
  ReleaseId release_id;
  std::string area, version, title;  // release_id empty: of no release
};

/// What waits, by the area and version of its release: "shop 1.5.0", "shop", "everywhere".
std::string thing_of(const std::string& area, const std::string& version);

/// What a gate asks for that stops nobody (observed, waived) is left out. A gate that blocks before go and that no area says who mends is
/// for the owner of the release: no gate waits for nobody.
std::vector<AwaitedItem> awaited_items(store::Tx& tx, const AwaitedSources& sources, const planning::Gates& gates, SysTime now);

}  // namespace evenkeel::views
