// What the ledger says of incidents.
#pragma once
#include "incident/incident.hpp"
#include "work/event.hpp"

namespace evenkeel::incident {

struct IncidentOpened {
  static constexpr std::string_view kind = "incident.opened";
  std::string service;
  Moment what = Moment::started;
  SysTime at;
  Source source = Source::staff;
  std::string deployment;
  Cause cause = Cause::none;
};
BOOST_DESCRIBE_STRUCT(IncidentOpened, (), (service, what, at, source, deployment, cause))

struct IncidentNoted {
  static constexpr std::string_view kind = "incident.noted";
  std::optional<std::string> service;  // with deployment and cause, where the incident was told of again
  Moment what = Moment::started;
  SysTime at;
  Source source = Source::staff;
  std::optional<std::string> deployment;
  std::optional<Cause> cause;
};
BOOST_DESCRIBE_STRUCT(IncidentNoted, (), (service, what, at, source, deployment, cause))

struct CauseSet {
  static constexpr std::string_view kind = "incident.cause_set";
  Cause cause = Cause::none;
  std::string deployment, before;
};
BOOST_DESCRIBE_STRUCT(CauseSet, (), (cause, deployment, before))

}  // namespace evenkeel::incident
