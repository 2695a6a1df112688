#include "planning/planning.hpp"

#include "accounts/accounts.hpp"
#include "base/hex.hpp"
#include "base/utf8.hpp"
#include "planning/events.hpp"
#include "planning/naming.hpp"

namespace evenkeel::planning {
namespace {

constexpr auto longest_exception = std::chrono::hours{24 * 14};

Result<void> check_window(const std::optional<SysTime>& start, const std::optional<SysTime>& end) {
  if (start.has_value() != end.has_value())
    return invalid("a window has a start and an end; one of them is missing", start ? "window_end" : "window_start");
  if (start && *end <= *start) return invalid("the window ends before it starts", "window_end");
  return {};
}

/// Providers first: a component comes after every component that it depends on (definitions refuse cycles).
std::vector<ComponentPlan> in_dependency_order(const definitions::Organisation& o, std::vector<ComponentPlan> plans) {
  std::vector<ComponentPlan> out;
  std::set<std::string> placed;
  std::function<void(const ComponentPlan&)> place = [&](const ComponentPlan& plan) {
    if (!placed.insert(plan.service).second) return;
    const auto* service = definitions::find_service(o, plan.service);
    std::function<void(const definitions::ServiceDef&)> providers = [&](const definitions::ServiceDef& s) {
      for (const auto& d : s.depends_on) {
        const auto* provider = definitions::find_service(o, d.service);
        if (!provider) continue;
        const auto in_release = std::find_if(plans.begin(), plans.end(), [&](const auto& p) { return p.service == provider->name; });
        if (in_release != plans.end())
          place(*in_release);
        else
          providers(*provider);  // an unchanged one between two changed ones still orders them
      }
    };
    if (service) providers(*service);
    out.push_back(plan);
  };
  for (const auto& plan : plans) place(plan);
  return out;
}

Result<void> not_decided(const Release& r, const char* act) {
  if (r.stage >= Stage::deployment)
    return conflict(fmt::format(
        "release {} is in stage {}; {} is possible only before the deployment{}", r.version, json::enum_text(r.stage), act,
        r.stage == Stage::deployment
            ? fmt::format(". Until it has begun a go can be taken back: `evenkeel decide {}/{} no_go --reason ...`", r.area, r.version)
            : ""));
  return {};
}

/// The owner or deputy of the component's service, or the lead of the area.
Result<void> may_confirm_one(Work& work, const Release& release, const definitions::Organisation& o, const std::string& service) {
  const auto is = [&](const std::string& login) {
    const auto p = accounts::find_person(work.tx, login);
    return p && p->id == work.actor.id;
  };
  if (const auto* def = definitions::find_service(o, service); def && (is(def->owner) || is(def->deputy))) return {};
  return work.require({Role::engineering_lead, Role::admin}, release.area, "confirming a component for its team");
}
/// Whose item it is, or the coordinator.
Result<void> may_tick_one(Work& work, const Release& release, const ChecklistItem& item) {
  const auto person = accounts::person_by_id(work.tx, work.actor.id);
  if (person && person->login == item.owner) return {};
  return work.require({Role::coordinator, Role::admin}, release.area, "ticking an item of somebody else");
}
/// Whether one of them holds; else the last refusal.
template <class All, class May>
Result<void> any_of(const All& all, Result<void> none, May may) {
  for (const auto& one : all)
    if (none = may(one); none) break;
  return none;
}

void make_checklist(Work& work, const Release& release, const definitions::Organisation& o) {
  const auto add = [&](const definitions::ChecklistItemDef& def, const std::string& service, const std::string& owner) {
    store::insert(work.tx, "checklist_item",
                  ChecklistItem{work.new_id("chk"),
                                release.id,
                                service,
                                def.name,
                                def.owner.empty() ? owner : def.owner,
                                !def.command.empty() || !def.url.empty(),
                                "open",
                                "",
                                "",
                                {}});
  };
  for (const auto& item : o.release_checklist) add(item, "", "");
  for (const auto& c : components_of(work.tx, release.id))
    if (const auto* s = definitions::find_service(o, c.service))
      for (const auto& item : s->checklist) add(item, s->name, s->owner);
}

Result<void> check_components(const std::vector<ComponentPlan>& components) {
  std::set<std::string> named;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto& c = components[i];
    const auto field = [&](const char* name) { return fmt::format("components[{}].{}", i, name); };
    TRY(check_version(c.version, field("version")));
    if (!c.from_version.empty()) TRY(check_version(c.from_version, field("from_version")));
    if (!c.digest.empty()) TRY(check_digest(c.digest, field("digest")));
    if (!c.commit_id.empty()) TRY(check_digest(c.commit_id, field("commit_id")));
    if (!named.insert(c.service).second)
      return invalid(fmt::format("component {} is named twice; a release takes one version of a service", c.service), field("service"));
  }
  return {};
}

}  // namespace

