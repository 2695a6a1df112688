#include "incident/incident.hpp"

#include "accounts/accounts.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"
#include "deploy/cause.hpp"
#include "incident/events.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::incident {
namespace {

constexpr auto recent = std::chrono::hours{24};
/// Clocks differ: a time this far ahead of ours is still "now".
constexpr auto skew = std::chrono::minutes{2};

std::shared_ptr<const definitions::Organisation> organisation(store::Tx& tx) {
  auto o = definitions::current(tx);
  return o ? *o : std::make_shared<const definitions::Organisation>();
}

Result<Incident> find(store::Tx& tx, const std::string& id) {
  auto found = store::one<Incident>(tx, "incident", "WHERE id = $1", {id});
  if (!found) return not_found("there is no incident " + id);
  return std::move(*found);
}

std::string area_of(const definitions::Organisation& o, const std::string& service) {
  const auto* s = definitions::find_service(o, service);
  return s ? s->area : "*";
}

/// The service and what it depends on, however far.
std::vector<std::string> with_providers(const definitions::Organisation& o, const std::string& service) {
  std::vector<std::string> all{service};
  for (std::size_t i = 0; i < all.size(); ++i)
    if (const auto* s = definitions::find_service(o, all[i]))
      for (const auto& d : s->depends_on)
        if (std::find(all.begin(), all.end(), d.service) == all.end()) all.push_back(d.service);
  return all;
}

/// Production deployments of these services that were running, or had ended within a day, at `t`; newest first.
std::vector<deploy::Deployment> deployments_around(store::Tx& tx, const definitions::Organisation& o,
                                                   const std::vector<std::string>& services, SysTime t) {
  const auto* production = definitions::production(o);
  std::vector<deploy::Deployment> out;
  for (const auto& s : services)
    for (auto& d : store::all<deploy::Deployment>(
             tx, "deployment",
             "WHERE service = $1 AND environment = $2 AND started_at <= $3 AND (finished_at IS NULL OR finished_at >= $4)",
             {s, production ? production->name : "production", to_millis(t), to_millis(t - recent)}))
      out.push_back(std::move(d));
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.started_at > b.started_at; });
  return out;
}

/// By the rule of deploy/cause.hpp, of the service itself; where none fits, of what it depends on.
std::optional<deploy::Deployment> inferred_cause(store::Tx& tx, const definitions::Organisation& o, const std::string& service, SysTime t) {
  const auto* production = definitions::production(o);
  std::optional<deploy::Deployment> newest;
  for (const auto& s : with_providers(o, service)) {
    if (newest && newest->service == service) break;
    const auto d = store::one<deploy::Deployment>(
        tx, "deployment",
        "WHERE service = $1 AND environment = $2 AND started_at <= $3 AND started_at >= $4 ORDER BY started_at DESC, id LIMIT 1",
        {s, production ? production->name : "production", to_millis(t), to_millis(t - deploy::cause_reach)});
    if (d && (!newest || d->started_at > newest->started_at)) newest = d;
  }
  return newest;
}

/// The deployment's own record of who noticed first is the earliest word there is.
void tell_deployment(Work& work, const Incident& i) {
  if (i.deployment_id.empty() || i.cause == Cause::rejected) return;
  deploy::note_detected(work.tx, i.deployment_id, i.detected_at, i.source);
}

void tie(Work& work, Incident& i, const deploy::Deployment& d, Cause cause) {
  i.deployment_id = d.id, i.release_id = d.release_id, i.cause = cause;
  tell_deployment(work, i);
}

void say(Work& work, const Incident& i, Moment what, SysTime at, Source source) {
  const TimeWord word{work.new_id("inw"), i.id, what, at, source, work.actor.id, work.now};
  store::insert(work.tx, "incident_time", word);
  const About about{.subject = i.id, .release = i.release_id, .seals = {{"incident_time", word.id}}};
  if (what == Moment::started)
    record(work,
           IncidentOpened{.service = i.service, .what = what, .at = at, .source = source, .deployment = i.deployment_id, .cause = i.cause},
           about);
  else
    record(work,
           IncidentNoted{.service = i.service, .what = what, .at = at, .source = source, .deployment = i.deployment_id, .cause = i.cause},
           about);
}

