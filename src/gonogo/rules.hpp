// How definitions have a gate in an area: observed, warned of or enforced, and what it means that nobody knows.
#pragma once
#include "gonogo/gonogo.hpp"

namespace evenkeel::gonogo {

struct Rule {
  definitions::GateMode mode = definitions::GateMode::observe;
  definitions::OnUnknown on_unknown = definitions::OnUnknown::block;
};
/// Gates that cannot be ticked by hand are enforced even where the organisation says nothing about them.
Rule rule_of(const definitions::Organisation& o, const std::string& gate, const std::string& area);
/// As it was agreed for the release, or as it has been tightened since.
Rule stricter(const Rule& agreed, const Rule& now);
/// Whether a gate that was found so stops a release.
bool blocks(const Rule& rule, GateVerdict found, bool waived);

}  // namespace evenkeel::gonogo
