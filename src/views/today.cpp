#include "views/today.hpp"

#include "catalogue/access.hpp"

namespace evenkeel::views {
namespace {

bool reads(const Actor& actor, const std::string& area) { return area == "*" ? !actor.grants.empty() : catalogue::reads_area(actor, area); }

AwaitedRow row_of(store::Tx& tx, const AwaitedItem& item, const std::string& login, SysTime now) {
  AwaitedRow row{item.key,  item.act,     item.subject, item.gate, item.release_id,
                 item.area, item.version, item.title,   item.what, item.command,
                 {},        item.needs,   false,        item.due,  item.due && *item.due <= now,
                 item.note};
  for (const auto& who : item.people) {
    const auto person = accounts::find_person(tx, who);
    row.people.push_back(person ? person->name : who);
    row.yours = row.yours || who == login;
  }
  return row;
}

std::vector<RunningRow> running(Work& work) {
  std::vector<RunningRow> rows;
  for (const auto& run : store::all<steps::Run>(work.tx, "run", "WHERE state IN ('running', 'held') ORDER BY started_at")) {
    const auto release = planning::find_release(work.tx, run.release_id);
    if (!release || !reads(work.actor, release->area)) continue;
    rows.push_back({release->id, release->area, release->version, release->title, run.kind, run.state,
                    steps::progress_of(run, steps::steps_of(work.tx, run.id)), run.started_at});
  }
  return rows;
}

}  // namespace

Today today(Work& work, const AwaitedSources& sources, const planning::Gates& gates) {
  Today t{.running = running(work), .releases_left_out = releases_left_out(work.tx)};
  const auto person = accounts::person_by_id(work.tx, work.actor.id);
  for (const auto& item : awaited_items(work.tx, sources, gates, work.now)) {
    if (!reads(work.actor, item.area)) continue;
    auto row = row_of(work.tx, item, person ? person->login : "", work.now);
    (row.yours ? t.yours : t.others).push_back(std::move(row));
  }
  for (auto& absence : accounts::absences(work.tx, work.now))
    if (absence.from <= work.now) t.away.push_back(std::move(absence));
  return t;
}

}  // namespace evenkeel::views
