#include "incident/incident.hpp"
#include "stats/intervals.hpp"

namespace evenkeel::incident {

void note_detection_by_rollback(Work& work, const ReleaseId& release_id, const std::string& person, SysTime at) {
  auto by = Source::staff;
  const auto release = planning::find_release(work.tx, release_id);
  if (release &&
      work.tx.integer("SELECT count(*) FROM grant_of_role WHERE person_id = $1 AND role = 'on_call' AND (area = $2 OR area = '*')",
                      {person, release->area}) > 0)
    by = Source::on_call;
  deploy::note_release_detected(work.tx, release_id, at, by);
}

Detection detection(store::Tx& tx, SysTime from, SysTime to) {
  Detection d;
  std::vector<double> minutes;
  std::map<std::string, DetectionMonth> months;
  // One run is one deployment; failed: rolled back, or the cause of an incident. The earliest word of its parts is the first.
  struct Failed {
    std::int64_t started = 0, finished = 0;
    std::optional<std::int64_t> detected;
    std::string by;
  };
  std::map<std::string, Failed> failed;
  tx.exec(
      "SELECT id, run_id, started_at, finished_at, detected_at, detected_by FROM deployment WHERE finished_at >= $1 AND finished_at <= $2 "
      "AND (result = 'rolled_back' OR id IN (SELECT deployment_id FROM incident WHERE cause <> 'rejected'))",
      {to_millis(from), to_millis(to)}, [&](const store::Row& row) {
        auto& f = failed[row.text(1).empty() ? row.text(0) : row.text(1)];
        f.started = f.started == 0 ? row.integer(2) : std::min(f.started, row.integer(2));
        f.finished = std::max(f.finished, row.integer(3));
        if (!row.null(4) && (!f.detected || row.integer(4) < *f.detected)) f.detected = row.integer(4), f.by = row.text(5);
      });
  for (const auto& [id, f] : failed) {
    ++d.failed;
    auto& month = months[to_date(from_millis(f.finished)).substr(0, 7)];
    ++month.failed;
    if (!f.detected) {
      ++d.unknown;
      continue;
    }
    ++d.first_by[f.by];
    const bool customer = f.by == "customer";
    d.customer_first += customer, month.customer_first += customer;
    minutes.push_back(double(std::max<std::int64_t>(0, *f.detected - f.started)) / 60'000);
  }
  const auto known = d.failed - d.unknown;
  d.too_few = known < 5;
  if (known > 0) {
    const auto i = stats::wilson(double(d.customer_first), double(known));
    d.customer_rate = double(d.customer_first) / double(known), d.low = i.low, d.high = i.high;
  }
  std::sort(minutes.begin(), minutes.end());
  d.median_minutes = stats::quantile_r7(minutes, 0.5);
  for (auto& [name, m] : months) m.month = name, d.months.push_back(m);
  if (d.months.size() < 2 || d.too_few) {
    d.trend = "too few failed deployments for a trend";
  } else {
    // The first half of the months against the second, by Fisher's exact test in either direction.
    std::int64_t n[2] = {0, 0}, k[2] = {0, 0};
    for (std::size_t m = 0; m < d.months.size(); ++m) {
      const int half = m < d.months.size() / 2 ? 0 : 1;
      n[half] += d.months[m].failed, k[half] += d.months[m].customer_first;
    }
    const double rises = stats::fisher_greater(k[1], n[1], k[0], n[0]), falls = stats::fisher_greater(k[0], n[0], k[1], n[1]);
    d.trend = fmt::format("customers were first in {} of {} before and {} of {} since: {}", k[0], n[0], k[1], n[1],
                          rises < 0.05   ? "more often"
                          : falls < 0.05 ? "less often"
                                         : "no more than chance");
  }
  return d;
}

}  // namespace evenkeel::incident
