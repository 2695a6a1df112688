#include "gonogo/awaited.hpp"

#include "accounts/accounts.hpp"
#include "gonogo/votes.hpp"
#include "planning/in_force.hpp"
#include "risk/awaited.hpp"
#include "risk/risk.hpp"

namespace evenkeel::gonogo {
namespace {

using definitions::Organisation;
using planning::Awaited;
using planning::called;
using planning::holders_of;
using planning::Release;

void tests(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o, SysTime now) {
  for (const auto& gate : gonogo_gates()) {
    if (gate.name != "testing") continue;
    const auto finding = gate.check(tx, release, now);
    if (finding.verdict == GateVerdict::pass) continue;
    all.push_back({.act = "tests.record",
                   .gate = "testing",
                   .what = "Record the test reports: " + finding.value,
                   .command = fmt::format("evenkeel tests record {} --service SERVICE --digest DIGEST --junit FILE", called(release)),
                   .people = holders_of(tx, o, {Role::qa}, release.area),
                   .needs = "qa, or the pipeline",
                   .due = release.window_start});
  }
}

/// The roles of the quorum whose vote is missing; nobody votes in a second one.
void votes(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o) {
  if (!risk::latest_assessment(tx, release.id)) {
    all.push_back(risk::assessment_awaited(tx, release, "quorum", "Assess the risk: votes open after it"));
    return;
  }
  const auto agreed = planning::organisation_of(tx, release);
  const auto given = votes_with_parts(tx, release);
  std::set<std::string> voters;
  for (const auto& vote : given) voters.insert(vote.person);
  const auto ask = [&](const std::vector<Role>& roles, const std::string& subject, std::string what, const std::string& area,
                       const std::set<std::string>& except) {
    all.push_back(
        {.act = "release.sign_off",
         .subject = subject,
         .gate = "quorum",
         .what = std::move(what),
         .command = fmt::format("evenkeel signoff {} --role {}", called(release), roles.size() == 1 ? role_name(roles.front()) : "ROLE"),
         .people = holders_of(tx, o, roles, area, except),
         .needs = planning::any_of(roles),
         .due = release.window_start});
  };
  if (release.emergency) {
    if (voters.size() < 2)
      ask(agreed->go_no_go.emergency_quorum, "emergency", "Read the assessment and vote on the emergency", release.area, voters);
    return;
  }
  const bool several_areas = planning::areas_of(tx, release).size() > 1;
  for (const auto& m : missing_votes(tx, release)) {
    const auto role = role_name(m.role);
    std::set<std::string> of_other_roles;  // nobody signs as two
    for (const auto& vote : given)
      if (vote.role != m.role) of_other_roles.insert(vote.person);
    auto what = "Read the assessment and vote as " + role;
    if (!m.whole_area)
      what += fmt::format(": {} changed since", fmt::join(m.services, ", "));
    else if (several_areas)
      what += " for area " + m.area;
    ask({m.role}, several_areas ? role + "/" + m.area : role, std::move(what), m.area, of_other_roles);
  }
}

/// Whose no-go stands is asked whether it still does.
void dissent(std::vector<Awaited>& all, store::Tx& tx, const Release& release) {
  for (const auto& vote : sign_offs_of(tx, release)) {
    if (vote.verdict != Verdict::no_go) continue;
    const auto person = accounts::person_by_id(tx, vote.person);
    all.push_back({.act = "release.sign_off",
                   .subject = role_name(vote.role),
                   .gate = "quorum",
                   .what = fmt::format("Say whether your no-go as {} still stands", role_name(vote.role)),
                   .command = fmt::format("evenkeel signoff {} --role {}", called(release), role_name(vote.role)),
                   .people = person ? std::vector{person->login} : std::vector<std::string>{},
                   .needs = role_name(vote.role),
                   .due = release.window_start});
  }
}

}  // namespace

std::vector<Awaited> awaited(store::Tx& tx, const Release& release, SysTime now) {
  if (release.stage > planning::Stage::go_no_go) return {};
  const auto o = planning::in_force(tx, release);
  std::vector<Awaited> all;
  tests(all, tx, release, *o, now);
  votes(all, tx, release, *o);
  dissent(all, tx, release);
  return all;
}

Awaited decision_awaited(store::Tx& tx, const Release& release) {
  return {.act = "release.decide",
          .what = "Decide: every gate holds",
          .command = fmt::format("evenkeel decide {} go", called(release)),
          .people = holders_of(tx, *planning::in_force(tx, release), {Role::coordinator}, release.area),
          .needs = "coordinator",
          .due = release.window_start};
}

}  // namespace evenkeel::gonogo
