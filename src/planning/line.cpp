#include "planning/line.hpp"

#include "accounts/accounts.hpp"
#include "planning/events.hpp"
#include "planning/find.hpp"
#include "planning/on_call.hpp"
#include "steps/run.hpp"

namespace evenkeel::planning {
namespace {

const std::vector<Role> who{Role::on_call,      Role::engineering_lead, Role::health_monitor,
                            Role::risk_manager, Role::coordinator,      Role::admin};
constexpr auto soon = std::chrono::hours{24};

struct Stop {
  Id<Line> id;
  std::string area, person, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Stop, (), (id, area, person, reason_text, at))
struct Resumption {
  Id<Line> id;
  std::string person, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Resumption, (), (id, person, reason_text, at))
struct ExemptionRow {
  Id<ExemptionRow> id;
  Id<Line> stop_id;
  ReleaseId release_id;
  std::string person, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(ExemptionRow, (), (id, stop_id, release_id, person, reason_text, at))

std::vector<Stop> open_stops(store::Tx& tx) {
  return store::all<Stop>(tx, "line_stop", "WHERE id NOT IN (SELECT id FROM line_resumption) ORDER BY at, id", {});
}
void one_at_a_time(store::Tx& tx) {
  if (tx.dialect() == store::Dialect::postgres) tx.exec("LOCK TABLE line_stop IN SHARE ROW EXCLUSIVE MODE");
}
std::optional<Stop> open_stop(store::Tx& tx, const std::string& area) {
  for (auto& s : open_stops(tx))
    if (s.area == area) return std::move(s);
  return {};
}
std::string shown(const std::string& area) { return area == every_area ? "every area" : "area " + area; }

/// Whether the actor is on call for one of these areas; "*" is any.
bool is_on_call(Work& work, const definitions::Organisation& o, std::vector<std::string> areas) {
  if (std::ranges::find(areas, every_area) != areas.end())
    for (const auto& area : o.areas) areas.push_back(area.name);
  return is_on_call_for(work.tx, work.actor, areas, work.now);
}
Result<void> may_steer_line(Work& work, const std::vector<std::string>& areas, const std::string& act) {
  if (work.actor.kind != ActorKind::person) return forbidden(act + " is a person's word");
  const auto o = TRY(definitions::current(work.tx));
  if (is_on_call(work, *o, areas)) return {};
  const bool any = std::find(areas.begin(), areas.end(), every_area) != areas.end();
  if (any && std::any_of(who.begin(), who.end(), [&](Role r) { return work.actor.has_anywhere(r); })) return {};
  Result<void> allowed = work.require(who, areas.empty() ? every_area : areas.front(), act);
  for (const auto& area : areas)
    if (!allowed) allowed = work.require(who, area, act);
  return allowed;
}

/// The area that is named, or every one.
Result<std::string> named(Work& work, const std::string& area, bool all) {
  if (all != area.empty()) return invalid("say which area, or --all", "area");
  if (all) return std::string(every_area);
  const auto o = TRY(definitions::current(work.tx));
  if (const auto* found = definitions::find_area(*o, area)) return found->name;
  std::vector<std::string> names;
  for (const auto& a : o->areas) names.push_back(a.name);
  const auto near = json::nearest(area, names);
  return invalid(fmt::format("there is no area '{}'{}", area, near.empty() ? "" : "; did you mean '" + near + "'?"), "area");
}

bool concerns(store::Tx& tx, const std::string& area, const Release& release) {
  const auto areas = areas_of(tx, release);
  return area == every_area || std::find(areas.begin(), areas.end(), area) != areas.end();
}
std::int64_t let_through_by(store::Tx& tx, const std::string& stop, const std::string& release) {
  return tx.integer("SELECT count(*) FROM line_exemption WHERE stop_id = $1 AND release_id = $2", {stop, release});
}
bool holds(store::Tx& tx, const Stop& stop, const Release& release) {
  return concerns(tx, stop.area, release) && let_through_by(tx, stop.id, release.id) < 2;
}

std::vector<Release> going_out(store::Tx& tx) {
  return store::all<Release>(tx, "release",
                             "WHERE outcome = 'open' AND stage IN ('planning', 'assessment', 'changelog', 'go_no_go', "
                             "'deployment') AND window_end IS NOT NULL ORDER BY emergency DESC, window_start, version");
}
std::optional<steps::Run> under_way(store::Tx& tx, const Release& r) {
  auto run = steps::latest_run(tx, r.id, steps::RunKind::deployment);
  return run && steps::goes_on(*run) ? std::move(run) : std::nullopt;
}

/// What the stop holds, in the order in which it goes on afterwards.
std::vector<HeldRelease> held_by(store::Tx& tx, const std::string& area, SysTime now) {
  std::vector<HeldRelease> running, waiting;
  for (const auto& r : going_out(tx)) {
    if (!concerns(tx, area, r)) continue;
    const auto name = called(r);
    if (under_way(tx, r))
      running.push_back({r.id, r.version, r.area, "its deployment is held", fmt::format("evenkeel deploy resume {}", name)});
    else if (r.stage == Stage::deployment && *r.window_start < now + soon && *r.window_end > now)
      waiting.push_back({r.id, r.version, r.area,
                         *r.window_start <= now ? "its window is open" : "its window opens " + to_iso(*r.window_start),
                         fmt::format("evenkeel deploy start {}", name)});
  }
  running.insert(running.end(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
  return running;
}

Line shown_line(store::Tx& tx, const Stop& s, SysTime now) {
  Line line{s.id, s.area, accounts::name_of(tx, s.person), ledger::read_text(tx, s.reason_text), s.at, {}, held_by(tx, s.area, now)};
  tx.exec(
      "SELECT r.version FROM line_exemption e JOIN release r ON r.id = e.release_id WHERE e.stop_id = $1 GROUP BY r.id, r.version HAVING "
      "count(*) >= 2 ORDER BY r.version",
      {s.id}, [&](const store::Row& row) { line.exempt.push_back(row.text(0)); });
  return line;
}

/// "Held at the next step boundary": the run is held now, so its driver begins nothing more.
void hold_what_runs(Work& work, const Stop& stop, const std::string& because) {
  for (const auto& r : going_out(work.tx)) {
    if (!holds(work.tx, stop, r)) continue;
    if (const auto run = under_way(work.tx, r); run && run->state == steps::RunState::running)
      (void)steps::hold(work, run->id, "the line is stopped: " + because);
  }
}

}  // namespace

Result<Line> stop_line(Work& work, const StopLine& command) {
  const auto area = TRY(named(work, command.area, command.all));
  TRY(may_steer_line(work, {area}, "stopping the line"));
  if (command.because.empty()) return invalid("stopping the line needs a reason", "because");
  one_at_a_time(work.tx);
  if (const auto open = open_stop(work.tx, area)) return shown_line(work.tx, *open, work.now);
  const Stop stop{work.new_id("lst"), area, work.actor.id, work.write_text("reason", command.because), work.now};
  store::insert(work.tx, "line_stop", stop);
  record(work, LineStopped{{.area = stop.area}}, {.subject = stop.id, .seals = {{"line_stop", stop.id}}});
  hold_what_runs(work, stop, command.because);
  return shown_line(work.tx, stop, work.now);
}

Result<Line> resume_line(Work& work, const ResumeLine& command) {
  const auto area = TRY(named(work, command.area, command.all));
  TRY(may_steer_line(work, {area}, "lifting the stop"));
  if (command.because.empty()) return invalid("lifting the stop needs a reason", "because");
  one_at_a_time(work.tx);
  const auto stop = open_stop(work.tx, area);
  if (!stop) {
    std::string stopped;
    for (const auto& s : open_stops(work.tx)) stopped += (stopped.empty() ? "" : ", ") + shown(s.area);
    return conflict(fmt::format("the line is not stopped for {}{}", shown(area), stopped.empty() ? "" : "; it is for " + stopped));
  }
  const Resumption resumption{stop->id, work.actor.id, work.write_text("reason", command.because), work.now};
  store::insert(work.tx, "line_resumption", resumption);
  record(work, LineResumed{{.area = stop->area}}, {.subject = stop->id, .seals = {{"line_resumption", stop->id}}});
  return shown_line(work.tx, *stop, work.now);
}

Result<void> may_exempt(Work& work, const Release& release) {
  TRY(may_steer_line(work, areas_of(work.tx, release), "letting a release through a stopped line"));
  if (release.stage > Stage::deployment) return conflict(fmt::format("release {} goes out no more", release.version));
  for (const auto& stop : open_stops(work.tx))
    if (holds(work.tx, stop, release)) return {};
  return conflict(fmt::format("no stop of the line holds release {}", release.version));
}

Result<Exemption> exempt_release(Work& work, const ExemptRelease& command) {
  const auto release = TRY(find_release(work.tx, command.release));
  if (command.because.empty()) return invalid("letting a release through needs a reason", "because");
  work.tx.lock("release", release.id);
  TRY(may_exempt(work, release));
  Exemption out{release.id, release.version, 2, true};
  std::vector<Stop> unsaid;  // of those that hold it, where this person has not said so yet
  for (const auto& stop : open_stops(work.tx)) {
    if (!holds(work.tx, stop, release)) continue;
    const bool said = work.tx
                          .value("SELECT id FROM line_exemption WHERE stop_id = $1 AND release_id = $2 AND person = $3",
                                 {stop.id, release.id, work.actor.id})
                          .has_value();
    if (!said) unsaid.push_back(stop);
    out.people = std::min(out.people, let_through_by(work.tx, stop.id, release.id) + !said);
  }
  out.through = out.people >= 2;
  if (unsaid.empty()) return out;
  const auto reason = work.write_text("reason", command.because);
  About about{.subject = release.id, .release = release.id};
  for (const auto& stop : unsaid) {
    const ExemptionRow row{work.new_id("lex"), stop.id, release.id, work.actor.id, reason, work.now};
    store::insert(work.tx, "line_exemption", row);
    about.seals.emplace_back("line_exemption", row.id);
  }
  record(work, LineExempted{.people = out.people}, std::move(about));
  return out;
}

std::vector<Line> stopped_lines(store::Tx& tx, SysTime now) {
  std::vector<Line> all;
  for (const auto& s : open_stops(tx)) all.push_back(shown_line(tx, s, now));
  return all;
}

std::vector<StoppedLine> stopped_for(store::Tx& tx, const Release& release) {
  std::vector<StoppedLine> all;
  for (const auto& s : open_stops(tx))
    if (holds(tx, s, release)) all.push_back({s.id, s.area, accounts::name_of(tx, s.person), ledger::read_text(tx, s.reason_text), s.at});
  return all;
}

}  // namespace evenkeel::planning
