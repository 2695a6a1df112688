// What else went on while a deployment was watched: said in its verdicts and reports, because before and after never proves a cause.
#pragma once
#include "deploy/deploy.hpp"
#include "health/chart.hpp"

namespace evenkeel::validation {

/// A later deployment of the same service in the same environment.
struct Supersession {
  std::string service, version;
  SysTime at;
};
std::optional<Supersession> superseded(store::Tx& tx, const deploy::Deployment& deployment);

/// In words: other deployments and incidents since the deployment began, freezes (maintenance) in force, a warm-up that takes no part,
/// alerts and silences of other systems. `told`: deployments that were said already.
std::vector<std::string> circumstances_of(store::Tx& tx, const planning::Release& release, const std::string& service, SysTime from,
                                          SysTime to, const std::vector<Supersession>& told = {});

/// The same as points in time, for a chart: other deployments in the environment, and incidents.
std::vector<health::ChartMarker> markers_in(store::Tx& tx, const planning::Release& release, SysTime from, SysTime to);

}  // namespace evenkeel::validation
