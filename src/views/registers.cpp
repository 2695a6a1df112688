#include "views/registers.hpp"

#include "accounts/accounts.hpp"
#include "accounts/actor_name.hpp"
#include "catalogue/access.hpp"
#include "deploy/events.hpp"
#include "gonogo/events.hpp"
#include "ledger/deed.hpp"
#include "planning/debt.hpp"
#include "planning/events.hpp"
#include "risk/events.hpp"
#include "risk/take_out.hpp"
#include "steps/events.hpp"

namespace evenkeel::views {
namespace {

using planning::Release;

class Reader {
 public:
  Reader(Work& work, const ReadRegister& in) : work_(work), tx_(work.tx), in_(in) {}
  std::vector<RegisterRow> rows;

  void waivers() {
    tx_.exec("SELECT release_id, gate, person, reason_text, until, at FROM waiver", {}, [&](const store::Row& row) {
      const auto until = from_millis(row.integer(4));
      add({row.text(0), row.text(1), row.text(2), row.text(3), from_millis(row.integer(5)), until > work_.now,
           fmt::format("{} {}", until > work_.now ? "until" : "ended", to_iso(until))});
    });
  }
  void exceptions() {
    std::vector<std::string> releases;
    tx_.exec("SELECT DISTINCT release_id FROM freeze_exception_request", {},
             [&](const store::Row& row) { releases.push_back(row.text(0)); });
    for (const auto& id : releases) {
      const auto release = planning::find_release(tx_, id);
      if (!release) continue;
      for (const auto& e : planning::exceptions_of(tx_, *release, work_.now)) {
        const bool open = e.state == planning::ExceptionState::asked || e.state == planning::ExceptionState::approved;
        auto state = std::string(json::enum_text(e.state));
        if (!e.answered_by.empty()) state += " by " + e.answered_by + (e.answer.empty() ? "" : ": " + e.answer);
        add_row(*release, fmt::format("freeze \"{}\"", e.freeze), e.asked_by, e.reason, e.at, open,
                fmt::format("{}, until {}", state, to_iso(e.expires_at)));
      }
    }
  }
  void emergencies() {
    std::map<std::string, int> debts;
    for (const auto& d : planning::open_debts(tx_, work_.now)) ++debts[d.release_id];
    for (const auto& r : store::all<Release>(tx_, "release", "WHERE emergency = 1")) {
      const auto owed = debts.contains(r.id) ? debts[r.id] : 0;
      const bool open = owed > 0 || r.stage != planning::Stage::closed;
      add_row(r, "emergency, ends " + r.incident, accounts::name_of(tx_, r.owner), words(r.reason_text), r.planned_at, open,
              owed > 0 ? fmt::format("{} owed", owed)
              : open   ? std::string(json::enum_text(r.stage))
                       : "settled");
    }
  }
  /// Votes and decisions.
  void no_gos() {
    tx_.exec(
        "SELECT s.release_id, s.role, s.person, s.reason_text, s.at, (SELECT count(*) FROM sign_off l WHERE l.release_id = s.release_id "
        "AND l.role = s.role AND l.person = s.person AND (l.at > s.at OR (l.at = s.at AND l.id > s.id))) FROM sign_off s WHERE s.verdict = "
        "'no_go'",
        {}, [&](const store::Row& row) {
          const bool stands = row.integer(5) == 0;
          add({row.text(0), "vote as " + row.text(1), row.text(2), row.text(3), from_millis(row.integer(4)), stands,
               stands ? "stands" : "signed again since"});
        });
    tx_.exec(
        "SELECT d.release_id, d.decided_by, d.reason_text, d.at, d.number, (SELECT max(l.number) FROM decision l WHERE l.release_id = "
        "d.release_id) FROM decision d WHERE d.verdict = 'no_go'",
        {}, [&](const store::Row& row) {
          const bool newest = row.integer(4) == row.integer(5);
          add({row.text(0), fmt::format("decision {}", row.integer(4)), row.text(1), row.text(2), from_millis(row.integer(3)), newest,
               newest ? "stands" : "decided again since"});
        });
  }
  /// Where a person's word went before a rule's or a verdict's.
  void overrides() {
    told(kinds<risk::TierOverridden, deploy::RecommendationAnswered, steps::StepSkipped, planning::LineExempted, risk::ChangeTakenOut>(),
         false);
  }
  /// What came after the go that it should have come before.
  void late() { told(kinds<planning::ChecklistDone, planning::ComponentConfirmed, gonogo::TestsRecorded, risk::SecurityReviewed>(), true); }
  /// Newest first, as many as are asked for.
  void finish() {
    for (auto& kept : kept_)
      if (const auto release = planning::find_release(tx_, kept.release))
        add_row(*release, kept.what, accounts::name_of(tx_, kept.person), words(kept.reason_text), kept.at,
                kept.open && release->stage != planning::Stage::closed, kept.state);
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
    const auto most = std::size_t(std::clamp<std::int64_t>(in_.limit, 1, 500));
    if (rows.size() > most) rows.resize(most);
  }