/// One of these roles in the area of its service, or who is on call for it now.
Result<void> may_handle(const Work& work, const Incident& i, const std::vector<Role>& roles, const std::string& act) {
  const auto area = area_of(*organisation(work.tx), i.service);
  if (planning::is_on_call_for(work.tx, work.actor, {area}, work.now)) return {};
  return work.require(roles, area, act);
}

std::vector<std::string> deciders(store::Tx& tx, const definitions::Organisation& o, const std::string& area, SysTime now) {
  std::vector<std::string> names;
  if (const auto on_call = planning::on_call_at(tx, o, area, now)) {
    const auto p = accounts::find_person(tx, on_call->person);
    names.push_back((p ? p->name : on_call->person) + " (on call)");
  }
  if (const auto* a = definitions::find_area(o, area); a && !a->coordinator.empty()) {
    const auto p = accounts::find_person(tx, a->coordinator);
    names.push_back((p ? p->name : a->coordinator) + " (coordinator)");
  }
  return names;
}

}  // namespace

Result<Incident> open_incident(Work& work, const Open& command) {
  if (command.title.empty()) return invalid("say in a few words what is wrong", "title");
  if (work.actor.kind == ActorKind::person && (work.actor.read_only || work.actor.grants.empty()))
    return forbidden("reporting an incident needs an account with a role, and a token with full scope");
  if (!command.external_id.empty())
    if (auto known = store::one<Incident>(work.tx, "incident", "WHERE external_id = $1", {command.external_id})) return std::move(*known);
  const auto o = organisation(work.tx);
  const auto* service = definitions::find_service(*o, command.service);
  if (!command.service.empty() && !service)
    return invalid(fmt::format("there is no service '{}'; leave it out when it is not known", command.service), "service");
  Incident i{.id = work.new_id("inc"), .service = service ? service->name : "", .title = clean_text(command.title, 500)};
  i.source = command.source;
  i.detected_at = command.detected_at.value_or(work.now);
  i.started_at = command.started_at.value_or(i.detected_at);
  i.external_id = command.external_id, i.opened_by = work.actor.id;
  if (i.started_at > work.now + skew || i.detected_at > work.now + skew)
    return invalid("an incident cannot begin in the future", "started_at");
  if (i.detected_at < i.started_at) return invalid("it cannot be noticed before it started", "detected_at");
  if (!command.deployment.empty()) {
    const auto d = store::one<deploy::Deployment>(work.tx, "deployment", "WHERE id = $1", {command.deployment});
    if (!d) return not_found("there is no deployment " + command.deployment);
    if (i.service.empty()) i.service = d->service;
    tie(work, i, *d, Cause::named);
  } else if (service) {
    if (const auto cause = inferred_cause(work.tx, *o, service->name, i.started_at)) tie(work, i, *cause, Cause::inferred);
  }
  store::insert(work.tx, "incident", i);
  say(work, i, Moment::started, i.started_at, i.source);
  say(work, i, Moment::detected, i.detected_at, i.source);
  return i;
}

Result<Incident> note_time(Work& work, const Note& command) {
  work.tx.lock("incident", command.incident);
  auto i = TRY(find(work.tx, command.incident));
  TRY(may_handle(work, i, {Role::on_call, Role::coordinator, Role::engineering_lead, Role::support, Role::health_monitor, Role::admin},
                 "noting an incident's times"));
  const auto at = command.at.value_or(work.now);
  if (at > work.now + skew) return invalid("the time is in the future", "at");
  if (command.what != Moment::started && at < i.started_at)
    return invalid(fmt::format("it started {}; nothing can have been {} before", to_iso(i.started_at), json::enum_text(command.what)),
                   "at");
  auto& slot = command.what == Moment::acknowledged ? i.acknowledged_at
               : command.what == Moment::mitigated  ? i.mitigated_at
                                                    : i.resolved_at;
  if (command.what == Moment::started)
    i.started_at = at;
  else if (command.what == Moment::detected)
    i.detected_at = at, i.source = command.source;
  else if (slot == at)
    return i;  // said twice
  else
    slot = at;
  store::update(work.tx, "incident", i);
  tell_deployment(work, i);
  const TimeWord word{work.new_id("inw"), i.id, command.what, at, command.source, work.actor.id, work.now};
  store::insert(work.tx, "incident_time", word);
  record(work, IncidentNoted{.what = command.what, .at = at, .source = command.source},
         {.subject = i.id, .release = i.release_id, .seals = {{"incident_time", word.id}}});
  return i;
}

