#include "validation/report.hpp"

#include "validation/events.hpp"

namespace evenkeel::validation {

std::optional<std::string> store_report(Work& work, const health::CheckpointReport& report) {
  const std::string id = work.new_id("hrp");
  const auto inserted = work.tx.exec(
      "INSERT INTO health_report (id, release_id, checkpoint, body, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (release_id, checkpoint) "
      "DO NOTHING",
      {id, report.release, report.checkpoint, json::write(report), to_millis(work.now)});
  if (inserted == 0) return {};
  record(work, ReportMade{.checkpoint = report.checkpoint, .healthy = report.healthy},
         {.subject = id, .release = report.release, .seals = {{"health_report", id}}});
  return id;
}

std::vector<StoredReport> reports_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<StoredReport>(tx, "health_report", "WHERE release_id = $1 ORDER BY at", {release_id});
}

Result<StoredReport> report_at(store::Tx& tx, const std::string& reference, const std::string& checkpoint) {
  const auto release = TRY(planning::find_release(tx, reference));
  std::string made;
  for (auto& r : reports_of(tx, release.id)) {
    if (r.checkpoint == checkpoint) return std::move(r);
    made += (made.empty() ? "" : ", ") + r.checkpoint;
  }
  return not_found(
      fmt::format("release {} has no report at {}; made so far: {}", release.version, checkpoint, made.empty() ? "none" : made));
}

}  // namespace evenkeel::validation
