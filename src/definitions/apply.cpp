#include "definitions/apply.hpp"

#include "accounts/accounts.hpp"
#include "definitions/authority.hpp"
#include "definitions/events.hpp"
#include "definitions/proposal.hpp"
#include "definitions/references.hpp"
#include "definitions/window_times.hpp"

namespace evenkeel::definitions {
namespace {

Result<void> keeps_what_is_in_use(Work& work, const std::vector<Difference>& differences) {
  for (const auto& d : differences) {
    if (d.change != "removed" || !d.what.starts_with("services.")) continue;
    const auto service = d.what.substr(9);
    const auto version = work.tx.value(
        "SELECT r.version FROM component c JOIN release r ON r.id = c.release_id WHERE c.service = $1 AND r.stage <> 'closed' LIMIT 1",
        {service});
    if (version)
      return conflict(
          fmt::format("service '{}' cannot be removed: release {} uses it and is not closed", service, std::get<std::string>(*version)));
  }
  return {};
}

/// Stable ids for areas, services and teams: a rename keeps its id through `aliases`.
void keep_ids(Work& work, const Organisation& o) {
  const auto keep = [&](const char* table, const char* prefix, const std::string& name, const std::vector<std::string>& aliases,
                        const std::string& area) {
    std::optional<store::Value> id = work.tx.value(fmt::format("SELECT id FROM {} WHERE name = $1", table), {name});
    for (const auto& alias : aliases)
      if (!id) id = work.tx.value(fmt::format("SELECT id FROM {} WHERE name = $1", table), {alias});
    const bool has_area = std::string_view(table) == "service";
    store::Args args{id ? *id : store::Value(work.new_id(prefix)), name, json::write(aliases)};
    if (has_area) args.push_back(area);
    work.tx.exec(fmt::format("INSERT INTO {0} (id, name, aliases{1}) VALUES ($1, $2, $3{2}) ON CONFLICT (id) DO UPDATE SET name = "
                             "excluded.name, aliases = excluded.aliases{3}",
                             table, has_area ? ", area" : "", has_area ? ", $4" : "", has_area ? ", area = excluded.area" : ""),
                 args);
  };
  for (const auto& a : o.areas) keep("area", "area", a.name, a.aliases, "");
  for (const auto& s : o.services) {
    keep("service", "svc", s.name, s.aliases, s.area);
    if (!s.team.empty()) keep("team", "team", s.team, {}, "");
  }
}

/// Names and addresses of people stand in the table `person` alone, where they can be erased: what is sealed knows people by their login.
std::string sealed_body(Organisation o) {
  for (auto& p : o.people) p.name.clear(), p.email.clear();
  return json::write(o);
}
void name_people(store::Tx& tx, Organisation& o) {
  for (auto& p : o.people)
    if (p.name.empty())  // older versions hold them
      tx.exec("SELECT name, email FROM person WHERE login = $1", {p.login},
              [&](const store::Row& row) { p.name = row.text(0), p.email = row.text(1); });
}

/// A rule that ended stays in the file until somebody takes it out; a new one that has ended already protects nobody.
Result<void> no_ended_rule_is_new(Work& work, const Organisation& o) {
  const auto in_force = current(work.tx);
  const auto known = [&](const FreezeDef& f) {
    return in_force && std::any_of((*in_force)->freezes.begin(), (*in_force)->freezes.end(),
                                   [&](const FreezeDef& other) { return json::write(other) == json::write(f); });
  };
  Organisation fresh;
  for (const auto& f : o.freezes) fresh.freezes.push_back(known(f) ? FreezeDef{} : f);  // complaints name their place in the file
  auto complaints = complaints_of_ended(fresh, work.now);
  if (complaints.empty()) return {};
  return std::unexpected(
      Error{ErrorKind::invalid, complaints.front().field + ": " + complaints.front().message, complaints.front().field, complaints, {}});
}

}  // namespace

Result<Version> current_version(store::Tx& tx) {
  auto found = store::one<Version>(tx, "definitions", "ORDER BY number DESC LIMIT 1", {});
  if (!found) return not_found("nothing is defined yet; write evenkeel.yaml and run `evenkeel apply evenkeel.yaml`");
  return std::move(*found);
}

std::shared_ptr<const Organisation> organisation_of(store::Tx& tx, const std::string& version_id) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Organisation>> cache;
  {
    const std::lock_guard lock{mutex};
    if (const auto found = cache.find(version_id); found != cache.end()) return found->second;
  }
  const auto body = tx.value("SELECT body FROM definitions WHERE id = $1", {version_id});
  if (!body) throw std::logic_error("definitions " + version_id + " are missing");
  auto read = json::read_text<Organisation>(std::get<std::string>(*body));
  if (!read) throw std::runtime_error("definitions " + version_id + " cannot be read by this binary: " + read.error().message);
  name_people(tx, *read);
  auto organisation = std::make_shared<const Organisation>(std::move(*read));
  const std::lock_guard lock{mutex};
  return cache.emplace(version_id, organisation).first->second;
}

Result<std::shared_ptr<const Organisation>> current(store::Tx& tx) { return organisation_of(tx, TRY(current_version(tx)).id); }

Result<Applied> apply(Work& work, const Organisation& organisation, const std::string& origin) {
  TRY(fits_together(organisation));
  TRY(no_ended_rule_is_new(work, organisation));
  if (work.tx.dialect() == store::Dialect::postgres) work.tx.exec("LOCK TABLE definitions IN SHARE ROW EXCLUSIVE MODE");
  const auto before = current_version(work.tx);
  const auto body = sealed_body(organisation);
  const auto hash = to_hex(sha256(body));
  const auto in_force = before ? organisation_of(work.tx, before->id) : std::make_shared<const Organisation>();
  const auto differences = diff(*in_force, organisation);
  if (before && differences.empty()) return Applied{before->id, before->number, false, {}};
  const auto needs = needs_of(differences, *in_force, organisation);
  TRY(may_change(work.actor, needs));
  if (!work.actor.has_anywhere(Role::admin)) TRY(names_no_new_secret(*in_force, organisation));
  TRY(keeps_what_is_in_use(work, differences));
  const auto me = accounts::person_by_id(work.tx, work.actor.id);
  const auto login = me ? me->login : std::string();
  if (before && wait_for_a_second(*in_force, needs, login)) {
    Proposal proposal{work.new_id("dfp"),        hash, before->id, origin, work.actor.id, work.now, who_may_second(*in_force, needs, login),
                      std::vector<std::string>{}};
    for (const auto& d : differences) proposal.changes->push_back(d.change + " " + d.what);
    if (!is_seconded(work, proposal, organisation))
      return Applied{before->id, before->number, false, differences, proposal.id, proposal.asked.value_or(std::vector<std::string>{})};
  }
  const Version version{work.new_id("def"), before ? before->number + 1 : 1, hash, body, origin, work.now, work.actor.id};
  store::insert(work.tx, "definitions", version);
  work.tx.exec("DELETE FROM definitions_draft");  // what waited was over the version before
  keep_ids(work, organisation);
  TRY(accounts::sync_people(work, organisation));
  DefinitionsApplied applied{.number = version.number, .hash = hash, .origin = origin};
  for (const auto& d : differences) applied.differences.emplace_back(d.change, d.what);
  record(work, applied, {.subject = version.id, .seals = {{"definitions", version.id}}});
  return Applied{version.id, version.number, true, differences};
}

}  // namespace evenkeel::definitions