Result<Incident> set_cause(Work& work, const SetCause& command) {
  work.tx.lock("incident", command.incident);
  auto i = TRY(find(work.tx, command.incident));
  TRY(may_handle(work, i, {Role::on_call, Role::coordinator, Role::engineering_lead, Role::admin}, "saying what caused an incident"));
  const auto before = i.deployment_id;
  switch (command.cause) {
    case Cause::named: {
      const auto d = store::one<deploy::Deployment>(work.tx, "deployment", "WHERE id = $1", {command.deployment});
      if (!d) return not_found("there is no deployment " + command.deployment);
      tie(work, i, *d, Cause::named);
      break;
    }
    case Cause::confirmed:
      if (i.deployment_id.empty()) return conflict("it is tied to no deployment; name one with `--deployment ID`");
      i.cause = Cause::confirmed;
      tell_deployment(work, i);
      break;
    case Cause::rejected:
      if (command.reason.empty()) return invalid("a rejected cause needs a reason", "reason");
      i.cause = Cause::rejected, i.deployment_id = {};
      break;
    case Cause::none:
    case Cause::inferred:
      return invalid("the cause is named, confirmed or rejected", "cause");
  }
  store::update(work.tx, "incident", i);
  if (!command.reason.empty()) work.write_text("reason", command.reason);
  record(work, CauseSet{.cause = i.cause, .deployment = i.deployment_id, .before = before}, {.subject = i.id, .release = i.release_id});
  return i;
}

// ---- for responders --------------------------------------------------------------------------------------------------

Result<View> view_of(store::Tx& tx, const std::string& id, SysTime now) {
  View v{TRY(find(tx, id)), "", {}, {}};
  const auto& i = v.incident;
  const auto o = organisation(tx);
  std::set<std::string> releases_seen;
  for (const auto& d :
       deployments_around(tx, *o, i.service.empty() ? std::vector<std::string>{} : with_providers(*o, i.service), i.started_at)) {
    const auto release = d.release_id.empty() ? Result<planning::Release>(not_found("")) : planning::find_release(tx, d.release_id);
    const auto people = deciders(tx, *o, area_of(*o, d.service), now);
    RecentChange c{RecentKind::deployment,
                   d.id,
                   d.release_id,
                   d.version,
                   d.service,
                   fmt::format("{} to {}", d.from_version.empty() ? "?" : d.from_version, d.version),
                   std::string(json::enum_text(d.result)),
                   d.started_at,
                   "",
                   people};
    if (d.result == deploy::DeploymentResult::rolled_back)
      c.undo = "already rolled back";
    else if (release)
      c.undo = fmt::format("evenkeel rollback start {}/{} --reason \"{}\"", release->area, release->version, i.id);
    else
      c.undo = "it was deployed past Evenkeel; undo it where it was deployed";
    v.changes.push_back(std::move(c));
    if (!release || !releases_seen.insert(d.release_id).second) continue;
    tx.exec(
        "SELECT s.id, s.name, s.spec, s.state, s.started_at, r.kind FROM step s JOIN run r ON r.id = s.run_id WHERE r.release_id = $1 AND "
        "s.phase = 'flag' AND s.started_at IS NOT NULL AND s.started_at <= $2 AND r.kind <> 'rehearsal' ORDER BY s.started_at DESC",
        {d.release_id, to_millis(i.started_at)}, [&](const store::Row& row) {
          const bool back = row.text(5) == "rollback";
          v.changes.push_back(
              {RecentKind::flag, row.text(0), d.release_id, d.version, d.service, row.text(1), row.text(3), from_millis(row.integer(4)),
               back ? "already returned"
                    : fmt::format("evenkeel rollback start {}/{} (returns its flags first)", release->area, release->version),
               people});
        });
  }
  v.times = store::all<TimeWord>(tx, "incident_time", "WHERE incident_id = $1 ORDER BY recorded_at, id", {id});
  const auto lasted = (i.mitigated_at ? *i.mitigated_at : i.resolved_at ? *i.resolved_at : now) - i.started_at;
  v.sentence =
      fmt::format("{} since {}, noticed first by {} after {}; {}.{}", i.resolved_at ? "Was" : "Is", to_iso(i.started_at),
                  json::enum_text(i.source), to_words(i.detected_at - i.started_at),
                  i.mitigated_at || i.resolved_at ? "over after " + to_words(lasted) : "open for " + to_words(lasted),
                  i.deployment_id.empty()      ? " No deployment is known behind it."
                  : i.cause == Cause::inferred ? " The newest change around it is shown first; nobody has confirmed it as the cause."
                                               : fmt::format(" Cause: deployment {} ({}).", i.deployment_id, json::enum_text(i.cause)));
  return v;
}

