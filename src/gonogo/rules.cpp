#include "gonogo/rules.hpp"

namespace evenkeel::gonogo {
namespace {

/// The last two are the product's own debts: "a release cannot close with one undone", and no release without its reports.
constexpr std::string_view always_enforced[] = {"rollback_rehearsed", "freeze_clear",        "quorum",
                                                "security_reviewed",  "communications_done", "reports_complete"};

}  // namespace

Rule rule_of(const definitions::Organisation& o, const std::string& gate, const std::string& area) {
  const bool always = std::ranges::find(always_enforced, gate) != std::end(always_enforced);
  Rule rule{always ? definitions::GateMode::enforce : definitions::GateMode::observe, definitions::OnUnknown::block};
  for (const auto& def : o.gates)
    if (def.name == gate && (def.areas.empty() || std::ranges::find(def.areas, area) != def.areas.end())) {
      if (!always) rule.mode = def.mode;
      rule.on_unknown = def.on_unknown;
    }
  return rule;
}

Rule stricter(const Rule& agreed, const Rule& now) {
  return {std::max(agreed.mode, now.mode), std::min(agreed.on_unknown, now.on_unknown)};
}

bool blocks(const Rule& rule, GateVerdict found, bool waived) {
  const bool holds = found == GateVerdict::pass || (found == GateVerdict::unknown && rule.on_unknown == definitions::OnUnknown::pass);
  return !holds && rule.mode == definitions::GateMode::enforce && !waived;
}

}  // namespace evenkeel::gonogo
