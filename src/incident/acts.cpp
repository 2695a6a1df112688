// Incidents: opened by people, what responders need, who noticed first.
#include "catalogue/act.hpp"
#include "catalogue/print.hpp"
#include "definitions/reads.hpp"
#include "incident/incident.hpp"

namespace evenkeel::incident {
namespace {

using catalogue::act;
using catalogue::option;
using catalogue::positional;
using catalogue::short_time;

struct Ask {
  std::optional<std::string> service;
  std::optional<bool> open;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (service, open))
struct OfIncident {
  std::string incident;
};
BOOST_DESCRIBE_STRUCT(OfIncident, (), (incident))
struct Period {
  std::optional<SysTime> from, to;  // left out: the last year
};
BOOST_DESCRIBE_STRUCT(Period, (), (from, to))

constexpr const char* incident_help = "Id of the incident";

/// Shows an incident after what a use case did with it.
template <class In, Result<Incident> (*use_case)(Work&, const In&)>
Result<View> view_after(Work& work, const In& in) {
  return view_of(work.tx, TRY(use_case(work, in)).id, work.now);
}

Result<std::vector<Incident>> listed(Work& work, const Ask& in) {
  auto all = incidents_of(work.tx, in.service.value_or(""), in.open.value_or(false));
  std::erase_if(all, [&](const Incident& i) { return !definitions::reads_service(work, i.service); });
  return all;
}

Result<Detection> detected(Work& work, const Period& in) {
  const auto to = in.to.value_or(work.now);
  return detection(work.tx, in.from.value_or(to - std::chrono::days{365}), to);
}

std::string show(const View& v) {
  auto out = fmt::format("{}  {}{}\n{}\n", v.incident.id, v.incident.title,
                         v.incident.service.empty() ? "" : " (" + v.incident.service + ")", v.sentence);
  for (const auto& c : v.changes)
    out += fmt::format("  {}  {} {} {}: {}, {}\n      undo: {}\n      decides: {}\n", short_time(c.at), json::enum_text(c.kind), c.service,
                       c.version, c.what, c.state, c.undo,
                       c.decides.empty() ? "nobody is named" : fmt::format("{}", fmt::join(c.decides, ", ")));
  if (v.changes.empty()) out += "  Nothing changed on its service within a day before.\n";
  return out;
}

std::string show_all(const std::vector<Incident>& all) {
  std::vector<std::vector<std::string>> rows{{"ID", "STARTED", "SERVICE", "NOTICED BY", "RESOLVED", "CAUSE", "TITLE"}};
  for (const auto& i : all)
    rows.push_back({i.id, short_time(i.started_at), i.service, std::string(json::enum_text(i.source)), short_time(i.resolved_at),
                    std::string(json::enum_text(i.cause)), i.title});
  return catalogue::table(rows);
}

std::string show_detection(const Detection& d) {
  auto out = fmt::format("{} failed deployments; a customer noticed {} first{}{}\nTrend: {}\n", d.failed, d.customer_first,
                         d.too_few || !d.customer_rate ? " (too few for a rate)"
                                                       : fmt::format(" ({:.0f} %, {:.0f} to {:.0f} %)", 100 * *d.customer_rate,
                                                                     100 * d.low.value_or(0), 100 * d.high.value_or(1)),
                         d.median_minutes ? fmt::format("; half were noticed within {:.0f} minutes", *d.median_minutes) : "", d.trend);
  for (const auto& [who, n] : d.first_by) out += fmt::format("  {:<10} {}\n", who, n);
  return out;
}

}  // namespace

std::vector<catalogue::Act> acts() {
  const std::string incidents = "/api/v1/incidents", incident = incidents + "/{incident}", tag = "incidents";
  const auto title = [] { return positional(&Open::title, "What is wrong, in a few words"); };
  const auto service = [] { return option(&Open::service, "The service it shows on, where known"); };
  const auto started = [] { return option(&Open::started_at, "When it began (a time)").named("started"); };
  return {
      act("incident.open", "Report an incident; it is tied to what changed around it", view_after<Open, open_incident>)
          .decides()
          .for_any_role("whoever notices that something is broken says so")
          .says("", "evenkeel incident list")
          .http("POST", incidents, tag)
          .words("report-issue", "A customer's report: it counts as detection, and responders see what changed")
          .takes({title(), service(), started(), option(&Open::source, "customer, staff, on_call or monitor").by_default("customer"),
                  option(&Open::external_id, "Id of the report where it was made").named("ticket")})
          .words("incident open", "Open an incident")
          .takes({title(), service(), started(), option(&Open::detected_at, "When it was noticed (a time)").named("detected"),
                  option(&Open::source, "Who noticed: customer, staff, on_call, monitor or watch").by_default("on_call"),
                  option(&Open::deployment, "Id of the deployment that caused it, where known")})
          .prints(show),
      act("incident.list", "Incidents, newest first", listed)
          .reads()
          .for_any_role()
          .http("GET", incidents, tag)
          .words("incident list")
          .prints(show_all),
      act("incident.show", "What changed, how each change is undone, who decides",
          [](Work& work, const OfIncident& in) { return view_of(work.tx, in.incident, work.now); })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", incident, tag)
          .words("incident show", "What changed, how to undo it, who decides")
          .takes({positional(&OfIncident::incident, incident_help)})
          .prints(show),
      act("incident.note", "It was acknowledged, mitigated, resolved; or a time is corrected", view_after<Note, note_time>)
          .decides()
          .for_roles({Role::on_call, Role::coordinator, Role::engineering_lead, Role::support, Role::health_monitor, Role::admin})
          .or_on_call()
          .says("", "evenkeel incident list")
          .http("POST", incident + "/times", tag)
          .words("incident note", "It was acknowledged, mitigated or resolved; or a time is corrected")
          .takes({positional(&Note::incident, incident_help),
                  positional(&Note::what, "acknowledged, mitigated, resolved, detected or started"),
                  option(&Note::at, "When (default: now)"), option(&Note::source, "By whose word").by_default("on_call")})
          .prints(show),
      act("incident.cause", "Name, confirm or reject the deployment behind it", view_after<SetCause, set_cause>)
          .decides()
          .for_roles({Role::on_call, Role::coordinator, Role::engineering_lead, Role::admin})
          .or_on_call()
          .says("", "evenkeel incident list")
          .http("POST", incident + "/cause", tag)
          .words("incident cause")
          .takes({positional(&SetCause::incident, incident_help), positional(&SetCause::cause, "named, confirmed or rejected"),
                  option(&SetCause::deployment, "With named: its id"), option(&SetCause::reason, "With rejected: why")})
          .prints(show),
      act("incident.detection", "Who noticed failed deployments first, and after how long", detected)
          .reads()
          .for_any_role()
          .http("GET", "/api/v1/detection", tag)
          .words("detection")
          .prints(show_detection),
  };
}

}  // namespace evenkeel::incident