std::vector<Incident> incidents_of(store::Tx& tx, const std::string& service, bool open_only) {
  store::Args args;
  std::string where = open_only ? "WHERE resolved_at IS NULL" : "WHERE 1 = 1";
  if (!service.empty()) args.emplace_back(service), where += " AND service = $1";
  return store::all<Incident>(tx, "incident", where + " ORDER BY started_at DESC, id LIMIT 200", args);
}

// ---- Alertmanager ----------------------------------------------------------------------------------------------------

namespace {

std::string text_at(const json::Value& in, std::string_view outer, std::string_view name) {
  const auto* o = in.is_object() ? in.get_object().if_contains(outer) : nullptr;
  const auto* v = o && o->is_object() ? o->get_object().if_contains(name) : nullptr;
  return v && v->is_string() ? std::string(v->get_string()) : "";
}
/// Words of other tools are read without regard to letters.
bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}
std::string text_at(const json::Value& in, std::string_view name) {
  const auto* v = in.is_object() ? in.get_object().if_contains(name) : nullptr;
  return v && v->is_string() ? std::string(v->get_string()) : "";
}

}  // namespace

Result<Incident> take_alert(Work& work, const std::string& service, const health::HeardAlert& alert) {
  const auto starts = std::min(alert.starts_at, work.now);
  auto incident = TRY(open_incident(work, {.title = !alert.summary.empty() ? alert.summary
                                                    : !alert.name.empty()  ? alert.name
                                                                           : "alert without a name",
                                           .service = service,
                                           .source = Source::monitor,
                                           .started_at = starts,
                                           .detected_at = starts,
                                           .external_id = "alertmanager:" + alert.fingerprint + ":" + to_iso(alert.starts_at)}));
  if (alert.ends_at && !incident.resolved_at) {
    incident.resolved_at = *alert.ends_at <= work.now ? std::max(*alert.ends_at, incident.started_at) : work.now;
    store::update(work.tx, "incident", incident);
    say(work, incident, Moment::resolved, *incident.resolved_at, Source::monitor);
  }
  return incident;
}

namespace {

/// One alert of a group. Error: invalid.
Result<Incident> take_told(Work& work, const definitions::Organisation& o, const json::Value& a) {
  const auto starts = TRY(parse_time(text_at(a, "startsAt")));
  std::map<std::string, std::string> labels;
  if (const auto* all = a.get_object().if_contains("labels"); all && all->is_object())
    for (const auto& [name, value] : all->get_object())
      if (value.is_string()) labels.emplace(std::string(name), std::string(value.get_string()));
  const auto* named = definitions::find_service_by_labels(o, labels);
  std::string service = named ? named->name : "";
  for (const auto* label : {"service", "app", "job"})
    if (const auto* s = definitions::find_service(o, text_at(a, "labels", label)); s && service.empty()) service = s->name;
  health::HeardAlert heard{.fingerprint = text_at(a, "fingerprint"),
                           .name = text_at(a, "labels", "alertname"),
                           .summary = text_at(a, "annotations", "summary"),
                           .starts_at = starts};
  if (same_word(text_at(a, "status"), "resolved")) heard.ends_at = parse_time(text_at(a, "endsAt")).value_or(work.now);
  auto incident = TRY(take_alert(work, service, heard));
  if (named) health::note_alert(work, named->name, heard, named->alerts.recommends_rollback, incident.release_id);
  return incident;
}

}  // namespace

