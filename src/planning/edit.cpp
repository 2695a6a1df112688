// A planned release is changed: what that voids is listed first.
#include "planning/events.hpp"
#include "planning/naming.hpp"
#include "planning/plan_parts.hpp"
#include "planning/voids.hpp"

namespace evenkeel::planning {
namespace {

/// The components as they would be, and whether that is another scope.
struct Scope {
  std::vector<ComponentPlan> components;
  std::set<std::string> touched;  // their services
};

/// Where its targets run different versions, what each goes back to is looked up anew.
ComponentPlan plan_of(store::Tx& tx, const Component& c) {
  const bool differ = tx.integer("SELECT count(*) FROM component_target WHERE component_id = $1 AND from_version <> ''", {c.id}) > 0;
  return {c.service, c.version, differ ? "" : c.from_version, c.digest, c.commit_id};
}
bool same(const ComponentPlan& a, const ComponentPlan& b) { return json::write(a) == json::write(b); }

/// A component that is named again takes what is said; another version is another artefact.
ComponentPlan changed(const ComponentPlan& before, const ComponentPlan& said) {
  ComponentPlan after = before;
  if (said.version != before.version) after.digest.clear(), after.commit_id.clear();
  after.version = said.version;
  if (!said.from_version.empty()) after.from_version = said.from_version;
  if (!said.digest.empty()) after.digest = said.digest;
  if (!said.commit_id.empty()) after.commit_id = said.commit_id;
  return after;
}

Result<Scope> scope_after(Work& work, const Release& release, const definitions::Organisation& o, const EditRelease& command) {
  Scope scope;
  for (const auto& c : components_of(work.tx, release.id)) scope.components.push_back(plan_of(work.tx, c));
  const auto find = [&](const std::string& service) {
    return std::find_if(scope.components.begin(), scope.components.end(), [&](const auto& c) { return c.service == service; });
  };
  for (const auto& name : command.without) {
    const auto leaving = find(name);
    if (leaving == scope.components.end())
      return invalid(fmt::format("release {} has no component '{}'", release.version, name), "without");
    scope.components.erase(leaving);
    scope.touched.insert(name);
  }
  for (auto said : command.components) {
    if (const auto* service = definitions::find_service(o, said.service)) said.service = service->name;
    const auto there = find(said.service);
    const auto after = there == scope.components.end() ? said : changed(*there, said);
    if (there != scope.components.end() && same(*there, after)) continue;
    scope.touched.insert(said.service);
    if (there == scope.components.end())
      scope.components.push_back(after);
    else
      *there = after;
  }
  TRY(check_components(o, scope.components));
  return scope;
}

/// The rows anew; a component that is not touched keeps its team's confirmation.
void replace_components(Work& work, const Release& release, const definitions::Organisation& o, const Scope& scope) {
  std::vector<Component> kept;
  for (const auto& c : components_of(work.tx, release.id))
    if (c.confirmed_at && !scope.touched.contains(c.service)) kept.push_back(c);
  work.tx.exec("DELETE FROM component_target WHERE component_id IN (SELECT id FROM component WHERE release_id = $1)", {release.id});
  work.tx.exec("DELETE FROM component WHERE release_id = $1", {release.id});
  put_components(work, release, o, scope.components);
  for (const auto& k : kept)
    work.tx.exec("UPDATE component SET confirmed_by = $3, confirmed_at = $4 WHERE release_id = $1 AND service = $2",
                 {release.id, k.service, k.confirmed_by, to_millis(*k.confirmed_at)});
  for (const auto& service : scope.touched)
    if (std::none_of(scope.components.begin(), scope.components.end(), [&](const auto& c) { return c.service == service; }))
      work.tx.exec("DELETE FROM checklist_item WHERE release_id = $1 AND service = $2", {release.id, service});
  make_checklist(work, release, o);
}

/// Flags named again take the new value; those after a component that leaves are refused by put_flags.
Result<bool> replace_flags(Work& work, const Release& release, const definitions::Organisation& o, const EditRelease& command,
                           bool components) {
  std::vector<FlagPlan> flags;
  const auto drops = [&](const std::string& name) {
    const bool anew = std::any_of(command.flags.begin(), command.flags.end(), [&](const auto& f) { return f.flag == name; });
    return anew || std::find(command.without_flags.begin(), command.without_flags.end(), name) != command.without_flags.end();
  };
  const auto there = flags_of(work.tx, release.id);
  for (const auto& name : command.without_flags)
    if (std::none_of(there.begin(), there.end(), [&](const auto& f) { return f.flag == name; }))
      return invalid(fmt::format("release {} switches no flag '{}'", release.version, name), "without_flags");
  for (const auto& f : there)
    if (!drops(f.flag)) flags.push_back({f.flag, f.platform, f.value_after, f.value_before, f.after_service});
  flags.insert(flags.end(), command.flags.begin(), command.flags.end());
  if (command.flags.empty() && command.without_flags.empty() && !components) return false;
  work.tx.exec("DELETE FROM flag_change WHERE release_id = $1", {release.id});
  TRY(put_flags(work, release, o, flags));
  return !command.flags.empty() || !command.without_flags.empty();
}

Result<void> rename(Work& work, Release& release, const EditRelease& command) {
  const auto version = command.version.value_or(release.version), line = command.line.value_or(release.line);
  if (version == release.version && line == release.line) return {};
  TRY(check_version(version, "version"));
  TRY(check_version(line, "line"));
  TRY(free_the_version(work, release.area, line, version));
  if (version != release.version)
    record(work, ReleaseRenamed{.from = release.version, .to = version}, {.subject = release.id, .release = release.id});
  release.version = version;
  release.line = line;
  return {};
}

}  // namespace

Result<void> may_edit(Work& work, const Release& release) { return not_decided(work, release, "changing the plan"); }

Result<Edited> edit_release(Work& work, const EditRelease& command) {
  auto release = TRY(find_release(work.tx, command.release));
  TRY(work.require({Role::coordinator, Role::admin}, release.area, "changing a release"));
  work.tx.lock("release", release.id);
  TRY(may_edit(work, release));
  const auto o = organisation_of(work.tx, release);
  const auto scope = TRY(scope_after(work, release, *o, command));
  Edited out{release, false, voided_by(work.tx, release, scope.touched)};
  if (!out.voids.empty() && !command.confirm) return out;

  std::string fields;
  const auto note = [&](const char* field) { fields += (fields.empty() ? "" : ", ") + std::string(field); };
  if (command.title) TRY(check_title(*command.title, "title")), release.title = *command.title, note("title");
  if (command.owner) release.owner = TRY(owner_called(work, *command.owner)), note("owner");
  if (command.version) note("version");
  if (command.line) note("line");
  TRY(rename(work, release, command));
  if (!scope.touched.empty()) replace_components(work, release, *o, scope), note("components");
  if (TRY(replace_flags(work, release, *o, command, !scope.touched.empty()))) note("flags");
  for (const auto& name : command.without_needs)
    work.tx.exec("DELETE FROM release_dependency WHERE release_id = $1 AND needs_release_id = $2",
                 {release.id, TRY(find_release(work.tx, name)).id});
  TRY(put_needs(work, release, command.needs));
  if (!command.needs.empty() || !command.without_needs.empty()) note("needs");
  if (fields.empty()) return invalid("say what is to change; `evenkeel release edit --help` lists it", "release");
  ++release.revision;
  store::update(work.tx, "release", release);
  work.write_text("reason", command.reason);
  record(work, ReleaseEdited{.fields = fields, .voided = std::int64_t(out.voids.size())}, {.subject = release.id, .release = release.id});
  out.release = release;
  out.done = true;
  return out;
}

}  // namespace evenkeel::planning
