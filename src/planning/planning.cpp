#include "planning/planning.hpp"

#include "accounts/absence.hpp"
#include "base/hex.hpp"
#include "base/utf8.hpp"
#include "planning/debt.hpp"
#include "planning/events.hpp"
#include "planning/longest_window.hpp"
#include "planning/naming.hpp"
#include "planning/plan_parts.hpp"
#include "planning/targets.hpp"

namespace evenkeel::planning {
namespace {

/// The owner or deputy of the component's service, who stands in for one of them, or the lead of the area.
Result<void> may_confirm_one(Work& work, const Release& release, const definitions::Organisation& o, const std::string& service) {
  const auto is = [&](const std::string& login) { return accounts::acts_for(work.tx, work.actor.id, login, work.now); };
  if (const auto* def = definitions::find_service(o, service); def && (is(def->owner) || is(def->deputy))) return {};
  return work.require({Role::engineering_lead, Role::admin}, area_of(work.tx, release, service), "confirming a component for its team");
}
/// Nothing is said of a release that is closed.
Result<void> still_open(const Release& release) {
  if (release.stage != Stage::closed) return {};
  return conflict(fmt::format("release {} is closed ({})", release.version, json::enum_text(release.outcome)));
}
/// Whose item it is, who stands in for them, or the coordinator.
Result<void> may_tick_one(Work& work, const Release& release, const ChecklistItem& item) {
  if (accounts::acts_for(work.tx, work.actor.id, item.owner, work.now)) return {};
  return work.require({Role::coordinator, Role::admin}, item.service.empty() ? release.area : area_of(work.tx, release, item.service),
                      "ticking an item of somebody else");
}
/// The areas of its components.
std::vector<std::string> areas_planned(const definitions::Organisation& o, const PlanRelease& command) {
  std::vector<std::string> areas;
  for (const auto& c : command.components)
    if (const auto* service = definitions::find_service(o, c.service)) areas.push_back(service->area);
  return areas;
}
/// Whether one of them holds; else the last refusal.
template <class All, class May>
Result<void> any_of(const All& all, Result<void> none, May may) {
  for (const auto& one : all)
    if (none = may(one); none) break;
  return none;
}

}  // namespace

Result<Release> plan_release(Work& work, const PlanRelease& command) {
  TRY(work.require({Role::coordinator, Role::admin}, command.area, "planning a release"));
  const auto version = TRY(definitions::current_version(work.tx));
  const auto organisation = definitions::organisation_of(work.tx, version.id);
  const auto& o = *organisation;
  const auto* area = definitions::find_area(o, command.area);
  if (!area) return invalid(no_such("area", command.area, o.areas, &definitions::AreaDef::name), "area");
  TRY(check_version(command.version, "version"));
  TRY(check_version(command.line, "line"));
  TRY(check_title(command.title, "title"));
  TRY(check_components(o, command.components));
  TRY(check_window(command.window_start, command.window_end, work.now));
  if (command.window_start)
    TRY(no_longer_than_declared(
        o, areas_planned(o, command), {*command.window_start, *command.window_end}, work.now,
        [](const Interval& w) { return fmt::format("plan it with `--window-start {} --window-end {}`", to_iso(w.start), to_iso(w.end)); }));
  const auto* environment = definitions::production(o);
  for (const auto& e : o.environments)
    if (e.name == command.environment) environment = &e;
  if (!environment || (!command.environment.empty() && environment->name != command.environment))
    return invalid(fmt::format("there is no environment '{}'", command.environment), "environment");
  TRY(free_the_version(work, area->name, command.line, command.version));
  std::string owner = work.actor.id;
  if (const auto& login = command.owner.empty() ? area->coordinator : command.owner; !login.empty()) owner = TRY(owner_called(work, login));
  if (command.emergency) {
    if (command.because.empty()) return invalid("an emergency has a reason", "because");
    if (command.incident.empty()) return invalid("an emergency ends an incident: say which, by its id or a link", "incident");
    TRY(may_open_emergency(work, owner));
  }
  Release release{
      work.new_id("rel"),
      command.version,
      command.title.empty() ? fmt::format("{} {}", area->title.empty() ? area->name : area->title, command.version) : command.title,
      area->name,
      command.line,
      environment->name,
      Stage::planning,
      ReleaseOutcome::open,
      owner,
      command.scope_freeze_at,
      command.window_start,
      command.window_end,
      version.id,
      command.emergency,
      work.now,
      {},
      1,
      command.incident,
      work.write_text("reason", command.because)};
  store::insert(work.tx, "release", release);

  put_components(work, release, o, command.components);
  TRY(put_flags(work, release, o, command.flags));
  TRY(put_needs(work, release, command.needs));
  make_checklist(work, release, o);
  record(work,
         ReleasePlanned{.version = release.version,
                        .area = release.area,
                        .definitions = version.id,
                        .components = std::int64_t(command.components.size())},
         {.subject = release.id, .release = release.id});
  return release;
}

Result<void> may_set_artefact(Work& work, const Release& release) { return not_decided(work, release, "naming the artefact"); }
Result<void> may_cancel(Work& work, const Release& release) { return not_decided(work, release, "cancelling"); }

Result<void> may_confirm(Work& work, const Release& release) {
  TRY(still_open(release));
  const auto o = organisation_of(work.tx, release);
  return any_of(components_of(work.tx, release.id), conflict(fmt::format("release {} has no component", release.version)),
                [&](const Component& c) { return may_confirm_one(work, release, *o, c.service); });
}
Result<void> may_tick(Work& work, const Release& release) {
  TRY(still_open(release));
  return any_of(checklist_of(work.tx, release.id), conflict(fmt::format("release {} has no checklist", release.version)),
                [&](const ChecklistItem& item) { return may_tick_one(work, release, item); });
}

Result<Component> confirm_component(Work& work, const std::string& reference, const std::string& service) {
  const auto release = TRY(find_release(work.tx, reference));
  auto component = store::one<Component>(work.tx, "component", "WHERE release_id = $1 AND service = $2", {release.id, service});
  if (!component) return not_found(fmt::format("release {} has no component '{}'", release.version, service));
  TRY(still_open(release));
  TRY(may_confirm_one(work, release, *organisation_of(work.tx, release), service));
  if (component->confirmed_at) return *component;
  component->confirmed_by = work.actor.id;
  component->confirmed_at = work.now;
  store::update(work.tx, "component", *component);
  record(work, ComponentConfirmed{.service = service}, {.subject = component->id, .release = release.id});
  return *component;
}

Result<Component> set_artefact(Work& work, const std::string& reference, const std::string& service, const std::string& digest,
                               const std::string& commit_id) {
  const auto release = TRY(find_release(work.tx, reference));
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::admin}, area_of(work.tx, release, service), "naming the artefact"));
  TRY(may_set_artefact(work, release));
  auto component = store::one<Component>(work.tx, "component", "WHERE release_id = $1 AND service = $2", {release.id, service});
  if (!component) return not_found(fmt::format("release {} has no component '{}'", release.version, service));
  if (digest.empty() && commit_id.empty()) return invalid("a digest or a commit is needed", "digest");
  if (!digest.empty()) component->digest = digest;
  if (!commit_id.empty()) component->commit_id = commit_id;
  store::update(work.tx, "component", *component);
  record(work, ArtefactSet{.service = service, .digest = component->digest, .commit = component->commit_id},
         {.subject = component->id, .release = release.id});
  return *component;
}

