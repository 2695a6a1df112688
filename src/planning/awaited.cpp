#include "planning/awaited.hpp"

#include "accounts/absence.hpp"
#include "definitions/proposal.hpp"
#include "planning/debt.hpp"
#include "planning/in_force.hpp"
#include "steps/run.hpp"

namespace evenkeel::planning {
namespace {

using definitions::Organisation;

std::vector<std::string> owner_login(store::Tx& tx, const Release& release) {
  const auto owner = accounts::person_by_id(tx, release.owner);
  return owner && owner->active ? std::vector{owner->login} : std::vector<std::string>{};
}

/// Whoever may move the window, its owner first who is there.
std::vector<std::string> movers(store::Tx& tx, const Release& release, const Organisation& o, SysTime now) {
  const auto coordinators = holders_of(tx, o, {Role::coordinator}, release.area);
  const auto owner = owner_login(tx, release);
  const bool may = !owner.empty() && std::ranges::find(coordinators, owner.front()) != coordinators.end();
  return may && !accounts::away_at(tx, now).contains(owner.front()) ? owner : coordinators;
}

void window(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o, SysTime now) {
  const auto ref = called(release);
  if (!release.window_start)
    all.push_back({.act = "release.move",
                   .gate = "window_set",
                   .what = "Set the deployment window",
                   .command = fmt::format("evenkeel release move {} --window-start TIME --window-end TIME", ref),
                   .people = movers(tx, release, o, now),
                   .needs = "coordinator"});
  else if (const auto denial = what_denies(tx, release, {*release.window_start, *release.window_end}); !denial.clear())
    all.push_back({.act = "release.move",
                   .gate = "freeze_clear",
                   .what = "Move the window or ask for an exception: " + refusals_of(denial, release).front().value,
                   .command = fmt::format("evenkeel release move {} --window-start TIME --reason TEXT", ref),
                   .people = movers(tx, release, o, now),
                   .needs = "coordinator",
                   .due = release.window_start});
}

void confirmations(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o) {
  for (const auto& c : components_of(tx, release.id)) {
    if (c.confirmed_at) continue;
    const auto* service = definitions::find_service(o, c.service);
    auto people = service ? named(o, service->owner) : std::vector<std::string>{};
    const bool by_name = !people.empty();
    if (!by_name) people = holders_of(tx, o, {Role::engineering_lead}, release.area);
    all.push_back({.act = "release.confirm",
                   .subject = c.service,
                   .gate = "teams_confirmed",
                   .what = "Confirm freeze date and window for " + c.service,
                   .command = fmt::format("evenkeel release confirm {} {}", called(release), c.service),
                   .people = std::move(people),
                   .needs = "owner of " + c.service,
                   .due = release.scope_freeze_at ? release.scope_freeze_at : release.window_start,
                   .by_name = by_name});
  }
}

void checklist(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o) {
  for (const auto& item : checklist_of(tx, release.id)) {
    if (item.automatic || item.state == ItemState::done) continue;
    if (item.service.empty() && release.stage > Stage::go_no_go) continue;  // of the release: asked for at go
    auto people = named(o, item.owner);
    const bool by_name = !people.empty();
    if (!by_name) people = holders_of(tx, o, {Role::coordinator}, release.area);
    all.push_back({.act = "checklist.tick",
                   .subject = item.id,
                   .gate = item.service.empty() ? "checklist_done" : "",
                   .what = fmt::format("Tick \"{}\"{}", item.name, item.service.empty() ? "" : " of " + item.service),
                   .command = fmt::format("evenkeel checklist tick {} {} --evidence LINK", called(release), item.id),
                   .people = std::move(people),
                   .needs = "coordinator",
                   .due = release.window_start,
                   .by_name = by_name});
  }
}

void exceptions(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o, SysTime now) {
  for (const auto& request :
       store::all<ExceptionRequest>(tx, "freeze_exception_request",
                                    "WHERE release_id = $1 AND expires_at > $2 AND id NOT IN (SELECT id FROM freeze_exception) ORDER BY at",
                                    {release.id, to_millis(now)})) {
    const auto freeze = std::ranges::find(o.freezes, request.freeze_name, &definitions::FreezeDef::name);
    if (freeze == o.freezes.end()) continue;
    all.push_back({.act = "exception.approve",
                   .subject = request.id,
                   .gate = "freeze_clear",
                   .what = fmt::format("Answer {}, who asks for an exception to freeze \"{}\"", accounts::name_of(tx, request.requested_by),
                                       request.freeze_name),
                   .command = "evenkeel exception approve " + request.id,
                   .people = holders_of(tx, o, freeze->exception_roles, release.area, {request.requested_by}),
                   .needs = any_of(freeze->exception_roles),
                   .due = std::min(request.expires_at, release.window_start.value_or(request.expires_at))});
  }
}

void agreement(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o, SysTime now) {
  const auto proposed = proposed_window(tx, release, now);
  const auto run = steps::latest_run(tx, release.id);
  if (!proposed || (run && steps::goes_on(*run))) return;
  const std::vector<Role> roles{Role::coordinator, Role::engineering_lead, Role::risk_manager, Role::on_call};
  all.push_back(
      {.act = "release.agree",
       .what = fmt::format("Agree to the new window that {} proposes: it opens within a day", accounts::name_of(tx, proposed->person)),
       .command = "evenkeel release agree " + called(release),
       .people = holders_of(tx, o, roles, release.area, {proposed->person}),
       .needs = any_of(roles),
       .due = proposed->start});
}

std::optional<Awaited> owed(store::Tx& tx, const Organisation& o, const DebtView& d, const Release& release) {
  switch (d.kind) {
    case DebtKind::late_review: {
      const std::vector<Role> roles{Role::risk_manager, Role::security};
      return Awaited{.act = "emergency.review",
                     .what = "Review the emergency",
                     .command = fmt::format("evenkeel emergency review {} --because TEXT", called(release)),
                     .people = holders_of(tx, o, roles, release.area, {release.owner}),
                     .needs = any_of(roles),
                     .due = d.due_at};
    }
    case DebtKind::retrospective:
      if (tx.value("SELECT id FROM retrospective WHERE release_id = $1", {release.id})) return {};  // its own area asks from there on
      return Awaited{.act = "retro.open",
                     .what = "Open the retrospective that the emergency owes",
                     .command = "evenkeel retro open " + called(release),
                     .people = holders_of(tx, o, {Role::coordinator, Role::engineering_lead}, release.area),
                     .needs = "coordinator or engineering_lead",
                     .due = d.due_at};
    case DebtKind::rehearsal:
      return Awaited{.act = "rollback.rehearse",
                     .subject = d.service,
                     .what = fmt::format("Rehearse the rollback of {}: the emergency skipped it", d.service),
                     .command = fmt::format("evenkeel rollback rehearse {} --release {} --env staging", d.service, called(release)),
                     .people = holders_of(tx, o, {Role::engineering_lead, Role::risk_manager, Role::coordinator}, release.area),
                     .needs = "owner of " + d.service,
                     .due = d.due_at};
  }
  return {};
}

}  // namespace

std::vector<AwaitedAnyTime> debts_awaited(store::Tx& tx, SysTime now) {
  const auto o = definitions::current(tx);
  if (!o) return {};
  std::vector<AwaitedAnyTime> all;
  for (const auto& d : open_debts(tx, now)) {
    const auto release = find_release(tx, d.release_id);
    if (!release) continue;
    if (auto item = owed(tx, **o, d, *release)) all.push_back({release->id, release->area, std::move(*item)});
  }
  return all;
}

std::vector<AwaitedAnyTime> proposals_awaited(store::Tx& tx, SysTime) {
  std::vector<AwaitedAnyTime> all;
  for (const auto& p : definitions::open_proposals(tx)) {
    const auto changes = p.changes.value_or(std::vector<std::string>{});
    const auto shown = std::vector(changes.begin(), changes.begin() + std::ptrdiff_t(std::min<std::size_t>(3, changes.size())));
    all.push_back({{},
                   "*",
                   {.act = "definitions.agree",
                    .subject = p.id,
                    .what = fmt::format("Agree to what {} has proposed, as the second person: {}{}", accounts::name_of(tx, p.proposed_by),
                                        fmt::join(shown, ", "),
                                        changes.size() > shown.size() ? fmt::format(" and {} more", changes.size() - shown.size()) : ""),
                    .command = "evenkeel definitions agree " + p.id,
                    .people = p.asked.value_or(std::vector<std::string>{}),
                    .needs = "a second person with the roles for these changes"}});
  }
  return all;
}

std::vector<std::string> holders_of(store::Tx& tx, const Organisation& o, const std::vector<Role>& roles, const std::string& area,
                                    const std::set<std::string>& except) {
  std::vector<std::string> logins;
  for (const auto& person : o.people) {
    const bool holds = std::ranges::any_of(person.roles, [&](const definitions::GrantDef& grant) {
      return std::ranges::find(roles, grant.role) != roles.end() &&
             std::ranges::any_of(grant.areas, [&](const auto& a) { return a == "*" || a == area; });
    });
    if (!holds) continue;
    const auto stored = except.empty() ? std::nullopt : accounts::find_person(tx, person.login);
    if (!stored || !except.contains(stored->id)) logins.push_back(person.login);
  }
  return logins;
}

std::string any_of(const std::vector<Role>& roles) {
  std::string names;
  for (const auto role : roles) names += (names.empty() ? "" : " or ") + role_name(role);
  return names;
}

std::vector<std::string> named(const Organisation& o, const std::string& login) {
  const auto* person = definitions::find_person(o, login);
  return person ? std::vector{person->login} : std::vector<std::string>{};
}

std::vector<Awaited> awaited(store::Tx& tx, const Release& release, SysTime now) {
  const auto o = in_force(tx, release);
  std::vector<Awaited> all;
  if (release.stage <= Stage::go_no_go) {
    window(all, tx, release, *o, now);
    confirmations(all, tx, release, *o);
    exceptions(all, tx, release, *o, now);
  }
  if (release.stage == Stage::deployment) agreement(all, tx, release, *o, now);
  if (release.stage < Stage::validation) checklist(all, tx, release, *o);
  return all;
}

}  // namespace evenkeel::planning
