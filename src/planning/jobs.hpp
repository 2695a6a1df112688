// The jobs of planning.
#pragma once
#include "work/ids.hpp"
#include "work/job.hpp"

namespace evenkeel::planning {

struct ReadFlags {
  static constexpr std::string_view kind = "read_flags";
  ReleaseId release;
};
BOOST_DESCRIBE_STRUCT(ReadFlags, (), (release))

/// A mail to the owner of a release. `subject` stands behind its title.
struct OwnerMail {
  static constexpr std::string_view kind = "owner_mail";
  std::string release, subject, message, next_step;
};
BOOST_DESCRIBE_STRUCT(OwnerMail, (), (release, subject, message, next_step))

/// Looks at what waits for people, and tells them.
struct TellAwaited {
  static constexpr std::string_view kind = "tell_awaited";
};
BOOST_DESCRIBE_STRUCT(TellAwaited, (), ())

/// To one person, by login.
struct AwaitedMail {
  static constexpr std::string_view kind = "awaited_mail";
  std::string person, subject, body;
};
BOOST_DESCRIBE_STRUCT(AwaitedMail, (), (person, subject, body))

/// What waits in one area, in one message of the chat that it names.
struct AwaitedChat {
  static constexpr std::string_view kind = "awaited_chat";
  std::string area, subject, body;
};
BOOST_DESCRIBE_STRUCT(AwaitedChat, (), (area, subject, body))

struct CheckItems {
  static constexpr std::string_view kind = "check_items";
  ReleaseId release;
};
BOOST_DESCRIBE_STRUCT(CheckItems, (), (release))

/// Due when the window of a go ends.
struct WindowPassed {
  static constexpr std::string_view kind = "window_passed";
  ReleaseId release;
};
BOOST_DESCRIBE_STRUCT(WindowPassed, (), (release))

}  // namespace evenkeel::planning
