// Deployments that went past Evenkeel (DH6): told by pipelines one by one, or brought along from a history. They count in the delivery
// figures like Evenkeel's own, marked "observed". The same id again is the same deployment, with its newest state.
#pragma once
#include "definitions/apply.hpp"
#include "store/rows.hpp"
#include "work/work.hpp"

namespace evenkeel::dora {

struct ToldCommit {
  static constexpr std::string_view required[] = {"id"};
  std::string id;
  std::optional<SysTime> authored;
};
BOOST_DESCRIBE_STRUCT(ToldCommit, (), (id, authored))

enum class ToldResult { success, failure, rolled_back };
BOOST_DESCRIBE_ENUM(ToldResult, success, failure, rolled_back)

struct ToldDeployment {
  static constexpr std::string_view required[] = {"id", "finished"};
  std::string id;            // of the sender
  std::string service = "";  // as it is named there; unknown names are kept
  std::string version = "";
  std::string environment = "";    // empty: the production one
  std::optional<SysTime> started;  // left out: when it finished
  SysTime finished;
  ToldResult result = ToldResult::success;
  std::optional<SysTime> restored;  // rolled back: when the old version was back
  bool unplanned = false;           // made because of an incident
  std::vector<ToldCommit> commits;
};
BOOST_DESCRIBE_STRUCT(ToldDeployment, (), (id, service, version, environment, started, finished, result, restored, unplanned, commits))

struct Taken {
  std::int64_t fresh = 0, changed = 0;
};
BOOST_DESCRIBE_STRUCT(Taken, (), (fresh, changed))

/// At most 5,000 at once. Needs: coordinator, engineering lead, health monitor or admin. Errors: invalid (ends before it starts, in the
/// future; nothing is stored then). Ledger: one entry, deployments.told, with the count and the hash of what was told.
Result<Taken> take_deployments(Work& work, const std::vector<ToldDeployment>& told);

/// The body that DevLake's deployment webhook takes: id, startedDate, finishedDate, environment, result, deploymentCommits.
Result<ToldDeployment> read_devlake_deployment(const json::Value& body);

}  // namespace evenkeel::dora
