#include "gonogo/replay.hpp"

#include <set>

#include "catalogue/access.hpp"
#include "catalogue/print.hpp"
#include "gonogo/rules.hpp"
#include "gonogo/votes.hpp"
#include "planning/find.hpp"
#include "planning/longest_window.hpp"
#include "risk/risk.hpp"

namespace evenkeel::gonogo {
namespace {

using definitions::Organisation;
using planning::Release;

constexpr std::int64_t longest = 730;

/// A decision of the past beside the definitions that it was made by and those that are proposed.
struct Past {
  store::Tx& tx;
  const Release& release;
  const Decision& decision;
  const Organisation& agreed;
  std::shared_ptr<const Organisation> proposed;
};
/// What the proposed definitions find at one gate, in words; nothing: what was found then.
struct Finds {
  GateVerdict verdict;
  std::string words;
};
using Found = std::optional<Finds>;

/// Who had signed go for what was decided.
std::set<Role> signed_by(const Past& p) {
  std::set<Role> out;
  for (const auto& vote : newest_votes(p.tx, p.release.id, p.decision.at))
    if (vote.verdict == Verdict::go) out.insert(vote.role);
  return out;
}

Found quorum(const Past& p) {
  if (p.release.emergency || p.proposed->go_no_go.quorum == p.agreed.go_no_go.quorum) return {};
  const auto given = signed_by(p);
  std::string missing;
  for (const auto role : p.proposed->go_no_go.quorum)
    if (!given.contains(role)) missing += (missing.empty() ? "" : ", ") + role_name(role);
  if (missing.empty()) return Finds{GateVerdict::pass, "who is asked to sign had signed"};
  return Finds{GateVerdict::fail, "not signed by " + missing};
}

Found freezes(const Past& p) {
  if (!p.release.window_start || json::write(p.proposed->freezes) == json::write(p.agreed.freezes)) return {};
  const planning::Interval window{*p.release.window_start, *p.release.window_end};
  const auto denial = planning::denies(p.proposed, {planning::scope_of(p.tx, p.release), window, window.end - window.start,
                                                    planning::excepted_freezes(p.tx, p.release.id, window.start)});
  if (denial.clear()) return Finds{GateVerdict::pass, "no freeze stands over its window"};
  if (denial.hits.empty()) return Finds{GateVerdict::unknown, "a freeze whose times cannot be read"};
  return Finds{GateVerdict::fail, fmt::format("\"{}\" stands over its window", denial.hits.front().freeze->name)};
}

bool had_passed(const Past& p, const planning::Component& c, const std::string& kind) {
  const auto newest = store::one<TestEvidence>(
      p.tx, "test_evidence",
      "WHERE service = $1 AND digest = $2 AND at <= $3 AND (source = $4 OR $4 = 'junit') ORDER BY at DESC, id DESC LIMIT 1",
      {c.service, c.digest, to_millis(p.decision.at), kind});
  return newest && newest->failed == 0 && newest->passed > 0;
}

Found testing(const Past& p) {
  const auto& wanted = p.proposed->go_no_go.testing_evidence;
  if (wanted == p.agreed.go_no_go.testing_evidence) return {};
  for (const auto& kind : wanted)
    for (const auto& c : planning::components_of(p.tx, p.release.id))
      if (!had_passed(p, c, kind)) return Finds{GateVerdict::fail, fmt::format("no passing report of {} tests of {}", kind, c.service)};
  return Finds{GateVerdict::pass, "the tests that are asked for had passed"};
}

Found rehearsals(const Past& p, GateVerdict then) {
  const auto most = p.proposed->go_no_go.rehearsal_max_age;
  if (most == p.agreed.go_no_go.rehearsal_max_age) return {};
  for (const auto& c : planning::components_of(p.tx, p.release.id)) {
    const auto newest =
        p.tx.integer("SELECT coalesce(max(finished_at), 0) FROM rehearsal WHERE service = $1 AND passed = 1 AND finished_at <= $2",
                     {c.service, to_millis(p.decision.at)});
    if (newest == 0) return {};  // as it was found then
    const auto age = p.decision.at - from_millis(newest);
    if (age > most)
      return Finds{GateVerdict::fail, fmt::format("the rollback of {} had been rehearsed {} before", c.service, to_words(age))};
  }
  if (then != GateVerdict::pass && most > p.agreed.go_no_go.rehearsal_max_age)
    return Finds{GateVerdict::unknown, "whether an older rehearsal was of the same procedure is not known any more"};
  return {};
}

Found asked_anew(const Past& p, const GateState& gate) {
  if (gate.name == "quorum") return quorum(p);
  if (gate.name == "freeze_clear") return freezes(p);
  if (gate.name == "testing") return testing(p);
  if (gate.name == "rollback_rehearsed") return rehearsals(p, gate.verdict);
  return {};
}

/// A window that could not have been planned.
std::string too_long(const Past& p) {
  if (!p.release.window_start) return {};
  const auto most = planning::longest_window(*p.proposed, planning::areas_of(p.tx, p.release));
  const auto length = *p.release.window_end - *p.release.window_start;
  return most > Millis{0} && length > most ? fmt::format("its window is {} long; {} would be the longest", to_words(length), to_words(most))
                                           : std::string();
}

Replayed judge(const Past& p) {
  const auto& d = p.decision;
  Replayed out{p.release.id, p.release.version, p.release.area, d.number,          d.at,
               d.verdict,    d.recommendation,  Verdict::go,    p.release.outcome, {}};
  std::vector<std::string> held, let_through;
  for (const auto& gate : d.gates) {
    const auto anew = asked_anew(p, gate);
    const auto verdict = anew ? anew->verdict : gate.verdict;
    const auto& words = anew ? anew->words : gate.value;
    const bool would_block = blocks(rule_of(*p.proposed, gate.name, p.release.area), verdict, gate.waived_until.has_value());
    if (would_block && !gate.blocks) held.push_back(fmt::format("{} would block: {}", gate.name, words));
    if (!would_block && gate.blocks) let_through.push_back(fmt::format("{} would not block: {}", gate.name, words));
    if (would_block) out.would_be = Verdict::no_go;
  }
  if (auto why = too_long(p); !why.empty()) {
    held.push_back(std::move(why));
    out.would_be = Verdict::no_go;
  }
  out.because = out.would_be == Verdict::go ? std::move(let_through) : std::move(held);
  return out;
}

/// The newest decision of each release.
std::vector<Decision> newest_decisions(store::Tx& tx, SysTime since) {
  return store::all<Decision>(tx, "decision",
                              "WHERE at >= $1 AND number = (SELECT max(n.number) FROM decision n WHERE n.release_id = decision.release_id) "
                              "ORDER BY at DESC, id DESC",
                              {to_millis(since)});
}

}  // namespace

Result<PolicyReplay> replay(Work& work, const ReplayPolicy& command) {
  if (command.days < 1 || command.days > longest) return invalid(fmt::format("between 1 and {} days", longest), "days");
  if (auto complaints = definitions::complaints_of(command.organisation); !complaints.empty())
    return std::unexpected(
        Error{ErrorKind::invalid, complaints.front().field + ": " + complaints.front().message, complaints.front().field, complaints, {}});
  const auto proposed = std::make_shared<const Organisation>(command.organisation);
  PolicyReplay out{.since = work.now - std::chrono::days{command.days}};
  for (const auto& decision : newest_decisions(work.tx, out.since)) {
    const auto release = planning::find_release(work.tx, decision.release_id);
    if (!release || !catalogue::reads_area(work.actor, release->area)) continue;
    ++out.releases;
    const auto agreed = definitions::organisation_of(work.tx, decision.definitions_id);
    auto judged = judge({work.tx, *release, decision, *agreed, proposed});
    if (judged.was == judged.would_be) continue;
    ++(judged.would_be == Verdict::go ? out.would_let_through : out.would_hold);
    out.differ.push_back(std::move(judged));
  }
  return out;
}

std::string show_replay(const PolicyReplay& r) {
  auto out = fmt::format("{} release{} decided since {}: ", r.releases, r.releases == 1 ? "" : "s", catalogue::short_time(r.since));
  out += r.differ.empty() ? "none would have fared otherwise."
                          : fmt::format("{} would have been held, {} let through.", r.would_hold, r.would_let_through);
  for (const auto& d : r.differ) {
    out += fmt::format("\n{} {}, decision {} ({} on {}{}): would have been {}", d.area, d.version, d.number, json::enum_text(d.verdict),
                       catalogue::short_time(d.decided_at),
                       d.outcome == planning::ReleaseOutcome::open ? "" : fmt::format(", then {}", json::enum_text(d.outcome)),
                       d.would_be == Verdict::go ? "let through" : "held");
    for (const auto& why : d.because) out += "\n  - " + why;
  }
  return out;
}

}  // namespace evenkeel::gonogo
