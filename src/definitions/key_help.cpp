#include "definitions/key_help.hpp"

#include <algorithm>
#include <map>

#include "catalogue/print.hpp"
#include "definitions/config.hpp"

namespace evenkeel::definitions {
namespace {

struct Key {
  std::string_view type, name, help;  // name "": what the type as a whole is
};
constexpr Key keys[] = {
    {"Organisation", "", "The whole file: who does what, what is deployed and how, what holds and whom it reaches."},
    {"Organisation", "name", "What the organisation is called; the ledger carries it"},
    {"Organisation", "zone",
     "Time zone of the organisation (IANA, such as Europe/Berlin): days, months and times without a zone are read in it"},
    {"Organisation", "process", "Who owns this release process"},
    {"Organisation", "people", "Everybody who takes part, with their roles; passwords and tokens never stand here"},
    {"Organisation", "areas", "Product areas; each has releases, a coordinator and an on-call of its own"},
    {"Organisation", "environments", "Where components are deployed"},
    {"Organisation", "services", "What is deployed: its owner, how it is put out and taken back, what tells that it is healthy"},
    {"Organisation", "freezes", "When nothing goes out, or when alone it may"},
    {"Organisation", "classification", "Which changes are standard, emergencies, migrations, or for security to see"},
    {"Organisation", "gates", "How strictly each gate of the process holds"},
    {"Organisation", "go_no_go", "What a go decision needs"},
    {"Organisation", "release_checklist", "What is ticked before the go of every release"},
    {"Organisation", "validation", "When a release is looked at after its deployment, and what happens by itself"},
    {"Organisation", "audiences", "Who is told of releases, in which order"},
    {"Organisation", "channels", "The ways by which people are reached"},
    {"Organisation", "connections", "Systems that are there already: metrics, alerts, pager, chat, mail, flags, pipelines, code hosts"},
    {"Organisation", "on_call", "Who is on call for each area"},
    {"Organisation", "retrospective", "When a retrospective opens by itself"},
    {"Organisation", "delivery_report_channels", "Channels (smtp, webhook, chat) that get the monthly delivery report"},
    {"Organisation", "public_title", "Title of the public changelog"},
    {"Organisation", "public_url", "Where readers reach the public changelog, https://...; without it nobody can subscribe"},
    {"Organisation", "public_page", "How the public changelog looks"},
    {"Organisation", "migration_notice", "How long those whom a breaking change affects get, from the release on"},
    {"Organisation", "words", "The organisation's own words in what is sent"},
    {"Organisation", "record", "What leaves the record by itself, and how long what need not stay is kept"},
    {"Organisation", "escalation", "How people are told of what waits for them"},
    {"Organisation", "include", "Other files, relative to this one, whose lists are joined to it"},
    {"ProcessDef", "", "Who owns the process."},
    {"ProcessDef", "owner", "Login of who answers for the process"},
    {"ProcessDef", "version", "Its version, as you count it"},
    {"ProcessDef", "longest_window", "No deployment window is longer; left out, as long as one likes"},
    {"PersonDef", "", "Somebody who takes part."},
    {"PersonDef", "login", "What they sign in with"},
    {"PersonDef", "name", "Full name, as others read it"},
    {"PersonDef", "email", "Where mails reach them"},
    {"PersonDef", "aliases", "Other names and addresses that their commits carry, so that authors are known"},
    {"PersonDef", "roles", "What they may do"},
    {"GrantDef", "", "A role, in areas."},
    {"GrantDef", "role", "What they may do; `evenkeel whoami` lists what a role is good for"},
    {"GrantDef", "areas", "Areas in which it holds; \"*\" for all"},
    {"AreaDef", "", "A product area."},
    {"AreaDef", "name", "Short name, used in commands and addresses"},
    {"AreaDef", "title", "Name as people read it"},
    {"AreaDef", "coordinator", "Login of who coordinates its releases"},
    {"AreaDef", "aliases", "Names it had before; history follows a rename"},
    {"AreaDef", "lead_time", "How long before its window a release must be planned"},
    {"AreaDef", "longest_window", "No window of this area is longer"},
    {"AreaDef", "chat", "A channel of kind chat in which everybody reads what waits for whom"},
    {"EnvironmentDef", "", "An environment."},
    {"EnvironmentDef", "name", "Short name, such as staging"},
    {"EnvironmentDef", "production", "Whether customers use it; one environment is"},
    {"EnvironmentDef", "targets", "Regions or clusters, in the order in which they are taken"},
    {"TargetDef", "", "A part of an environment."},
    {"TargetDef", "name", "Short name, such as eu-west"},
    {"ServiceDef", "", "A service: one component of releases."},
    {"ServiceDef", "name", "Short name, used in commands"},
    {"ServiceDef", "area", "The area that owns it"},
    {"ServiceDef", "owner", "Login of who answers for it and confirms its releases"},
    {"ServiceDef", "deputy", "Login of who stands in"},
    {"ServiceDef", "team", "The team that builds it"},
    {"ServiceDef", "repository", "Path or URL of its git repository"},
    {"ServiceDef", "path", "The part of the repository that is this service, as a glob"},
    {"ServiceDef", "criticality", "How much depends on it; raises the risk of a release that has it"},
    {"ServiceDef", "users_per_hour", "How many people use it in an hour, for the blast radius; 0 is unknown"},
    {"ServiceDef", "capabilities", "What users do with it, for the blast radius: \"pay\", \"search\""},
    {"ServiceDef", "depends_on", "Services that it needs to answer; they are deployed before it and rolled back after it"},
    {"ServiceDef", "aliases", "Names it had before; history follows a rename"},
    {"ServiceDef", "deploy", "Steps that put ${version} into ${environment}"},
    {"ServiceDef", "rollback", "Steps that bring ${from_version} back"},
    {"ServiceDef", "verify_version", "Steps that prove which version answers, after a deployment and after a rollback"},
    {"ServiceDef", "health", "What tells that it is healthy"},
    {"ServiceDef", "automatic_rollback", "Whether a calibrated breach rolls it back by itself; left out, as `validation` says"},
    {"ServiceDef", "alerts", "Alerts that speak of it"},
    {"ServiceDef", "checklist", "What is ticked before its first step"},
    {"DependencyDef", "", "A service that is needed."},
    {"DependencyDef", "service", "Its name"},
    {"DependencyDef", "share", "Share of this service's requests that reach it, 0 to 1; for the blast radius"},
    {"StepSpec", "",
     "One step of a deployment, a rollback or a proof. Texts may hold ${version}, ${from_version}, ${service}, ${environment}, ${target}, "
     "${digest}, ${release}, ${attempt}, and secrets as ${env:NAME} or ${file:PATH}."},
    {"StepSpec", "name", "What it is called in the run and in the ledger"},
    {"StepSpec", "kind",
     "command: a program. http: one request. manual: a person confirms. wait: time passes. check: something must hold. flag: a feature "
     "flag is set. pipeline: one is started and waited for"},
    {"StepSpec", "command", "Program and arguments, without a shell"},
    {"StepSpec", "directory", "Where it runs"},
    {"StepSpec", "env", "Variables that the program finds, beside PATH, HOME and LANG"},
    {"StepSpec", "method", "HTTP method; left out, POST, and GET for a check"},
    {"StepSpec", "url", "Address of the request, the check, or what starts the pipeline"},
    {"StepSpec", "headers", "Headers of the request"},
    {"StepSpec", "body", "Body of the request, as JSON"},
    {"StepSpec", "expect_status", "HTTP status that counts as done; 0: any from 200 to 299"},
    {"StepSpec", "expect", "Text that the output or the answer must hold; a proof names the version by it"},
    {"StepSpec", "status_url", "Where a pipeline is asked how it is; ${run} is what the start answered with"},
    {"StepSpec", "prompt", "What a person confirms"},
    {"StepSpec", "wait", "How long to wait; of a check or a pipeline, the pause between two looks"},
    {"StepSpec", "health", "A check that holds while the watch of this component says so"},
    {"StepSpec", "flag", "The flag to set"},
    {"StepSpec", "platform", "Connection that has the flag"},
    {"StepSpec", "value", "on or off"},
    {"StepSpec", "owner", "Login of who answers for the step; left out, the service's owner"},
    {"StepSpec", "deputy", "Login of who stands in"},
    {"StepSpec", "timeout", "After this it has failed, and what it started is ended"},
    {"StepSpec", "retries", "How often it may be tried again; only where twice does no harm"},
    {"StepSpec", "one_way", "It cannot be undone"},
    {"StepSpec", "forward_fix", "What is done instead of undoing it"},
    {"StepSpec", "lookup_url", "Finds the pipeline's run by ${attempt} after a crash"},
    {"StepSpec", "lookup", "Program that says after a crash whether the step took effect: exit 0 it did, 1 it did not"},
    {"CriteriaSet", "", "What is watched during and after a deployment, and by which rules."},
    {"CriteriaSet", "name", "Name of the set, as reports say it"},
    {"CriteriaSet", "interval_seconds", "Length of one interval in seconds"},
    {"CriteriaSet", "window_intervals", "How many intervals a canary is watched"},
    {"CriteriaSet", "burn_in_intervals", "How many of them are warm-up, judged by a wider tolerance"},
    {"CriteriaSet", "restart_every", "Every so many intervals the comparison starts anew, so that late faults are seen"},
    {"CriteriaSet", "alpha", "Chance of recommending a rollback of a healthy release, over the whole watch"},
    {"CriteriaSet", "expected_canary_share", "Share of all requests that the canary should get; then missing traffic is a fault too"},
    {"CriteriaSet", "criteria", "What is measured"},
    {"CriteriaSet", "not_applicable", "Kinds of criteria that this service does not need, each with its reason"},
    {"CriteriaSet", "calibrate", "Learning from past windows how much healthy hosts differ"},
    {"CriteriaSet", "extend_until", "Watch up to so many intervals while a criterion lacks events; 0: no longer than the window"},
    {"CriteriaSet", "on_too_few", "What becomes of a canary that still has too few events: hold (a person decides), proceed, fail"},
    {"Criterion", "", "One thing that is measured."},
    {"Criterion", "name", "What it is called"},
    {"Criterion", "kind",
     "rate: share of events. latency: a histogram. gauge: a value. absolute: against a fixed limit. business: what users achieve. "
     "slo_burn: how fast an error budget goes"},
    {"Criterion", "queries", "Where its figures come from"},
    {"Criterion", "sides", "How canary and control are told apart"},
    {"Criterion", "direction", "Which way is worse"},
    {"Criterion", "events_are", "share: events are among the total. per_unit: they are counted beside it"},
    {"Criterion", "tolerated_ratio", "So many times the control is accepted"},
    {"Criterion", "healthy_ratio", "Below so many times the control it is called healthy"},
    {"Criterion", "critical", "Whether it decides about the release; else it is shown, and holds at worst"},
    {"Criterion", "weight", "Its part of the chance of a false alarm, beside the other critical criteria"},
    {"Criterion", "minimum", "How much is needed before it speaks"},
    {"Criterion", "silence", "What no data mean: no_data (unknown), breach, or ignore"},
    {"Criterion", "percentiles", "Of a latency: which are shown and compared, such as 0.5, 0.99"},
    {"Criterion", "limit", "Of an absolute: the greatest that is accepted, with `decrease` the least"},
    {"Criterion", "objective", "Of slo_burn: promised share of good events, such as 0.999"},
    {"Criterion", "budget_period", "Of slo_burn: the time that the error budget is for"},
    {"Criterion", "burn", "Of slo_burn: pairs of windows and how fast the budget may go in both"},
    {"MetricQueries", "", "Queries; {$side} stands for the labels of a side."},
    {"MetricQueries", "source", "The connection that answers them"},
    {"MetricQueries", "total", "All events: requests, orders tried"},
    {"MetricQueries", "events", "Those that count: failures, orders paid"},
    {"MetricQueries", "buckets", "The histogram of a latency"},
    {"MetricQueries", "gauge", "The value of a gauge"},
    {"SideSelection", "", "Labels by which canary and control are told apart."},
    {"SideSelection", "label", "The label"},
    {"SideSelection", "canary", "Its value on the new version"},
    {"SideSelection", "control", "Its value on the old version"},
    {"MinimumData", "", "How much is needed before a criterion speaks."},
    {"MinimumData", "intervals", "Whole intervals"},
    {"MinimumData", "events", "Events that count"},
    {"MinimumData", "requests", "Events of all kinds"},
    {"BurnWindow", "", "A pair of windows."},
    {"BurnWindow", "long_window", "The window in which the budget goes too fast"},
    {"BurnWindow", "short_window", "The window in which it still does"},
    {"BurnWindow", "factor", "How many times faster than the budget allows"},
    {"NotApplicable", "", "A kind of criterion that is not needed."},
    {"NotApplicable", "covers", "Which kind"},
    {"NotApplicable", "because", "Why, as an auditor will read it"},
    {"PastWindows", "", "Learning from past windows."},
    {"PastWindows", "by", "The label that names one host: instance, pod; left out, nothing is learned"},
    {"PastWindows", "hosts", "As many hosts as a canary has"},
    {"PastWindows", "days", "How far back"},
    {"PastWindows", "good_for_days", "After so many days it is stale and not used"},
    {"AlertsDef", "", "Alerts that speak of a service."},
    {"AlertsDef", "connection", "The alert source; left out, the only one"},
    {"AlertsDef", "labels", "Labels that such an alert carries, all of them"},
    {"AlertsDef", "recommends_rollback", "Whether one that begins after a deployment recommends a rollback"},
    {"ChecklistItemDef", "", "A thing to tick."},
    {"ChecklistItemDef", "name", "What is ticked"},
    {"ChecklistItemDef", "owner", "Login of who ticks it"},
    {"ChecklistItemDef", "command", "Program that ticks it when it exits with 0"},
    {"ChecklistItemDef", "url", "Address that ticks it when it answers 2xx"},
    {"FreezeDef", "", "A freeze, or a window in which alone things may go out."},
    {"FreezeDef", "name", "What it is called in refusals"},
    {"FreezeDef", "mode", "deny: nothing goes out in it. allow: only in it"},
    {"FreezeDef", "owner", "Login of who answers for it"},
    {"FreezeDef", "reason", "Why, as who is refused reads it"},
    {"FreezeDef", "zone", "Time zone of its times"},
    {"FreezeDef", "from", "Local start, \"2026-12-20 00:00\""},
    {"FreezeDef", "until", "Local end, of one that comes once"},
    {"FreezeDef", "rrule", "How it comes again (RFC 5545), from `from` on"},
    {"FreezeDef", "duration", "How long each one is, such as 8h or 2d"},
    {"FreezeDef", "ends", "Local end of each one, such as \"Monday 08:00\""},
    {"FreezeDef", "exdate", "Occurrences that fall out, by their local day or time"},
    {"FreezeDef", "areas", "Areas it holds in; left out, all"},
    {"FreezeDef", "services", "Services it holds for; left out, all"},
    {"FreezeDef", "environments", "Environments it holds in; left out, all"},
    {"FreezeDef", "exception_roles", "Roles that may approve an exception"},
    {"ClassificationDef", "", "How changes are classified."},
    {"ClassificationDef", "standard", "Kinds of change that are approved beforehand"},
    {"ClassificationDef", "emergency", "What marks an emergency"},
    {"ClassificationDef", "security", "What security must see"},
    {"ClassificationDef", "migration", "What marks a migration"},
    {"ClassificationDef", "high_risk_lines", "A change with more lines raises the risk"},
    {"StandardTemplateDef", "", "A kind of change that is approved beforehand."},
    {"StandardTemplateDef", "name", "What it is called"},
    {"StandardTemplateDef", "paths", "All of its paths match one of these globs"},
    {"StandardTemplateDef", "most_lines", "It is no larger"},
    {"StandardTemplateDef", "labels", "Labels that it carries"},
    {"MarkDef", "", "What marks a change."},
    {"MarkDef", "name", "What it is called"},
    {"MarkDef", "paths", "A path that matches one of these globs marks it"},
    {"MarkDef", "labels", "A label that is one of these marks it"},
    {"GateDef", "", "A gate of the process."},
    {"GateDef", "name", "Which gate, as refusals and the page of a release name it"},
    {"GateDef", "mode", "observe: it is only shown. warn: it asks before going on. enforce: it holds"},
    {"GateDef", "on_unknown", "Whether it holds while its facts are unknown"},
    {"GateDef", "areas", "Areas in which this is so; left out, all"},
    {"GoNoGoDef", "", "What a go decision needs."},
    {"GoNoGoDef", "quorum", "Roles that sign, in the area of each component"},
    {"GoNoGoDef", "emergency_quorum", "Roles of which two people sign an emergency"},
    {"GoNoGoDef", "rehearsal_max_age", "How old a rehearsal may be"},
    {"GoNoGoDef", "testing_evidence", "Kinds of test report of which one that passes is needed"},
    {"ValidationDef", "", "Looking at a release after its deployment."},
    {"ValidationDef", "checkpoints", "When its health is reported, from the deployment on"},
    {"ValidationDef", "automatic_rollback", "Whether a calibrated breach of a canary rolls back by itself"},
    {"ValidationDef", "rollback_on_suspect", "Whether a suspicion without a control recommends a rollback too"},
    {"AudienceDef", "", "People who are told of releases."},
    {"AudienceDef", "name", "What it is called"},
    {"AudienceDef", "kind", "internal or customers"},
    {"AudienceDef", "channels", "Channels by which they are told"},
    {"AudienceDef", "after", "Audiences that must have been told before"},
    {"AudienceDef", "lead", "How long before"},
    {"AudienceDef", "due", "Within which time they are told, once a release communicates"},
    {"AudienceDef", "owner", "Login of who sees to it; left out, the release's owner"},
    {"AudienceDef", "status", "Channels for word on deployments and incidents while they last"},
    {"AudienceDef", "status_every", "How often during an incident; 0: at its turns only"},
    {"ChannelDef", "", "A way to reach people."},
    {"ChannelDef", "name", "What it is called"},
    {"ChannelDef", "kind", "smtp, public_page, file, git, webhook, chat, docs"},
    {"ChannelDef", "to", "Mail addresses"},
    {"ChannelDef", "url", "Address of a webhook or a chat"},
    {"ChannelDef", "path", "Folder, file or repository"},
    {"ChannelDef", "secret", "Secret that signs what is sent, as ${env:NAME} or ${file:PATH}"},
    {"ChannelDef", "subscribers", "Whether it also goes to who has subscribed"},
    {"ChannelDef", "format", "Of docs: markdown or html"},
    {"ChannelDef", "connection", "The connection that sends it"},
    {"ChannelDef", "file", "Of git: the changelog's place in the repository"},
    {"ChannelDef", "service", "The changelog of this service alone"},
    {"ChannelDef", "locale", "Language of those in `to`"},
    {"OnCallDef", "", "Who is on call for an area."},
    {"OnCallDef", "area", "The area"},
    {"OnCallDef", "person", "Login of who is on call"},
    {"OnCallDef", "deputy", "Login of who is paged when nobody acknowledges"},
    {"OnCallDef", "pager", "Connection that wakes them"},
    {"OnCallDef", "escalate_after", "After how long the deputy is paged"},
    {"OnCallDef", "rota", "Logins that take turns"},
    {"OnCallDef", "starts", "Local time at which the first turn began, \"2026-06-01 09:00\""},
    {"OnCallDef", "turn", "How long a turn is"},
    {"RetrospectiveDef", "", "When a retrospective opens by itself."},
    {"RetrospectiveDef", "on_rollback", "After a rollback"},
    {"RetrospectiveDef", "on_page", "When somebody was woken"},
    {"RetrospectiveDef", "on_customer_report", "When a customer noticed first"},
    {"RetrospectiveDef", "breach_longer_than", "When a limit was broken for longer"},
    {"RetrospectiveDef", "actions_due", "Within which time its actions are due"},
    {"PublicPageDef", "", "How the public changelog looks."},
    {"PublicPageDef", "logo", "Address of an image that was added here (`evenkeel image add`)"},
    {"PublicPageDef", "logo_text", "What it says, for who does not see it"},
    {"PublicPageDef", "home", "Where the logo leads"},
    {"PublicPageDef", "accent", "Colour of links and buttons, \"#rrggbb\""},
    {"PublicPageDef", "accent_dark", "The same on dark grounds"},
    {"WordsDef", "",
     "The organisation's own words. Texts are Markdown and may hold ${organisation}, ${area}, ${version} and ${components}."},
    {"WordsDef", "taken_back", "What is said to who was told of a release that was taken back"},
    {"WordsDef", "insiders_rollback", "What insiders read of a rollback"},
    {"WordsDef", "insiders_withdrawal", "What insiders read of a release that was withdrawn"},
    {"WordsDef", "jargon", "Words that readers outside do not know"},
    {"WordsDef", "locales", "Languages of notes for customers; the first is what they are written in"},
    {"WordsDef", "drafting", "Connection of a language model that may propose texts"},
    {"WordsDef", "status", "Own words for updates"},
    {"JargonDef", "", "A word that readers outside do not know."},
    {"JargonDef", "word", "The word"},
    {"JargonDef", "instead", "What to write instead"},
    {"StatusWordsDef", "", "Own words for one update. They may also hold ${product} and ${incident}."},
    {"StatusWordsDef", "moment", "The turn they are said at"},
    {"StatusWordsDef", "audience", "Whom they are for"},
    {"StatusWordsDef", "subject", "Subject line"},
    {"StatusWordsDef", "body", "Text"},
    {"RecordDef", "", "What leaves the record, and what does not stay. Ledger, decisions, reports and published words stay for ever."},
    {"RecordDef", "checkpoint_channels", "Channels that get signed checkpoints of the ledger; witnesses get them, too"},
    {"RecordDef", "checkpoint_every", "How often"},
    {"RecordDef", "keep_jobs", "How long ended jobs are kept"},
    {"RecordDef", "keep_step_outputs", "How long what steps printed is kept; how they ended stays"},
    {"RecordDef", "keep_samples", "How long samples of ended watches are kept; verdicts stay"},
    {"EscalationDef", "", "How people are told of what waits for them."},
    {"EscalationDef", "mail", "Whether they get a mail"},
    {"EscalationDef", "remind_after", "When they are reminded"},
    {"EscalationDef", "escalate_after", "When the owner of what waits is told, too"},
    {"EscalationDef", "quiet_from", "From this local time on only what is due is told, \"20:00\""},
    {"EscalationDef", "quiet_until", "Until this local time, \"07:00\""},
    {"ConnectionDef", "", "A system that is there already. What stands beside its name and kind is its vendor's: docs/guide/integrations."},
    {"ConnectionDef", "name", "What it is called"},
    {"ConnectionDef", "kind", "Which system it is"},
};

std::string_view help_of(std::string_view type, std::string_view name) {
  for (const auto& key : keys)
    if (key.type == type && key.name == name) return key.help;
  return {};
}

/// What keys are when they are left out, of the types that have such.
std::map<std::string, json::Value, std::less<>> left_out() {
  return {{"AreaDef", json::to_value(AreaDef{})},
          {"AlertsDef", json::to_value(AlertsDef{})},
          {"AudienceDef", json::to_value(AudienceDef{})},
          {"ChannelDef", json::to_value(ChannelDef{})},
          {"ClassificationDef", json::to_value(ClassificationDef{})},
          {"CriteriaSet", json::to_value(health::CriteriaSet{})},
          {"Criterion", json::to_value(health::Criterion{})},
          {"DependencyDef", json::to_value(DependencyDef{})},
          {"EnvironmentDef", json::to_value(EnvironmentDef{})},
          {"EscalationDef", json::to_value(EscalationDef{})},
          {"FreezeDef", json::to_value(FreezeDef{})},
          {"GateDef", json::to_value(GateDef{})},
          {"GoNoGoDef", json::to_value(GoNoGoDef{})},
          {"GrantDef", json::to_value(GrantDef{})},
          {"MinimumData", json::to_value(health::MinimumData{})},
          {"OnCallDef", json::to_value(OnCallDef{})},
          {"Organisation", json::to_value(Organisation{})},
          {"PastWindows", json::to_value(health::PastWindows{})},
          {"ProcessDef", json::to_value(ProcessDef{})},
          {"RecordDef", json::to_value(RecordDef{})},
          {"RetrospectiveDef", json::to_value(RetrospectiveDef{})},
          {"ServiceDef", json::to_value(ServiceDef{})},
          {"StandardTemplateDef", json::to_value(StandardTemplateDef{})},
          {"StepSpec", json::to_value(steps::StepSpec{})},
          {"ValidationDef", json::to_value(ValidationDef{})},
          {"WordsDef", json::to_value(WordsDef{})}};
}
bool says_something(const json::Value& v) {
  return !v.is_null() && !(v.is_string() && (v.get_string().empty() || v.get_string() == "0s")) &&
         !(v.is_array() && v.get_array().empty()) && !v.is_object();
}

bool is_needed(const json::Object& schema, std::string_view name) {
  const auto* required = schema.if_contains("required");
  return required && std::ranges::any_of(required->get_array(), [&](const json::Value& v) { return v.get_string() == name; });
}

void describe_type(const std::string& type, json::Object& schema, const json::Value* left_out) {
  if (const auto help = help_of(type, ""); !help.empty()) schema["description"] = help;
  auto* properties = schema.if_contains("properties");
  if (!properties) return;
  for (auto& [name, value] : properties->get_object()) {
    auto& property = value.get_object();
    if (const auto help = help_of(type, name); !help.empty()) property["description"] = help;
    const auto* fallback = left_out ? left_out->get_object().if_contains(name) : nullptr;
    if (fallback && says_something(*fallback) && !is_needed(schema, name)) property["default"] = *fallback;
  }
}

/// A connection is one of its vendors' kinds: `name` and `kind` are ours to describe, the rest the vendor has.
void describe_connections(json::Object& def) {
  for (auto& one : def["oneOf"].get_array()) {
    const std::string kind{one.at("title").get_string()};
    describe_type("ConnectionDef", one.get_object(), nullptr);
    const auto& known = *capabilities::find_kind(kind);
    for (auto& [name, property] : one.at("properties").get_object())
      if (const auto* fallback = known.defaults.if_contains(name); fallback && says_something(*fallback))
        property.get_object()["default"] = *fallback;
    one.get_object()["description"] = help_of("ConnectionDef", "");
  }
}

// ---- for people ---------------------------------------------------------------------------------------------------------------

/// The type behind a property: its own, or of its items; "" when it is no type of ours.
std::string type_of(const json::Object& property) {
  const auto* at = &property;
  if (const auto* items = at->if_contains("items")) at = &items->get_object();
  const auto* ref = at->if_contains("$ref");
  if (!ref) return {};
  const std::string text{ref->get_string()};
  return text.substr(text.rfind('/') + 1);
}
std::string kind_of(const json::Object& property) {
  if (const auto* either = property.if_contains("anyOf")) return kind_of(either->get_array().front().get_object());
  if (const auto* items = property.if_contains("items"))
    return "list of " + (type_of(property).empty() ? kind_of(items->get_object()) : "these");
  if (const auto* choices = property.if_contains("enum")) {
    std::string out;
    for (const auto& c : choices->get_array()) out += (out.empty() ? "" : " | ") + std::string(c.get_string());
    return out;
  }
  if (!type_of(property).empty()) return "keys below it";
  if (property.contains("pattern")) return "duration";
  if (property.contains("additionalProperties")) return "names with texts";
  const auto* type = property.if_contains("type");
  const std::string name = type ? std::string(type->get_string()) : "any";
  return name == "string" ? "text" : name == "boolean" ? "true | false" : name == "integer" || name == "number" ? "number" : "anything";
}
std::string anchor_of(std::string heading) {
  for (auto& c : heading) c = char(std::tolower(static_cast<unsigned char>(c)));
  return heading;
}
std::string text_of(const json::Object& object, const char* member) {
  const auto* found = object.if_contains(member);
  return !found ? "" : found->is_string() ? std::string(found->get_string()) : json::dump(*found);
}

std::string when_left_out(const json::Object& schema, std::string_view name) {
  return is_needed(schema, name) ? "needed" : text_of(schema.at("properties").get_object().at(name).get_object(), "default");
}

struct Place {
  std::string type;  // "" for a plain key
  json::Object schema;
};
/// Error: not_found, with the nearest key of where it goes astray.
Result<Place> find_place(const json::Object& whole, const std::string& path) {
  Place at{"Organisation", whole};
  for (std::size_t from = 0; from < path.size();) {
    const auto end = std::min(path.find('.', from), path.size());
    const auto name = path.substr(from, end - from);
    const auto* properties = at.schema.if_contains("properties");
    const auto* found = properties ? properties->get_object().if_contains(name) : nullptr;
    if (!found) {
      std::vector<std::string> known;
      if (properties)
        for (const auto& [key, unused] : properties->get_object()) known.emplace_back(key);
      const auto nearest = json::nearest(name, known);
      return not_found(fmt::format("evenkeel.yaml has no key '{}'{}", path.substr(0, end),
                                   nearest.empty() ? "" : fmt::format("; '{}{}'?", path.substr(0, from), nearest)));
    }
    const auto type = type_of(found->get_object());
    auto described = text_of(found->get_object(), "description");
    at = {type, type.empty() ? found->get_object() : whole.at("$defs").get_object().at(type).get_object()};
    if (!type.empty()) at.schema["here"] = std::move(described);
    from = end + 1;
  }
  return at;
}

}  // namespace

void describe_keys(json::Object& schema) {
  const auto values = left_out();
  const auto value_of = [&](std::string_view type) {
    const auto found = values.find(type);
    return found == values.end() ? nullptr : &found->second;
  };
  describe_type("Organisation", schema, value_of("Organisation"));
  schema["properties"].get_object()["include"].get_object()["description"] = help_of("Organisation", "include");
  for (auto& [name, def] : schema["$defs"].get_object()) describe_type(std::string(name), def.get_object(), value_of(name));
  describe_connections(schema["$defs"].get_object()["ConnectionDef"].get_object());
}

std::vector<std::string> sentences_without_key(const json::Object& schema) {
  std::vector<std::string> out;
  for (const auto& key : keys) {
    const auto* type = key.type == "Organisation" ? &schema : nullptr;
    if (const auto* def = schema.at("$defs").get_object().if_contains(key.type)) type = &def->get_object();
    const auto* properties = type ? type->if_contains("properties") : nullptr;
    const bool there = type && (key.name.empty() || !properties || properties->get_object().contains(key.name));
    if (!there) out.push_back(fmt::format("{}.{}", key.type, key.name));
  }
  return out;
}

Result<std::string> key_help(const std::string& path, std::size_t width) {
  const auto schema = json_schema().get_object();
  const auto place = TRY(find_place(schema, path));
  std::string out = path.empty() ? "evenkeel.yaml\n" : path + "\n";
  for (const auto* member : {"here", "description"})
    if (const auto text = text_of(place.schema, member); !text.empty()) out += "  " + catalogue::wrapped(text, width, 2) + "\n";
  const auto* properties = place.schema.if_contains("properties");
  if (!properties) return out + "  " + kind_of(place.schema) + "\n";
  std::vector<std::vector<std::string>> rows{{"KEY", "WHAT IT IS", "LEFT OUT", "WHAT IT SAYS"}};
  for (const auto& [name, value] : properties->get_object()) {
    const auto& property = value.get_object();
    rows.push_back({std::string(name), kind_of(property), when_left_out(place.schema, name), text_of(property, "description")});
  }
  return out + "\n" + catalogue::table(rows) + fmt::format("\nnext: evenkeel help yaml {}KEY\n", path.empty() ? "" : path + ".");
}

std::string key_reference() {
  const auto schema = json_schema().get_object();
  std::string out =
      "# evenkeel.yaml\n\nEvery key, made from the schema (`evenkeel config schema`); on the terminal: `evenkeel help yaml "
      "services.deploy`.\n";
  const auto add = [&](const std::string& title, const json::Object& type) {
    const auto* properties = type.if_contains("properties");
    if (!properties) return;
    out += fmt::format("\n## {}\n\n{}\n\n| key | what it is | left out | what it says |\n|---|---|---|---|\n", title,
                       text_of(type, "description"));
    for (const auto& [name, value] : properties->get_object()) {
      const auto& property = value.get_object();
      auto kind = kind_of(property);
      for (std::size_t at = 0; (at = kind.find('|', at)) != std::string::npos; at += 2) kind.insert(at, "\\");
      if (const auto of = type_of(property); !of.empty()) kind = fmt::format("[{}](#{})", of, anchor_of(of));
      out += fmt::format("| `{}` | {} | {} | {} |\n", std::string_view(name), kind, when_left_out(type, name),
                         text_of(property, "description"));
    }
  };
  add("The file", schema);
  for (const auto& [name, def] : schema.at("$defs").get_object()) add(std::string(name), def.get_object());
  return out;
}

}  // namespace evenkeel::definitions