/// One alert that cannot be read does not lose its group: the others are taken, and the log names it.
Result<std::vector<Incident>> take_alertmanager(Work& work, const json::Value& body) {
  const auto* alerts = body.is_object() ? body.get_object().if_contains("alerts") : nullptr;
  if (!alerts || !alerts->is_array()) return invalid("alerts: required, a list (an Alertmanager webhook of version 4)", "alerts");
  const auto o = organisation(work.tx);
  std::vector<Incident> out;
  Error unread{ErrorKind::invalid, "", "alerts", {}, {}};
  for (std::size_t n = 0; n < alerts->get_array().size(); ++n) {
    const auto& a = alerts->get_array()[n];
    if (!text_at(a, "labels", "evenkeel").empty()) continue;
    auto taken = take_told(work, *o, a);
    if (taken)
      out.push_back(std::move(*taken));
    else
      unread.complaints.push_back({fmt::format("alerts[{}].startsAt", n), taken.error().message});
  }
  if (unread.complaints.empty()) return out;
  unread.message = unread.complaints.front().field + ": " + unread.complaints.front().message;
  if (out.empty()) return std::unexpected(std::move(unread));
  log(LogLevel::warn, "an alert of a group could not be read; the others were taken",
      {{"unread", std::to_string(unread.complaints.size())}, {"error", unread.message}});
  return out;
}

Result<Incident> take_devlake(Work& work, const json::Value& body, const std::string& closes) {
  const auto key = closes.empty() ? text_at(body, "issueKey") : closes;
  if (key.empty()) return invalid("issueKey: required", "issueKey");
  const auto external = "devlake:" + key;
  if (closes.empty()) {
    if (const auto type = text_at(body, "type"); !type.empty() && !same_word(type, "INCIDENT"))
      return invalid(fmt::format("type: '{}' is no INCIDENT; only incidents are taken", type), "type");
    const auto title = text_at(body, "title");
    if (title.empty()) return invalid("title: required", "title");
    const auto created = parse_time(text_at(body, "createdDate"));
    if (!created) return invalid("createdDate: " + created.error().message, "createdDate");
    const auto o = organisation(work.tx);
    const auto* service = definitions::find_service(*o, text_at(body, "component"));
    auto incident = TRY(open_incident(work, {.title = title,
                                             .service = service ? service->name : "",
                                             .source = Source::staff,
                                             .started_at = *created,
                                             .detected_at = *created,
                                             .external_id = external}));
    if (!same_word(text_at(body, "status"), "DONE")) return incident;
  } else
    TRY(work.require({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::on_call, Role::support, Role::admin}, "*",
                     "closing an incident"));
  auto incident = store::one<Incident>(work.tx, "incident", "WHERE external_id = $1", {external});
  if (!incident) return not_found(fmt::format("no incident was told under the key {}", key));
  if (incident->resolved_at) return *incident;
  const auto said = text_at(body, "resolutionDate");
  const auto resolved = said.empty() ? Result<SysTime>(work.now) : parse_time(said);
  if (!resolved) return invalid("resolutionDate: " + resolved.error().message, "resolutionDate");
  if (*resolved > work.now || *resolved < incident->started_at)
    return invalid("resolutionDate: lies before the incident began, or in the future", "resolutionDate");
  incident->resolved_at = *resolved;
  store::update(work.tx, "incident", *incident);
  say(work, *incident, Moment::resolved, *resolved, Source::staff);
  return *incident;
}

}  // namespace evenkeel::incident
