// The release page and the list of releases.
#include "planning/acts.hpp"
#include "catalogue/print.hpp"
#include "views/cost.hpp"
#include "views/entries.hpp"
#include "views/registers.hpp"
#include "views/release_page.hpp"
#include "views/today.hpp"
#include "views/watches.hpp"

namespace evenkeel::views {
namespace {

using catalogue::act;
using catalogue::Nothing;
using catalogue::option;
using catalogue::positional;
using catalogue::short_time;
using planning::OfRelease;

std::string show_list(const std::vector<ReleaseRow>& all) {
  if (all.empty()) return "No releases yet. Plan one: evenkeel release plan VERSION --area AREA --component SERVICE=VERSION";
  std::vector<std::vector<std::string>> rows{{"VERSION", "AREA", "STAGE", "STATE", "WINDOW", "VERDICT"}};
  for (const auto& r : all)
    rows.push_back({r.version, r.area, std::string(json::enum_text(r.stage)), std::string(json::enum_text(r.state)),
                    short_time(r.window_start), r.sentence});
  return catalogue::table(rows);
}

const char* glyph(const gonogo::GateState& gate) {
  if (gate.verdict == planning::GateVerdict::pass) return "\u2713";
  if (gate.mode == definitions::GateMode::observe) return "\u00b7";
  return gate.verdict == planning::GateVerdict::unknown ? "?" : "\u00d7";
}

std::string show_page(const ReleaseView& v) {
  auto out = fmt::format("{}  ({})\n{}\n", v.release.title, v.release.area, v.sentence);
  for (const auto& s : v.spine) {
    out += fmt::format("{} {} {:<10} {:<8} {}\n", s.current ? "\u25b6" : " ", s.code, s.name, json::enum_text(s.state), s.line);
    if (s.current)
      for (const auto& g : s.gates) out += fmt::format("      {} {:<20} {}\n", glyph(g), g.name, g.value);
  }
  std::vector<std::vector<std::string>> rows{{"", "COMPONENT", "FROM", "TO", "ROLLBACK"}};
  for (const auto& c : v.components) rows.push_back({"", c.service, c.from_version, c.version, c.rollback_rehearsed});
  out += "\n" + catalogue::table(rows);
  if (!v.scope.empty()) {
    rows = {{"", "CHANGE", "TIER", "TITLE"}};
    for (const auto& c : v.scope)
      rows.push_back({"", c.external_id.substr(0, 10), std::string(json::enum_text(c.tier)),
                      c.title.substr(0, 80) + (c.behind.empty() ? "" : "  (dark behind " + c.behind + ")")});
    out += "\n" + catalogue::table(rows);
  }
  for (const auto& w : v.watches)
    if (w.state == health::WatchState::watching) out += fmt::format("\nWatch of {}: {}\n", w.service, w.sentence);
  if (!v.on_call.empty()) out += "\nOn call during the window\n";
  for (const auto& w : v.on_call)
    out += fmt::format("  {}  {} to {}  {}{}{}\n", w.area, short_time(w.from), short_time(w.until), w.person.empty() ? "nobody" : w.person,
                       w.instead_of.empty() ? "" : " for " + w.instead_of, w.deputy.empty() ? "" : ", deputy " + w.deputy);
  for (const auto& c : v.conflicts) out += "Conflict: " + c.message + "\n";
  if (!v.reasons.empty()) out += "\nReasons that were given\n";
  for (const auto& r : v.reasons) out += fmt::format("  {}  {} {}\n      {}\n", short_time(r.at), r.actor, r.deed, r.reason);
  if (v.recommendation) {
    const auto release = v.release.area + "/" + v.release.version;
    out += fmt::format("\nRecommended: {}\n  evenkeel recommendation accept {}\n  evenkeel recommendation decline {} --reason \"...\"",
                       v.recommendation->sentence, release, release);
  }
  return out;
}

std::string cost_line(const CostRow& r) {
  return fmt::format("{}: {} act{} by {} {}, {}", r.version, r.acts, r.acts == 1 ? "" : "s", r.people, r.people == 1 ? "person" : "people",
                     r.to_go ? to_words(*r.to_go) + " to the go" : "no go yet");
}
std::string show_cost(const Cost& c) {
  auto out = cost_line(c) + "\n";
  for (const auto& g : c.gates) {
    std::string people;
    for (const auto& p : g.people)
      people += fmt::format("{}{}{}", people.empty() ? "" : ", ", p.person, g.people.size() > 1 ? " " + to_words(p.waited) : "");
    out += fmt::format("  {:<20} {}{} for {}\n", g.gate, to_words(g.waited), g.open ? " so far" : "", people.empty() ? "nobody" : people);
  }
  if (c.usual_acts)
    out += fmt::format("Usual in this area: {} act{}{}\n", *c.usual_acts, *c.usual_acts == 1 ? "" : "s",
                       c.usual_to_go ? ", " + to_words(*c.usual_to_go) + " to the go" : "");
  for (const auto& r : c.before) out += "  " + cost_line(r) + "\n";
  return out;
}
std::string show_quiet(const QuietGates& q) {
  auto out = fmt::format("{} decision{} since {}", q.decisions, q.decisions == 1 ? "" : "s", short_time(q.since));
  if (q.gates.empty()) return out + "; each gate refused something at least once, or none was asked.";
  out += "; these gates refused nothing. Are they worth their price?";
  for (const auto& g : q.gates) out += fmt::format("\n  {:<20} held {} time{}", g.gate, g.decisions, g.decisions == 1 ? "" : "s");
  return out;
}

std::string show_register(const std::vector<RegisterRow>& all) {
  std::string out;
  for (const auto& r : all)
    out += fmt::format("{}{} {} {} {}: {} by {}, {} ago; {}{}{}", out.empty() ? "" : "\n", r.open ? "\u25cb" : "\u2713", short_time(r.at),
                       r.area, r.version, r.what, r.by, r.age, r.state, r.owner.empty() ? "" : "; owner " + r.owner,
                       r.reason.empty() ? "" : "\n    " + r.reason);
  return out.empty() ? "Nothing is in this register." : out;
}

std::string show_awaited(const AwaitedRow& row, bool with_people) {
  auto out = fmt::format("  {} {}  {}", row.overdue ? "!" : "\u25cb", thing_of(row.area, row.version), row.what);
  if (row.due) out += fmt::format("  ({} {})", row.overdue ? "since" : "by", short_time(row.due));
  if (with_people)
    out += fmt::format("\n      waits for {}",
                       row.people.empty() ? "nobody: it needs " + row.needs : fmt::format("{}", fmt::join(row.people, ", ")));
  if (!with_people && !row.command.empty()) out += "\n      " + row.command;
  if (!row.note.empty()) out += "\n      " + row.note;
  if (!with_people) out += "\n      key " + row.key;
  return out + "\n";
}

std::string show_today(const Today& t) {
  std::string out;
  for (const auto& r : t.running) out += fmt::format("{} {}: {}\n", r.area, r.version, r.sentence);
  if (!t.running.empty()) out += "\n";
  out += t.yours.empty() ? "Nothing waits for you.\n" : fmt::format("Waits for you ({})\n", t.yours.size());
  for (const auto& row : t.yours) out += show_awaited(row, false);
  if (!t.others.empty()) out += fmt::format("\nWaits for others ({})\n", t.others.size());
  for (const auto& row : t.others) out += show_awaited(row, true);
  if (!t.away.empty()) out += "\nAway\n";
  for (const auto& a : t.away)
    out += fmt::format("  {} until {}{}\n", a.person, short_time(a.until), a.deputy.empty() ? "" : "; " + a.deputy + " stands in");
  if (t.releases_left_out > 0) out += fmt::format("\n{} more open releases, with later windows, are not looked at\n", t.releases_left_out);
  return out;
}

}  // namespace

std::vector<catalogue::Act> acts(const planning::Gates& gates, const AwaitedSources& awaited) {
  const std::string releases = "/api/v1/releases", tag = "releases";
  return {
      act("release.list", "Releases, those that need someone first",
          [&gates](Work& work, const ListReleases& in) -> Result<std::vector<ReleaseRow>> {
            auto rows = release_rows(work.tx, gates, in, work.now);
            std::erase_if(rows, [&](const ReleaseRow& r) { return !catalogue::reads_area(work.actor, r.area); });
            return rows;
          })
          .reads()
          .for_any_role()
          .http("GET", releases, tag)
          .words("release list", "Releases, those that need someone first; open ones before closed ones, the soonest window first")
          .takes({option(&ListReleases::area, "Of one area"), option(&ListReleases::stage, "In one stage"),
                  option(&ListReleases::open, "Only those that are not closed"), option(&ListReleases::limit, "How many; default 100"),
                  option(&ListReleases::skip, "The next page: as many as were seen")})
          .prints(show_list),
      act("release.show", "One release: spine, gates, scope, votes, run, activity",
          [&gates](Work& work, const OfRelease& in) -> Result<ReleaseView> {
            return release_view(work.tx, TRY(planning::find_release(work.tx, in.release)), gates, work.now);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", releases + "/{release}", tag)
          .words("release show", "One release: spine, gates, components")
          .takes({planning::the_release()})
          .prints(show_page)
          // The page joins what votes, runs and freezes say: its version is all of it, not the release's revision alone.
          .versioned_by([](const ReleaseView& v) {  // its newest entry; and the page, which is another one each minute ("2h ago")
            return fmt::format("{}.{}", v.activity.empty() ? 0 : v.activity.front().entry, to_hex(sha256(json::write(v))).substr(0, 20));
          }),
      act("release.cost", "What a release costs its people: acts, people, and how long each gate waited for whom",
          [&gates](Work& work, const OfRelease& in) -> Result<Cost> {
            return cost_of(work.tx, TRY(planning::find_release(work.tx, in.release)), gates, work.now);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", releases + "/{release}/cost", tag)
          .words("release cost", "Acts, people, and how long each gate waited for whom, beside the releases before")
          .takes({planning::the_release()})
          .prints(show_cost),
      act("gate.quiet", "Gates that refused nothing in 90 days",
          [](Work& work, const Nothing&) -> Result<QuietGates> { return quiet_gates(work.tx, work.now); })
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area("gates are the organisation's")
          .http("GET", "/api/v1/gates/quiet", tag)
          .words("gate quiet", "Gates that refused nothing in 90 days, and may be worth their price no more")
          .prints(show_quiet),
      act("register.show", "What was waived, excepted, refused, overridden or done late, with reasons, newest first", read_register)
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area("each area's own is shown to who reads that area")
          .http("GET", "/api/v1/registers/{which}", tag)
          .words("register show", "What was waived, excepted, refused, overridden or done late, with reasons, newest first")
          .takes({positional(&ReadRegister::which, "waivers, exceptions, emergencies, no_gos, overrides or late"),
                  option(&ReadRegister::area, "Of one area"), option(&ReadRegister::open, "Only what is open still"),
                  option(&ReadRegister::limit, "How many; default 50"), option(&ReadRegister::before, "Earlier than this: the next page")})
          .prints(show_register),
      act("awaited.list", "What runs, what waits for you, what waits for others",
          [&gates, &awaited](Work& work, const Nothing&) -> Result<Today> { return today(work, awaited, gates); })
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area("each area's own is shown to who reads that area")
          .http("GET", "/api/v1/today", tag)
          .words("today", "What waits for you, soonest first; then what waits for others")
          .prints(show_today),
      act("release.watches", "What the watches of a release have seen: verdicts, and both sides of each criterion over time",
          [](Work& work, const OfRelease& in) -> Result<std::vector<WatchView>> {
            return watches_of(work.tx, TRY(planning::find_release(work.tx, in.release)).id);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", releases + "/{release}/watches", tag),
      act("ledger.entries", "The ledger as people read it, newest first", read_entries)
          .reads()
          .for_roles({Role::auditor, Role::coordinator, Role::risk_manager, Role::admin})
          .http("GET", "/api/v1/ledger/entries", "ledger"),
  };
}

}  // namespace evenkeel::views
