// Communications with their receipts, status updates, subscribers, digests and the archive.
#include "planning/acts.hpp"
#include "catalogue/print.hpp"
#include "comms/archive.hpp"
#include "comms/digest.hpp"
#include "comms/status.hpp"
#include "comms/subscription.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::comms {
namespace {

using catalogue::Act;
using catalogue::act;
using catalogue::Nothing;
using catalogue::option;
using catalogue::positional;
using catalogue::short_time;
using catalogue::Shown;
using planning::of_release;
using planning::OfRelease;
using planning::the_release;

struct OfIncident {
  std::string incident;
};
BOOST_DESCRIBE_STRUCT(OfIncident, (), (incident))
struct Bounces {
  std::vector<Bounce> bounces;
  std::string report = "";  // a delivery status notification, as it came
};
BOOST_DESCRIBE_STRUCT(Bounces, (), (bounces, report))
struct Counted {
  std::int64_t recorded = 0;
};
BOOST_DESCRIBE_STRUCT(Counted, (), (recorded))
struct OfPeriod {
  static constexpr std::string_view required[] = {"period"};
  std::string period, audience = "", area = "";
};
BOOST_DESCRIBE_STRUCT(OfPeriod, (), (period, audience, area))
struct Search {
  static constexpr std::string_view required[] = {"q"};
  std::string q, area = "";
};
BOOST_DESCRIBE_STRUCT(Search, (), (q, area))
struct PlannedCommunication {
  Communication communication;
  std::string waits_for;
  std::vector<Publication> receipts;
  std::optional<SysTime> deadline = {};  // by when it must be done
  std::string owner = {};                // who sees to it
  bool overdue = false;
};
BOOST_DESCRIBE_STRUCT(PlannedCommunication, (), (communication, waits_for, receipts, deadline, owner, overdue))

/// Each row with what it waits for, in words, and its receipts.
std::vector<PlannedCommunication> plan_of(store::Tx& tx, const planning::Release& release, SysTime now) {
  const auto o = planning::organisation_of(tx, release);
  const auto rows = communications_of(tx, release.id);
  const auto receipts = publications_of(tx, release.id);
  std::vector<PlannedCommunication> out;
  for (const auto& row : rows) {
    PlannedCommunication p{row, "", {}};
    p.deadline = deadline_of(*o, release, row);
    p.owner = owner_of(tx, *o, release, row);
    p.overdue =
        p.deadline && now > *p.deadline && row.state != CommunicationState::delivered && row.state != CommunicationState::not_needed;
    if (row.state == CommunicationState::planned || row.state == CommunicationState::sending) {
      if (const auto wait = not_yet(*o, rows, row, now))
        p.waits_for = wait->because;
      else if (const auto message = message_of(tx, release, row); !message)
        p.waits_for = message.error().message;
      else if (release.stage < planning::Stage::communication)
        p.waits_for = "the release to be communicated";
    }
    for (const auto& r : receipts)
      if (r.communication_id == row.id) p.receipts.push_back(r);
    out.push_back(std::move(p));
  }
  return out;
}

Result<std::vector<PlannedCommunication>> listed(Work& work, const OfRelease& in) {
  return plan_of(work.tx, TRY(planning::find_release(work.tx, in.release)), work.now);
}

Result<std::vector<PlannedCommunication>> planned(Work& work, const OfRelease& in) {
  const auto release = TRY(planning::find_release(work.tx, in.release));
  TRY(work.require({Role::author, Role::coordinator}, release.area, "planning communications"));
  TRY(plan_communications(work, release.id));
  return plan_of(work.tx, release, work.now);
}

Result<Counted> take_bounces(Work& work, const Bounces& in) {
  auto all = in.bounces;
  if (!in.report.empty())
    for (auto& b : TRY(read_bounces(in.report))) all.push_back(std::move(b));
  for (const auto& b : all) TRY(record_bounce(work, b));
  return Counted{std::int64_t(all.size())};
}

Result<Digest> digest(Work& work, const OfPeriod& in) {
  const auto period = TRY(read_period(in.period));
  auto audience = in.audience;
  if (const auto o = definitions::current(work.tx); o && audience.empty())
    for (const auto& a : (*o)->audiences)
      if (a.kind == definitions::AudienceKind::customers && audience.empty()) audience = a.name;
  std::vector<std::string> areas;
  if (!in.area.empty()) areas.push_back(in.area);
  return compose_digest(work.tx, period, audience, areas, work.now);
}

Result<std::vector<ArchiveHit>> search(Work& work, const Search& in) {
  auto hits = search_archive(work.tx, {.text = in.q, .area = in.area});
  std::erase_if(hits, [&](const auto& h) { return !catalogue::reads_area(work.actor, h.area); });
  return hits;
}

std::string show_comms(const std::vector<PlannedCommunication>& all) {
  if (all.empty()) return "Nothing is planned yet; a go plans who is told what.\n";
  std::vector<std::vector<std::string>> rows{{"ID", "KIND", "AUDIENCE", "CHANNEL", "STATE", "DUE", "OWNER", "WAITS FOR"}};
  for (const auto& [c, waits_for, receipts, deadline, owner, overdue] : all)
    rows.push_back({c.id, std::string(json::enum_text(c.kind)), c.audience, c.channel, std::string(json::enum_text(c.state)),
                    short_time(deadline) + (overdue ? " overdue" : ""), owner, waits_for});
  return catalogue::table(rows);
}
std::string show_launch(const Launch& l) {
  std::string out;
  for (const auto& [what, at] : {std::pair{"deployed", l.deployed_at}, {"switched on", l.switched_on_at}, {"announced", l.announced_at}})
    out += fmt::format("{:<12} {}\n", what, short_time(at));
  for (const auto& f : l.flags)
    out +=
        fmt::format("flag {} on {} reads {}{}\n", f.flag, f.platform, json::enum_text(f.state), f.problem.empty() ? "" : ": " + f.problem);
  for (const auto& t : l.later)
    out += fmt::format("left out: {} ({})\n", t.text,
                       !t.told_in.empty() ? "told with " + t.told_in
                       : !t.on_since      ? "waits for " + t.flag
                                          : "on since " + short_time(t.on_since) + "; the next note tells it");
  return out;
}
std::string show_status(const std::vector<StatusUpdate>& all) {
  if (all.empty()) return "Nothing was told and nothing is planned; audiences with `status:` are told while a release is deployed.\n";
  std::vector<std::vector<std::string>> rows{{"ID", "TURN", "AUDIENCE", "CHANNEL", "STATE", "HAPPENED"}};
  for (const auto& s : all)
    rows.push_back({s.id, std::string(json::enum_text(s.moment)), s.audience, s.channel,
                    std::string(json::enum_text(s.state)) + (s.because.empty() ? "" : ": " + s.because), short_time(s.happened_at)});
  return catalogue::table(rows);
}
std::string show_subscribers(const std::vector<SubscriberCount>& all) {
  std::vector<std::vector<std::string>> rows{{"AUDIENCE", "RHYTHM", "CONFIRMED", "ASKED", "ENDED", "BOUNCED"}};
  for (const auto& c : all)
    rows.push_back({c.audience, std::string(json::enum_text(c.rhythm)), std::to_string(c.confirmed), std::to_string(c.asked),
                    std::to_string(c.ended), std::to_string(c.bounced)});
  return catalogue::table(rows);
}
Shown show_hits(const std::vector<ArchiveHit>& all) {
  if (all.empty()) return {"nothing found", 1};
  std::string out;
  for (const auto& h : all) out += fmt::format("{} {} ({}, {})\n  {}\n", h.area, h.title, h.kind, short_time(h.at), h.excerpt);
  return {out};
}

}  // namespace

