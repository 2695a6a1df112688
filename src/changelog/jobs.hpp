// The jobs of entries and notes.
#pragma once
#include "work/job.hpp"

namespace evenkeel::changelog {

struct ProposeWording {
  static constexpr std::string_view kind = "propose_wording";
  std::string proposal;
};
BOOST_DESCRIBE_STRUCT(ProposeWording, (), (proposal))

struct ReadTickets {
  static constexpr std::string_view kind = "read_tickets";
  std::string release;
};
BOOST_DESCRIBE_STRUCT(ReadTickets, (), (release))

struct ReadLaunchFlags {
  static constexpr std::string_view kind = "read_launch_flags";
  std::string release;
};
BOOST_DESCRIBE_STRUCT(ReadLaunchFlags, (), (release))

}  // namespace evenkeel::changelog
