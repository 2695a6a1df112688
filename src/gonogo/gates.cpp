#include "gonogo/gonogo.hpp"

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
                               fmt::format("`evenkeel tests record {} --service {} --digest {} --junit FILE{}`", r.version, service,
                                           digest.empty() ? "DIGEST" : digest, kind == any_kind ? "" : " --kind " + kind),
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

Finding quorum(store::Tx& tx, const Release& r, SysTime) {
  const auto o = planning::organisation_of(tx, r);
  const auto given = sign_offs_of(tx, r);
  std::string missing, against;
  const auto find = [&](const std::string& role) {
    return std::find_if(given.begin(), given.end(), [&](const auto& s) { return s.role == role; });
  };
  std::string names;
  for (const auto& s : given)
    if (s.verdict == Verdict::no_go) against += (against.empty() ? "" : ", ") + s.role;
  if (r.emergency) {
    std::set<std::string> people;
    for (const auto& s : given)
      if (s.verdict == Verdict::go) people.insert(s.person);
    if (!against.empty())
      return {GateVerdict::fail, "no-go by " + against, "two persons sign for an emergency", "", "answer the objection", against};
    if (people.size() >= 2) return passed("emergency: two persons signed");
    return {GateVerdict::fail,
            fmt::format("{} of 2 persons signed", people.size()),
            "two persons sign for an emergency",
            "",
            fmt::format("`evenkeel signoff {} --role ROLE`", r.version),
            "any two of the quorum"};
  }
  for (const auto role : o->go_no_go.quorum) {
    const auto name = role_name(role);
    names += (names.empty() ? "" : ", ") + name;
    if (find(name) == given.end()) missing += (missing.empty() ? "" : ", ") + name;
  }
  if (!against.empty())
    return {
        GateVerdict::fail, "no-go by " + against, "go by " + names, "", "answer the objection; who signed no-go may sign again", against};
  if (missing.empty()) return passed("signed by " + names);
  return {GateVerdict::fail,
          "not signed by " + missing,
          "go by " + names,
          "",
          fmt::format("read the assessment (`evenkeel risk show {0}`), then `evenkeel signoff {0} --role ROLE`", r.version),
          missing};
}

}  // namespace

Gates gonogo_gates() {
  return {
      {"testing", Stage::go_no_go, true, "Do the tests of the exact artefacts pass?", testing},
      {"health_criteria", Stage::go_no_go, true, "Are health criteria set for every component?", health_criteria},
      {"quorum", Stage::go_no_go, false, "Did the quorum sign for this scope?", quorum},
  };
}

}  // namespace evenkeel::gonogo
