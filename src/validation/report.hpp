// Reports of the checkpoints: what was seen so long after the deployment, kept as it was made.
#pragma once
#include "health/checkpoint.hpp"
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::validation {

struct StoredReport {
  Id<StoredReport> id;
  ReleaseId release_id;
  std::string checkpoint;
  health::CheckpointReport body;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(StoredReport, (), (id, release_id, checkpoint, body, at))

/// One report a checkpoint; its id, or nothing when there is one already. Ledger: report.made.
std::optional<std::string> store_report(Work& work, const health::CheckpointReport& report);
std::vector<StoredReport> reports_of(store::Tx& tx, const ReleaseId& release_id);
/// Error: not_found, naming those that are there.
Result<StoredReport> report_at(store::Tx& tx, const std::string& release, const std::string& checkpoint);

}  // namespace evenkeel::validation
