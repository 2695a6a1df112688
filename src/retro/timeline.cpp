// What the ledger tells about a release, and what in it may have contributed.
#include "retro/retro.hpp"

#include "accounts/actor_name.hpp"
#include "deploy/events.hpp"
#include "gonogo/events.hpp"
#include "ledger/deed.hpp"
#include "planning/events.hpp"
#include "risk/events.hpp"
#include "steps/events.hpp"

namespace evenkeel::retro {
namespace {

constexpr std::int64_t many_changes = 20;

/// Kinds that are paperwork, not events.
bool is_paperwork(std::string_view kind) {
  for (const auto* start : {"entries.", "entry.", "note.", "checklist.", "retrospective.", "assessment.", "communication.planned",
                            "communication.sent_out", "component."})
    if (kind.starts_with(start)) return true;
  return false;
}

struct Numbered {
  std::int64_t index;
  ledger::Entry entry;
};
std::vector<Numbered> entries_of(store::Tx& tx, const ReleaseId& release_id) {
  std::vector<Numbered> out;
  tx.exec("SELECT id, bytes FROM ledger_entry WHERE release_id = $1 ORDER BY id", {release_id}, [&](const store::Row& row) {
    if (auto e = ledger::parse_entry(row.blob(1))) out.push_back({row.integer(0), std::move(*e)});
  });
  return out;
}
/// One entry as a factor, if it is one by itself.
std::optional<Factor> factor_in(const ledger::Entry& e, const std::string& evidence) {
  if (const auto waived = as<gonogo::GateWaived>(e))
    return Factor{"gate_waived", fmt::format("Gate {} was waived until {}.", waived->gate, to_iso(waived->until)), evidence};
  if (const auto tier = as<risk::TierOverridden>(e))
    return Factor{"tier_overridden",
                  fmt::format("A change's tier was overridden from {} to {}.", json::enum_text(tier->from), json::enum_text(tier->to)),
                  evidence};
  if (const auto exception = as<planning::ExceptionApproved>(e))
    return Factor{"freeze_exception", fmt::format("It went out under an exception to freeze {}.", exception->freeze), evidence};
  if (const auto skipped = as<steps::StepSkipped>(e))
    return Factor{"step_skipped", fmt::format("A step was skipped: {}.", skipped->step), evidence};
  if (const auto decision = as<gonogo::DecisionRecorded>(e)) {
    using enum gonogo::Verdict;
    if (decision->verdict == no_go) return Factor{"no_go_before", "It had a no-go before its go.", evidence};
    if (decision->recommendation == no_go) return Factor{"go_against_gates", "Go was decided against the recommendation.", evidence};
  }
  if (const auto answered = as<deploy::RecommendationAnswered>(e); answered && answered->answer == deploy::Answer::declined)
    return Factor{"rollback_declined", "A recommended rollback was declined first.", evidence};
  return {};
}

}  // namespace

std::vector<TimelineRow> timeline_of(store::Tx& tx, const ReleaseId& release_id) {
  std::vector<TimelineRow> rows;
  for (const auto& [index, e] : entries_of(tx, release_id))
    if (!is_paperwork(e.kind)) rows.push_back({e.at, index, e.kind, ledger::deed_of(e)});
  return rows;
}

std::vector<ToldRow> told_of(store::Tx& tx, const ReleaseId& release_id, const std::vector<TimelineRow>& timeline) {
  std::map<std::int64_t, ledger::Entry> entries;
  for (auto& [index, e] : entries_of(tx, release_id)) entries.emplace(index, std::move(e));
  std::vector<ToldRow> rows;
  for (const auto& t : timeline)
    if (const auto e = entries.find(t.entry); e != entries.end())
      rows.push_back(
          {{t.at, t.entry, t.kind, ledger::deed_of(e->second)}, accounts::actor_name(tx, e->second), accounts::reason_of(tx, e->second)});
  return rows;
}

std::vector<Factor> factors_of(store::Tx& tx, const planning::Release& release) {
  std::vector<Factor> factors;
  tx.exec("SELECT id, sentence FROM recommendation WHERE release_id = $1 ORDER BY at, id", {release.id},
          [&](const store::Row& row) { factors.push_back({"breached", "Health: " + row.text(1), row.text(0)}); });
  std::optional<risk::RiskLevel> level;
  std::string level_evidence;
  for (const auto& [index, e] : entries_of(tx, release.id)) {
    if (auto f = factor_in(e, fmt::format("ledger entry {}", index))) factors.push_back(std::move(*f));
    if (const auto assessed = as<risk::RiskAssessed>(e)) level = assessed->level, level_evidence = e.subject;
  }
  if (level == risk::RiskLevel::high) factors.push_back({"risk_level", "The assessment said high risk.", level_evidence});
  if (level == risk::RiskLevel::low && release.outcome == planning::ReleaseOutcome::rolled_back)
    factors.push_back({"risk_level", "The assessment said low risk: it did not see this coming.", level_evidence});
  if (release.emergency) factors.push_back({"emergency", "It was an emergency release.", release.id});
  const auto changes = tx.integer("SELECT count(*) FROM change WHERE release_id = $1", {release.id});
  if (changes > many_changes) factors.push_back({"batch_size", fmt::format("{} changes went out together.", changes), release.id});
  const auto found_by_customers =
      tx.integer("SELECT count(*) FROM deployment WHERE release_id = $1 AND detected_by = 'customer'", {release.id});
  if (found_by_customers > 0) factors.push_back({"found_by_customer", "A customer noticed first.", release.id});
  return factors;
}

}  // namespace evenkeel::retro
