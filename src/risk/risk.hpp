// Assessment (W2): changes are imported and classified, the release is assessed, rollbacks are documented and rehearsed.
#pragma once
#include "planning/planning.hpp"
#include "risk/assessment.hpp"
#include "work/ids.hpp"

namespace evenkeel::risk {

struct NewChange {
  static constexpr std::string_view required[] = {"external_id", "title"};
  ChangeKind kind = ChangeKind::code;
  std::string source = "api", external_id, title, message, author;
  std::vector<std::string> services;  // empty: by path
  SysTime merged_at{}, first_commit_at{};
  std::optional<std::vector<std::string>> files;  // left out: not known to the teller
  std::int64_t lines_added = 0, lines_deleted = 0;
  std::vector<std::string> labels;  // beside those of the message
  bool breaking = false;            // or as the message says
  std::string reversal;             // or as the message says: `Reversal:`, `One-way:`
  bool one_way = false;
};
BOOST_DESCRIBE_STRUCT(NewChange, (),
                      (kind, source, external_id, title, message, author, services, merged_at, first_commit_at, files, lines_added,
                       lines_deleted, labels, breaking, reversal, one_way))
struct ImportChanges {
  static constexpr std::string_view required[] = {"release", "changes"};
  std::string release;
  std::vector<NewChange> changes;
  std::string up_to = {};  // the last commit of the range that they are, in full; empty: they were told one by one
};
BOOST_DESCRIBE_STRUCT(ImportChanges, (), (release, changes, up_to))
struct Imported {
  std::int64_t added = 0, known = 0, completed = 0, outside = 0;
  std::vector<Change> changes;
};
BOOST_DESCRIBE_STRUCT(Imported, (), (added, known, completed, outside, changes))

/// Error: conflict once its scope is closed: in review, unless nothing is in it yet; after its feature freeze; after the decision.
Result<void> may_import(Work& work, const planning::Release& release);
/// The one door for changes: adds them to the release's scope and classifies them. What the message says (breaking, `Label:`, `Reversal:`,
/// `One-way:`) is read here. One that is known (by its commit, whoever told of it) is completed where the first telling lacked something;
/// one whose files belong to no component of the release is counted as `outside`. Needs: coordinator, risk manager, engineering lead, or an
/// integration. Not after the decision. Ledger: changes.imported, change.completed.
Result<Imported> import_changes(Work& work, const ImportChanges& command);

struct OverrideTier {
  std::string change;
  Tier tier = Tier::normal;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(OverrideTier, (), (change, tier, reason))
/// Needs: risk manager, a reason; never by the change's own author's account when it lowers. Ledger: change.tier_overridden.
Result<Change> override_tier(Work& work, const OverrideTier& command);

struct DeclareReversal {
  static constexpr std::string_view required[] = {"change", "reversal"};
  std::string change, reversal;  // how it is undone; with one_way: the forward fix, what is done instead
  bool one_way = false;
};
BOOST_DESCRIBE_STRUCT(DeclareReversal, (), (change, reversal, one_way))
/// CR4: how a migration, data or configuration change is undone, for a change whose commit did not say. Needs: engineering lead or risk
/// manager; not after the decision. Ledger: change.reversal_declared.
Result<Change> declare_reversal(Work& work, const DeclareReversal& command);

enum class ReviewVerdict { accepted, rejected };
BOOST_DESCRIBE_ENUM(ReviewVerdict, accepted, rejected)
struct ReviewSecurity {
  static constexpr std::string_view required[] = {"change", "verdict"};
  std::string change;
  ReviewVerdict verdict = ReviewVerdict::accepted;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReviewSecurity, (), (change, verdict, reason))
/// I4: a security-relevant change is reviewed by the role security. Ledger: security.reviewed.
Result<void> review_security(Work& work, const ReviewSecurity& command);

struct Assessment {
  Id<Assessment> id;
  ReleaseId release_id;
  std::int64_t number = 0, likelihood_permille = 0;
  std::string impact;
  RiskLevel level = RiskLevel::low;
  std::vector<std::string> reasons;
  std::vector<Scenario> scenarios;
  BlastRadius blast_radius;
  std::string scope_hash, assessed_by;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Assessment, (),
                      (id, release_id, number, likelihood_permille, impact, level, reasons, scenarios, blast_radius, scope_hash,
                       assessed_by, at))
/// Error: conflict once it is decided.
Result<void> may_assess(Work& work, const planning::Release& release);
/// Makes a new numbered assessment of the scope as it stands. Needs: risk manager (or the member under its own name). Ledger:
/// risk.assessed.
Result<Assessment> assess_release(Work& work, const std::string& release);
/// Error: what read_assessment says when there is none.
Result<void> may_read_assessment(Work& work, const planning::Release& release);
/// Notes that the actor has read it; votes open after that. Ledger: assessment.read.
Result<void> read_assessment(Work& work, const std::string& release);

struct Procedure {
  ProcedureId id;
  std::string service;
  std::int64_t number = 0;
  std::string hash;
  std::vector<steps::StepSpec> steps;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Procedure, (), (id, service, number, hash, steps, at))
struct Rehearsal {
  RunId id;  // the run that rehearsed
  ProcedureId procedure_id;
  std::string procedure_hash, service, environment, from_version, to_version;
  SysTime started_at, finished_at;
  bool passed = false, restored = false;
  json::Value evidence;
  std::string ordered_by;
};
BOOST_DESCRIBE_STRUCT(Rehearsal, (),
                      (id, procedure_id, procedure_hash, service, environment, from_version, to_version, started_at, finished_at, passed,
                       restored, evidence, ordered_by))

/// The steps that a rollback of the service is, the proof that the old version is back included: what is hashed, rehearsed and run.
std::vector<steps::StepSpec> rollback_steps(const definitions::ServiceDef& service);
/// Whether a proof of the version names it: a check that expects, asks for or hands on ${expected}. One that does not proves nothing.
bool names_the_version(const definitions::ServiceDef& service);
/// The procedure's stored version, made when these steps were not seen before. Ledger (when made): rollback.documented.
Procedure document_procedure(Work& work, const definitions::ServiceDef& service);
/// Stores the evidence of a finished rehearsal. Ledger: rollback.rehearsed.
void store_rehearsal(Work& work, const Rehearsal& rehearsal, const ReleaseId& release_id);

// ---- queries -------------------------------------------------------------------------------------------------------
std::vector<Change> changes_of(store::Tx& tx, const ReleaseId& release_id);
std::optional<Assessment> latest_assessment(store::Tx& tx, const ReleaseId& release_id);
/// The newest, of any procedure or of exactly this one.
std::optional<Rehearsal> latest_rehearsal(store::Tx& tx, const std::string& service, const std::string& procedure_hash = {});
/// The newest of exactly this procedure, if it passed: one that passed before it failed again proves nothing. The caller judges its age.
std::optional<Rehearsal> passing_rehearsal(store::Tx& tx, const std::string& service, const std::string& procedure_hash);
/// The service's rollback procedure through time, newest first.
std::vector<Procedure> procedures_of(store::Tx& tx, const std::string& service);
bool security_accepted(store::Tx& tx, const ChangeId& change_id);

}  // namespace evenkeel::risk
