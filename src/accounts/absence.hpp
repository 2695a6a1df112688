// Who is away, and who stands in. What is asked of a person by name (the owner of a service or of an item, who is on call) is asked of who
// stands in while they are away, who may do it; of several who hold a role, those who are there are asked. Nobody gets a role by it.
//
// Of absences of one person that overlap, the word that was given last holds.
#pragma once
#include <map>

#include "accounts/accounts.hpp"

namespace evenkeel::accounts {

struct Absence {
  Id<Absence> id;
  PersonId person, deputy;  // deputy may be empty
  SysTime from_at, until_at;
  std::string reason_text, noted_by;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Absence, (), (id, person, deputy, from_at, until_at, reason_text, noted_by, at))

struct NoteAbsence {
  static constexpr std::string_view required[] = {"until"};
  std::string login;  // empty: the actor
  std::optional<SysTime> from;
  SysTime until;
  std::string deputy, reason;  // deputy: a login
};
BOOST_DESCRIBE_STRUCT(NoteAbsence, (), (login, from, until, deputy, reason))
struct EndAbsence {
  std::string absence;
};
BOOST_DESCRIBE_STRUCT(EndAbsence, (), (absence))
struct AbsenceView {
  Id<Absence> id;
  std::string login, person, deputy, reason;  // person, deputy: names
  SysTime from, until;
  std::vector<std::string> warnings;  // whom this person would have stood in for meanwhile
};
BOOST_DESCRIBE_STRUCT(AbsenceView, (), (id, login, person, deputy, reason, from, until, warnings))

/// One's own, or somebody else's by a coordinator or admin. Errors: forbidden; invalid (who is not known, ends before it begins, is over, a
/// deputy who is away meanwhile). Ledger: absence.noted.
Result<AbsenceView> note_absence(Work& work, const NoteAbsence& command);
/// Back before its end, or not away after all; by the same people. Errors: not_found, conflict (it is over). Ledger: absence.ended.
Result<AbsenceView> end_absence(Work& work, const EndAbsence& command);
/// Those that are not over at `now`, the first to begin first.
std::vector<AbsenceView> absences(store::Tx& tx, SysTime now);

struct Away {
  std::string name;
  SysTime until;
  std::string deputy;  // a login; empty: nobody by name, or one who is away too
};
/// Who is away at any moment of a time; read once.
class Absences {
 public:
  Absences(store::Tx& tx, SysTime from, SysTime until);
  /// By login.
  std::map<std::string, Away> at(SysTime t) const;
  /// When somebody goes or comes back, inside the time, in order.
  std::vector<SysTime> turns() const;

 private:
  struct Spell {
    SysTime from, until;
    std::string login, name, deputy;
  };
  SysTime from_, until_;
  std::vector<Spell> spells_;  // in the order in which they were said
};
std::map<std::string, Away> away_at(store::Tx& tx, SysTime at);

/// Logins of those for whom this person (an id) stands in at `at`.
std::vector<std::string> stands_in_for(store::Tx& tx, const std::string& person, SysTime at);
/// Whether the person (an id) is this other one (an id), or stands in for them at `at`.
bool is_or_stands_in_for(store::Tx& tx, const std::string& person, const std::string& other, SysTime at);
/// The same of who goes by this login.
bool acts_for(store::Tx& tx, const std::string& person, const std::string& login, SysTime at);

}  // namespace evenkeel::accounts
