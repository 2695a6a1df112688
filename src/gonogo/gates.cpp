#include "accounts/accounts.hpp"
#include "gonogo/votes.hpp"
#include "planning/find.hpp"
#include "risk/risk.hpp"

namespace evenkeel::gonogo {
namespace {

using planning::Finding;
using planning::passed;
using planning::Release;
using planning::Stage;

/// `junit` in go_no_go.testing_evidence: a report of whatever kind.
constexpr std::string_view any_kind = "junit";

std::optional<TestEvidence> newest_evidence(store::Tx& tx, const std::string& service, const std::string& digest, const std::string& kind) {
  if (kind == any_kind)
    return store::one<TestEvidence>(tx, "test_evidence", "WHERE service = $1 AND digest = $2 ORDER BY at DESC, id DESC LIMIT 1",
                                    {service, digest});
  return store::one<TestEvidence>(
      tx, "test_evidence", "WHERE service = $1 AND digest = $2 AND source = $3 ORDER BY at DESC, id DESC LIMIT 1", {service, digest, kind});
}

Finding testing(store::Tx& tx, const Release& r, SysTime) {
  const auto wanted = planning::organisation_of(tx, r)->go_no_go.testing_evidence;
  const bool plain = wanted.size() == 1 && wanted.front() == any_kind;
  Finding finding =
      passed("", plain ? "a passing test report for the exact artefact of every component"
                       : fmt::format("a passing report of {} tests for the exact artefact of every component", fmt::join(wanted, ", of ")));
  const auto complain = [&](GateVerdict verdict, std::string value, std::string evidence, const std::string& service,
                            const std::string& digest, const std::string& kind = std::string(any_kind)) {
    finding.verdict = finding.verdict == GateVerdict::fail ? GateVerdict::fail : verdict;
    finding.details.push_back({"testing", std::move(value), finding.limit, std::move(evidence),
                               fmt::format("`evenkeel tests record {} --service {} --digest {} --junit FILE{}`", planning::called(r),
                                           service, digest.empty() ? "DIGEST" : digest, kind == any_kind ? "" : " --kind " + kind),
                               "qa, or the pipeline"});
  };
  for (const auto& c : planning::components_of(tx, r.id)) {
    if (c.digest.empty()) {
      complain(GateVerdict::unknown, fmt::format("the artefact of {} is not named, so no test can be tied to it", c.service), "", c.service,
               "");
      continue;
    }
    for (const auto& kind : wanted) {
      const auto evidence = newest_evidence(tx, c.service, c.digest, kind);
      const auto of = kind == any_kind ? "" : kind + " ";
      if (!evidence) {
        complain(GateVerdict::unknown,
                 fmt::format("no {}test report for {} {} (artefact {})", of, c.service, c.version, c.digest.substr(0, 19)), "", c.service,
                 c.digest, kind);
      } else if (evidence->failed > 0) {
        complain(GateVerdict::fail,
                 fmt::format("{} of {} {}tests of {} fail", evidence->failed, evidence->failed + evidence->passed, of, c.service),
                 evidence->id, c.service, c.digest, kind);
      } else if (evidence->passed == 0) {
        complain(GateVerdict::fail, fmt::format("none of the {}tests of {} ran: {} skipped", of, c.service, evidence->skipped),
                 evidence->id, c.service, c.digest, kind);
      } else {
        finding.value += fmt::format("{}{}: {} {}tests pass", finding.value.empty() ? "" : "; ", c.service, evidence->passed, of);
        finding.evidence += (finding.evidence.empty() ? "" : ", ") + evidence->id;
      }
    }
  }
  if (!finding.details.empty()) {
    const auto& first = finding.details.front();
    finding.value = first.value;
    finding.evidence = first.evidence;
    finding.next_step = first.next_step;
    finding.who = first.who;
  }
  return finding;
}

Finding health_criteria(store::Tx& tx, const Release& r, SysTime) {
  const auto o = planning::organisation_of(tx, r);
  std::string missing;
  std::size_t criteria = 0;
  for (const auto& c : planning::components_of(tx, r.id)) {
    const auto* s = definitions::find_service(*o, c.service);
    if (!s || s->health.criteria.empty())
      missing += (missing.empty() ? "" : ", ") + c.service;
    else
      criteria += s->health.criteria.size();
  }
  if (missing.empty()) return passed(fmt::format("{} criteria, sealed at go", criteria));
  return {GateVerdict::fail,
          "no health criteria for " + missing,
          "criteria for every component: error rate, latency, business metric",
          "",
          "write `health:` for the service (`evenkeel criteria propose`) and apply it",
          "health_monitor"};
}

/// Whether the voter holds the role of the vote in this area, as things stand now: a leaver's vote is unknown.
bool speaks_for(store::Tx& tx, const SignOff& vote, const std::string& area) {
  const auto person = accounts::person_by_id(tx, vote.person);
  return person && person->active && accounts::as_actor(tx, *person, Via::schedule).has(vote.role, area);
}

/// The components of each area, in the order of the areas.
std::vector<std::pair<std::string, std::vector<std::string>>> services_by_area(store::Tx& tx, const Release& r) {
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  for (const auto& area : planning::areas_of(tx, r)) out.push_back({area, {}});
  for (const auto& c : planning::components_of(tx, r.id))
    for (auto& [area, services] : out)
      if (area == planning::area_of(tx, r, c.service)) services.push_back(c.service);
  return out;
}

Finding nobody_objects(const std::vector<Vote>& votes, const std::string& limit) {
  std::set<Role> objecting;
  for (const auto& v : votes)
    if (v.verdict == Verdict::no_go) objecting.insert(v.role);
  std::string against;
  for (const auto role : objecting) against += (against.empty() ? "" : ", ") + role_name(role);
  if (against.empty()) return passed("");
  return {GateVerdict::fail, "no-go by " + against, limit, "", "answer the objection; who signed no-go may sign again", against};
}

std::string how_to_sign(store::Tx& tx, const Release& r, const std::string& role) {
  if (!risk::latest_assessment(tx, r.id))
    return fmt::format("votes open after the assessment: `evenkeel risk assess {}`", planning::called(r));
  return fmt::format("read the assessment (`evenkeel risk show {0}`), then `evenkeel signoff {0} --role {1}`", planning::called(r), role);
}

/// Two persons of the emergency's roles, and of each component's area at least one.
Finding emergency_quorum(store::Tx& tx, const Release& r, const definitions::Organisation& o, const std::vector<Vote>& votes) {
  std::string roles;
  for (const auto role : o.go_no_go.emergency_quorum) roles += (roles.empty() ? "" : " or ") + role_name(role);
  const auto limit = fmt::format("two persons, each as {}, of every component's area one", roles);
  if (auto objection = nobody_objects(votes, limit); objection.verdict != GateVerdict::pass) return objection;
  std::set<std::string> people;
  std::string areas;
  for (const auto& [area, services] : services_by_area(tx, r)) {
    std::set<std::string> spoken;
    for (const auto& v : votes) {
      const auto& named = o.go_no_go.emergency_quorum;
      if (std::find(named.begin(), named.end(), v.role) == named.end() || !speaks_for(tx, v, area)) continue;
      people.insert(v.person);
      spoken.insert(v.speaks_of.begin(), v.speaks_of.end());
    }
    if (!std::ranges::all_of(services, [&](const auto& service) { return spoken.contains(service); }))
      areas += (areas.empty() ? "" : ", ") + area;
  }
  if (people.size() >= 2 && areas.empty()) return passed("emergency: two persons signed");
  return {GateVerdict::fail,
          fmt::format("{} of 2 persons signed{}", people.size(), areas.empty() ? "" : ", nobody of area " + areas),
          limit,
          "",
          how_to_sign(tx, r, role_name(o.go_no_go.emergency_quorum.front())),
          roles};
}

/// "qa", "qa of payments", "qa for catalog" where other components of the area are signed for.
std::string who_is_missing(const MissingVote& m, bool several_areas) {
  auto text = role_name(m.role);
  if (!m.whole_area) return text + fmt::format(" for {}", fmt::join(m.services, ", "));
  return several_areas ? text + " of " + m.area : text;
}

/// Each role of the quorum for each component, in its area; one person may speak for several areas, in one role.
Finding quorum(store::Tx& tx, const Release& r, SysTime) {
  const auto o = planning::organisation_of(tx, r);
  const auto votes = votes_with_parts(tx, r);
  if (r.emergency) return emergency_quorum(tx, r, *o, votes);
  const bool several_areas = planning::areas_of(tx, r).size() > 1;
  std::string names, missing;
  for (const auto role : o->go_no_go.quorum) names += (names.empty() ? "" : ", ") + role_name(role);
  const auto all = missing_votes(tx, r);
  for (const auto& m : all) missing += (missing.empty() ? "" : ", ") + who_is_missing(m, several_areas);
  if (auto objection = nobody_objects(votes, "go by " + names); objection.verdict != GateVerdict::pass) return objection;
  if (missing.empty()) return passed("signed by " + names);
  return {GateVerdict::fail, "not signed by " + missing, "go by " + names, "", how_to_sign(tx, r, role_name(all.front().role)), missing};
}

}  // namespace

std::vector<MissingVote> missing_votes(store::Tx& tx, const Release& r) {
  const auto votes = votes_with_parts(tx, r);
  const auto by_area = services_by_area(tx, r);
  std::vector<MissingVote> out;
  for (const auto role : planning::organisation_of(tx, r)->go_no_go.quorum)
    for (const auto& [area, services] : by_area) {
      std::set<std::string> signed_for;
      for (const auto& v : votes)
        if (v.role == role && speaks_for(tx, v, area)) signed_for.insert(v.speaks_of.begin(), v.speaks_of.end());
      MissingVote missing{role, area, {}, true};
      for (const auto& service : services)
        if (!signed_for.contains(service)) missing.services.push_back(service);
      missing.whole_area = missing.services.size() == services.size();
      if (!missing.services.empty()) out.push_back(std::move(missing));
    }
  return out;
}

Gates gonogo_gates() {
  return {
      {"testing", Stage::go_no_go, true, "Do the tests of the exact artefacts pass?", testing},
      {"health_criteria", Stage::go_no_go, true, "Are health criteria set for every component?", health_criteria},
      {"quorum", Stage::go_no_go, false, "Did the quorum sign for this scope?", quorum},
  };
}

}  // namespace evenkeel::gonogo
