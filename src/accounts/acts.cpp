// Erasing what a person wrote, and a person's name. Passwords, sessions, tokens and second factors stay by hand (api/account_api.cpp): they
// look outside their transaction first.
#include "accounts/erasure.hpp"
#include "catalogue/act.hpp"

namespace evenkeel::accounts {

using catalogue::act;
using catalogue::option;
using catalogue::positional;

std::vector<catalogue::Act> acts() {
  const char* why = "Why; it stays, so it must name nobody";
  return {
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
