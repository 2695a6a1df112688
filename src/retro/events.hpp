// What the ledger says of retrospectives.
#pragma once
#include "work/event.hpp"

namespace evenkeel::retro {

struct RetrospectiveOpened {
  static constexpr std::string_view kind = "retrospective.opened";
  std::string rule;
};
BOOST_DESCRIBE_STRUCT(RetrospectiveOpened, (), (rule))

struct ActionAdded {
  static constexpr std::string_view kind = "retrospective.action_added";
  std::string owner;  // person id
  SysTime due_at;
};
BOOST_DESCRIBE_STRUCT(ActionAdded, (), (owner, due_at))

struct ActionDone {
  static constexpr std::string_view kind = "retrospective.action_done";
};
BOOST_DESCRIBE_STRUCT(ActionDone, (), ())

struct RetrospectiveClosed {
  static constexpr std::string_view kind = "retrospective.closed";
  std::int64_t actions = 0;
};
BOOST_DESCRIBE_STRUCT(RetrospectiveClosed, (), (actions))

}  // namespace evenkeel::retro
