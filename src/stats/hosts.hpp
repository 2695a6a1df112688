// How far apart like hosts are by themselves: one canary host may differ from the rest without any new version.
#pragma once
#include <span>

namespace evenkeel::stats {

struct HostCounts {
  double events = 0, requests = 0;
};

/// sd of the log event rate between hosts beyond what counting explains: variance of the logs less the mean of 1/events. 0 with fewer
/// than two hosts that have events.
double host_spread(std::span<const HostCounts> hosts);

/// The ratio that `canary_hosts` of such hosts may show against the others without being different: exp(t(0.975, hosts - 1) tau
/// sqrt(1/canary_hosts + 1/hosts)). At least 1.
double host_tolerance(std::span<const HostCounts> control_hosts, int canary_hosts);

}  // namespace evenkeel::stats
