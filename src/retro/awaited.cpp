#include "retro/awaited.hpp"

#include "accounts/accounts.hpp"
#include "retro/retro.hpp"

namespace evenkeel::retro {
namespace {

using planning::called;
using planning::Release;

planning::Awaited closing(store::Tx& tx, const definitions::Organisation& o, const Release& release, const Retrospective& r) {
  return {.act = "retro.close",
          .subject = r.id,
          .gate = "retrospective_done",
          .what = "Hold the retrospective: what was learned, who does what about it",
          .command = fmt::format("evenkeel retro close {} --summary TEXT", called(release)),
          .people = planning::holders_of(tx, o, {Role::coordinator}, release.area),
          .needs = "coordinator or engineering_lead",
          .due = r.due_at};
}

planning::Awaited doing(store::Tx& tx, const Action& action) {
  const auto owner = accounts::person_by_id(tx, action.owner);
  return {.act = "action.done",
          .subject = action.id,
          .what = action.what,
          .command = "evenkeel action done " + action.id,
          .people = owner && owner->active ? std::vector{owner->login} : std::vector<std::string>{},
          .needs = "its owner",
          .due = action.due_at,
          .by_name = true};
}

}  // namespace

std::vector<planning::AwaitedAnyTime> awaited(store::Tx& tx, SysTime) {
  const auto o = definitions::current(tx);
  if (!o) return {};
  std::vector<planning::AwaitedAnyTime> all;
  for (const auto& r : store::all<Retrospective>(tx, "retrospective", "WHERE state = 'open' ORDER BY due_at"))
    if (const auto release = planning::find_release(tx, r.release_id))
      all.push_back({release->id, release->area, closing(tx, **o, *release, r)});
  for (const auto& action : store::all<Action>(tx, "retrospective_action", "WHERE done_at IS NULL ORDER BY due_at")) {
    const auto of = store::one<Retrospective>(tx, "retrospective", "WHERE id = $1", {action.retrospective_id});
    const auto release = of ? planning::find_release(tx, of->release_id) : Result<Release>(not_found(""));
    if (release) all.push_back({release->id, release->area, doing(tx, action)});
  }
  return all;
}

}  // namespace evenkeel::retro
