#include "risk/late_scope.hpp"

#include "accounts/accounts.hpp"
#include "planning/find.hpp"
#include "planning/plan_parts.hpp"
#include "planning/voids.hpp"
#include "risk/touched.hpp"

namespace evenkeel::risk {
namespace {

const std::vector<Role> admitting{Role::risk_manager, Role::product};

struct LateRow {
  Id<LateRow> id;
  ReleaseId release_id;
  std::string commit_id, asked_by, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(LateRow, (), (id, release_id, commit_id, asked_by, reason_text, at))
struct Admission {
  Id<LateRow> id;
  std::string person;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Admission, (), (id, person, at))

LateChange view_of(store::Tx& tx, const planning::Release& release, const LateRow& row) {
  const auto admission = store::one<Admission>(tx, "late_change_admission", "WHERE id = $1", {row.id});
  return {row.id,
          planning::called(release),
          row.commit_id,
          accounts::name_of(tx, row.asked_by),
          ledger::read_text(tx, row.reason_text),
          admission ? accounts::name_of(tx, admission->person) : "",
          row.at};
}

std::vector<LateRow> admitted(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<LateRow>(tx, "late_change", "WHERE release_id = $1 AND id IN (SELECT id FROM late_change_admission)", {release_id});
}

bool is_in_scope(store::Tx& tx, const LateRow& row) {
  const auto there = changes_of(tx, row.release_id);
  return std::ranges::any_of(there, [&](const Change& c) { return c.external_id.starts_with(row.commit_id); });
}

bool is_commit(const std::string& text) {
  return text.size() >= 7 && text.size() <= 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result<void> may_ask_late(Work& work, const planning::Release& release) {
  TRY(planning::not_decided(work, release, "adding a late change"));
  if (!is_scope_closed(work, release))
    return conflict(
        fmt::format("the scope of {} is open; `evenkeel change import {}` adds to it", release.version, planning::called(release)));
  return {};
}

Result<LateChange> ask_late(Work& work, const AskLate& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::risk_manager, Role::admin}, release.area, "asking for a late change"));
  work.tx.lock("release", release.id);
  TRY(may_ask_late(work, release));
  if (!is_commit(command.commit))
    return invalid(fmt::format("'{}' is no commit: write at least seven characters of its id", command.commit), "commit");
  if (command.because.empty()) return invalid("say why it cannot wait for the next release", "because");
  if (const auto known =
          store::one<LateRow>(work.tx, "late_change", "WHERE release_id = $1 AND commit_id = $2", {release.id, command.commit}))
    return view_of(work.tx, release, *known);
  const LateRow row{work.new_id("lat"), release.id, command.commit, work.actor.id, work.write_text("reason", command.because), work.now};
  store::insert(work.tx, "late_change", row);
  record(work, LateChangeAsked{.commit = row.commit_id}, {.subject = row.id, .release = release.id, .seals = {{"late_change", row.id}}});
  return view_of(work.tx, release, row);
}

Result<LateChange> admit_late(Work& work, const AdmitLate& command) {
  const auto row = store::one<LateRow>(work.tx, "late_change", "WHERE id = $1", {command.late});
  if (!row) return not_found(fmt::format("there is no late change '{}'; `evenkeel today` says what waits", command.late));
  const auto release = TRY(planning::find_release(work.tx, row->release_id));
  TRY(work.require(admitting, release.area, "admitting a late change"));
  if (row->asked_by == work.actor.id) return forbidden("a second person admits a late change, not the one who asked for it");
  TRY(planning::not_decided(work, release, "admitting a late change"));
  if (work.tx.value("SELECT id FROM late_change_admission WHERE id = $1", {row->id})) return view_of(work.tx, release, *row);
  store::insert(work.tx, "late_change_admission", Admission{row->id, work.actor.id, work.now});
  record(work, LateChangeAdmitted{.commit = row->commit_id},
         {.subject = row->id, .release = release.id, .seals = {{"late_change_admission", row->id}}});
  return view_of(work.tx, release, *row);
}

std::vector<LateChange> late_changes(store::Tx& tx, const planning::Release& release) {
  std::vector<LateChange> out;
  for (const auto& row : store::all<LateRow>(tx, "late_change", "WHERE release_id = $1 ORDER BY at DESC, id DESC", {release.id}))
    out.push_back(view_of(tx, release, row));
  return out;
}

bool is_admitted(store::Tx& tx, const ReleaseId& release_id, const std::string& commit) {
  return std::ranges::any_of(admitted(tx, release_id), [&](const LateRow& row) { return commit.starts_with(row.commit_id); });
}

bool waits_for_admitted(store::Tx& tx, const ReleaseId& release_id) {
  return std::ranges::any_of(admitted(tx, release_id), [&](const LateRow& row) { return !is_in_scope(tx, row); });
}

void void_what_it_touches(Work& work, const planning::Release& release, const Change& change) {
  const auto touched = touched_by(work.tx, release, change);
  planning::void_confirmations(work.tx, release, touched);
  for (const auto& service : touched) planning::forget_artefact(work.tx, release, service);
}

std::vector<planning::Awaited> late_awaited(store::Tx& tx, const planning::Release& release, const definitions::Organisation& o) {
  std::vector<planning::Awaited> all;
  for (const auto& row : store::all<LateRow>(
           tx, "late_change", "WHERE release_id = $1 AND id NOT IN (SELECT id FROM late_change_admission) ORDER BY at", {release.id}))
    all.push_back({.act = "change.admit",
                   .subject = row.id,
                   .what = fmt::format("Admit the late change {}, or let it wait for the next release: {} asks for it",
                                       row.commit_id.substr(0, 10), accounts::name_of(tx, row.asked_by)),
                   .command = "evenkeel change admit " + row.id,
                   .people = planning::holders_of(tx, o, admitting, release.area, {row.asked_by}),
                   .needs = planning::any_of(admitting),
                   .due = release.window_start});
  for (const auto& row : admitted(tx, release.id))
    if (!is_in_scope(tx, row))
      all.push_back({.act = "change.import",
                     .subject = row.id,
                     .what = fmt::format("Take in the late change {}, which was admitted", row.commit_id.substr(0, 10)),
                     .command = "evenkeel change import " + planning::called(release),
                     .people = planning::holders_of(tx, o, {Role::coordinator, Role::engineering_lead}, release.area),
                     .needs = "coordinator or engineering_lead",
                     .due = release.window_start});
  return all;
}

}  // namespace evenkeel::risk
