// What the ledger says of deployments told by others and of delivery reports.
#pragma once
#include "work/event.hpp"

namespace evenkeel::dora {

struct BaselineKept {
  static constexpr std::string_view kind = "baseline.kept";
  std::int64_t releases = 0;
  std::string audit;
};
BOOST_DESCRIBE_STRUCT(BaselineKept, (), (releases, audit))

struct DeploymentsTold {
  static constexpr std::string_view kind = "deployments.told";
  std::int64_t fresh = 0, changed = 0;
  std::string hash;
};
BOOST_DESCRIBE_STRUCT(DeploymentsTold, (), (fresh, changed, hash))

struct DeliveryReported {
  static constexpr std::string_view kind = "delivery.reported";
  std::string month, definition;
  std::int64_t deployments = 0, failed = 0;
};
BOOST_DESCRIBE_STRUCT(DeliveryReported, (), (month, definition, deployments, failed))

struct DeliveryReportSent {
  static constexpr std::string_view kind = "delivery.report_sent";
  std::string month, channel;
};
BOOST_DESCRIBE_STRUCT(DeliveryReportSent, (), (month, channel))

}  // namespace evenkeel::dora
