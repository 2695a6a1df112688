// Readiness: gates with their modes and waivers; stages entered while they hold.
#include "gonogo/gonogo.hpp"

#include "gonogo/events.hpp"
#include "gonogo/rules.hpp"
#include "planning/in_force.hpp"

namespace evenkeel::gonogo {
namespace {

using planning::Release;
using planning::Stage;

struct Waiver {
  Id<Waiver> id;
  ReleaseId release_id;
  std::string gate, person, reason_text;
  SysTime until, at;
};
BOOST_DESCRIBE_STRUCT(Waiver, (), (id, release_id, gate, person, reason_text, until, at))

/// Of a release: what was agreed for it, and what is in force.
struct Rules {
  std::shared_ptr<const definitions::Organisation> agreed, now;
  Rules(store::Tx& tx, const Release& release) : agreed(planning::organisation_of(tx, release)), now(planning::in_force(tx, release)) {}
  Rule of(const planning::Gate& gate, const Release& release) const {
    return stricter(rule_of(*agreed, gate.name, release.area), rule_of(*now, gate.name, release.area));
  }
};

GateState state_of(store::Tx& tx, const Rules& rules, const Release& release, const planning::Gate& gate, SysTime now) {
  const auto rule = rules.of(gate, release);
  const auto finding = gate.check(tx, release, now);
  GateState s{.name = gate.name,
              .stage = planning::stage_code(gate.stage),
              .question = gate.question,
              .verdict = finding.verdict,
              .mode = rule.mode,
              .value = finding.value,
              .limit = finding.limit,
              .evidence = finding.evidence,
              .next_step = finding.next_step,
              .who = finding.who};
  if (gate.waivable)
    if (const auto waiver =
            store::one<Waiver>(tx, "waiver", "WHERE release_id = $1 AND gate = $2 AND until > $3 ORDER BY until DESC LIMIT 1",
                               {release.id, gate.name, to_millis(now)})) {
      s.waived_by = waiver->person;
      s.waived_until = waiver->until;
    }
  s.blocks = blocks(rule, s.verdict, s.waived_until.has_value());
  if (s.verdict != GateVerdict::pass)
    s.refusals = finding.details.empty() ? std::vector{Refusal{s.name, s.value, s.limit, s.evidence, s.next_step, s.who}} : finding.details;
  return s;
}

}  // namespace

std::vector<GateState> evaluate(store::Tx& tx, const Release& release, const Gates& gates, Stage until, SysTime now) {
  const Rules rules{tx, release};
  std::vector<GateState> states;
  for (auto stage = Stage::planning; stage <= until && stage != Stage::closed; stage = planning::next_stage(stage))
    for (const auto& gate : gates)
      if (gate.stage == stage) states.push_back(state_of(tx, rules, release, gate, now));
  return states;
}

Readiness readiness(store::Tx& tx, const Release& release, const Gates& gates, SysTime now) {
  Readiness r{.gates = evaluate(tx, release, gates, Stage::go_no_go, now)};
  std::size_t pass = 0, fail = 0, unknown = 0, blocking = 0;
  for (const auto& g : r.gates) {
    pass += g.verdict == GateVerdict::pass;
    fail += g.verdict == GateVerdict::fail;
    unknown += g.verdict == GateVerdict::unknown;
    blocking += g.blocks;
  }
  r.recommendation = blocking == 0 ? Verdict::go : Verdict::no_go;
  const auto stand = blocking == 1            ? "; 1 of them blocks"
                     : blocking != 0          ? fmt::format("; {} of them block", blocking)
                     : fail + unknown == 1    ? "; it does not block"
                     : pass != r.gates.size() ? "; none of them blocks"
                                              : std::string{};
  r.sentence = fmt::format("{}: {} of {} gates hold{}{}{}", blocking ? "No-go" : "Go", pass, r.gates.size(),
                           fail ? fmt::format(", {} {}", fail, fail == 1 ? "fails" : "fail") : "",
                           unknown ? fmt::format(", {} {} unknown", unknown, unknown == 1 ? "is" : "are") : "", stand);
  return r;
}

std::string tally(const std::vector<GateState>& gates) {
  std::size_t held = 0, waived = 0, observed = 0, unknown = 0, open = 0;
  for (const auto& g : gates) {
    if (g.verdict == GateVerdict::pass)
      ++held;
    else if (g.waived_until)
      ++waived;
    else if (g.blocks)
      ++open;
    else
      ++(g.verdict == GateVerdict::fail ? observed : unknown);
  }
  const auto all = fmt::format("{} gate{}", gates.size(), gates.size() == 1 ? "" : "s");
  if (held == gates.size()) return fmt::format("{} {}", all, held == 1 ? "holds" : "hold");
  auto out = fmt::format("{} of {} {}", held, all, held == 1 ? "holds" : "hold");
  if (waived) out += fmt::format(", {} waived", waived);
  if (observed) out += fmt::format(", {} observed failing", observed);
  if (unknown) out += fmt::format(", {} unknown", unknown);
  if (open) out += fmt::format(", {} open", open);
  return out;
}

Error blocked(const std::string& what, const std::vector<GateState>& gates) {
  Error error{ErrorKind::blocked, what, {}, {}, {}};
  for (const auto& g : gates)
    if (g.blocks) error.refusals.insert(error.refusals.end(), g.refusals.begin(), g.refusals.end());
  return error;
}

Result<Stage> advance(Work& work, const std::string& reference, const Gates& gates) {
  auto release = TRY(planning::find_release(work.tx, reference));
  work.tx.lock("release", release.id);
  release = TRY(planning::find_release(work.tx, release.id));
  while (release.outcome != planning::ReleaseOutcome::cancelled && release.stage != Stage::closed && release.stage != Stage::go_no_go &&
         release.stage != Stage::deployment && release.stage != Stage::validation) {
    const Rules rules{work.tx, release};
    std::vector<GateState> exits;
    for (const auto& gate : gates)
      if (gate.stage == release.stage) exits.push_back(state_of(work.tx, rules, release, gate, work.now));
    if (std::ranges::any_of(exits, &GateState::blocks)) break;
    TRY(planning::enter_stage(work, release, planning::next_stage(release.stage), tally(exits)));
  }
  return release.stage;
}

Result<void> may_waive(Work& work, const Release& release) {
  for (const auto& area : planning::areas_of(work.tx, release))
    TRY(work.require({Role::risk_manager, Role::admin}, area, "waiving a gate"));
  if (release.owner == work.actor.id) return forbidden("nobody waives a gate of their own release; ask another risk manager");
  return {};
}

Result<GateState> waive(Work& work, const WaiveGate& command, const Gates& gates) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  const auto gate = std::find_if(gates.begin(), gates.end(), [&](const auto& g) { return g.name == command.gate; });
  if (gate == gates.end()) {
    std::vector<std::string> names;
    for (const auto& g : gates) names.push_back(g.name);
    const auto near = json::nearest(command.gate, names);
    return not_found(fmt::format("there is no gate '{}'{}", command.gate, near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  if (!gate->waivable) return forbidden(fmt::format("gate {} is never waived: {}", gate->name, gate->question));
  TRY(may_waive(work, release));
  if (command.reason.empty()) return invalid("a waiver needs a reason", "reason");
  if (command.until <= work.now) return invalid("the waiver would have ended already", "until");
  if (command.until > work.now + std::chrono::hours{24 * 30}) return invalid("a waiver lasts at most 30 days", "until");
  const Waiver waiver{work.new_id("wvr"), release.id, gate->name, work.actor.id, work.write_text("reason", command.reason),
                      command.until,      work.now};
  store::insert(work.tx, "waiver", waiver);
  record(work, GateWaived{.gate = gate->name, .until = command.until},
         {.subject = waiver.id, .release = release.id, .seals = {{"waiver", waiver.id}}});
  return state_of(work.tx, Rules{work.tx, release}, release, *gate, work.now);
}

}  // namespace evenkeel::gonogo
