#include "retro/retro.hpp"

#include "accounts/absence.hpp"
#include "deploy/events.hpp"
#include "health/events.hpp"
#include "planning/events.hpp"
#include "planning/find.hpp"
#include "retro/events.hpp"

namespace evenkeel::retro {
namespace {

using planning::Release;
using planning::ReleaseOutcome;
using planning::Stage;

std::optional<Retrospective> find(store::Tx& tx, const ReleaseId& release_id) {
  return store::one<Retrospective>(tx, "retrospective", "WHERE release_id = $1", {release_id});
}
std::vector<Action> actions_of(store::Tx& tx, const std::string& id) {
  return store::all<Action>(tx, "retrospective_action", "WHERE retrospective_id = $1 ORDER BY due_at, id", {id});
}

Result<void> may(const Work& work, const Release& release, const std::string& act) {
  return work.require({Role::coordinator, Role::engineering_lead}, release.area, act);
}

/// Why this entry asks for a retrospective by the release's definitions; empty when it does not.
std::string rule_of(store::Tx& tx, const definitions::RetrospectiveDef& def, const Release& release, const ledger::Entry& e) {
  if (is<deploy::ReleaseRolledBack>(e)) return def.on_rollback ? "the release was rolled back" : "";
  if (is<deploy::PartUndone>(e)) return def.on_rollback ? "a part of the release was undone" : "";
  if (is<health::AlertOpened>(e)) return def.on_page ? "somebody was paged" : "";
  if (is<health::AlertResolved>(e)) {
    const auto opened = tx.value("SELECT opened_at FROM alert WHERE id = $1", {e.subject});
    const auto lasted = opened ? e.at - from_millis(std::get<std::int64_t>(*opened)) : Millis{0};
    return lasted > def.breach_longer_than ? fmt::format("a breach lasted {}", to_words(lasted)) : "";
  }
  const bool reviewed = is<planning::StageEntered>(e) && release.stage >= Stage::review;
  if (!reviewed || !def.on_customer_report) return "";
  const auto reports = tx.integer(
      "SELECT (SELECT count(*) FROM deployment WHERE release_id = $1 AND detected_by = 'customer') + (SELECT count(*) FROM incident WHERE "
      "release_id = $1 AND source = 'customer')",
      {release.id});
  return reports > 0 ? "a customer reported it" : "";
}

void open(Work& work, const Release& release, const std::string& rule) {
  const auto o = planning::organisation_of(work.tx, release);
  Retrospective r{.id = work.new_id("ret"),
                  .release_id = release.id,
                  .rule = rule,
                  .timeline = timeline_of(work.tx, release.id),
                  .factors = factors_of(work.tx, release),
                  .opened_at = work.now,
                  .due_at = work.now + o->retrospective.actions_due};
  store::insert(work.tx, "retrospective", r);
  record(work, RetrospectiveOpened{.rule = rule}, {.subject = r.id, .release = release.id});
}

Result<Retrospective> open_one(store::Tx& tx, const Release& release) {
  auto r = find(tx, release.id);
  if (!r)
    return not_found(fmt::format("release {} has no retrospective; `evenkeel retro open {}`", release.version, planning::called(release)));
  if (r->state != RetrospectiveState::open) return conflict(fmt::format("the retrospective of {} is closed", release.version));
  return std::move(*r);
}
/// The open one, held.
Result<Retrospective> hold_open(Work& work, const Release& release) {
  work.tx.lock("release", release.id);
  return open_one(work.tx, release);
}

}  // namespace

Result<void> is_open(Work& work, const Release& release) {
  TRY(open_one(work.tx, release));
  return {};
}

Result<RetrospectiveView> open_retrospective(Work& work, const OpenRetrospective& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  if (work.actor.kind == ActorKind::person) TRY(may(work, release, "opening a retrospective"));
  work.tx.lock("release", release.id);
  if (!find(work.tx, release.id)) open(work, release, command.rule);
  return retrospective_of(work.tx, release);
}

Result<void> open_by_rule(Work& work, const ledger::Entry& entry) {
  if (entry.release.empty()) return {};
  const auto release = TRY(planning::find_release(work.tx, entry.release));
  work.tx.lock("release", release.id);
  if (find(work.tx, release.id)) return {};
  if (const auto rule = rule_of(work.tx, planning::organisation_of(work.tx, release)->retrospective, release, entry); !rule.empty())
    open(work, release, rule);
  return {};
}

Result<RetrospectiveView> add_action(Work& work, const AddAction& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(may(work, release, "adding an action"));
  const auto r = TRY(hold_open(work, release));
  if (command.what.empty()) return invalid("say what is to be done", "what");
  const auto owner = accounts::find_person(work.tx, command.owner);
  if (!owner || !owner->active) return invalid(fmt::format("nobody is called '{}'; an action has one owner", command.owner), "owner");
  if (command.due_at && *command.due_at <= work.now) return invalid("the action would be overdue already", "due_at");
  const Action action{work.new_id("act"), r.id, command.what, owner->id, command.due_at.value_or(r.due_at), {}};
  store::insert(work.tx, "retrospective_action", action);
  record(work, ActionAdded{.owner = owner->id, .due_at = action.due_at}, {.subject = action.id, .release = release.id});
  return retrospective_of(work.tx, release);
}

Result<RetrospectiveView> finish_action(Work& work, const std::string& id) {
  auto action = store::one<Action>(work.tx, "retrospective_action", "WHERE id = $1", {id});
  if (!action) return not_found("there is no action " + id);
  const auto r = store::one<Retrospective>(work.tx, "retrospective", "WHERE id = $1", {action->retrospective_id});
  const auto release = TRY(planning::find_release(work.tx, r->release_id));
  if (!accounts::is_or_stands_in_for(work.tx, work.actor.id, action->owner, work.now) || work.actor.read_only)
    TRY(may(work, release, "finishing an action of somebody else"));
  if (!action->done_at) {
    action->done_at = work.now;
    store::update(work.tx, "retrospective_action", *action);
    record(work, ActionDone{}, {.subject = action->id, .release = release.id});
  }
  return retrospective_of(work.tx, release);
}

Result<RetrospectiveView> close_retrospective(Work& work, const CloseRetrospective& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(may(work, release, "closing a retrospective"));
  auto r = TRY(hold_open(work, release));
  if (command.summary.empty()) return invalid("a summary is needed: what was learned", "summary");
  r.state = RetrospectiveState::done;
  r.closed_at = work.now;
  r.timeline = timeline_of(work.tx, release.id);
  r.factors = factors_of(work.tx, release);
  r.summary_text = work.write_text("summary", command.summary);
  store::update(work.tx, "retrospective", r);
  record(work, RetrospectiveClosed{.actions = std::int64_t(actions_of(work.tx, r.id).size())}, {.subject = r.id, .release = release.id});
  return retrospective_of(work.tx, release);
}

Result<RetrospectiveView> retrospective_of(store::Tx& tx, const Release& release) {
  const auto r = find(tx, release.id);
  if (!r) return not_found(fmt::format("release {} has no retrospective", release.version));
  const bool open = r->state == RetrospectiveState::open;
  RetrospectiveView v{r->id,
                      release.id,
                      release.version,
                      r->rule,
                      r->state,
                      r->summary_text.empty() ? "" : ledger::read_text(tx, r->summary_text),
                      r->opened_at,
                      r->due_at,
                      r->closed_at,
                      told_of(tx, release.id, open ? timeline_of(tx, release.id) : r->timeline),
                      open ? factors_of(tx, release) : r->factors,
                      {}};
  for (const auto& a : actions_of(tx, r->id)) v.actions.push_back({a.id, a.what, accounts::name_of(tx, a.owner), a.due_at, a.done_at});
  return v;
}

planning::Gates retro_gates() {
  using planning::Finding;
  using planning::GateVerdict;
  return {{"retrospective_done", Stage::review, true, "Where a retrospective is owed: is it closed, or open with an action?",
           [](store::Tx& tx, const Release& r, SysTime) -> Finding {
             const auto found = find(tx, r.id);
             if (!found && !planning::owes(r.outcome).retrospective) return planning::passed("no retrospective is owed");
             const std::string limit = "closed, or open with at least one action";
             if (!found)
               return {GateVerdict::fail, "not open", limit, "", fmt::format("`evenkeel retro open {}`", planning::called(r)),
                       "coordinator"};
             if (found->state == RetrospectiveState::done) return planning::passed("closed", limit, found->id);
             const auto actions = actions_of(tx, found->id).size();
             if (actions > 0) return planning::passed(fmt::format("open with {} actions", actions), limit, found->id);
             return {GateVerdict::fail,
                     "open, without an action",
                     limit,
                     found->id,
                     fmt::format("`evenkeel retro action {} --what ... --owner LOGIN`", planning::called(r)),
                     "coordinator, engineering_lead"};
           }}};
}

}  // namespace evenkeel::retro
