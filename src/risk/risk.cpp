#include "risk/risk.hpp"

#include "accounts/accounts.hpp"
#include "gitlog/conventional_commit.hpp"
#include "gitlog/log.hpp"
#include "planning/find.hpp"
#include "risk/built_from.hpp"
#include "risk/events.hpp"
#include "risk/late_scope.hpp"
#include "risk/take_out.hpp"
#include "risk/touched.hpp"

namespace evenkeel::risk {
namespace {

constexpr const char* overridden = "override";  // the rule of a tier that a person set

/// The services whose part of the repository a change touches.
std::vector<std::string> services_by_path(const definitions::Organisation& o, const std::vector<std::string>& files) {
  std::vector<std::string> out;
  for (const auto& s : o.services)
    if (std::any_of(files.begin(), files.end(), [&](const auto& f) { return path_matches(s.path, f); })) out.push_back(s.name);
  return out;
}

/// Whoever wrote a change is known by this alone: of "Name <address>" by the address, which is one person's however they spell their name.
std::string author_of(std::string name) {
  const auto open = name.rfind('<'), close = name.rfind('>');
  if (open != std::string::npos && close == name.size() - 1) name = name.substr(open + 1, close - open - 1);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return to_hex(sha256("author" + name)).substr(0, 16);
}

bool is_repository(std::string_view source) { return source == "git" || source == "github" || source == "gitlab"; }

/// One commit is one change, whether the history tells it or the repository's host.
std::optional<Change> find_told(store::Tx& tx, const NewChange& in, const ReleaseId& release_id) {
  const auto like = is_repository(in.source) ? std::string("source IN ('git', 'github', 'gitlab')") : std::string("source = $3");
  store::Args args{in.external_id, release_id};
  if (!is_repository(in.source)) args.push_back(in.source);
  return store::one<Change>(tx, "change", "WHERE external_id = $1 AND release_id = $2 AND " + like, args);
}

/// With what its message says, so that every door reads it alike: breaking as Conventional Commits have it, the trailers `Label:`,
/// `Reversal:` and `One-way:`.
NewChange with_words_of_message(NewChange in) {
  in.breaking |= gitlog::parse_commit_message(in.message.empty() ? in.title : in.message).breaking;
  for (const auto& [token, value] : gitlog::trailers(in.message)) {
    if (token == "Label" || token == "Labels") in.labels.push_back(value);
    if (token == "Reversal" && in.reversal.empty()) in.reversal = value;
    if (token == "One-way") in.one_way = true, in.reversal = in.reversal.empty() ? value : in.reversal;
  }
  std::set<std::string> once(in.labels.begin(), in.labels.end());
  in.labels.assign(once.begin(), once.end());
  return in;
}

/// What follows from the facts; a tier that a person set stands.
void classify_anew(const definitions::Organisation& o, Change& change) {
  auto c = classify(o.classification, change);
  change.kind = c.kind;
  change.security_relevant |= c.security_relevant;
  if (change.tier_rule == overridden) return;
  if (!change.files_known && c.tier != Tier::emergency) c.reason = "its files are not known yet";
  change.tier = c.tier;
  change.tier_rule = c.rule;
  change.tier_reason = c.reason;
}

/// A second telling completes what the first lacked; it takes nothing away. False when it says nothing new.
bool complete(Work& work, const definitions::Organisation& o, Change& change, const NewChange& in) {
  const auto before = json::write(change);
  if (!change.files_known && in.files) {
    change.files = *in.files;
    change.files_known = true;
    change.services = in.services.empty() ? services_by_path(o, change.files) : in.services;
    change.lines_added = in.lines_added, change.lines_deleted = in.lines_deleted;
  }
  std::set<std::string> labels(change.labels.begin(), change.labels.end());
  labels.insert(in.labels.begin(), in.labels.end());
  change.labels.assign(labels.begin(), labels.end());
  change.breaking |= in.breaking;
  change.one_way |= in.one_way;
  if (change.reversal.empty()) change.reversal = in.reversal;
  if (in.first_commit_at != SysTime{}) change.first_commit_at = std::min(change.first_commit_at, in.first_commit_at);
  classify_anew(o, change);
  if (json::write(change) == before) return false;
  change.completed_at = work.now;
  store::update(work.tx, "change", change);
  record(work,
         ChangeCompleted{.files = std::int64_t(change.files.size()), .tier = change.tier, .security_relevant = change.security_relevant},
         {.subject = change.id, .release = change.release_id});
  return true;
}

}  // namespace

bool is_scope_closed(Work& work, const planning::Release& release) {
  const bool empty =
      work.tx.integer("SELECT count(*) FROM change WHERE release_id = $1", {release.id}) == 0;  // nothing closes what is empty
  return (release.stage == planning::Stage::go_no_go && !empty) || (release.scope_freeze_at && *release.scope_freeze_at <= work.now);
}

Result<void> may_import(Work& work, const planning::Release& release) {
  if (release.stage >= planning::Stage::deployment)
    return conflict(fmt::format("release {} is in stage {}; its scope is closed", release.version, json::enum_text(release.stage)));
  if (!is_scope_closed(work, release) || waits_for_admitted(work.tx, release.id)) return {};
  const auto late =
      fmt::format("one change that cannot wait is asked for by `evenkeel change late {} COMMIT --because ...`", planning::called(release));
  if (release.stage == planning::Stage::go_no_go)
    return conflict(
        fmt::format("release {} is in stage {}; its scope is closed; {}", release.version, json::enum_text(release.stage), late));
  return conflict(
      fmt::format("the scope of {1} was closed at {2}; the coordinator opens it again by a later date, which the teams confirm anew: "
                  "`evenkeel release move {0}/{1} --scope-freeze TIME --reason ...`; {3}",
                  release.area, release.version, to_iso(*release.scope_freeze_at), late));
}

namespace {

/// Commits name people by name or address, hosts by login.
bool is_author(Work& work, const Change& change) {
  const auto person = accounts::person_by_id(work.tx, work.actor.id);
  if (!person || change.author.empty()) return false;
  auto names = person->aliases;
  names.insert(names.end(), {person->login, person->name, person->email});
  return std::any_of(names.begin(), names.end(), [&](const auto& n) { return author_of(n) == change.author; });
}

}  // namespace
Result<void> may_assess(Work&, const planning::Release& release) {
  if (release.stage >= planning::Stage::deployment) return conflict("the release is decided; its assessment stands");
  return {};
}
Result<void> may_read_assessment(Work& work, const planning::Release& release) {
  if (latest_assessment(work.tx, release.id)) return {};
  if (!may_assess(work, release)) return conflict(fmt::format("release {} was decided without a risk assessment", release.version));
  return conflict(
      fmt::format("release {} has no risk assessment yet; `evenkeel risk assess {}`", release.version, planning::called(release)));
}

Result<Imported> import_changes(Work& work, const ImportChanges& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  if (work.actor.kind == ActorKind::person)
    TRY(work.require({Role::coordinator, Role::risk_manager, Role::engineering_lead, Role::admin}, release.area, "importing changes"));
  TRY(may_import(work, release));
  const bool late = is_scope_closed(work, release);
  const auto organisation = planning::organisation_of(work.tx, release);
  std::set<std::string> in_release;
  for (const auto& c : planning::components_of(work.tx, release.id)) in_release.insert(c.service);
  Imported result;
  bool whole = true;  // nothing of it came too late
  for (const auto& told : command.changes) {
    const auto in = with_words_of_message(told);
    const bool files_known = in.files || !is_repository(in.source);
    const auto files = in.files.value_or(std::vector<std::string>{});
    auto services = in.services.empty() ? services_by_path(*organisation, files) : in.services;
    const bool inside =
        services.empty() || std::any_of(services.begin(), services.end(), [&](const auto& s) { return in_release.contains(s); });
    if (!inside) {
      ++result.outside;
      continue;
    }
    if (was_taken_out(work.tx, release.id, in.external_id)) {
      ++result.outside;
      continue;
    }
    if (auto known = find_told(work.tx, in, release.id)) {
      ++(complete(work, *organisation, *known, in) ? result.completed : result.known);
      continue;
    }
    if (late && !is_admitted(work.tx, release.id, in.external_id)) {
      whole = false;
      ++result.outside;
      continue;
    }
    Change change{.id = work.new_id("chg"),
                  .release_id = release.id,
                  .kind = in.kind,
                  .source = in.source,
                  .external_id = in.external_id,
                  .services = std::move(services),
                  .title = in.title,
                  .message = in.message,
                  .author = in.author.empty() ? "" : author_of(in.author),
                  .merged_at = in.merged_at,
                  .first_commit_at = in.first_commit_at,
                  .files = files,
                  .lines_added = in.lines_added,
                  .lines_deleted = in.lines_deleted,
                  .labels = in.labels,
                  .breaking = in.breaking,
                  .reversal = in.reversal,
                  .one_way = in.one_way,
                  .files_known = files_known};
    classify_anew(*organisation, change);
    store::insert(work.tx, "change", change);
    if (late) void_what_it_touches(work, release, change);
    result.changes.push_back(std::move(change));
    ++result.added;
  }
  const auto reading = whole ? note_reading(work, release, command.up_to) : "";
  if (result.added > 0 || !reading.empty())
    record(work, ChangesImported{.added = result.added, .scope = planning::scope_hash(work.tx, release)},
           {.subject = release.id, .release = release.id, .seals = reading.empty() ? Facts{} : Facts{{"scope_reading", reading}}});
  return result;
}

Result<Change> override_tier(Work& work, const OverrideTier& command) {
  auto change = TRY(find_change(work, command.change));
  const auto release = TRY(planning::find_release(work.tx, change.release_id));
  TRY(work.require({Role::risk_manager, Role::admin}, release.area, "overriding a tier"));
  if (command.reason.empty()) return invalid("an override needs a reason", "reason");
  if (command.tier < change.tier && is_author(work, change))
    return forbidden("nobody lowers the tier of their own change; ask another risk manager");
  if (release.stage >= planning::Stage::deployment) return conflict("the release is decided; its tiers stand");
  const std::string id = work.new_id("tov");
  work.tx.exec(
      "INSERT INTO tier_override (id, change_id, release_id, from_tier, to_tier, person, reason_text, at) VALUES ($1, $2, $3, $4, $5, $6, "
      "$7, $8)",
      {id, change.id, release.id, std::string(json::enum_text(change.tier)), std::string(json::enum_text(command.tier)), work.actor.id,
       work.write_text("reason", command.reason), to_millis(work.now)});
  record(work, TierOverridden{.from = change.tier, .to = command.tier},
         {.subject = change.id, .release = release.id, .seals = {{"tier_override", id}}});
  change.tier = command.tier;
  change.tier_rule = overridden;
  change.tier_reason = "set by a person, with a reason";
  store::update(work.tx, "change", change);
  return change;
}

Result<Change> declare_reversal(Work& work, const DeclareReversal& command) {
  auto change = TRY(find_change(work, command.change));
  const auto release = TRY(planning::find_release(work.tx, change.release_id));
  TRY(work.require({Role::engineering_lead, Role::risk_manager, Role::admin}, release.area, "saying how a change is undone"));
  if (command.reversal.empty())
    return invalid(command.one_way ? "a change that cannot be undone needs its forward fix" : "say how the change is undone", "reversal");
  if (release.stage >= planning::Stage::deployment) return conflict("the release is decided; what it was decided on stands");
  change.reversal = command.reversal;
  change.one_way = command.one_way;
  store::update(work.tx, "change", change);
  record(work, ReversalDeclared{.one_way = command.one_way, .text = to_hex(sha256(command.reversal))},
         {.subject = change.id, .release = release.id});
  return change;
}

Result<void> review_security(Work& work, const ReviewSecurity& command) {
  const auto change = TRY(find_change(work, command.change));
  const auto release = TRY(planning::find_release(work.tx, change.release_id));
  TRY(work.require({Role::security}, release.area, "reviewing a security-relevant change"));
  const std::string id = work.new_id("sec");
  work.tx.exec(
      "INSERT INTO security_review (id, change_id, release_id, person, verdict, reason_text, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {id, change.id, release.id, work.actor.id, std::string(json::enum_text(command.verdict)), work.write_text("reason", command.reason),
       to_millis(work.now)});
  record(work, SecurityReviewed{.verdict = command.verdict},
         {.subject = change.id, .release = release.id, .seals = {{"security_review", id}}});
  return {};
}

