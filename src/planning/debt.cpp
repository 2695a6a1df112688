#include "planning/debt.hpp"

#include "accounts/accounts.hpp"
#include "planning/events.hpp"
#include "planning/find.hpp"

namespace evenkeel::planning {
namespace {

constexpr auto due_within = std::chrono::hours{24 * 14};
constexpr auto reviewed_within = std::chrono::hours{24 * 3};
constexpr std::size_t most_open = 3;

/// Settled by the fact itself.
bool settled(store::Tx& tx, const Debt& d) {
  switch (d.kind) {
    case DebtKind::rehearsal:
      return tx.integer("SELECT count(*) FROM rehearsal WHERE service = $1 AND passed = 1 AND started_at >= $2",
                        {d.service, to_millis(d.at)}) > 0;
    case DebtKind::retrospective:
      return tx.integer("SELECT count(*) FROM retrospective WHERE release_id = $1 AND state = 'done'", {d.release_id}) > 0;
    case DebtKind::late_review:
      return tx.integer("SELECT count(*) FROM debt_review WHERE id = $1", {d.id}) > 0;
  }
  return false;
}

std::vector<Debt> open_ones(store::Tx& tx) {
  auto all = store::all<Debt>(tx, "debt", "ORDER BY due_at, id", {});
  std::erase_if(all, [&](const Debt& d) { return settled(tx, d); });
  return all;
}
std::optional<Debt> owed_review(store::Tx& tx, const ReleaseId& release_id) {
  auto d = store::one<Debt>(tx, "debt", "WHERE release_id = $1 AND kind = 'late_review'", {release_id});
  return d && !settled(tx, *d) ? std::move(d) : std::nullopt;
}

std::string how_to_settle(const Debt& d, const Release& r) {
  const auto name = called(r);
  if (d.kind == DebtKind::rehearsal) return fmt::format("`evenkeel rollback rehearse {} --release {} --env staging`", d.service, name);
  if (d.kind == DebtKind::retrospective) return fmt::format("hold the retrospective (`evenkeel retro open {}`) and close it", name);
  return fmt::format("`evenkeel emergency review {} --because ...`", name);
}

DebtView view_of(store::Tx& tx, const Debt& d, SysTime now) {
  const auto release = find_release(tx, d.release_id);
  DebtView v{d.release_id,
             release ? release->version : "",
             release ? release->area : "",
             d.kind,
             d.service,
             accounts::name_of(tx, d.owner),
             d.due_at,
             d.due_at < now,
             release ? how_to_settle(d, *release) : ""};
  return v;
}

}  // namespace

void owe(Work& work, const Release& release, const std::vector<std::string>& unrehearsed) {
  const auto enter = [&](DebtKind kind, const std::string& service, Millis within) {
    const Debt d{work.new_id("dbt"), release.id, kind, service, release.owner, work.now + within, work.now};
    store::insert(work.tx, "debt", d);
    record(work, EmergencyOwes{.what = std::string(json::enum_text(kind)), .service = service, .due_at = d.due_at},
           {.subject = d.id, .release = release.id, .seals = {{"debt", d.id}}});
  };
  if (work.tx.value("SELECT id FROM debt WHERE release_id = $1", {release.id})) return;  // decided before, and taken back
  enter(DebtKind::late_review, "", reviewed_within);
  enter(DebtKind::retrospective, "", due_within);
  for (const auto& service : unrehearsed) enter(DebtKind::rehearsal, service, due_within);
}

std::vector<DebtView> open_debts(store::Tx& tx, SysTime now) {
  std::vector<DebtView> out;
  for (const auto& d : open_ones(tx)) out.push_back(view_of(tx, d, now));
  return out;
}

Result<void> may_open_emergency(Work& work, const std::string& owner) {
  std::set<std::string> releases;
  Error error{ErrorKind::blocked, "no further emergency is opened before the earlier ones are settled", {}, {}, {}};
  for (const auto& d : open_ones(work.tx)) {
    if (d.owner != owner) continue;
    releases.insert(d.release_id);
    const auto v = view_of(work.tx, d, work.now);
    error.refusals.push_back(
        {"emergency_debts",
         fmt::format("{} of {}/{} is owed by {} until {}", json::enum_text(d.kind), v.area, v.release, v.owner, to_iso(d.due_at)),
         fmt::format("fewer than {} emergencies with open debts", most_open), d.id, v.next_step, v.owner});
  }
  if (releases.size() < most_open) return {};
  return std::unexpected(std::move(error));
}

Result<void> may_review_emergency(Work& work, const Release& release) {
  if (!owed_review(work.tx, release.id)) return conflict(fmt::format("release {} owes no late review", release.version));
  if (release.owner == work.actor.id) return forbidden("nobody reviews their own emergency");
  return {};
}

Result<Release> review_emergency(Work& work, const ReviewEmergency& command) {
  auto release = TRY(find_release(work.tx, command.release));
  for (const auto& area : areas_of(work.tx, release))
    TRY(work.require({Role::risk_manager, Role::security, Role::admin}, area, "reviewing an emergency"));
  work.tx.lock("release", release.id);
  TRY(may_review_emergency(work, release));
  if (command.because.empty()) return invalid("say what the review found", "because");
  const auto debt = owed_review(work.tx, release.id);
  work.tx.exec("INSERT INTO debt_review (id, release_id, person, reason_text, at) VALUES ($1, $2, $3, $4, $5)",
               {debt->id, release.id, work.actor.id, work.write_text("reason", command.because), to_millis(work.now)});
  record(work, EmergencyReviewed{}, {.subject = debt->id, .release = release.id, .seals = {{"debt_review", debt->id}}});
  return release;
}

}  // namespace evenkeel::planning
