// The jobs of planning.
#pragma once
#include "work/job.hpp"

namespace evenkeel::planning {

struct ReadFlags {
  static constexpr std::string_view kind = "read_flags";
  std::string release;
};
BOOST_DESCRIBE_STRUCT(ReadFlags, (), (release))

struct FreezeMail {
  static constexpr std::string_view kind = "freeze_mail";
  std::string release, freeze, message, next_step;
};
BOOST_DESCRIBE_STRUCT(FreezeMail, (), (release, freeze, message, next_step))

struct CheckItems {
  static constexpr std::string_view kind = "check_items";
  std::string release;
};
BOOST_DESCRIBE_STRUCT(CheckItems, (), (release))

}  // namespace evenkeel::planning
