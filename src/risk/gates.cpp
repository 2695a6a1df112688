#include "risk/gates.hpp"

#include "planning/find.hpp"
#include "risk/built_from.hpp"
#include "risk/risk.hpp"

namespace evenkeel::risk {
namespace {

using planning::Finding;
using planning::GateVerdict;
using planning::passed;
using planning::Release;
using planning::Stage;

/// A change whose files nobody has told yet may be anything: what is read from files is not known of it.
std::string without_files(const std::vector<Change>& changes) {
  std::string titles;
  for (const auto& c : changes)
    if (!c.files_known) titles += (titles.empty() ? "" : ", ") + c.title;
  return titles;
}
Finding files_missing(const std::string& titles, const Release& r) {
  return {GateVerdict::unknown,
          "the files of these changes are not known yet: " + titles,
          "the files of every change",
          "",
          fmt::format("`evenkeel change import {}/{}` in a clone of the repository", r.area, r.version),
          "coordinator"};
}

Finding changes_classified(store::Tx& tx, const Release& r, SysTime) {
  const auto changes = changes_of(tx, r.id);
  if (changes.empty())
    return {GateVerdict::unknown,
            "the scope is empty",
            "at least one change",
            "",
            fmt::format("`evenkeel change import {}`", planning::called(r)),
            "coordinator"};
  if (const auto titles = without_files(changes); !titles.empty()) return files_missing(titles, r);
  std::size_t standard = 0, emergency = 0;
  for (const auto& c : changes) {
    standard += c.tier == Tier::standard;
    emergency += c.tier == Tier::emergency;
  }
  return passed(fmt::format("{} changes: {} standard, {} normal, {} emergency", changes.size(), standard,
                            changes.size() - standard - emergency, emergency));
}

Finding changes_reversible(store::Tx& tx, const Release& r, SysTime) {
  std::string missing;
  for (const auto& c : changes_of(tx, r.id))
    if (needs_reversal(c)) missing += (missing.empty() ? "" : ", ") + c.title;
  if (const auto titles = without_files(changes_of(tx, r.id)); missing.empty() && !titles.empty()) return files_missing(titles, r);
  if (missing.empty()) return passed("every migration, data and configuration change has a reversal or is declared one-way");
  return {GateVerdict::fail,
          "neither reversal nor one-way: " + missing,
          "a reversal, or one-way with its forward fix",
          "",
          "`evenkeel change reversal CHANGE --text ...`, with --one-way its forward fix (in a commit: `Reversal:` or `One-way:`)",
          "engineering_lead"};
}

Finding risk_assessed(store::Tx& tx, const Release& r, SysTime now) {
  const auto a = latest_assessment(tx, r.id);
  const auto next = fmt::format("`evenkeel risk assess {}`", planning::called(r));
  if (!a) return {GateVerdict::fail, "not assessed", "an assessment of this scope", "", next, "risk_manager"};
  if (a->scope_hash != planning::scope_hash(tx, r))
    return {GateVerdict::fail, "the scope changed after the assessment", "an assessment of this scope", a->id, next, "risk_manager"};
  const auto age = now - a->at >= std::chrono::days{1}
                       ? fmt::format(", assessed {} ago", to_words(std::chrono::floor<std::chrono::days>(now - a->at)))
                       : "";
  return passed(
      fmt::format("{} risk ({} % by rules){}, {}", json::enum_text(a->level), a->likelihood_permille / 10, age, a->blast_radius.sentence),
      "", a->id);
}

Finding rollback_rehearsed(store::Tx& tx, const Release& r, SysTime now) {
  const auto o = planning::organisation_of(tx, r);
  const auto limit = fmt::format("a passing rehearsal of the current procedure, at most {} old", to_words(o->go_no_go.rehearsal_max_age));
  Finding finding = passed("", limit);
  for (const auto& c : rehearsals_for(tx, r, now))
    if (c.owed) {
      finding.verdict = GateVerdict::fail;
      finding.details.push_back(
          {"rollback_rehearsed", c.value, limit, c.evidence, c.next_step, c.owner.empty() ? "owner" : "owner " + c.owner});
    } else {
      finding.value += (finding.value.empty() ? "" : "; ") + c.value;
      finding.evidence += (finding.evidence.empty() || c.evidence.empty() ? "" : ", ") + c.evidence;
    }
  if (finding.verdict == GateVerdict::fail && !finding.details.empty()) {
    finding.value = finding.details.front().value;
    finding.evidence = finding.details.front().evidence;
    finding.next_step = finding.details.front().next_step;
    finding.who = finding.details.front().who;
  }
  return finding;
}

Finding security_reviewed(store::Tx& tx, const Release& r, SysTime) {
  std::string open;
  std::size_t relevant = 0;
  for (const auto& c : changes_of(tx, r.id)) {
    if (!c.security_relevant) continue;
    ++relevant;
    if (!security_accepted(tx, c.id)) open += fmt::format("{}{} ({})", open.empty() ? "" : ", ", c.title, c.external_id.substr(0, 10));
  }
  if (const auto titles = without_files(changes_of(tx, r.id)); open.empty() && !titles.empty()) return files_missing(titles, r);
  if (open.empty())
    return passed(relevant == 0 ? "nothing is security-relevant"
                                : fmt::format("{} security-relevant changes reviewed and accepted", relevant));
  return {GateVerdict::fail,
          "not accepted by security: " + open,
          "every security-relevant change reviewed by security",
          "",
          "`evenkeel security review CHANGE --verdict accepted`",
          "security"};
}

}  // namespace

bool needs_reversal(const Change& c) {
  const bool lasts = c.kind == ChangeKind::schema || c.kind == ChangeKind::data || c.kind == ChangeKind::configuration;
  return lasts && c.reversal.empty() && !c.one_way;
}

std::vector<ComponentRehearsal> rehearsals_for(store::Tx& tx, const Release& r, SysTime now) {
  const auto o = planning::organisation_of(tx, r);
  const auto signers = tx.integer("SELECT count(DISTINCT person) FROM sign_off WHERE release_id = $1 AND verdict = 'go'", {r.id});
  std::vector<ComponentRehearsal> all;
  for (const auto& c : planning::components_of(tx, r.id)) {
    const auto* s = definitions::find_service(*o, c.service);
    const auto owed = [&](std::string value, std::string evidence, std::string step, bool can_be_rehearsed) {
      all.push_back({c.service, s ? s->owner : "", std::move(value), std::move(evidence), std::move(step), true, can_be_rehearsed});
    };
    const auto age = [&](const Rehearsal& done) { return to_words(std::chrono::duration_cast<Millis>(now - done.finished_at)); };
    const auto next = fmt::format("`evenkeel rollback rehearse {} --release {} --env staging`", c.service, planning::called(r));
    if (!s || s->rollback.empty()) {
      owed(fmt::format("{} has no rollback procedure", c.service), "", "write `rollback:` for the service in evenkeel.yaml", false);
      continue;
    }
    if (!names_the_version(*s)) {
      owed(fmt::format("no check in `verify_version` of {} names ${{expected}}: a rehearsal proves nothing", c.service), "",
           "write the version into the check of the service (`expect: \"${expected}\"`) in evenkeel.yaml", false);
      continue;
    }
    if (c.from_version.empty()) {
      owed(fmt::format("the version of {} that runs now is not known, so nothing says what to go back to", c.service), "",
           fmt::format("say it: `evenkeel release edit {} --component {}=FROM..{}`", planning::called(r), c.service, c.version), false);
      continue;
    }
    const auto hash = steps::procedure_hash(rollback_steps(*s));
    const auto good = passing_rehearsal(tx, c.service, hash), of_it = latest_rehearsal(tx, c.service, hash);
    if (good && now - good->finished_at <= o->go_no_go.rehearsal_max_age) {
      all.push_back({c.service, s->owner, fmt::format("{} {} ago in {}", c.service, age(*good), good->environment), good->id});
      continue;
    }
    if (r.emergency && signers >= 2) {
      all.push_back({c.service, s->owner, fmt::format("{}: owed after the emergency", c.service)});
      continue;
    }
    const auto latest = of_it ? of_it : latest_rehearsal(tx, c.service);
    if (good)
      owed(fmt::format("the rehearsal of {} is {} old", c.service, age(*good)), good->id, next, true);
    else if (!latest)
      owed(fmt::format("the rollback of {} was never rehearsed", c.service), "", next, true);
    else if (!latest->passed)
      owed(fmt::format("the last rehearsal of {} failed", c.service), latest->id, next, true);
    else
      owed(fmt::format("the rollback procedure of {} changed after its rehearsal", c.service), latest->id, next, true);
  }
  return all;
}

planning::Gates risk_gates() {
  return {
      {"changes_classified", Stage::assessment, true, "Is every change classified?", changes_classified},
      {"changes_reversible", Stage::assessment, true,
       "Can every migration, data and configuration change be undone, or is it declared one-way?", changes_reversible},
      {"risk_assessed", Stage::assessment, true, "Is this scope assessed?", risk_assessed},
      {"rollback_rehearsed", Stage::assessment, false, "Is every component's rollback documented and rehearsed?", rollback_rehearsed},
      {"security_reviewed", Stage::assessment, false, "Did security review what is security-relevant?", security_reviewed},
      {"artefact_from_scope", Stage::go_no_go, false, "Was each artefact built from what the scope says?", artefact_from_scope},
  };
}

}  // namespace evenkeel::risk
