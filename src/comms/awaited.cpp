#include "comms/awaited.hpp"

#include "comms/status.hpp"
#include "planning/in_force.hpp"

namespace evenkeel::comms {

std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime) {
  const auto o = planning::in_force(tx, release);
  const std::vector<Role> insiders{Role::coordinator}, tellers{Role::author, Role::coordinator};
  std::vector<planning::Awaited> all;
  const auto failed = [&](const char* act, const std::string& id, const std::string& what, const std::string& words,
                          const std::vector<Role>& roles, const std::optional<SysTime>& due) {
    all.push_back({.act = act,
                   .subject = id,
                   .gate = "communications_done",
                   .what = what,
                   .command = fmt::format("evenkeel comms {} {} --because TEXT", words, id),
                   .people = planning::holders_of(tx, *o, roles, release.area),
                   .needs = planning::any_of(roles),
                   .due = due});
  };
  for (const auto& row : communications_of(tx, release.id))
    if (row.state == CommunicationState::failed)
      failed("comms.skip", row.id, fmt::format("{} could not be told over {}: try again, or say why not", row.audience, row.channel),
             "skip", is_internal(*planning::organisation_of(tx, release), row.audience) ? insiders : tellers, row.due_at);
  for (const auto& row : status_of_release(tx, release.id))
    if (row.state == CommunicationState::failed)
      failed("comms.skip_status", row.id,
             fmt::format("A status update to {} failed over {}: try again, or leave it out", row.audience, row.channel), "skip-status",
             tellers, row.happened_at);
  return all;
}

}  // namespace evenkeel::comms
