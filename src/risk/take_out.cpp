#include "risk/take_out.hpp"

#include "planning/find.hpp"
#include "planning/plan_parts.hpp"
#include "planning/voids.hpp"
#include "risk/events.hpp"
#include "risk/touched.hpp"

namespace evenkeel::risk {
namespace {

struct TakenOutRow {
  std::string id, release_id, source, external_id, reverted_by, behind, person, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(TakenOutRow, (), (id, release_id, source, external_id, reverted_by, behind, person, reason_text, at))

Result<void> may_take_it(Work& work, const planning::Release& release, const std::set<std::string>& touched) {
  Result<void> allowed = work.require({Role::coordinator, Role::admin}, release.area, "taking a change out");
  for (const auto& service : touched)
    if (!allowed) allowed = work.require({Role::engineering_lead}, planning::area_of(work.tx, release, service), "taking a change out");
  return allowed;
}

/// A flag that some connection switches.
Result<void> check_flag(const definitions::Organisation& o, const std::string& reference) {
  const auto at = reference.rfind('@');
  if (at == std::string::npos || at == 0) return invalid("name the flag as FLAG@PLATFORM", "behind");
  const auto* platform = definitions::find_connection(o, reference.substr(at + 1));
  if (platform && is_able_to(*platform, definitions::Ability::flag_switch)) return {};
  return invalid(fmt::format("there is no flag connection '{}'", reference.substr(at + 1)), "behind");
}

Result<void> check_commit(const std::string& commit, const Change& change) {
  const auto hex = commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex || commit.size() < 7 || commit.size() > 64)
    return invalid(fmt::format("'{}' is no commit: write at least seven characters of its id", commit), "reverted_by");
  if (change.external_id.starts_with(commit))
    return invalid("a commit does not take itself back; name the one that reverts it", "reverted_by");
  return {};
}

/// What was built with the change is another artefact than what goes out.
std::vector<std::string> artefacts_of(store::Tx& tx, const planning::Release& release, const std::set<std::string>& touched) {
  std::vector<std::string> out;
  for (const auto& c : planning::components_of(tx, release.id))
    if (!c.digest.empty() && touched.contains(c.service))
      out.push_back(fmt::format("the artefact of {} ({}): name the one without the change", c.service, c.digest.substr(0, 19)));
  return out;
}

void tell(Work& work, const TakenOutRow& row, std::size_t voided) {
  record(work, ChangeTakenOut{.change = row.id, .reverted_by = row.reverted_by, .behind = row.behind, .voided = std::int64_t(voided)},
         {.subject = row.id, .release = row.release_id, .seals = {{"change_taken_out", row.id}}});
}

/// It leaves, and with it the commit that took it back, where that is in the scope.
void leave(Work& work, const planning::Release& release, const TakenOutRow& row, const std::set<std::string>& touched) {
  work.tx.exec("UPDATE change SET release_id = '' WHERE id = $1", {row.id});
  for (const auto& other : changes_of(work.tx, release.id)) {
    if (!other.external_id.starts_with(row.reverted_by)) continue;
    auto with_it = row;
    with_it.id = other.id, with_it.source = other.source, with_it.external_id = other.external_id;
    store::insert(work.tx, "change_taken_out", with_it);
    tell(work, with_it, 0);
    work.tx.exec("UPDATE change SET release_id = '' WHERE id = $1", {other.id});
  }
  for (const auto& service : touched) planning::forget_artefact(work.tx, release, service);
}

}  // namespace

std::set<std::string> touched_by(store::Tx& tx, const planning::Release& release, const Change& change) {
  std::set<std::string> all, some;
  for (const auto& c : planning::components_of(tx, release.id)) {
    all.insert(c.service);
    if (std::ranges::find(change.services, c.service) != change.services.end()) some.insert(c.service);
  }
  return some.empty() ? all : some;
}

Result<TakenOut> take_out(Work& work, const TakeOut& command) {
  const auto change = TRY(find_change(work, command.change));
  if (change.release_id.empty()) return conflict("the change is in no release");
  const auto release = TRY(planning::find_release(work.tx, change.release_id));
  work.tx.lock("release", release.id);
  const auto touched = touched_by(work.tx, release, change);
  TRY(may_take_it(work, release, touched));
  TRY(planning::not_decided(work, release, "taking a change out"));
  if (command.because.empty()) return invalid("say why it leaves the release", "because");
  if (command.reverted_by.empty() == command.behind.empty())
    return invalid("say how: --reverted-by COMMIT, or --behind FLAG@PLATFORM for one that stays dark", "reverted_by");
  if (!command.behind.empty()) TRY(check_flag(*planning::organisation_of(work.tx, release), command.behind));
  if (!command.reverted_by.empty()) TRY(check_commit(command.reverted_by, change));
  if (!dark_behind(work.tx, change.id).empty()) return conflict(fmt::format("{} is dark already", change.title));

  TakenOut out{change.id, change.title, planning::called(release), command.behind, false, planning::voided_by(work.tx, release, touched)};
  if (command.behind.empty()) std::ranges::move(artefacts_of(work.tx, release, touched), std::back_inserter(out.voids));
  if (!out.voids.empty() && !command.confirm) return out;

  const TakenOutRow row{change.id,
                        release.id,
                        change.source,
                        change.external_id,
                        command.reverted_by,
                        command.behind,
                        work.actor.id,
                        work.write_text("reason", command.because),
                        work.now};
  store::insert(work.tx, "change_taken_out", row);
  tell(work, row, out.voids.size());
  if (command.behind.empty()) leave(work, release, row, touched);
  planning::void_confirmations(work.tx, release, touched);
  out.done = true;
  return out;
}

bool was_taken_out(store::Tx& tx, const ReleaseId& release_id, const std::string& external_id) {
  return tx.value("SELECT id FROM change_taken_out WHERE release_id = $1 AND external_id = $2 AND behind = ''", {release_id, external_id})
      .has_value();
}

std::string dark_behind(store::Tx& tx, const ChangeId& change_id) {
  const auto flag = tx.value("SELECT behind FROM change_taken_out WHERE id = $1", {change_id});
  return flag ? std::get<std::string>(*flag) : "";
}

std::map<std::string, std::string> dark_changes(store::Tx& tx, const ReleaseId& release_id) {
  std::map<std::string, std::string> out;
  tx.exec("SELECT id, behind FROM change_taken_out WHERE release_id = $1 AND behind <> ''", {release_id},
          [&](const store::Row& row) { out.emplace(row.text(0), row.text(1)); });
  return out;
}

Result<Change> mark_security(Work& work, const MarkSecurity& command) {
  auto change = TRY(find_change(work, command.change));
  const auto release = TRY(planning::find_release(work.tx, change.release_id));
  if (work.actor.kind != ActorKind::person) return forbidden("what concerns security is a person's word, or the definitions' rule");
  TRY(planning::not_decided(work, release, "marking a change"));
  if (command.because.empty()) return invalid("say what security should look at", "because");
  if (change.security_relevant) return change;
  change.security_relevant = true;
  store::update(work.tx, "change", change);
  work.write_text("reason", command.because);
  record(work, ChangeMarkedSecurity{}, {.subject = change.id, .release = release.id});
  return change;
}

}  // namespace evenkeel::risk