void note_check(Work& work, const std::string& id, bool holds, const std::string& found, const std::string& output) {
  auto item = store::one<ChecklistItem>(work.tx, "checklist_item", "WHERE id = $1", {id});
  if (!item || item->state == ItemState::done) return;
  item->found = clean_text(found, 300);
  item->output_hash = to_hex(sha256(output));
  item->checked_at = work.now;
  if (holds) {
    item->state = ItemState::done;
    item->evidence = item->found;
    item->done_by = work.actor.id;
    item->done_at = work.now;
  }
  store::update(work.tx, "checklist_item", *item);
  if (holds)
    record(work, ChecklistDone{.item = item->name, .found = item->found, .output_hash = item->output_hash},
           {.subject = item->id, .release = item->release_id});
}

Result<ChecklistItem> tick(Work& work, const std::string& reference, const std::string& name, const std::string& evidence) {
  const auto release = TRY(find_release(work.tx, reference));
  auto item = store::one<ChecklistItem>(work.tx, "checklist_item", "WHERE release_id = $1 AND (id = $2 OR name = $2)", {release.id, name});
  if (!item) return not_found(fmt::format("release {} has no checklist item '{}'", release.version, name));
  TRY(still_open(release));
  TRY(may_tick_one(work, release, *item));
  if (evidence.empty()) return invalid("a tick needs evidence: a link or an id", "evidence");
  if (item->state == ItemState::done) return *item;
  item->state = ItemState::done;
  item->evidence = evidence;
  item->done_by = work.actor.id;
  item->done_at = work.now;
  store::update(work.tx, "checklist_item", *item);
  record(work, ChecklistDone{.item = item->name}, {.subject = item->id, .release = release.id});
  return *item;
}

Result<Release> supersede_release(Work& work, const Supersede& command) {
  auto release = TRY(find_release(work.tx, command.release));
  TRY(work.require({Role::coordinator, Role::admin}, release.area, "superseding a release"));
  TRY(may_cancel(work, release));
  const auto by = TRY(find_release(work.tx, command.by));
  if (by.id == release.id || by.outcome == ReleaseOutcome::cancelled || by.outcome == ReleaseOutcome::superseded)
    return invalid(fmt::format("{} cannot stand in for {}", by.version, release.version), "by");
  if (command.reason.empty()) return invalid("superseding needs a reason", "reason");
  release.outcome = ReleaseOutcome::superseded;
  work.write_text("reason", command.reason);
  record(work, ReleaseSuperseded{.by = by.id}, {.subject = release.id, .release = release.id});
  TRY(enter_stage(work, release, Stage::closed, "superseded by another"));
  return release;
}

Result<Release> cancel_release(Work& work, const std::string& reference, const std::string& reason) {
  auto release = TRY(find_release(work.tx, reference));
  TRY(work.require({Role::coordinator, Role::admin}, release.area, "cancelling a release"));
  TRY(may_cancel(work, release));
  if (reason.empty()) return invalid("cancelling needs a reason", "reason");
  release.outcome = ReleaseOutcome::cancelled;
  work.write_text("reason", reason);
  record(work, ReleaseCancelled{}, {.subject = release.id, .release = release.id});
  TRY(enter_stage(work, release, Stage::closed, "cancelled"));
  return release;
}

void store_outcome(Work& work, Release& release) {
  ++release.revision;
  store::update(work.tx, "release", release);
}

Result<void> enter_stage(Work& work, Release& release, Stage to, const std::string& because) {
  if (release.stage == to) return {};
  if (!may_move(release.stage, to))
    return conflict(
        fmt::format("release {} cannot go from {} to {}", release.version, json::enum_text(release.stage), json::enum_text(to)));
  const auto from = release.stage;
  release.stage = to;
  release.closed_at = to == Stage::closed ? std::optional(work.now) : std::nullopt;
  ++release.revision;
  store::update(work.tx, "release", release);
  record(work, StageEntered{.from = from, .to = to, .because = because}, {.subject = release.id, .release = release.id});
  return {};
}

}  // namespace evenkeel::planning