Result<Assessment> assess_release(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  if (work.actor.kind == ActorKind::person) TRY(work.require({Role::risk_manager, Role::admin}, release.area, "assessing a release"));
  TRY(may_assess(work, release));
  const auto organisation = planning::organisation_of(work.tx, release);
  RiskFacts facts{.changes = changes_of(work.tx, release.id)};
  std::vector<std::string> changed;
  for (const auto& c : planning::components_of(work.tx, release.id)) {
    changed.push_back(c.service);
    facts.past[c.service] = {
        work.tx.integer("SELECT count(*) FROM deployment WHERE service = $1 AND environment = $2 AND result <> 'running'",
                        {c.service, release.environment}),
        work.tx.integer("SELECT count(*) FROM deployment WHERE service = $1 AND environment = $2 AND result IN ('failure', 'rolled_back')",
                        {c.service, release.environment})};
    const auto* service = definitions::find_service(*organisation, c.service);
    const auto rehearsal = service ? passing_rehearsal(work.tx, c.service, steps::procedure_hash(rollback_steps(*service))) : std::nullopt;
    if (rehearsal && work.now - rehearsal->finished_at <= organisation->go_no_go.rehearsal_max_age) facts.rehearsed.insert(c.service);
  }
  const auto radius = blast_radius(*organisation, changed);
  auto r = assess(*organisation, facts, radius);
  const auto number = work.tx.integer("SELECT coalesce(max(number), 0) FROM assessment WHERE release_id = $1", {release.id}) + 1;
  Assessment assessment{work.new_id("asm"),
                        release.id,
                        number,
                        r.likelihood_permille,
                        r.impact,
                        r.level,
                        std::move(r.reasons),
                        std::move(r.scenarios),
                        radius,
                        planning::scope_hash(work.tx, release),
                        work.actor.id,
                        work.now};
  store::insert(work.tx, "assessment", assessment);
  record(work, RiskAssessed{.level = assessment.level, .likelihood_permille = assessment.likelihood_permille},
         {.subject = assessment.id, .release = release.id, .seals = {{"assessment", assessment.id}}});
  return assessment;
}

