#include "planning/plan_parts.hpp"

#include "accounts/accounts.hpp"
#include "planning/events.hpp"
#include "planning/naming.hpp"
#include "planning/targets.hpp"

namespace evenkeel::planning {
namespace {

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

void put_component(Work& work, const Release& release, const definitions::EnvironmentDef& environment, const ComponentPlan& plan,
                   std::int64_t position) {
  auto places = environment.targets;
  if (places.empty()) places.push_back({environment.name});
  Component c{work.new_id("cmp"), release.id, plan.service, position, plan.from_version, plan.version, plan.digest, plan.commit_id, "", {}};
  std::vector<ComponentTarget> targets;
  bool all_known = true;
  for (const auto& place : places) {
    ComponentTarget t{work.new_id("tgt"), c.id, environment.name, place.name, std::int64_t(targets.size()) + 1};
    if (plan.from_version.empty()) t.from_version = running_version(work.tx, c.service, environment.name, place.name);
    all_known = all_known && !t.from_version.empty();
    targets.push_back(std::move(t));
  }
  if (plan.from_version.empty() && all_known) c.from_version = targets.front().from_version;
  store::insert(work.tx, "component", c);
  for (auto& t : targets) {
    if (t.from_version == c.from_version) t.from_version.clear();  // as the component
    store::insert(work.tx, "component_target", t);
  }
}

bool needs(store::Tx& tx, const std::string& release, const std::string& other, std::set<std::string>& seen) {
  if (release == other) return true;
  if (!seen.insert(release).second) return false;
  std::vector<std::string> next;
  tx.exec("SELECT needs_release_id FROM release_dependency WHERE release_id = $1", {release},
          [&](const store::Row& row) { next.push_back(row.text(0)); });
  return std::any_of(next.begin(), next.end(), [&](const auto& n) { return needs(tx, n, other, seen); });
}

}  // namespace

Result<void> check_components(const definitions::Organisation& o, const std::vector<ComponentPlan>& components) {
  if (components.empty()) return invalid("a release needs at least one component: service and version", "components");
  std::set<std::string> named;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto& c = components[i];
    const auto field = [&](const char* name) { return fmt::format("components[{}].{}", i, name); };
    TRY(check_version(c.version, field("version")));
    if (!definitions::find_service(o, c.service))
      return invalid(no_such("service", c.service, o.services, &definitions::ServiceDef::name), field("service"));
    if (!c.from_version.empty()) TRY(check_version(c.from_version, field("from_version")));
    if (!c.digest.empty()) TRY(check_digest(c.digest, field("digest")));
    if (!c.commit_id.empty()) TRY(check_digest(c.commit_id, field("commit_id")));
    if (!named.insert(c.service).second)
      return invalid(fmt::format("component {} is named twice; a release takes one version of a service", c.service), field("service"));
  }
  return {};
}

void put_components(Work& work, const Release& release, const definitions::Organisation& o, std::vector<ComponentPlan> plans) {
  for (auto& plan : plans) plan.service = definitions::find_service(o, plan.service)->name;
  const auto environment =
      std::find_if(o.environments.begin(), o.environments.end(), [&](const auto& e) { return e.name == release.environment; });
  std::int64_t position = 0;
  for (const auto& plan : in_dependency_order(o, std::move(plans)))
    put_component(work, release, environment == o.environments.end() ? definitions::EnvironmentDef{release.environment} : *environment,
                  plan, ++position);
}