Result<Release> plan_release(Work& work, const PlanRelease& command) {
  TRY(work.require({Role::coordinator, Role::admin}, command.area, "planning a release"));
  const auto version = TRY(definitions::current_version(work.tx));
  const auto organisation = definitions::organisation_of(work.tx, version.id);
  const auto& o = *organisation;
  const auto* area = definitions::find_area(o, command.area);
  if (!area) return invalid(fmt::format("there is no area '{}'", command.area), "area");
  TRY(check_version(command.version, "version"));
  TRY(check_version(command.line, "line"));
  TRY(check_title(command.title, "title"));
  TRY(check_components(command.components));
  if (command.components.empty()) return invalid("a release needs at least one component: service and version", "components");
  TRY(check_window(command.window_start, command.window_end));
  const auto* environment = definitions::production(o);
  for (const auto& e : o.environments)
    if (e.name == command.environment) environment = &e;
  if (!environment || (!command.environment.empty() && environment->name != command.environment))
    return invalid(fmt::format("there is no environment '{}'", command.environment), "environment");
  if (work.tx.value("SELECT id FROM release WHERE area = $1 AND line = $2 AND version = $3", {area->name, command.line, command.version}))
    return conflict(fmt::format("release {} of {} (line {}) exists already", command.version, area->name, command.line));

  std::string owner = work.actor.id;
  if (const auto& login = command.owner.empty() ? area->coordinator : command.owner; !login.empty()) {
    const auto person = accounts::find_person(work.tx, login);
    if (!person) return invalid(fmt::format("there is no person '{}'", login), "owner");
    owner = person->id;
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
      1};
  store::insert(work.tx, "release", release);

  std::int64_t position = 0;
  for (auto plan : in_dependency_order(o, command.components)) {
    const auto* service = definitions::find_service(o, plan.service);
    if (!service) return invalid(fmt::format("there is no service '{}'", plan.service), fmt::format("components[{}].service", position));
    const auto from = plan.from_version.empty() ? running_version(work.tx, service->name, environment->name) : plan.from_version;
    const Component component{work.new_id("cmp"), release.id,  service->name,  ++position, from,
                              plan.version,       plan.digest, plan.commit_id, "",         {}};
    store::insert(work.tx, "component", component);
    std::int64_t wave = 0;
    for (const auto& target : environment->targets)
      store::insert(work.tx, "component_target", ComponentTarget{work.new_id("tgt"), component.id, environment->name, target.name, ++wave});
    if (environment->targets.empty())
      store::insert(work.tx, "component_target",
                    ComponentTarget{work.new_id("tgt"), component.id, environment->name, environment->name, 1});
  }
  for (const auto& flag : command.flags) {
    if (const auto* platform = definitions::find_connection(o, flag.platform);
        !platform || !is_able_to(*platform, definitions::Ability::flag_switch))
      return invalid(fmt::format("there is no flag connection '{}'", flag.platform), "flags");
    if (flag.flag.empty() || (flag.value != "on" && flag.value != "off"))
      return invalid(fmt::format("flag '{}': the value is on or off, not '{}'", flag.flag, flag.value), "flags");
    if (!flag.after_service.empty() &&
        std::ranges::none_of(command.components, [&](const auto& c) { return c.service == flag.after_service; }))
      return invalid(fmt::format("flag '{}' is switched after {}, which is no component of this release", flag.flag, flag.after_service),
                     "flags");
    const std::string before = flag.value_before.empty() ? flag.value == "on" ? "off" : "on" : flag.value_before;
    if (before != "on" && before != "off")
      return invalid(fmt::format("flag '{}': the value before is on or off, not '{}'", flag.flag, before), "flags");
    store::insert(work.tx, "flag_change",
                  FlagChange{work.new_id("flg"), release.id, flag.flag, flag.platform, before, flag.value, flag.after_service});
  }
  for (const auto& needed : command.needs) {
    const auto other = TRY(find_release(work.tx, needed));
    work.tx.exec("INSERT INTO release_dependency (id, release_id, needs_release_id, reason_text, accepted_by) VALUES ($1, $2, $3, '', '')",
                 {work.new_id("dep"), release.id, other.id});
  }
  make_checklist(work, release, o);
  record(work, ReleasePlanned{.version = release.version, .area = release.area, .definitions = version.id, .components = position},
         {.subject = release.id, .release = release.id});
  return release;
}

