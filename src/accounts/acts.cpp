// Who is away; erasing what a person wrote, and a person's name. Passwords, sessions, tokens and second factors stay by hand
// (api/account_api.cpp): they look outside their transaction first.
#include "accounts/absence.hpp"
#include "accounts/erasure.hpp"
#include "catalogue/act.hpp"
#include "catalogue/print.hpp"

namespace evenkeel::accounts {

using catalogue::act;
using catalogue::option;
using catalogue::positional;

namespace {

std::string show_absence(const AbsenceView& a) {
  auto out = fmt::format("{}  {} is away {} to {}{}{}", a.id, a.person, catalogue::short_time(a.from), catalogue::short_time(a.until),
                         a.deputy.empty() ? "" : "; " + a.deputy + " stands in", a.reason.empty() ? "" : ": " + a.reason);
  for (const auto& w : a.warnings) out += "\nWarning: " + w;
  return out;
}
std::string show_absences(const std::vector<AbsenceView>& all) {
  std::string out;
  for (const auto& a : all) out += (out.empty() ? "" : "\n") + show_absence(a);
  return out.empty() ? "Nobody is away." : out;
}

}  // namespace

std::vector<catalogue::Act> acts() {
  const char* why = "Why; it stays, so it must name nobody";
  return {
      act("absence.note", "Say who is away, and who stands in", note_absence)
          .decides()
          .for_roles(catalogue::doers)
          .in_any_area("one's own absence is one's own word")
          .says("", "evenkeel absence list")
          .http("POST", "/api/v1/absences", "people")
          .words("absence note", "Say that you are away, and who stands in; what waits for you is asked of others meanwhile")
          .takes({option(&NoteAbsence::until, "Time, or +5d").required(), option(&NoteAbsence::from, "Time, or +2h; default: now"),
                  option(&NoteAbsence::deputy, "Login of who is asked instead, where you are asked by name"),
                  option(&NoteAbsence::login, "Of somebody else; by a coordinator or admin"),
                  option(&NoteAbsence::reason, "Why, for your colleagues")})
          .prints(show_absence),
      act("absence.end", "Say that somebody is back", end_absence)
          .decides()
          .for_roles(catalogue::doers)
          .in_any_area("one's own absence is one's own word")
          .says("", "evenkeel today")
          .http("POST", "/api/v1/absences/{absence}/end", "people")
          .words("absence end", "Say that somebody is back, or not away after all")
          .takes({positional(&EndAbsence::absence, "Its id (abs_...)")})
          .prints([](const AbsenceView& a) { return fmt::format("{} is there.", a.person); }),
      act("absence.list", "Who is away or will be",
          [](Work& work, const catalogue::Nothing&) -> Result<std::vector<AbsenceView>> { return absences(work.tx, work.now); })
          .reads()
          .for_any_role("who is away is everybody's to see")
          .http("GET", "/api/v1/absences", "people")
          .words("absence list", "Who is away or will be")
          .prints(show_absences),
      act("text.erase", "Erase a free text; every proof stays", erase_text)
          .decides()
          .for_roles({Role::admin})
          .says("", "evenkeel ledger verify")
          .http("POST", "/api/v1/texts/{text}/erase", "ledger")
          .words("text erase", "Erase a free text (a reason, a comment); every proof of the ledger stays")
          .takes({positional(&EraseText::text, "Its id (txt_...)"), option(&EraseText::reason, why).required()})
          .prints([](const Erased&) { return std::string("Erased. Every proof still holds: `evenkeel ledger verify`."); }),
      act("person.erase", "Erase a person's name and addresses; every proof stays", erase_person)
          .decides()
          .for_roles({Role::admin})
          .says("", "evenkeel ledger verify")
          .http("POST", "/api/v1/people/{login}/erase", "ledger")
          .words("person erase", "Erase a person's name, addresses, password and tokens; what they did stays, under an opaque id")
          .takes({positional(&ErasePerson::login, "Login or id"), option(&ErasePerson::reason, why).required(),
                  option(&ErasePerson::words, "Also every free text that they wrote")})
          .prints([](const Erased& e) {
            return fmt::format("{} is all that is left of them; {} texts were emptied. Every proof still holds: `evenkeel ledger verify`.",
                               e.subject, e.texts);
          }),
  };
}

}  // namespace evenkeel::accounts
