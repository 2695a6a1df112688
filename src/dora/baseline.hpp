// The baseline (G1): what the first audit of the organisation found before anything was changed, kept once, and set beside today's figures
// in every report. What an audit has no source for stays open; nothing is compared with it.
#pragma once
#include "dora/stored.hpp"
#include "work/work.hpp"

namespace evenkeel::dora {

/// What is compared of an audit: members of its `averages`. The rest of the audit is kept as it is.
struct AuditAverages {
  std::int64_t releases = 0;
  std::optional<double> lead_time_hours_median, days_between_releases;
  std::optional<std::int64_t> releases_with_hotfix;
  std::optional<double> deployment_minutes;
  std::optional<std::int64_t> rolled_back, customer_reports;
  std::optional<double> minutes_to_first_customer_report;
};
BOOST_DESCRIBE_STRUCT(AuditAverages, (),
                      (releases, lead_time_hours_median, days_between_releases, releases_with_hotfix, deployment_minutes, rolled_back,
                       customer_reports, minutes_to_first_customer_report))

struct Baseline {
  std::string id, place, repository;
  std::int64_t releases = 0;
  json::Value audit;
  std::string audit_hash;
  AuditAverages averages;
  std::string kept_by;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Baseline, (), (id, place, repository, releases, audit, audit_hash, averages, kept_by, at))

struct KeepBaseline {
  static constexpr std::string_view required[] = {"audit"};
  json::Value audit;  // what `evenkeel audit --json` prints
  std::string repository = "";
};
BOOST_DESCRIBE_STRUCT(KeepBaseline, (), (audit, repository))
/// Needs: coordinator, engineering lead or admin. The same audit again is answered as it was; another one is refused (conflict): a baseline
/// that could be replaced would be none. Errors: invalid (no audit, or of no release). Ledger: baseline.kept.
Result<Baseline> keep_baseline(Work& work, const KeepBaseline& command);
std::optional<Baseline> baseline_of(store::Tx& tx);

/// One figure then and now, in words; empty where there is no source.
struct Beside {
  std::string title, then, now;
  std::optional<double> then_value, now_value;  // hours, minutes, days or a share, as the title says
  std::int64_t n_then = 0, n_now = 0;
};
BOOST_DESCRIBE_STRUCT(Beside, (), (title, then, now, then_value, now_value, n_then, n_now))

/// Pure. `lead_time_hours`: today's median, with its n. `on_record`: some deployment is, so that none in this time is an answer.
std::vector<Beside> beside(const AuditAverages& then, const Stored& now, std::optional<double> lead_time_hours, std::int64_t n_lead_time,
                           bool on_record);

}  // namespace evenkeel::dora