Result<void> read_assessment(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  TRY(may_read_assessment(work, release));
  const auto assessment = latest_assessment(work.tx, release.id);
  if (work.tx.value("SELECT id FROM assessment_reading WHERE assessment_id = $1 AND person = $2", {assessment->id, work.actor.id}))
    return {};
  const std::string id = work.new_id("rdg");
  work.tx.exec("INSERT INTO assessment_reading (id, assessment_id, release_id, person, at) VALUES ($1, $2, $3, $4, $5)",
               {id, assessment->id, release.id, work.actor.id, to_millis(work.now)});
  record(work, AssessmentRead{}, {.subject = assessment->id, .release = release.id, .seals = {{"assessment_reading", id}}});
  return {};
}

std::vector<steps::StepSpec> rollback_steps(const definitions::ServiceDef& service) {
  auto all = service.rollback;
  all.insert(all.end(), service.verify_version.begin(), service.verify_version.end());
  return all;
}

Procedure document_procedure(Work& work, const definitions::ServiceDef& service) {
  const auto steps = rollback_steps(service);
  const auto hash = steps::procedure_hash(steps);
  if (auto known = store::one<Procedure>(work.tx, "rollback_procedure", "WHERE service = $1 AND hash = $2", {service.name, hash}))
    return *known;
  Procedure procedure{work.new_id("prc"),
                      service.name,
                      work.tx.integer("SELECT coalesce(max(number), 0) FROM rollback_procedure WHERE service = $1", {service.name}) + 1,
                      hash,
                      steps,
                      work.now};
  store::insert(work.tx, "rollback_procedure", procedure);
  record(work, RollbackDocumented{.service = service.name, .hash = hash, .number = procedure.number},
         {.subject = procedure.id, .seals = {{"rollback_procedure", procedure.id}}});
  return procedure;
}