Result<void> put_flags(Work& work, const Release& release, const definitions::Organisation& o, const std::vector<FlagPlan>& flags) {
  std::set<std::string> named;
  const auto components = components_of(work.tx, release.id);
  for (const auto& flag : flags) {
    if (const auto* platform = definitions::find_connection(o, flag.platform);
        !platform || !is_able_to(*platform, definitions::Ability::flag_switch))
      return invalid(fmt::format("there is no flag connection '{}'", flag.platform), "flags");
    if (flag.flag.empty() || (flag.value != "on" && flag.value != "off"))
      return invalid(fmt::format("flag '{}': the value is on or off, not '{}'", flag.flag, flag.value), "flags");
    if (!named.insert(flag.flag).second) return invalid(fmt::format("flag '{}' is named twice", flag.flag), "flags");
    if (!flag.after_service.empty() && std::ranges::none_of(components, [&](const auto& c) { return c.service == flag.after_service; }))
      return invalid(fmt::format("flag '{}' is switched after {}, which is no component of this release", flag.flag, flag.after_service),
                     "flags");
    const std::string before = flag.value_before.empty() ? flag.value == "on" ? "off" : "on" : flag.value_before;
    if (before != "on" && before != "off")
      return invalid(fmt::format("flag '{}': the value before is on or off, not '{}'", flag.flag, before), "flags");
    store::insert(work.tx, "flag_change",
                  FlagChange{work.new_id("flg"), release.id, flag.flag, flag.platform, before, flag.value, flag.after_service});
  }
  return {};
}

Result<void> put_needs(Work& work, const Release& release, const std::vector<std::string>& needed) {
  for (const auto& name : needed) {
    const auto other = TRY(find_release(work.tx, name));
    std::set<std::string> seen;
    if (needs(work.tx, other.id, release.id, seen))
      return conflict(fmt::format("{} and {} would need each other", release.version, other.version));
    work.tx.exec(
        "INSERT INTO release_dependency (id, release_id, needs_release_id, reason_text, accepted_by) VALUES ($1, $2, $3, '', '') ON "
        "CONFLICT (release_id, needs_release_id) DO NOTHING",
        {work.new_id("dep"), release.id, other.id});
  }
  return {};
}

void make_checklist(Work& work, const Release& release, const definitions::Organisation& o) {
  const auto there = checklist_of(work.tx, release.id);
  const auto add = [&](const definitions::ChecklistItemDef& def, const std::string& service, const std::string& owner) {
    if (std::any_of(there.begin(), there.end(), [&](const auto& i) { return i.service == service && i.name == def.name; })) return;
    store::insert(work.tx, "checklist_item",
                  ChecklistItem{.id = work.new_id("chk"),
                                .release_id = release.id,
                                .service = service,
                                .name = def.name,
                                .owner = def.owner.empty() ? owner : def.owner,
                                .automatic = !def.command.empty() || !def.url.empty()});
  };
  for (const auto& item : o.release_checklist) add(item, "", "");
  for (const auto& c : components_of(work.tx, release.id))
    if (const auto* s = definitions::find_service(o, c.service))
      for (const auto& item : s->checklist) add(item, s->name, s->owner);
}

Result<std::string> owner_called(Work& work, const std::string& login) {
  const auto person = accounts::find_person(work.tx, login);
  if (!person) return invalid(fmt::format("there is no person '{}'", login), "owner");
  return person->id;
}

Result<void> free_the_version(Work& work, const std::string& area, const std::string& line, const std::string& version) {
  auto taken = store::one<Release>(work.tx, "release", "WHERE area = $1 AND line = $2 AND version = $3", {area, line, version});
  if (!taken) return {};
  if (taken->outcome != ReleaseOutcome::cancelled)
    return conflict(
        fmt::format("release {} of {} (line {}) exists already; `evenkeel release show {}` shows it", version, area, line, taken->id));
  const auto old = taken->version;
  const auto is_taken = [&](const std::string& name) {
    return work.tx.value("SELECT id FROM release WHERE area = $1 AND line = $2 AND version = $3", {area, line, name}).has_value();
  };
  for (int n = 1; is_taken(taken->version); ++n) taken->version = fmt::format("{}+cancelled.{}", version, n);
  ++taken->revision;
  store::update(work.tx, "release", *taken);
  record(work, ReleaseRenamed{.from = old, .to = taken->version}, {.subject = taken->id, .release = taken->id});
  return {};
}

}  // namespace evenkeel::planning