 private:
  struct Kept {
    std::string release, what, person, reason_text;
    SysTime at;
    bool open;
    std::string state;
  };
  std::string words(const std::string& text) { return text.empty() ? "" : ledger::read_text(tx_, text); }

  void add(Kept kept) { kept_.push_back(std::move(kept)); }
  void add_row(const Release& release, std::string what, std::string by, std::string reason, SysTime at, bool open, std::string state) {
    if (!in_.area.empty() && release.area != in_.area) return;
    if (!catalogue::reads_area(work_.actor, release.area)) return;
    if ((in_.open && !open) || (in_.before && at >= *in_.before)) return;
    rows.push_back({release.id, release.version, release.area, std::move(what), std::move(by), std::move(reason),
                    accounts::name_of(tx_, release.owner), at, to_words(std::chrono::duration_cast<Millis>(work_.now - at)), open,
                    std::move(state)});
  }

  void told(const std::vector<std::string>& kinds, bool only_after_go) {
    for (const auto& kind : kinds) {
      std::vector<ledger::Entry> entries;
      tx_.exec("SELECT bytes FROM ledger_entry WHERE kind = $1 AND release_id <> ''", {kind}, [&](const store::Row& row) {
        if (auto e = ledger::parse_entry(row.blob(0))) entries.push_back(std::move(*e));
      });
      for (const auto& e : entries) {
        const auto release = planning::find_release(tx_, e.release);
        const auto go = tx_.integer("SELECT coalesce(max(at), 0) FROM decision WHERE release_id = $1 AND verdict = 'go' AND at < $2",
                                    {e.release, to_millis(e.at)});
        if (!release || (only_after_go && go == 0)) continue;
        if (const auto answered = as<deploy::RecommendationAnswered>(e); answered && answered->answer != deploy::Answer::declined) continue;
        const bool open = release->stage != planning::Stage::closed;
        add_row(*release, ledger::deed_of(e), accounts::actor_name(tx_, e), accounts::reason_of(tx_, e), e.at, open,
                only_after_go ? fmt::format("{} after the go", to_words(e.at - from_millis(go)))
                : open        ? "the release goes on"
                              : "closed");
      }
    }
  }

  Work& work_;
  store::Tx& tx_;
  const ReadRegister& in_;
  std::vector<Kept> kept_;
};

}  // namespace

Result<std::vector<RegisterRow>> read_register(Work& work, const ReadRegister& in) {
  Reader reader{work, in};
  switch (in.which) {
    case Register::waivers:
      reader.waivers();
      break;
    case Register::exceptions:
      reader.exceptions();
      break;
    case Register::emergencies:
      reader.emergencies();
      break;
    case Register::no_gos:
      reader.no_gos();
      break;
    case Register::overrides:
      reader.overrides();
      break;
    case Register::late:
      reader.late();
      break;
  }
  reader.finish();
  return std::move(reader.rows);
}

}  // namespace evenkeel::views
