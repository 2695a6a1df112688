#include "accounts/actor_name.hpp"

#include "accounts/accounts.hpp"

namespace evenkeel::accounts {

std::string actor_name(store::Tx& tx, const ledger::Entry& e) {
  if (e.actor_kind == json::enum_text(ActorKind::person)) return name_of(tx, e.actor);
  for (const auto m : {Member::release_coordinator, Member::change_risk_manager, Member::notes_author, Member::health_monitor})
    if (e.actor == member(m).id) {
      std::string office{json::enum_text(m)};
      std::replace(office.begin(), office.end(), '_', ' ');
      return office;
    }
  return e.actor;
}

std::string reason_of(store::Tx& tx, const ledger::Entry& entry) {
  std::string out;
  for (const auto& text : entry.texts)
    if (const auto words = ledger::read_text(tx, text.id); !words.empty()) out += (out.empty() ? "" : "; ") + words;
  return out;
}

}  // namespace evenkeel::accounts
