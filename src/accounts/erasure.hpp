// Erasing: what a person may ask to be forgotten goes, and every proof of the ledger stays (entries know people by opaque id and texts by
// salted hash).
#pragma once
#include "work/work.hpp"

namespace evenkeel::accounts {

struct EraseText {
  static constexpr std::string_view required[] = {"text", "reason"};
  std::string text;  // id of a free text, as entries and packs name it
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(EraseText, (), (text, reason))

struct ErasePerson {
  static constexpr std::string_view required[] = {"login", "reason"};
  std::string login;  // login or id
  std::string reason;
  bool words = false;  // also every free text that this person wrote: reasons, remarks, questions
};
BOOST_DESCRIBE_STRUCT(ErasePerson, (), (login, reason, words))

struct Erased {
  std::string subject;
  std::int64_t texts = 0;  // free texts that were emptied
};
BOOST_DESCRIBE_STRUCT(Erased, (), (subject, texts))

/// Empties one free text. Needs: admin. Errors: not_found (no such text), conflict (erased already), invalid (no reason; it must name
/// nobody, as it stays). Ledger: text.erased.
Result<Erased> erase_text(Work& work, const EraseText& command);

/// Name, address, aliases, login, password, second factor and tokens of a person go; what they did stays, under their opaque id. Needs:
/// admin, another than the person. Refused (conflict) while the definitions still name them: take them out of evenkeel.yaml first. Errors:
/// not_found, invalid (no reason). Ledger: person.erased, and text.erased for each text.
Result<Erased> erase_person(Work& work, const ErasePerson& command);

}  // namespace evenkeel::accounts
