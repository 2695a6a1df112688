// The organisation's definitions: everything that evenkeel.yaml can say, as plain described structs.
//
// The file is checked by config.cpp (positions, unknown keys, references), applied as one numbered version (apply.hpp) and never read
// behind a decision's back: a release keeps the version it began with.
#pragma once
#include <boost/describe.hpp>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "capabilities/connection.hpp"
#include "health/criteria.hpp"
#include "steps/step_spec.hpp"
#include "work/actor.hpp"

namespace evenkeel::definitions {

struct GrantDef {
  static constexpr std::string_view required[] = {"role"};
  Role role = Role::leadership;
  std::vector<std::string> areas = {"*"};
};
BOOST_DESCRIBE_STRUCT(GrantDef, (), (role, areas))
struct PersonDef {
  static constexpr std::string_view required[] = {"login", "name", "email"};
  std::string login, name, email;
  std::vector<std::string> aliases;
  std::vector<GrantDef> roles;
};
BOOST_DESCRIBE_STRUCT(PersonDef, (), (login, name, email, aliases, roles))

struct AreaDef {
  static constexpr std::string_view required[] = {"name"};
  std::string name;
  std::string title;
  std::string coordinator;
  std::vector<std::string> aliases;
  Millis lead_time = std::chrono::hours{0};
  Millis longest_window = {};  // of this area alone; 0: as `process` has it
  std::string chat;            // a channel of kind chat, where everybody reads what waits for whom
};
BOOST_DESCRIBE_STRUCT(AreaDef, (), (name, title, coordinator, aliases, lead_time, longest_window, chat))

/// Where components go. Waves are taken in the order of `targets`.
struct TargetDef {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(TargetDef, (), (name))
struct EnvironmentDef {
  std::string name;
  bool production = false;
  std::vector<TargetDef> targets;
};
BOOST_DESCRIBE_STRUCT(EnvironmentDef, (), (name, production, targets))

enum class Criticality { low, normal, high, critical };
BOOST_DESCRIBE_ENUM(Criticality, low, normal, high, critical)

/// `service` is needed to answer; `share` of this service's requests that cross to it (1 when unknown: an upper bound).
struct DependencyDef {
  std::string service;
  double share = 1;
};
BOOST_DESCRIBE_STRUCT(DependencyDef, (), (service, share))

/// One thing to tick before go (release) or before the component's first step. It ticks itself when `command` exits with 0 or `url` answers
/// 2xx (jobs/check_items.hpp).
struct ChecklistItemDef {
  static constexpr std::string_view required[] = {"name"};
  std::string name;
  std::string owner;
  std::vector<std::string> command;
  std::string url;
};
BOOST_DESCRIBE_STRUCT(ChecklistItemDef, (), (name, owner, command, url))

/// Alerts of Alertmanager that speak of a service: those that carry all these labels. One that begins after a deployment keeps it from
/// being called healthy while it fires, and is an incident that the deployment is tied to.
struct AlertsDef {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string
      connection;  // an alert source (alertmanager), asked at every interval; empty: the only one, or none (its webhook alone tells)
  std::map<std::string, std::string> labels;  // empty: no alert counts
  bool recommends_rollback = false;           // such an alert recommends a rollback, as a broken limit does
};
BOOST_DESCRIBE_STRUCT(AlertsDef, (), (connection, labels, recommends_rollback))

struct ServiceDef {
  static constexpr std::string_view required[] = {"name", "area", "owner"};
  std::string name;
  std::string area;
  std::string owner;  // login
  std::string deputy;
  std::string team;
  std::string repository = ".";  // path or URL of the git repository
  std::string path = "**";       // the part of it that is this service
  Criticality criticality = Criticality::normal;
  std::int64_t users_per_hour = 0;  // 0: unknown
  std::vector<std::string> capabilities;
  std::vector<DependencyDef> depends_on;
  std::vector<std::string> aliases;
  std::vector<steps::StepSpec> deploy;
  std::vector<steps::StepSpec> rollback;
  std::vector<steps::StepSpec> verify_version;  // proves which version answers: after deployment ${version}, after rollback ${from_version}
  health::CriteriaSet health;
  std::optional<bool> automatic_rollback = {};  // pre-authorised: see validation.automatic_rollback, which holds when this is absent
  AlertsDef alerts;
  std::vector<ChecklistItemDef> checklist;
};
BOOST_DESCRIBE_STRUCT(ServiceDef, (),
                      (name, area, owner, deputy, team, repository, path, criticality, users_per_hour, capabilities, depends_on, aliases,
                       deploy, rollback, verify_version, health, automatic_rollback, alerts, checklist))

enum class WindowMode { deny, allow };
BOOST_DESCRIBE_ENUM(WindowMode, deny, allow)

/// A freeze (deny) or an allowed window, scoped, and deny wins. It comes once (`from` to `until`, or `from` with `duration` or `ends`), or
/// again and again (`rrule`, with `from` as its start and `duration` or `ends` as the length of each). How these are read:
/// definitions/window_times.hpp.
struct FreezeDef {
  static constexpr std::string_view required[] = {"name", "owner", "reason"};
  std::string name;
  WindowMode mode = WindowMode::deny;
  std::string owner;
  std::string reason;
  std::string zone = "UTC";
  std::string from;                                          // local "2026-12-20 00:00" in zone
  std::string until;                                         // the same; of a window that comes once
  std::string rrule;                                         // RFC 5545, with from as DTSTART
  std::string duration;                                      // "8h", "1d", "2w": days and weeks are those of the calendar, hours exact
  std::string ends;                                          // "08:00", "Monday 08:00": the first such local time after the start
  std::vector<std::string> exdate;                           // "2026-12-24": occurrences that fall out, by their local day or time
  std::vector<std::string> areas, services, environments;    // empty: all
  std::vector<Role> exception_roles = {Role::risk_manager};  // who may approve an exception
};
BOOST_DESCRIBE_STRUCT(FreezeDef, (),
                      (name, mode, owner, reason, zone, from, until, rrule, duration, ends, exdate, areas, services, environments,
                       exception_roles))

enum class Tier { standard, normal, emergency };
BOOST_DESCRIBE_ENUM(Tier, standard, normal, emergency)

/// A pre-approved kind of change: all its paths match and it is no larger. What it matches is `standard`.
struct StandardTemplateDef {
  static constexpr std::string_view required[] = {"name", "paths"};
  std::string name;
  std::vector<std::string> paths;
  std::int64_t most_lines = 100;
  std::vector<std::string> labels;
};
BOOST_DESCRIBE_STRUCT(StandardTemplateDef, (), (name, paths, most_lines, labels))
/// Paths or labels that mark a change: a migration, something security must see, an emergency.
struct MarkDef {
  static constexpr std::string_view required[] = {"name"};
  std::string name;
  std::vector<std::string> paths, labels;
};
BOOST_DESCRIBE_STRUCT(MarkDef, (), (name, paths, labels))
struct ClassificationDef {
  std::vector<StandardTemplateDef> standard;
  std::vector<MarkDef> emergency, security, migration;
  std::int64_t high_risk_lines = 400;  // a change above it raises the release's risk
};
BOOST_DESCRIBE_STRUCT(ClassificationDef, (), (standard, emergency, security, migration, high_risk_lines))

enum class GateMode { observe, warn, enforce };
BOOST_DESCRIBE_ENUM(GateMode, observe, warn, enforce)
enum class OnUnknown { block, pass };
BOOST_DESCRIBE_ENUM(OnUnknown, block, pass)
struct GateDef {
  static constexpr std::string_view required[] = {"name"};
  std::string name;
  GateMode mode = GateMode::enforce;
  OnUnknown on_unknown = OnUnknown::block;
  std::vector<std::string> areas;
};
BOOST_DESCRIBE_STRUCT(GateDef, (), (name, mode, on_unknown, areas))

/// What a report of tests may be of; `junit` is a report of any kind.
inline constexpr std::string_view test_kinds[] = {"junit",      "unit",        "integration", "contract", "end_to_end",
                                                  "acceptance", "performance", "security",    "check_run"};
struct GoNoGoDef {
  std::vector<Role> quorum = {Role::engineering_lead, Role::qa, Role::product};                                // in each component's area
  std::vector<Role> emergency_quorum = {Role::engineering_lead, Role::on_call, Role::risk_manager, Role::qa};  // two persons of these
  Millis rehearsal_max_age = std::chrono::hours{24 * 14};
  std::vector<std::string> testing_evidence = {"junit"};  // of test_kinds: of each the testing gate wants a report that passes
};
BOOST_DESCRIBE_STRUCT(GoNoGoDef, (), (quorum, emergency_quorum, rehearsal_max_age, testing_evidence))

struct ValidationDef {
  std::vector<Millis> checkpoints = {std::chrono::minutes{15}, std::chrono::minutes{30}, std::chrono::hours{1}, std::chrono::hours{24}};
  bool automatic_rollback = false;   // a canary's breach rolls back by itself; only on a calibrated verdict
  bool rollback_on_suspect = false;  // SUSPECT, which has no control behind it, recommends a rollback too
};
BOOST_DESCRIBE_STRUCT(ValidationDef, (), (checkpoints, automatic_rollback, rollback_on_suspect))

enum class AudienceKind { internal, customers };
BOOST_DESCRIBE_ENUM(AudienceKind, internal, customers)
/// Who is told, through which channels. `after`: audiences that must have it first; `lead`: how long before.
struct AudienceDef {
  static constexpr std::string_view required[] = {"name", "kind"};
  std::string name;
  AudienceKind kind = AudienceKind::customers;
  std::vector<std::string> channels;
  std::vector<std::string> after;
  Millis lead = {};
  Millis due = std::chrono::hours{24};  // within which they are told once the release communicates
  std::string owner;                    // login of who sees to it; empty: the release's owner
  std::vector<std::string> status;      // channels for word on deployments and incidents while they last; empty: none
  Millis status_every = {};             // how often during an incident, beside its turns; 0: only at its turns
};
BOOST_DESCRIBE_STRUCT(AudienceDef, (), (name, kind, channels, after, lead, due, owner, status, status_every))

enum class ChannelKind { smtp, public_page, file, git, webhook, chat, docs };
BOOST_DESCRIBE_ENUM(ChannelKind, smtp, public_page, file, git, webhook, chat, docs)
struct ChannelDef {
  static constexpr std::string_view required[] = {"name", "kind"};
  std::string name;
  ChannelKind kind = ChannelKind::file;
  std::vector<std::string> to;
  std::string url;
  std::string path;
  std::string secret;
  bool subscribers = false;           // smtp: also everybody who subscribed to this audience
  std::string format = "markdown";    // docs: markdown (with front matter) or html
  std::string connection;             // docs: of kind github, the file arrives as a pull request; chat: of kind chat, instead of url
  std::string file = "CHANGELOG.md";  // git: the changelog's place in the repository, or that of checkpoints
  std::string service;                // file, git: the changelog of this component alone, by its own versions; else of the whole release
  std::string locale;                 // smtp: the language of those in `to`, where the note has a text in it; subscribers choose theirs
};
BOOST_DESCRIBE_STRUCT(ChannelDef, (), (name, kind, to, url, path, secret, subscribers, format, connection, file, service, locale))

/// A system the organisation already has; what stands in it beside `name` and `kind` is its vendor's.
using capabilities::Ability;
using capabilities::ConnectionDef;

/// Who is on call for an area; the pager connection wakes them. The deputy is paged when nobody has acknowledged after `escalate_after`.
/// Either one `person`, or a `rota` of logins that take turns, handed over every `turn` from `starts` on (on_call.hpp).
struct OnCallDef {
  static constexpr std::string_view required[] = {"area"};
  std::string area;
  std::string person;
  std::string deputy;  // of a rota: empty is who comes next
  std::string pager;
  Millis escalate_after = std::chrono::minutes{15};
  std::vector<std::string> rota;
  std::string starts;  // local time in the organisation's zone at which the first turn began: "2026-06-01 09:00"
  Millis turn = std::chrono::days{7};
};
BOOST_DESCRIBE_STRUCT(OnCallDef, (), (area, person, deputy, pager, escalate_after, rota, starts, turn))

/// When a retrospective opens by itself (RC8).
struct RetrospectiveDef {
  bool on_rollback = true;
  bool on_page = true;
  bool on_customer_report = true;
  Millis breach_longer_than = std::chrono::minutes{15};
  Millis actions_due = std::chrono::hours{24 * 14};
};
BOOST_DESCRIBE_STRUCT(RetrospectiveDef, (), (on_rollback, on_page, on_customer_report, breach_longer_than, actions_due))

struct ProcessDef {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string owner;
  std::string version = "1";
  Millis longest_window = {};  // no deployment window is longer; 0: as long as one likes. An area may have a shorter one
};
BOOST_DESCRIBE_STRUCT(ProcessDef, (), (owner, version, longest_window))

/// A word that readers outside do not know, and what to write instead.
struct JargonDef {
  static constexpr std::string_view required[] = {"word"};
  std::string word;
  std::string instead;
};
BOOST_DESCRIBE_STRUCT(JargonDef, (), (word, instead))
/// A turn of a deployment or an incident that people are told of while it lasts (comms/status.hpp).
enum class StatusMoment {
  deployment_started,
  deployment_finished,
  deployment_stopped,
  declared_healthy,
  rollback_started,
  rolled_back,
  incident_opened,
  incident_ongoing,
  incident_mitigated,
  incident_resolved
};
BOOST_DESCRIBE_ENUM(StatusMoment, deployment_started, deployment_finished, deployment_stopped, declared_healthy, rollback_started,
                    rolled_back, incident_opened, incident_ongoing, incident_mitigated, incident_resolved)
/// Own words for one turn and one kind of audience; ${product} is what people outside call the thing, ${incident} its title.
struct StatusWordsDef {
  static constexpr std::string_view required[] = {"moment", "subject"};
  StatusMoment moment = StatusMoment::deployment_started;
  AudienceKind audience = AudienceKind::customers;
  std::string subject;
  std::string body;
};
BOOST_DESCRIBE_STRUCT(StatusWordsDef, (), (moment, audience, subject, body))
/// How this organisation speaks. Texts are Markdown and may hold ${organisation}, ${area}, ${version} and ${components}; an empty one is
/// said in the product's own words. `taken_back` is for who was told of a release that was rolled back or withdrawn, the others for
/// insiders.
struct WordsDef {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string taken_back;
  std::string insiders_rollback;
  std::string insiders_withdrawal;
  std::vector<JargonDef> jargon;
  std::vector<std::string> locales = {"en"};  // of notes for customers; the first one is what they are written in
  std::string drafting;                       // connection of kind openai or anthropic that may propose texts; empty: none
  std::vector<StatusWordsDef> status;         // instead of the product's own
};
BOOST_DESCRIBE_STRUCT(WordsDef, (), (taken_back, insiders_rollback, insiders_withdrawal, jargon, locales, drafting, status))
inline constexpr std::string_view word_variables[] = {"organisation", "area", "version", "components"};
inline constexpr std::string_view status_variables[] = {"organisation", "area", "version", "components", "product", "incident"};

/// How the public changelog looks. Colours are "#rrggbb".
struct PublicPageDef {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string logo;         // an image that was added here: /changelog/images/<id>.png (`evenkeel image add`)
  std::string logo_text;    // what it says, for who does not see it; empty: the public title
  std::string home;         // https://www.example.org: where the logo leads
  std::string accent;       // of links and buttons on light grounds
  std::string accent_dark;  // on dark grounds
};
BOOST_DESCRIBE_STRUCT(PublicPageDef, (), (logo, logo_text, home, accent, accent_dark))
/// Contrast of two colours "#rrggbb", 1 to 21 (WCAG 2.2, relative luminance). Nothing when one is no colour.
std::optional<double> contrast(std::string_view one, std::string_view other);

/// What leaves the record by itself, and what does not stay. Ledger, decisions, reports and published words stay for ever.
struct RecordDef {
  static constexpr std::array<std::string_view, 0> required = {};
  std::vector<std::string> checkpoint_channels;  // smtp, webhook, chat or git channels that get signed checkpoints; witnesses do, too
  Millis checkpoint_every = std::chrono::hours{24};
  Millis keep_jobs = std::chrono::days{90};           // after their end; those that gave up wait for a person
  Millis keep_step_outputs = std::chrono::days{400};  // what steps printed; how they ended stays
  Millis keep_samples = std::chrono::days{400};       // of ended watches; verdicts stay
};
BOOST_DESCRIBE_STRUCT(RecordDef, (), (checkpoint_channels, checkpoint_every, keep_jobs, keep_step_outputs, keep_samples))

/// Who is asked for something is told by mail, in the chat of its area (`areas: chat`), or both: at once, again after `remind_after`; its
/// owners after `escalate_after` or when it is due; product and leadership after twice that. In quiet hours, of the organisation's zone,
/// only what is due is told.
struct EscalationDef {
  static constexpr std::array<std::string_view, 0> required = {};
  bool mail = false;
  Millis remind_after = std::chrono::hours{4};
  Millis escalate_after = std::chrono::hours{24};
  std::string quiet_from, quiet_until;  // "20:00", "07:00"; empty: there are none
};
BOOST_DESCRIBE_STRUCT(EscalationDef, (), (mail, remind_after, escalate_after, quiet_from, quiet_until))

struct Organisation {
  static constexpr std::string_view required[] = {"name"};
  std::string name;
  std::string zone = "UTC";
  ProcessDef process;
  std::vector<PersonDef> people;
  std::vector<AreaDef> areas;
  std::vector<EnvironmentDef> environments;
  std::vector<ServiceDef> services;
  std::vector<FreezeDef> freezes;
  ClassificationDef classification;
  std::vector<GateDef> gates;
  GoNoGoDef go_no_go;
  std::vector<ChecklistItemDef> release_checklist;
  ValidationDef validation;
  std::vector<AudienceDef> audiences;
  std::vector<ChannelDef> channels;
  std::vector<ConnectionDef> connections;
  std::vector<OnCallDef> on_call;
  RetrospectiveDef retrospective;
  std::vector<std::string> delivery_report_channels;  // smtp, webhook or chat channels that get the monthly delivery report, unasked
  std::string public_title = "Changelog";
  std::string public_url;  // where readers reach the public changelog: https://changelog.example.org
  PublicPageDef public_page;
  Millis migration_notice = {};  // how long those affected by a breaking change get, from the release on
  WordsDef words;
  RecordDef record;
  EscalationDef escalation;
};
BOOST_DESCRIBE_STRUCT(Organisation, (),
                      (name, zone, process, people, areas, environments, services, freezes, classification, gates, go_no_go,
                       release_checklist, validation, audiences, channels, connections, on_call, retrospective, delivery_report_channels,
                       public_title, public_url, public_page, migration_notice, words, record, escalation))

/// Finds by name (or alias); nullptr when there is none.
const ServiceDef* find_service(const Organisation& o, std::string_view name);
const AreaDef* find_area(const Organisation& o, std::string_view name);
const PersonDef* find_person(const Organisation& o, std::string_view login);
const ConnectionDef* find_connection(const Organisation& o, std::string_view name);
/// The first that is able to do it.
const ConnectionDef* find_connection(const Organisation& o, Ability what);
/// The system that alerts, to be asked about this service; nullptr when none is connected.
const ConnectionDef* alert_source_of(const Organisation& o, const ServiceDef& service);
/// The service whose alert labels are all among these, the most of them first; nullptr when there is none.
const ServiceDef* find_service_by_labels(const Organisation& o, const std::map<std::string, std::string>& labels);
const ChannelDef* find_channel(const Organisation& o, std::string_view name);
const OnCallDef* find_on_call(const Organisation& o, std::string_view area);  // who that is at a time: planning/on_call.hpp
const EnvironmentDef* production(const Organisation& o);

}  // namespace evenkeel::definitions
