// What is known of a deployment when a checkpoint comes: read in one transaction, before anything is asked outside.
#pragma once
#include <set>

#include "deploy/deploy.hpp"
#include "health/chart.hpp"
#include "health/checkpoint.hpp"
#include "health/validation_watch.hpp"

namespace evenkeel::validation {

/// From the first component that went out to the last one that was out.
struct DeploymentSpan {
  SysTime started, finished;
};
std::optional<DeploymentSpan> deployment_span(store::Tx& tx, const ReleaseId& release_id);

/// A component's watch after promotion: it has learned the past that the report speaks of.
struct ComponentWatch {
  health::Watch watch;
  std::vector<health::MetricPast> pasts;
  std::vector<health::StoredSample> samples;
};

struct CheckpointFacts {
  planning::Release release;
  std::shared_ptr<const definitions::Organisation> organisation;
  DeploymentSpan span;
  Millis after = {};  // which checkpoint
  std::vector<planning::Component> components;
  std::map<std::string, SysTime> until = {};  // components that were deployed again, and when
  std::set<std::string> gone = {};            // components that were rolled back
  std::optional<SysTime> all_gone_at = {};    // when the last of all of them was
  std::vector<health::ChartMarker> markers = {};
  std::vector<ComponentWatch> watches = {};
  std::vector<std::string> canaries = {}, circumstances = {};
  std::vector<std::string> pages = {};  // of the time after the deployment, as they stand
  std::int64_t pages_open = 0;
  bool last = false;                        // no checkpoint follows
  std::optional<SysTime> declined_at = {};  // when a person last declined to roll back since the deployment
  bool answered = false;                    // a person has judged what was suspect, and declined to roll back
};
/// Error: not_found, conflict (nothing was deployed).
Result<CheckpointFacts> facts_of(store::Tx& tx, const ReleaseId& release_id, Millis after, SysTime now);
/// An interval that the report is about has not been judged yet.
bool is_behind(const CheckpointFacts& facts);

}  // namespace evenkeel::validation
