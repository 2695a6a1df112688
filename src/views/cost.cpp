#include "views/cost.hpp"

#include "accounts/accounts.hpp"
#include "base/median.hpp"
#include "gonogo/events.hpp"
#include "gonogo/refusals.hpp"
#include "planning/events.hpp"
#include "planning/find.hpp"
#include "risk/events.hpp"

namespace evenkeel::views {
namespace {

using planning::Release;
using planning::Stage;

constexpr auto ninety_days = std::chrono::days{90};
constexpr std::int64_t releases_before = 5;

/// Whose act a gate asks for, and what must have been done before anybody can act; empty: the plan.
struct Asks {
  std::string_view gate, kind, after;
};
constexpr Asks asks[] = {{"window_set", planning::ReleaseMoved::kind, ""},
                         {"teams_confirmed", planning::ComponentConfirmed::kind, ""},
                         {"risk_assessed", risk::RiskAssessed::kind, risk::ChangesImported::kind},
                         {"rollback_rehearsed", risk::RollbackRehearsed::kind, ""},
                         {"security_reviewed", risk::SecurityReviewed::kind, risk::ChangesImported::kind},
                         {"testing", gonogo::TestsRecorded::kind, planning::ArtefactSet::kind},
                         {"checklist_done", planning::ChecklistDone::kind, ""},
                         {"freeze_clear", planning::ExceptionApproved::kind, planning::ExceptionRequested::kind},
                         {"quorum", gonogo::SignoffGiven::kind, risk::RiskAssessed::kind}};

std::optional<SysTime> go_of(store::Tx& tx, const ReleaseId& release) {
  const auto at = tx.integer("SELECT coalesce(max(at), 0) FROM decision WHERE release_id = $1 AND verdict = 'go'", {release});
  return at == 0 ? std::nullopt : std::optional(from_millis(at));
}

/// Entries up to the go, the oldest first.
std::vector<ledger::Entry> entries_of(store::Tx& tx, const Release& release) {
  const auto go = go_of(tx, release.id);
  std::vector<ledger::Entry> out;
  tx.exec("SELECT bytes FROM ledger_entry WHERE release_id = $1 ORDER BY id", {release.id}, [&](const store::Row& row) {
    auto e = ledger::parse_entry(row.blob(0));
    if (e && (!go || e->at <= *go)) out.push_back(std::move(*e));
  });
  return out;
}
bool is_of_person(const ledger::Entry& e) { return e.actor_kind == json::enum_text(ActorKind::person); }

/// What one person did at one moment is one act, however many entries it left.
CostRow row_of(store::Tx& tx, const Release& release, const std::vector<ledger::Entry>& entries) {
  std::set<std::string> people;
  std::set<std::pair<std::string, SysTime>> acts;
  for (const auto& e : entries)
    if (is_of_person(e)) people.insert(e.actor), acts.emplace(e.actor, e.at);
  const auto go = go_of(tx, release.id);
  return {release.id, release.version, std::int64_t(acts.size()), std::int64_t(people.size()),
          go ? std::optional(std::chrono::duration_cast<Millis>(*go - release.planned_at)) : std::nullopt};
}

/// When the first of them could act.
SysTime begin_of(const Asks& gate, const Release& release, const std::vector<ledger::Entry>& entries) {
  const auto first = std::ranges::find(entries, gate.after, &ledger::Entry::kind);
  return gate.after.empty() || first == entries.end() ? release.planned_at : std::max(first->at, release.planned_at);
}

std::optional<GateWait> wait_of(store::Tx& tx, const Asks& gate, const Release& release, const std::vector<ledger::Entry>& entries) {
  const auto begin = begin_of(gate, release, entries);
  std::map<std::string, Millis> waited;  // for each the last
  GateWait wait{.gate = std::string(gate.gate)};
  for (const auto& e : entries)
    if (e.kind == gate.kind && is_of_person(e) && e.at >= begin) {
      auto& mine = waited[e.actor];
      mine = std::max(mine, std::chrono::duration_cast<Millis>(e.at - begin));
      wait.waited = std::max(wait.waited, mine);
    }
  if (waited.empty()) return {};
  for (const auto& [actor, time] : waited) wait.people.push_back({accounts::name_of(tx, actor), time});
  std::ranges::stable_sort(wait.people, std::ranges::greater{}, &PersonWait::waited);
  return wait;
}

/// Gates of an open release that block still.
void add_open(store::Tx& tx, std::vector<GateWait>& waits, const Release& release, const std::vector<ledger::Entry>& entries,
              const planning::Gates& gates, SysTime now) {
  if (release.stage > Stage::go_no_go) return;
  for (const auto& state : gonogo::evaluate(tx, release, gates, Stage::go_no_go, now)) {
    if (!state.blocks) continue;
    const auto known = std::ranges::find(asks, state.name, &Asks::gate);
    const auto begin = known == std::end(asks) ? release.planned_at : begin_of(*known, release, entries);
    const auto waited = std::chrono::duration_cast<Millis>(now - begin);
    std::erase_if(waits, [&](const GateWait& w) { return w.gate == state.name; });
    waits.push_back({state.name, waited, true, {{state.who, waited}}});
  }
}

}  // namespace

Cost cost_of(store::Tx& tx, const Release& release, const planning::Gates& gates, SysTime now) {
  const auto entries = entries_of(tx, release);
  Cost cost{row_of(tx, release, entries), {}, {}, {}, {}};
  for (const auto& gate : asks)
    if (auto wait = wait_of(tx, gate, release, entries)) cost.gates.push_back(std::move(*wait));
  add_open(tx, cost.gates, release, entries, gates, now);
  std::ranges::stable_sort(cost.gates, std::ranges::greater{}, &GateWait::waited);
  std::vector<std::int64_t> acts;
  std::vector<Millis> to_go;
  for (const auto& other :
       store::all<Release>(tx, "release",
                           "WHERE area = $1 AND id <> $2 AND planned_at < $3 AND EXISTS (SELECT 1 FROM decision d WHERE d.release_id = "
                           "release.id AND d.verdict = 'go') ORDER BY planned_at DESC, id DESC LIMIT $4",
                           {release.area, release.id, to_millis(release.planned_at), releases_before})) {
    cost.before.push_back(row_of(tx, other, entries_of(tx, other)));
    acts.push_back(cost.before.back().acts);
    if (cost.before.back().to_go) to_go.push_back(*cost.before.back().to_go);
  }
  cost.usual_acts = median(acts);
  cost.usual_to_go = median(to_go);
  return cost;
}

QuietGates quiet_gates(store::Tx& tx, SysTime now) {
  QuietGates out{now - ninety_days, 0, {}};
  const auto refused = gonogo::refused_since(tx, out.since);
  std::map<std::string, std::pair<std::int64_t, bool>> seen;  // asked so often; whether it ever did not hold
  for (const auto& d : store::all<gonogo::Decision>(tx, "decision", "WHERE at >= $1", {to_millis(out.since)})) {
    ++out.decisions;
    for (const auto& g : d.gates) {
      auto& [asked, spoke] = seen[g.name];
      ++asked;
      spoke = spoke || g.verdict != planning::GateVerdict::pass || g.waived_until;
    }
  }
  for (const auto& [gate, found] : seen)
    if (!found.second && !refused.contains(gate)) out.gates.push_back({gate, found.first});
  return out;
}

}  // namespace evenkeel::views
