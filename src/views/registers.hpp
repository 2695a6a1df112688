// Registers: what was let through, refused or done late, over all releases, with its age, its owner and whether it is still open. Read from
// the rows that the areas keep; nothing is entered here.
#pragma once
#include "gonogo/gonogo.hpp"

namespace evenkeel::views {

enum class Register { waivers, exceptions, emergencies, no_gos, overrides, late };
BOOST_DESCRIBE_ENUM(Register, waivers, exceptions, emergencies, no_gos, overrides, late)

struct ReadRegister {
  static constexpr std::string_view required[] = {"which"};
  Register which = Register::waivers;
  std::string area;   // empty: every one that the reader reads
  bool open = false;  // only what is open
  std::int64_t limit = 50;
  std::optional<SysTime> before;  // earlier than this: the next page
};
BOOST_DESCRIBE_STRUCT(ReadRegister, (), (which, area, open, limit, before))
struct RegisterRow {
  std::string release, version, area;   // release: its id
  std::string what, by, reason, owner;  // what: "testing", "freeze \"Peak\""; by: who did it; owner: of the release
  SysTime at;
  std::string age;  // in words, from `at` to now
  bool open = false;
  std::string state;  // "until 2026-06-10", "denied by ...", "went out anyway"
};
BOOST_DESCRIBE_STRUCT(RegisterRow, (), (release, version, area, what, by, reason, owner, at, age, open, state))

/// Newest first.
Result<std::vector<RegisterRow>> read_register(Work& work, const ReadRegister& in);

}  // namespace evenkeel::views