void store_rehearsal(Work& work, const Rehearsal& rehearsal, const ReleaseId& release_id) {
  store::insert(work.tx, "rehearsal", rehearsal);
  record(work,
         RollbackRehearsed{.service = rehearsal.service,
                           .environment = rehearsal.environment,
                           .procedure = rehearsal.procedure_hash,
                           .passed = rehearsal.passed},
         {.subject = rehearsal.id, .release = release_id, .seals = {{"rehearsal", rehearsal.id}}});
}

Result<Change> find_change(Work& work, const std::string& reference) {
  if (auto change = store::one<Change>(work.tx, "change", "WHERE id = $1", {reference})) return std::move(*change);
  if (reference.size() < 7)
    return not_found(fmt::format("there is no change '{}'; a commit is named by seven characters or more", reference));
  auto found = store::all<Change>(
      work.tx, "change",
      "WHERE substr(external_id, 1, 7) = substr($1, 1, 7) AND substr(external_id, 1, length($1)) = $1 ORDER BY id DESC LIMIT 50",
      {reference});
  if (found.empty()) return not_found(fmt::format("there is no change '{}'", reference));
  std::set<std::string> commits;
  for (const auto& c : found) commits.insert(c.external_id);
  if (commits.size() > 1) return conflict(fmt::format("'{}' begins more than one change: {}", reference, fmt::join(commits, ", ")));
  return std::move(found.front());
}

