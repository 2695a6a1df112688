// Who is writing in an entry or a note now, so that whoever opens it next knows before the first word. Nothing is locked: a conflict is
// found when the text is saved (`revision`, `seen_hash`). A sign of writing is forgotten after a minute and enters no ledger.
#pragma once
#include "changelog/notes.hpp"

namespace evenkeel::changelog {

struct SignOfWriting {
  std::optional<std::string> entry;    // an entry's id; else
  std::optional<std::string> release;  // a release's note
  std::optional<NoteAudience> audience;
  bool writing = false;  // false: the text is open and nothing was typed, or writing is over
};
BOOST_DESCRIBE_STRUCT(SignOfWriting, (), (entry, release, audience, writing))

struct Writer {
  std::string person, name;
  SysTime since;
};
BOOST_DESCRIBE_STRUCT(Writer, (), (person, name, since))

/// Notes whether the caller writes there, and answers who else does, longest first. Errors: not_found, invalid (no text is named).
Result<std::vector<Writer>> sign_of_writing(Work& work, const SignOfWriting& sign);

}  // namespace evenkeel::changelog