std::string how_to_move(const Release& release) {
  return fmt::format(
      "{}move the window (`evenkeel release move {}/{} --window-start TIME --window-end TIME --reason ...`) and decide again",
      release.stage == Stage::deployment
          ? fmt::format("take the go back (`evenkeel decide {}/{} no_go --reason ...`), ", release.area, release.version)
          : "",
      release.area, release.version);
}

Result<void> may_move_window(Work&, const Release& release) { return not_decided(release, "moving the window"); }
Result<void> may_set_artefact(Work&, const Release& release) { return not_decided(release, "naming the artefact"); }
Result<void> may_cancel(Work&, const Release& release) { return not_decided(release, "cancelling"); }

Result<void> may_confirm(Work& work, const Release& release) {
  const auto o = organisation_of(work.tx, release);
  return any_of(components_of(work.tx, release.id), conflict(fmt::format("release {} has no component", release.version)),
                [&](const Component& c) { return may_confirm_one(work, release, *o, c.service); });
}
Result<void> may_tick(Work& work, const Release& release) {
  return any_of(checklist_of(work.tx, release.id), conflict(fmt::format("release {} has no checklist", release.version)),
                [&](const ChecklistItem& item) { return may_tick_one(work, release, item); });
}

Result<Release> move_window(Work& work, const MoveWindow& command) {
  auto release = TRY(find_release(work.tx, command.release));
  TRY(work.require({Role::coordinator, Role::admin}, release.area, "moving a window"));
  TRY(may_move_window(work, release));
  auto start = command.window_start, end = command.window_end;
  if (start && !end && release.window_start) end = *start + (*release.window_end - *release.window_start);  // as long as it was
  if (end && !start) start = release.window_start;
  TRY(check_window(start, end));
  if (release.stage == Stage::go_no_go && command.reason.empty())
    return invalid("moving a window during the review needs a reason", "reason");
  work.tx.lock("release", release.id);
  if (start) {
    release.window_start = start;
    release.window_end = end;
  }
  if (command.scope_freeze_at) release.scope_freeze_at = command.scope_freeze_at;
  ++release.revision;
  store::update(work.tx, "release", release);
  work.tx.exec("UPDATE component SET confirmed_by = '', confirmed_at = NULL WHERE release_id = $1", {release.id});
  work.write_text("reason", command.reason);
  record(work,
         ReleaseMoved{.window_start = release.window_start ? to_iso(*release.window_start) : "",
                      .window_end = release.window_end ? to_iso(*release.window_end) : ""},
         {.subject = release.id, .release = release.id});
  return release;
}

