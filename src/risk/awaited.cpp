#include "risk/awaited.hpp"

#include "planning/in_force.hpp"
#include "risk/gates.hpp"
#include "risk/risk.hpp"
#include "risk/touched.hpp"

namespace evenkeel::risk {
namespace {

using planning::Awaited;
using planning::called;
using planning::holders_of;
using planning::Release;

void scope(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const definitions::Organisation& o) {
  const bool empty = changes_of(tx, release.id).empty();
  all.push_back({.act = "change.import",
                 .gate = "changes_classified",
                 .what = empty ? "Say what is in it: import its changes" : "Import its changes from a clone: their files are not known",
                 .command = "evenkeel change import " + called(release),
                 .people = holders_of(tx, o, {Role::coordinator, Role::engineering_lead}, release.area),
                 .needs = "coordinator or engineering_lead",
                 .due = release.scope_freeze_at ? release.scope_freeze_at : release.window_start});
}

void reversals(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const definitions::Organisation& o) {
  for (const auto& c : changes_of(tx, release.id)) {
    if (!needs_reversal(c)) continue;
    all.push_back({.act = "change.reversal",
                   .subject = c.id,
                   .gate = "changes_reversible",
                   .what = fmt::format("Say how \"{}\" is undone, or that it is one-way", c.title),
                   .command = fmt::format("evenkeel change reversal {} --text TEXT", c.id),
                   .people = holders_of(tx, o, {Role::engineering_lead, Role::risk_manager}, release.area),
                   .needs = "engineering_lead or risk_manager",
                   .due = release.window_start});
  }
}

void assessment(std::vector<Awaited>& all, store::Tx& tx, const Release& release) {
  if (changes_of(tx, release.id).empty()) return;
  const auto* what = latest_assessment(tx, release.id) ? "Assess the risk again: the scope has changed" : "Assess the risk";
  all.push_back(assessment_awaited(tx, release, "risk_assessed", what));
}

void rehearsals(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const definitions::Organisation& o, SysTime now) {
  for (const auto& c : rehearsals_for(tx, release, now)) {
    if (!c.owed) continue;
    Awaited item{.subject = c.service,
                 .gate = "rollback_rehearsed",
                 .what = fmt::format("{}: {}", c.value, c.next_step),
                 .people = planning::named(o, c.owner),
                 .needs = "owner of " + c.service,
                 .due = release.window_start};
    if (c.can_be_rehearsed) {
      item.act = "rollback.rehearse";
      item.what = fmt::format("Rehearse the rollback of {}: {}", c.service, c.value);
      item.command = fmt::format("evenkeel rollback rehearse {} --release {} --env staging", c.service, called(release));
    }
    item.by_name = !item.people.empty();
    if (!item.by_name) item.people = holders_of(tx, o, {Role::engineering_lead, Role::risk_manager, Role::coordinator}, release.area);
    all.push_back(std::move(item));
  }
}

void security(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const definitions::Organisation& o) {
  for (const auto& c : changes_of(tx, release.id)) {
    if (!c.security_relevant || security_accepted(tx, c.id)) continue;
    all.push_back({.act = "security.review",
                   .subject = c.id,
                   .gate = "security_reviewed",
                   .what = fmt::format("Review \"{}\" for security", c.title),
                   .command = fmt::format("evenkeel security review {} --verdict accepted", c.id),
                   .people = holders_of(tx, o, {Role::security}, release.area),
                   .needs = "security",
                   .due = release.window_start});
  }
}

}  // namespace

Awaited assessment_awaited(store::Tx& tx, const Release& release, std::string gate, std::string what) {
  return {.act = "risk.assess",
          .gate = std::move(gate),
          .what = std::move(what),
          .command = "evenkeel risk assess " + called(release),
          .people = holders_of(tx, *planning::in_force(tx, release), {Role::risk_manager}, release.area),
          .needs = "risk_manager",
          .due = release.window_start};
}

std::vector<Awaited> awaited(store::Tx& tx, const Release& release, SysTime now) {
  if (release.stage > planning::Stage::go_no_go) return {};
  const auto o = planning::in_force(tx, release);
  std::vector<Awaited> all;
  scope(all, tx, release, *o);
  reversals(all, tx, release, *o);
  assessment(all, tx, release);
  rehearsals(all, tx, release, *o, now);
  security(all, tx, release, *o);
  std::ranges::move(late_awaited(tx, release, *o), std::back_inserter(all));
  return all;
}

}  // namespace evenkeel::risk