std::vector<Act> acts() {
  const std::string release = "/api/v1/releases/{release}", tag = "communication";
  const std::vector<Role> tellers{Role::author, Role::coordinator};
  return {
      act("comms.list", "Who is told what over which channel, and what each waits for", listed)
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/communications", tag)
          .words("comms list", "Who is told what, over which channel, and what each waits for")
          .takes({the_release()})
          .prints(show_comms),
      act("comms.plan", "Plan the communications (made by itself at go)", planned)
          .drafts()
          .for_roles(tellers)
          .http("POST", release + "/communications", tag),
      act("comms.dates", "When it was deployed, switched on and announced",
          [](Work& work, const OfRelease& in) -> Result<Launch> {
            return launch_of(work.tx, TRY(planning::find_release(work.tx, in.release)));
          })
          .reads()
          .for_any_role()
          .http("GET", release + "/launch", tag)
          .words("comms dates", "When a release was deployed, switched on and announced")
          .takes({the_release()})
          .prints(show_launch),
      act("comms.withdraw", "Take back what was published of a release", withdraw)
          .decides()
          .for_roles(tellers)
          .possible_when(of_release(may_withdraw))
          .says("What was published of release {release} is taken back: insiders are told first, then everybody who had it.",
                "evenkeel comms list {release}")
          .http("POST", release + "/withdrawal", tag)
          .words("comms withdraw", "Take back what was published of a release: insiders first, then everybody who had it")
          .takes({positional(&Withdraw::release, planning::release_help), option(&Withdraw::because, "Why").required()}),
      act("comms.status", "What was told while the release was deployed, and what is planned",
          [](Work& work, const OfRelease& in) -> Result<std::vector<StatusUpdate>> {
            return status_of_release(work.tx, TRY(planning::find_release(work.tx, in.release)).id);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/status-updates", tag)
          .words("comms status", "What was told while a release was deployed, and what is planned")
          .takes({the_release()})
          .prints(show_status),
      act("incident.status", "What was told of an incident",
          [](Work& work, const OfIncident& in) -> Result<std::vector<StatusUpdate>> {
            return status_of_incident(work.tx, IncidentId{in.incident});
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", "/api/v1/incidents/{incident}/status-updates", tag)
          .words("incident status")
          .takes({positional(&OfIncident::incident, "Id of the incident")})
          .prints(show_status),
      act("comms.skip_status", "A status update that is not needed any more", skip_status)
          .decides()
          .for_roles({Role::author, Role::coordinator, Role::on_call})
          .says("The status update is not sent: {because}", "evenkeel release list")
          .http("POST", "/api/v1/status-updates/{communication}/skip", tag)
          .words("comms skip-status", "A status update is not needed any more")
          .takes({positional(&Skip::communication, "Id of the status update"), option(&Skip::because, "Why").required()}),
      act("comms.skip", "\"Nothing for you, because ...\"", skip)
          .decides()
          .for_roles(tellers)
          .says("Nothing for {audience}: {nothing_because}", "evenkeel comms list {release_id}")
          .http("POST", "/api/v1/communications/{communication}/skip", tag)
          .words("comms skip", "Nothing for them, because ...")
          .takes({positional(&Skip::communication, "Id of the row"), option(&Skip::because, "Why").required()}),
      act("subscriptions.show", "How many have subscribed, by audience and rhythm",
          [](Work& work, const Nothing&) -> Result<std::vector<SubscriberCount>> { return subscriber_counts(work.tx); })
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area("subscribers are of audiences, not of areas")
          .http("GET", "/api/v1/subscriptions", tag)
          .words("subscriptions show")
          .prints(show_subscribers),
      act("subscriptions.bounce", "Addresses that bounced, or a delivery status notification as it came", take_bounces)
          .drafts()
          .for_roles({Role::author, Role::admin})
          .says("", "evenkeel subscriptions show")
          .http("POST", "/api/v1/subscriptions/bounces", tag)
          .taking_bodies_of(std::size_t{1} << 20)
          .words("subscriptions bounce", "Take in a delivery status notification: those addresses get no mail any more")
          .takes({option(&Bounces::report, "The mail as it came; - is standard input").named("file").required().from_file()})
          .prints([](const Counted& c) { return fmt::format("{} recorded", c.recorded); }),
      act("digest.preview", "A digest as it would be sent: 2026-03 or 2026-Q1", digest)
          .reads()
          .for_any_role()
          .http("GET", "/api/v1/digests/{period}", tag)
          .words("digest preview", "A digest as it would be sent")
          .takes({positional(&OfPeriod::period, "2026-03 or 2026-Q1"), option(&OfPeriod::audience, "Default: the first one of customers"),
                  option(&OfPeriod::area, "One product area")})
          .prints([](const Digest& d) {
            return d.entries == 0 ? "nothing was announced in this period" : "# " + markdown::of_plain(d.title) + "\n\n" + d.body;
          }),
      act("archive.search", "Releases, entries and notes that say these words", search)
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area("what is found is of the reader's areas")
          .http("GET", "/api/v1/archive", "changelog")
          .words("archive search")
          .takes({positional(&Search::q, "All of them must be there; the last may be a beginning").named("words"),
                  option(&Search::area, "One product area")})
          .prints(show_hits),
  };
}

}  // namespace evenkeel::comms