Result<Component> confirm_component(Work& work, const std::string& reference, const std::string& service) {
  const auto release = TRY(find_release(work.tx, reference));
  auto component = store::one<Component>(work.tx, "component", "WHERE release_id = $1 AND service = $2", {release.id, service});
  if (!component) return not_found(fmt::format("release {} has no component '{}'", release.version, service));
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
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::admin}, release.area, "naming the artefact"));
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
  if (!item || item->state == "done") return;
  item->found = clean_text(found, 300);
  item->output_hash = to_hex(sha256(output));
  item->checked_at = work.now;
  if (holds) {
    item->state = "done";
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
  TRY(may_tick_one(work, release, *item));
  if (evidence.empty()) return invalid("a tick needs evidence: a link or an id", "evidence");
  if (item->state == "done") return *item;
  item->state = "done";
  item->evidence = evidence;
  item->done_by = work.actor.id;
  item->done_at = work.now;
  store::update(work.tx, "checklist_item", *item);
  record(work, ChecklistDone{.item = item->name}, {.subject = item->id, .release = release.id});
  return *item;
}

Result<ExceptionRequest> request_exception(Work& work, const RequestException& command) {
  const auto release = TRY(find_release(work.tx, command.release));
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::admin}, release.area, "asking for a freeze exception"));
  const auto organisation = TRY(definitions::current(work.tx));  // a freeze that was declared after planning can be excepted too
  if (std::none_of(organisation->freezes.begin(), organisation->freezes.end(), [&](const auto& f) { return f.name == command.freeze; }))
    return invalid(fmt::format("there is no freeze '{}'", command.freeze), "freeze");
  if (command.reason.empty()) return invalid("an exception needs a reason", "reason");
  if (command.expires_at <= work.now) return invalid("the exception would have expired already", "expires_at");
  if (command.expires_at > work.now + longest_exception) return invalid("an exception lasts at most 14 days", "expires_at");
  const ExceptionRequest request{work.new_id("fxr"), release.id, command.freeze, work.actor.id, work.write_text("reason", command.reason),
                                 command.expires_at, work.now};
  store::insert(work.tx, "freeze_exception_request", request);
  record(work, ExceptionRequested{{.freeze = command.freeze, .expires_at = command.expires_at}},
         {.subject = request.id, .release = release.id, .seals = {{"freeze_exception_request", request.id}}});
  return request;
}

Result<FreezeException> approve_exception(Work& work, const std::string& request_id) {
  const auto request = store::one<ExceptionRequest>(work.tx, "freeze_exception_request", "WHERE id = $1", {request_id});
  if (!request) return not_found("there is no exception request " + request_id);
  const auto release = TRY(find_release(work.tx, request->release_id));
  const auto organisation = TRY(definitions::current(work.tx));
  const auto freeze = std::find_if(organisation->freezes.begin(), organisation->freezes.end(),
                                   [&](const auto& f) { return f.name == request->freeze_name; });
  if (freeze == organisation->freezes.end()) return not_found(fmt::format("the freeze '{}' is not defined any more", request->freeze_name));
  TRY(work.require(freeze->exception_roles, release.area, "approving an exception to this freeze"));
  if (request->requested_by == work.actor.id) return forbidden("an exception is approved by a second person, not by the one who asked");
  if (const auto approved = store::one<FreezeException>(work.tx, "freeze_exception", "WHERE id = $1", {request_id})) return *approved;
  const FreezeException exception{request->id, request->release_id, request->freeze_name, work.actor.id, request->expires_at, work.now};
  store::insert(work.tx, "freeze_exception", exception);
  record(work, ExceptionApproved{{.freeze = exception.freeze_name, .expires_at = exception.expires_at}},
         {.subject = exception.id, .release = release.id, .seals = {{"freeze_exception", exception.id}}});
  return exception;
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
  if (to == Stage::closed) release.closed_at = work.now;
  ++release.revision;
  store::update(work.tx, "release", release);
  record(work, StageEntered{.from = from, .to = to, .because = because}, {.subject = release.id, .release = release.id});
  return {};
}

}  // namespace evenkeel::planning
