#include "accounts/absence.hpp"

#include <set>

#include "accounts/events.hpp"

namespace evenkeel::accounts {
namespace {

struct End {
  Id<Absence> id;
  std::string person;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(End, (), (id, person, at))

/// With the moment at which it ends: its own, or when the person was back.
struct Kept {
  Absence absence;
  SysTime until;
};
/// Those that take any of the time, in the order in which they were said.
std::vector<Kept> kept(store::Tx& tx, SysTime from, SysTime until) {
  std::map<std::string, SysTime> ended;
  for (const auto& e : store::all<End>(tx, "absence_end", "WHERE id IN (SELECT id FROM absence WHERE until_at > $1)", {to_millis(from)}))
    ended[e.id] = e.at;
  std::vector<Kept> out;
  for (auto& a :
       store::all<Absence>(tx, "absence", "WHERE until_at > $1 AND from_at < $2 ORDER BY at, id", {to_millis(from), to_millis(until)})) {
    const auto end = ended.find(a.id);
    const auto last = end == ended.end() ? a.until_at : std::min(a.until_at, end->second);
    if (last > from && last > a.from_at) out.push_back({std::move(a), last});
  }
  return out;
}

Result<Person> person_called(store::Tx& tx, const std::string& login, const char* field) {
  auto person = find_person(tx, login);
  if (!person || !person->active) return invalid(fmt::format("there is no person '{}'", login), field);
  return std::move(*person);
}

/// One's own absence is one's own word.
Result<void> may_speak_for(const Work& work, const PersonId& person) {
  if (work.actor.kind != ActorKind::person) return forbidden("who is away is a person's word");
  if (person == work.actor.id || work.actor.has_anywhere(Role::coordinator) || work.actor.has_anywhere(Role::admin)) return {};
  return forbidden("whether somebody else is away is said by themselves, a coordinator or an admin");
}

AbsenceView view_of(store::Tx& tx, const Kept& k) {
  const auto& a = k.absence;
  const auto person = person_by_id(tx, a.person);
  return {a.id,
          person ? person->login : "",
          name_of(tx, a.person),
          a.deputy.empty() ? "" : name_of(tx, a.deputy),
          a.reason_text.empty() ? "" : ledger::read_text(tx, a.reason_text),
          a.from_at,
          k.until,
          {}};
}

/// Somebody who is there for all of it.
Result<PersonId> deputy_of(Work& work, const Person& person, const std::string& login, SysTime from, SysTime until) {
  if (login.empty()) return PersonId{};
  const auto deputy = TRY(person_called(work.tx, login, "deputy"));
  if (deputy.id == person.id) return invalid("somebody else stands in", "deputy");
  for (const auto& k : kept(work.tx, from, until))
    if (k.absence.person == deputy.id)
      return invalid(fmt::format("{} is away from {} to {}; name somebody who is there, or leave --deputy out", deputy.name,
                                 to_iso(k.absence.from_at), to_iso(k.until)),
                     "deputy");
  return deputy.id;
}

std::vector<std::string> left_without(Work& work, const Absence& a) {
  std::vector<std::string> out;
  for (const auto& k : kept(work.tx, a.from_at, a.until_at))
    if (k.absence.deputy == a.person)
      if (const auto person = person_by_id(work.tx, k.absence.person))
        out.push_back(
            fmt::format("nobody stands in for {} any more, who is away until {}; `evenkeel absence note --login {} --until {} "
                        "--deputy LOGIN` names another",
                        person->name, to_iso(k.until), person->login, to_iso(k.until)));
  return out;
}

}  // namespace

Result<AbsenceView> note_absence(Work& work, const NoteAbsence& command) {
  const auto mine = command.login.empty() ? person_by_id(work.tx, work.actor.id) : std::nullopt;
  const auto person = mine ? *mine : TRY(person_called(work.tx, command.login, "login"));
  TRY(may_speak_for(work, person.id));
  const auto from = command.from.value_or(work.now);
  if (command.until <= from) return invalid("an absence ends after it begins", "until");
  if (command.until <= work.now) return invalid("that absence is over", "until");
  const auto deputy = TRY(deputy_of(work, person, command.deputy, from, command.until));
  const Absence absence{work.new_id("abs"), person.id, deputy, from, command.until, work.write_text("reason", command.reason),
                        work.actor.id,      work.now};
  store::insert(work.tx, "absence", absence);
  record(work, AbsenceNoted{.person = person.id, .deputy = deputy, .from_at = from, .until_at = command.until},
         {.subject = absence.id, .seals = {{"absence", absence.id}}});
  auto view = view_of(work.tx, {absence, absence.until_at});
  view.warnings = left_without(work, absence);
  return view;
}

Result<AbsenceView> end_absence(Work& work, const EndAbsence& command) {
  const auto absence = store::one<Absence>(work.tx, "absence", "WHERE id = $1", {command.absence});
  if (!absence) return not_found(fmt::format("there is no absence '{}'; `evenkeel absence list` shows them", command.absence));
  TRY(may_speak_for(work, absence->person));
  if (absence->until_at <= work.now || work.tx.value("SELECT id FROM absence_end WHERE id = $1", {absence->id}))
    return conflict("that absence is over");
  store::insert(work.tx, "absence_end", End{absence->id, work.actor.id, work.now});
  record(work, AbsenceEnded{.person = absence->person}, {.subject = absence->id, .seals = {{"absence_end", absence->id}}});
  return view_of(work.tx, {*absence, work.now});
}

std::vector<AbsenceView> absences(store::Tx& tx, SysTime now) {
  auto all = kept(tx, now, SysTime::max());
  std::ranges::stable_sort(all, {}, [](const Kept& k) { return k.absence.from_at; });
  std::vector<AbsenceView> out;
  for (const auto& k : all) out.push_back(view_of(tx, k));
  return out;
}

Absences::Absences(store::Tx& tx, SysTime from, SysTime until) : from_(from), until_(until) {
  for (const auto& k : kept(tx, from, until)) {
    const auto person = person_by_id(tx, k.absence.person);
    if (!person) continue;
    const auto deputy = k.absence.deputy.empty() ? std::nullopt : person_by_id(tx, k.absence.deputy);
    spells_.push_back({k.absence.from_at, k.until, person->login, person->name, deputy && deputy->active ? deputy->login : std::string()});
  }
}

std::map<std::string, Away> Absences::at(SysTime t) const {
  std::map<std::string, Away> out;
  for (const auto& s : spells_)
    if (s.from <= t && t < s.until) out[s.login] = {s.name, s.until, s.deputy};
  for (auto& [login, away] : out)
    if (out.contains(away.deputy)) away.deputy.clear();
  return out;
}

std::vector<SysTime> Absences::turns() const {
  std::set<SysTime> out;
  for (const auto& s : spells_)
    for (const auto t : {s.from, s.until})
      if (from_ < t && t < until_) out.insert(t);
  return {out.begin(), out.end()};
}

std::map<std::string, Away> away_at(store::Tx& tx, SysTime at) { return Absences{tx, at, at + Millis{1}}.at(at); }

std::vector<std::string> stands_in_for(store::Tx& tx, const std::string& person, SysTime at) {
  const auto me = person_by_id(tx, person);
  std::vector<std::string> out;
  if (!me) return out;
  for (const auto& [login, away] : away_at(tx, at))
    if (away.deputy == me->login) out.push_back(login);
  return out;
}

bool is_or_stands_in_for(store::Tx& tx, const std::string& person, const std::string& other, SysTime at) {
  if (person == other) return !person.empty();
  const auto absent = person_by_id(tx, other);
  const auto others = stands_in_for(tx, person, at);
  return absent && std::ranges::find(others, absent->login) != others.end();
}

bool acts_for(store::Tx& tx, const std::string& person, const std::string& login, SysTime at) {
  const auto named = login.empty() ? std::nullopt : find_person(tx, login);
  return named && is_or_stands_in_for(tx, person, named->id, at);
}

}  // namespace evenkeel::accounts
