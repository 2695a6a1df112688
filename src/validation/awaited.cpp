#include "validation/awaited.hpp"

#include "planning/in_force.hpp"
#include "validation/healthy.hpp"
#include "validation/report.hpp"

namespace evenkeel::validation {

std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime) {
  if (!awaits_a_word(tx, release)) return {};
  const std::vector<Role> roles{Role::health_monitor, Role::on_call, Role::engineering_lead};
  const auto reports = reports_of(tx, release.id);
  return {{.act = "release.healthy",
           .gate = "declared_healthy",
           .what = "Roll back or declare it healthy: " + reports.back().body.outcome,
           .command = fmt::format("evenkeel release healthy {} --reason TEXT", planning::called(release)),
           .people = planning::holders_of(tx, *planning::in_force(tx, release), roles, release.area, {release.owner}),
           .needs = planning::any_of(roles),
           .due = reports.back().at}};
}

}  // namespace evenkeel::validation
