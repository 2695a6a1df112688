// Deployments that went past Evenkeel (DH6): told by pipelines one by one, or brought along from a history. They count in the delivery
// figures like Evenkeel's own, marked "observed". The same id again is the same deployment, with its newest state.
#pragma once
#include "definitions/apply.hpp"
#include "dora/words.hpp"
#include "store/rows.hpp"
#include "work/work.hpp"

namespace evenkeel::dora {

struct ToldCommit {
  static constexpr std::string_view required[] = {"id"};
  std::string id;
  std::optional<SysTime> authored;
};
BOOST_DESCRIBE_STRUCT(ToldCommit, (), (id, authored))

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
  std::string together_with = "";  // id of the deployment that this one is a part of: one deployment of several services counts once
};
BOOST_DESCRIBE_STRUCT(ToldDeployment, (),
                      (id, service, version, environment, started, finished, result, restored, unplanned, commits, together_with))

struct Taken {
  std::int64_t fresh = 0, changed = 0;
};
BOOST_DESCRIBE_STRUCT(Taken, (), (fresh, changed))

/// At most 5,000 at once. Needs: coordinator, engineering lead, health monitor or admin. Errors: invalid (ends before it starts, in the
/// future; nothing is stored then). Ledger: one entry, deployments.told, with the count and the hash of what was told.
Result<Taken> take_deployments(Work& work, const std::vector<ToldDeployment>& told);

/// A history that is brought along in parts, and how far it has come.
struct Backfill {
  std::string id;  // the history's name
  std::int64_t lines = 0;
  std::string prefix_hash;  // over the lines that are stored
  std::int64_t fresh = 0, changed = 0;
  SysTime updated_at;
};
BOOST_DESCRIBE_STRUCT(Backfill, (), (id, lines, prefix_hash, fresh, changed, updated_at))
struct BackfillPart {
  static constexpr std::string_view required[] = {"history", "after_line", "through_line", "prefix_hash"};
  std::string history;
  std::int64_t after_line = 0, through_line = 0;  // lines of the file: 0 begins anew
  std::string prefix_hash;                        // hash_line over every line up to `through_line`
  std::vector<ToldDeployment> deployments;
};
BOOST_DESCRIBE_STRUCT(BackfillPart, (), (history, after_line, through_line, prefix_hash, deployments))
/// The next part of a history, or its first one again; the part that was stored last again changes nothing, and is answered as it was.
/// Needs and errors as take_deployments; conflict when it is not the next part. Ledger: deployments.told.
Result<Backfill> take_backfill(Work& work, const BackfillPart& part);
/// Error: not_found.
Result<Backfill> backfill_of(store::Tx& tx, const std::string& history);
/// The hash over one line more ("" before the first).
std::string hash_line(const std::string& before, std::string_view line);

/// The body that DevLake's deployment webhook takes: id, startedDate, finishedDate, environment, result, deploymentCommits. One a
/// repository, together one deployment.
Result<std::vector<ToldDeployment>> read_devlake_deployment(const json::Value& body);

}  // namespace evenkeel::dora