std::vector<Change> changes_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<Change>(tx, "change", "WHERE release_id = $1 ORDER BY merged_at, id", {release_id});
}
std::optional<Assessment> latest_assessment(store::Tx& tx, const ReleaseId& release_id) {
  return store::one<Assessment>(tx, "assessment", "WHERE release_id = $1 ORDER BY number DESC LIMIT 1", {release_id});
}
std::optional<Rehearsal> latest_rehearsal(store::Tx& tx, const std::string& service, const std::string& procedure_hash) {
  store::Args args{service};
  std::string where = "WHERE service = $1";
  if (!procedure_hash.empty()) args.emplace_back(procedure_hash), where += " AND procedure_hash = $2";
  return store::one<Rehearsal>(tx, "rehearsal", where + " ORDER BY finished_at DESC, id DESC LIMIT 1", args);
}
std::optional<Rehearsal> passing_rehearsal(store::Tx& tx, const std::string& service, const std::string& procedure_hash) {
  auto newest = latest_rehearsal(tx, service, procedure_hash);
  return newest && newest->passed ? newest : std::nullopt;
}
std::vector<Procedure> procedures_of(store::Tx& tx, const std::string& service) {
  return store::all<Procedure>(tx, "rollback_procedure", "WHERE service = $1 ORDER BY number DESC", {service});
}
bool security_accepted(store::Tx& tx, const ChangeId& change_id) {
  const auto verdict = tx.value("SELECT verdict FROM security_review WHERE change_id = $1 ORDER BY at DESC, id DESC LIMIT 1", {change_id});
  return verdict && std::get<std::string>(*verdict) == "accepted";
}

}  // namespace evenkeel::risk
