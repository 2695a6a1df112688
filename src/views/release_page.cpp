#include "views/release_page.hpp"

#include "accounts/accounts.hpp"
#include "accounts/actor_name.hpp"
#include "ledger/deed.hpp"
#include "risk/take_out.hpp"

namespace evenkeel::views {
namespace {

using planning::Release;
using planning::Stage;

constexpr const char* stage_titles[] = {"Plan", "Assess", "Changelog", "Go/No-Go", "Deploy", "Validate", "Announce", "Review"};
constexpr const char* stage_leads[] = {"Release coordinator", "Change risk manager", "Notes author", "Release coordinator",
                                       "Release coordinator", "Health monitor",      "Notes author", "Release coordinator"};

struct Banner {
  Standing state;
  std::string sentence;
};

/// How it ended, and what is still wrong with it in production.
Banner end_of(store::Tx& tx, const Release& r) {
  using enum planning::ReleaseOutcome;
  if (r.outcome == rolled_back) return {Standing::rolled_back, "Rolled back and closed"};
  if (r.outcome == superseded) return {Standing::cancelled, "Superseded by another release"};
  if (r.outcome != shipped) return {Standing::cancelled, "Cancelled"};
  std::vector<std::string> incidents;
  tx.exec("SELECT title FROM incident WHERE release_id = $1 AND resolved_at IS NULL ORDER BY started_at, id", {r.id},
          [&](const store::Row& row) { incidents.push_back(row.text(0)); });
  if (incidents.empty()) return {Standing::shipped, "Shipped"};
  return {Standing::watch, incidents.size() == 1 ? fmt::format("Shipped; an incident is open: {}", incidents.front())
                                                 : fmt::format("Shipped; {} incidents are open", incidents.size())};
}

/// The verdict of a release in one state and one sentence: what runs or fails now comes before what is planned.
Banner banner_of(store::Tx& tx, const Release& r, const planning::Gates& gates, SysTime now) {
  using enum Standing;
  if (r.stage == Stage::closed) return end_of(tx, r);
  if (const auto recommendation = deploy::open_recommendation(tx, r.id))
    return {nogo, "Roll back recommended: " + recommendation->sentence};
  const auto run = steps::latest_run(tx, r.id);
  if (run && (run->state == steps::RunState::running || run->state == steps::RunState::held)) {
    const auto steps = steps::steps_of(tx, run->id);
    const bool held = run->state == steps::RunState::held;
    const bool any_failed = std::ranges::any_of(steps, [](const steps::Step& s) { return s.state == steps::StepState::failed; });
    const bool waits = std::ranges::any_of(steps, steps::waits_for_a_person);
    return {any_failed ? failed
            : waits    ? needs
            : held     ? watch
                       : running,
            fmt::format("{}{}: {}", run->kind == steps::RunKind::rollback ? "Rolling back" : "Deploying", held ? ", held" : "",
                        steps::progress_of(*run, steps))};
  }
  if (r.stage <= Stage::go_no_go) {
    const auto ready = gonogo::readiness(tx, r, gates, now);
    return {ready.recommendation == gonogo::Verdict::go ? go : nogo, ready.sentence};
  }
  if (r.stage == Stage::deployment && run && run->state == steps::RunState::abandoned)
    return {watch, fmt::format("{} abandoned at {}. It can go on or be rolled back",
                               run->kind == steps::RunKind::rollback ? "The rollback was" : "The deployment was",
                               steps::progress_of(*run, steps::steps_of(tx, run->id)))};
  if (r.stage == Stage::deployment)
    return {go,
            r.window_start && now < *r.window_start ? "Go. The window opens " + to_iso(*r.window_start) : "Go. The deployment may start"};
  if (const auto suspect = store::one<WatchColumns>(
          tx, "watch", "WHERE release_id = $1 AND verdict = 'suspect' AND state = 'watching' ORDER BY started_at LIMIT 1", {r.id});
      suspect && r.stage == Stage::validation)
    return {watch, suspect->sentence};
  if (r.outcome == planning::ReleaseOutcome::rolled_back)
    return {watch, "Rolled back; the old version is back. The internal word, the correction and the retrospective are owed"};
  const auto states = gonogo::evaluate(tx, r, gates, r.stage, now);
  for (const auto& g : states)
    if (g.stage == planning::stage_code(r.stage) && g.verdict != planning::GateVerdict::pass)
      return {pending, g.value.empty() ? g.question : g.value};
  return {go, "Every gate of this stage holds"};
}

/// What was done last, and every reason that was given, from the ledger.
void tell_what_was_done(store::Tx& tx, ReleaseView& v) {
  constexpr std::size_t newest = 50;
  std::vector<std::pair<std::int64_t, ledger::Entry>> entries;
  tx.exec("SELECT id, bytes FROM ledger_entry WHERE release_id = $1 ORDER BY id DESC", {v.release.id}, [&](const store::Row& row) {
    auto e = ledger::parse_entry(row.blob(1));
    if (e && (entries.size() < newest || !e->texts.empty())) entries.emplace_back(row.integer(0), std::move(*e));
  });
  std::map<std::string, std::string> names;
  for (const auto& [index, e] : entries) {
    auto& name = names[e.actor];
    if (name.empty()) name = accounts::actor_name(tx, e);
    ActivityRow done{index, e.at, name, e.kind, ledger::deed_of(e), accounts::reason_of(tx, e)};
    if (!done.reason.empty()) v.reasons.push_back(done);
    if (v.activity.size() < newest) v.activity.push_back(std::move(done));
  }
}

std::string gate_count(std::size_t n) { return fmt::format("{} gate{}", n, n == 1 ? "" : "s"); }

}  // namespace

std::vector<ReleaseRow> release_rows(store::Tx& tx, const planning::Gates& gates, const ListReleases& in, SysTime now) {
  std::string where = "WHERE 1 = 1";
  store::Args args;
  const auto narrow = [&](const char* column, const std::string& value) {
    args.emplace_back(value);
    where += fmt::format(" AND {} = ${}", column, args.size());
  };
  if (!in.area.empty()) narrow("area", in.area);
  if (in.stage) narrow("stage", std::string(json::enum_text(*in.stage)));
  if (in.open) where += " AND stage <> 'closed'";
  args.emplace_back(std::clamp<std::int64_t>(in.limit, 1, 500));
  args.emplace_back(std::max<std::int64_t>(in.skip, 0));
  const auto tail = fmt::format(
      "{} ORDER BY CASE WHEN stage = 'closed' THEN 1 ELSE 0 END, CASE WHEN stage = 'closed' THEN -coalesce(closed_at, planned_at) ELSE "
      "coalesce(window_start, planned_at) END, id LIMIT ${} OFFSET ${}",
      where, args.size() - 1, args.size());
  std::vector<ReleaseRow> rows;
  for (const auto& r : store::all<Release>(tx, "release", tail, args)) {
    const auto banner = banner_of(tx, r, gates, now);
    rows.push_back({r.id, r.version, r.title, r.area, r.stage, r.outcome, accounts::name_of(tx, r.owner), banner.state, banner.sentence,
                    r.window_start, r.window_end});
  }
  const auto rank = [](const ReleaseRow& r) {
    using enum Standing;
    if (r.stage == Stage::closed && r.state != watch) return 4;
    return r.state == nogo || r.state == failed ? 0 : r.state == needs || r.state == watch ? 1 : r.state == running ? 2 : 3;
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return rows;
}

ReleaseView release_view(store::Tx& tx, const Release& r, const planning::Gates& gates, SysTime now) {
  ReleaseView v{.release = r, .owner = accounts::name_of(tx, r.owner)};
  const auto banner = banner_of(tx, r, gates, now);
  v.state = banner.state;
  v.sentence = banner.sentence;
  const auto states = gonogo::evaluate(tx, r, gates, Stage::review, now);
  for (auto stage = Stage::planning; stage != Stage::closed; stage = planning::next_stage(stage)) {
    SpineStage s{
        planning::stage_code(stage), stage_titles[int(stage)], stage_leads[int(stage)], Standing::pending, "", {}, stage == r.stage, {}};
    std::size_t open = 0;
    for (const auto& g : states)
      if (g.stage == s.code) {
        s.gates.push_back(g);
        open += g.verdict != planning::GateVerdict::pass && !g.waived_until;
      }
    std::stable_sort(s.gates.begin(), s.gates.end(), [](const auto& a, const auto& b) {
      return (a.verdict != planning::GateVerdict::pass) > (b.verdict != planning::GateVerdict::pass);
    });
    if (stage < r.stage || r.stage == Stage::closed) {
      s.state = Standing::done;
      s.line = gonogo::tally(s.gates);
    } else if (stage == r.stage) {
      s.state = banner.state;
      s.line = open == 0 ? "every gate holds" : fmt::format("{} of {} open: {}", open, gate_count(s.gates.size()), s.gates.front().value);
    } else
      s.line = s.gates.empty() ? "" : gate_count(s.gates.size());
    if (stage == Stage::deployment) s.due = r.window_start;
    v.spine.push_back(std::move(s));
  }
  const auto dark = risk::dark_changes(tx, r.id);
  for (const auto& c : risk::changes_of(tx, r.id))
    v.scope.push_back({c.id, c.external_id, c.title, c.kind, c.tier, c.tier_reason, c.services, c.security_relevant, c.breaking,
                       dark.contains(c.id) ? dark.at(c.id) : ""});
  const auto o = planning::organisation_of(tx, r);
  for (const auto& c : planning::components_of(tx, r.id)) {
    const auto* service = definitions::find_service(*o, c.service);
    const auto rehearsal =
        service ? risk::passing_rehearsal(tx, c.service, steps::procedure_hash(risk::rollback_steps(*service))) : std::nullopt;
    v.components.push_back(
        {c.service, c.from_version, c.version, c.digest, c.confirmed_at.has_value(),
         rehearsal ? fmt::format("rehearsed {} ago, took {}", to_words(std::chrono::duration_cast<Millis>(now - rehearsal->finished_at)),
                                 to_words(rehearsal->finished_at - rehearsal->started_at))
                   : "never rehearsed",
         rehearsal ? std::optional(rehearsal->finished_at) : std::nullopt});
  }
  v.assessment = risk::latest_assessment(tx, r.id);
  for (const auto& s : gonogo::sign_offs_of(tx, r))
    v.sign_offs.push_back({s.role, accounts::name_of(tx, s.person), s.verdict, s.at, ledger::read_text(tx, s.reason_text)});
  v.flags = planning::flags_of(tx, r.id);
  v.checklist = planning::checklist_of(tx, r.id);
  v.on_call = planning::on_call_during(tx, r);
  v.conflicts = planning::conflicts_of(tx, r, now);
  for (const auto& e :
       store::all<planning::ExceptionRequest>(tx, "freeze_exception_request", "WHERE release_id = $1 ORDER BY at DESC LIMIT 20", {r.id}))
    v.exceptions.push_back({e.id, e.freeze_name, accounts::name_of(tx, e.requested_by), e.expires_at,
                            tx.value("SELECT id FROM freeze_exception WHERE id = $1", {e.id}).has_value()});
  if (const auto run = steps::latest_run(tx, r.id)) v.run = deploy::run_view(tx, *run);
  v.recommendation = deploy::open_recommendation(tx, r.id);
  for (auto& w : store::all<WatchColumns>(tx, "watch", "WHERE release_id = $1 ORDER BY started_at", {r.id})) {
    const auto detail = tx.value("SELECT detail FROM watch WHERE id = $1", {w.id});
    WatchRow row{std::move(w), {}, {}};
    if (const auto verdict = detail ? json::parse(std::get<std::string>(*detail)) : Result<json::Value>(json::Value());
        verdict && verdict->is_object()) {
      if (const auto* label = verdict->get_object().if_contains("label"); label && label->is_string()) row.label = label->get_string();
      if (const auto* said = verdict->get_object().if_contains("circumstances"))
        row.circumstances = json::from_value<std::vector<std::string>>(*said).value_or(std::vector<std::string>{});
    }
    v.watches.push_back(std::move(row));
  }
  v.communications = store::all<CommunicationRow>(tx, "communication", "WHERE release_id = $1 ORDER BY position", {r.id});
  tell_what_was_done(tx, v);
  return v;
}

}  // namespace evenkeel::views
