#include "planning/proposals.hpp"

#include "accounts/accounts.hpp"
#include "definitions/proposal.hpp"

namespace evenkeel::planning {

std::vector<AwaitedAnyTime> proposals_awaited(store::Tx& tx, SysTime) {
  std::vector<AwaitedAnyTime> all;
  for (const auto& p : definitions::open_proposals(tx)) {
    const auto changes = p.changes.value_or(std::vector<std::string>{});
    const auto shown = std::vector(changes.begin(), changes.begin() + std::ptrdiff_t(std::min<std::size_t>(3, changes.size())));
    all.push_back({{},
                   "*",
                   {.act = "definitions.apply",
                    .subject = p.id,
                    .what = fmt::format("Apply the same definitions as {}, as the second person: {}{}",
                                        accounts::name_of(tx, p.proposed_by), fmt::join(shown, ", "),
                                        changes.size() > shown.size() ? fmt::format(" and {} more", changes.size() - shown.size()) : ""),
                    .command = "evenkeel apply evenkeel.yaml",
                    .people = p.asked.value_or(std::vector<std::string>{}),
                    .needs = "a second person with the roles for these changes"}});
  }
  return all;
}

}  // namespace evenkeel::planning
