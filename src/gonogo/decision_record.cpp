// A decision in words, for the page, the terminal and paper.
#include "gonogo/decision_record.hpp"

#include "accounts/accounts.hpp"
#include "gonogo/votes.hpp"
#include "planning/find.hpp"

namespace evenkeel::gonogo {
namespace {

using planning::Release;

/// Text of people in a cell of a table or a line of a list.
std::string one_line(std::string text) {
  for (auto& c : text)
    if (c == '\n' || c == '\r' || c == '|') c = ' ';
  return text;
}

std::string standing(const GateState& g) {
  if (g.verdict == GateVerdict::pass) return "holds";
  if (g.waived_until) return "waived";
  const std::string found = g.verdict == GateVerdict::fail ? "fails" : "unknown";
  return g.blocks ? found + ", blocks" : found + ", observed";
}

std::string gates_table(store::Tx& tx, const std::vector<GateState>& gates) {
  std::string out = "| gate | stands | found |\n|---|---|---|\n";
  for (const auto& g : gates) {
    auto found = one_line(g.value);
    if (g.waived_until) found += fmt::format("; waived by {} until {}", accounts::name_of(tx, g.waived_by), to_iso(*g.waived_until));
    out += fmt::format("| {} | {} | {} |\n", g.name, standing(g), found);
  }
  return out;
}

/// As they stood when it was decided: the newest of each person and role for that scope.
std::string votes_list(store::Tx& tx, const Release& release, const Decision& d) {
  std::string out;
  for (const auto& s : newest_votes(tx, release.id, d.at)) {
    const auto reason = s.reason_text.empty() ? "" : ": " + one_line(ledger::read_text(tx, s.reason_text));
    out += fmt::format("- {} as {}: {}, {}{}{}\n", accounts::name_of(tx, s.person), role_name(s.role), json::enum_text(s.verdict),
                       to_iso(s.at), reason, s.scope_hash == d.scope_hash ? "" : " (given before the scope changed last)");
  }
  return out.empty() ? "Nobody had voted.\n" : out;
}

DecisionRecord record_of(store::Tx& tx, const Release& release, const Decision& d) {
  DecisionRecord r{
      d.id, d.number, d.verdict, accounts::name_of(tx, d.decided_by), d.reason_text.empty() ? "" : ledger::read_text(tx, d.reason_text),
      d.at, ""};
  const std::string verdict = d.verdict == Verdict::go ? "Go" : "No-go";
  r.markdown = fmt::format("# {} for {}, decision {}\n\n{} by {}, {}. The gates said {}: {}.\n", verdict, planning::called(release),
                           d.number, verdict, r.decided_by, to_iso(d.at), d.recommendation == Verdict::go ? "go" : "no-go", tally(d.gates));
  if (!r.reason.empty()) r.markdown += "\nBecause: " + one_line(r.reason) + "\n";
  r.markdown += "\n## Gates\n\n" + gates_table(tx, d.gates) + "\n## Votes\n\n" + votes_list(tx, release, d);
  if (d.verdict == Verdict::go) {
    r.markdown += fmt::format("\n## Sealed\n\n{} steps in order:\n\n", d.sequence.size());
    for (std::size_t i = 0; i < d.sequence.size(); ++i) {
      const auto& step = d.sequence[i];
      r.markdown +=
          fmt::format("{}. {} of {}{}\n", i + 1, one_line(step.spec.name), step.service, step.target.empty() ? "" : " on " + step.target);
    }
    r.markdown += fmt::format("\nscope {}, sequence {}, criteria {}, rollback procedures {}, flags {}\n", d.scope_hash.substr(0, 12),
                              d.sequence_hash.substr(0, 12), d.criteria_hash.substr(0, 12), d.procedures_hash.substr(0, 12),
                              d.flags_hash.substr(0, 12));
  }
  return r;
}

}  // namespace

std::vector<Decision> decisions_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<Decision>(tx, "decision", "WHERE release_id = $1 ORDER BY number DESC", {release_id});
}

std::vector<DecisionRecord> decision_records(store::Tx& tx, const Release& release) {
  std::vector<DecisionRecord> out;
  for (const auto& d : decisions_of(tx, release.id)) out.push_back(record_of(tx, release, d));
  return out;
}

}  // namespace evenkeel::gonogo
