#include "jobs/awaited.hpp"

#include "jobs/page.hpp"
#include "planning/in_force.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::jobs {
namespace {

using planning::Awaited;
using planning::called;
using planning::holders_of;
using planning::Release;

void pages(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const definitions::Organisation& o, SysTime now) {
  for (const auto& alert : pages_of(tx, release.id)) {
    if (alert.state != health::AlertState::open || alert.acknowledged_at) continue;
    const auto on_call = planning::on_call_at(tx, o, release.area, now);
    auto people = on_call ? planning::named(o, on_call->person) : std::vector<std::string>{};
    if (people.empty()) people = holders_of(tx, o, {Role::on_call, Role::coordinator, Role::engineering_lead}, release.area);
    all.push_back({.act = "page.acknowledge",
                   .subject = alert.id,
                   .what = "Acknowledge the page: " + alert.summary,
                   .command = "evenkeel page acknowledge " + called(release),
                   .people = std::move(people),
                   .needs = "on_call",
                   .due = alert.opened_at});
  }
}

}  // namespace

std::vector<Awaited> awaited(store::Tx& tx, const Release& release, SysTime now) {
  const auto o = planning::in_force(tx, release);
  std::vector<Awaited> all;
  pages(all, tx, release, *o, now);
  return all;
}

}  // namespace evenkeel::jobs
