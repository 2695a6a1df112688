// The health report of a release: what was seen 15 minutes, 30 minutes, an hour and a day after the deployment, for people.
//
// A report is made from snapshots of one judge, so looking often costs no part of the false-alarm budget. It says what was
// covered and what was not: a criterion without data is a row like any other.
#pragma once
#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "health/judge.hpp"

namespace evenkeel::health {

/// The checkpoints a release owes, from the start of its window.
inline constexpr std::array<Millis, 4> report_checkpoints = {std::chrono::minutes{15}, std::chrono::minutes{30}, std::chrono::hours{1},
                                                             std::chrono::hours{24}};

/// The judge as it stood at a checkpoint.
struct Snapshot {
  Millis after = Millis{0};  // since the window opened
  SysTime taken = {};
  Verdict verdict;
};

struct ReportSubject {
  std::string release;  // "shop 1.4.0"
  std::string service;
  std::string version;
  std::string environment;
  SysTime deployed = {};
};
BOOST_DESCRIBE_STRUCT(ReportSubject, (), (release, service, version, environment, deployed))

/// One criterion at one checkpoint.
struct ReportCell {
  std::string checkpoint;  // "15m"
  MetricState state = MetricState::insufficient;
  RatioRange ratio;
  double canary_events = 0, canary_total = 0, control_events = 0, control_total = 0;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(ReportCell, (), (checkpoint, state, ratio, canary_events, canary_total, control_events, control_total, detail))

struct ReportRow {
  std::string criterion;
  bool critical = true;
  std::vector<ReportCell> cells;  // one per checkpoint reached
};
BOOST_DESCRIBE_STRUCT(ReportRow, (), (criterion, critical, cells))

/// How much of the time there were data on both sides.
struct ReportCoverage {
  std::string criterion;
  int with_data = 0;
  int intervals = 0;
};
BOOST_DESCRIBE_STRUCT(ReportCoverage, (), (criterion, with_data, intervals))

struct HealthReport {
  ReportSubject subject;
  std::string outcome;  // the sentence of the last checkpoint
  ReleaseVerdict verdict = ReleaseVerdict::hold;
  std::vector<std::string> checkpoints;  // reached, ascending
  std::vector<std::string> owed;         // not reached yet
  std::vector<ReportRow> rows;
  std::vector<ReportCoverage> coverage;
  std::vector<std::string> not_covered;  // "business: no users of its own"
  std::string label;                     // "uncalibrated"
  std::string criteria_hash;
  std::string method;
  SysTime made = {};
};
BOOST_DESCRIBE_STRUCT(HealthReport, (),
                      (subject, outcome, verdict, checkpoints, owed, rows, coverage, not_covered, label, criteria_hash, method, made))

/// `snapshots` ascending by `after`; none: a report that says that nothing was judged yet.
HealthReport make_report(const ReportSubject& subject, const CriteriaSet& set, const std::vector<Snapshot>& snapshots, SysTime now);

/// The report as GitHub-flavoured Markdown; texts from outside are escaped, so that a name cannot break the table or inject HTML.
std::string to_markdown(const HealthReport& report);

}  // namespace evenkeel::health
