// The jobs of entries and notes.
#pragma once
#include "work/ids.hpp"
#include "work/job.hpp"

namespace evenkeel::changelog {

struct Proposal;

struct ProposeWording {
  static constexpr std::string_view kind = "propose_wording";
  Id<Proposal> proposal;
};
BOOST_DESCRIBE_STRUCT(ProposeWording, (), (proposal))

struct ReadTickets {
  static constexpr std::string_view kind = "read_tickets";
  ReleaseId release;
};
BOOST_DESCRIBE_STRUCT(ReadTickets, (), (release))

struct ReadLaunchFlags {
  static constexpr std::string_view kind = "read_launch_flags";
  ReleaseId release;
};
BOOST_DESCRIBE_STRUCT(ReadLaunchFlags, (), (release))

}  // namespace evenkeel::changelog
