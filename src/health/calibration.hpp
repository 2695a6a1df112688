// Calibration from a service's own past: what the evidence of the judge looks like when nothing was released.
//
// Past windows as long as a watch are cut from the live metrics. In each, some hosts of the old version stand for the canary and the rest
// for the control, in turn; the judge runs over them as it would over a release, and the greatest evidence of each window is kept. A later
// watch needs more evidence than all but alpha of these windows showed by themselves, whatever their requests depend on. Windows that
// touch a deployment or an incident are left out; earlier canaries of the same criteria that stayed good are taken in, as only they
// contain a warm-up.
//
// A calibration belongs to one criteria set, by its hash, and to one environment. It is sealed, grows old, and is then said to be stale and
// not used: a watch without one is uncalibrated, takes a wider tolerance and never rolls anything back by itself.
#pragma once
#include "health/judge.hpp"
#include "health/source.hpp"
#include "work/ids.hpp"
#include "work/work.hpp"

namespace evenkeel::health {

/// One past window that stood for a healthy release.
struct PastRelease {
  SysTime from;
  std::string canary;   // the hosts that stood for it, or "release 1.2.0"
  double evidence = 0;  // greatest log sum w_m E_m
  std::map<std::string, double> gauges = {};
};
BOOST_DESCRIBE_STRUCT(PastRelease, (), (from, canary, evidence, gauges))

/// What a calibration learned, and what it could not.
struct CalibrationBody {
  static constexpr std::array<std::string_view, 0> required = {};
  Calibration learned = {};
  SysTime from = {}, until = {};
  std::int64_t hosts = 0;         // seen at most at once
  std::int64_t left_out = 0;      // windows that touched a deployment or an incident
  std::int64_t without_data = 0;  // windows in which a critical criterion had too little of both sides
  std::vector<PastRelease> windows = {};
  std::vector<std::string> missing = {};  // what a better one needs, for a person
};
BOOST_DESCRIBE_STRUCT(CalibrationBody, (), (learned, from, until, hosts, left_out, without_data, windows, missing))

struct StoredCalibration {
  Id<StoredCalibration> id;
  std::string service, environment, criteria_hash, method_version;
  CalibrationLevel level = CalibrationLevel::uncalibrated;
  std::int64_t windows = 0;
  std::string sentence;
  CalibrationBody body;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(StoredCalibration, (), (id, service, environment, criteria_hash, method_version, level, windows, sentence, body, at))

/// A past window's samples, cut into the two sides.
struct CutWindow {
  std::string canary;  // whose samples stand for the canary
  SampleBatch batch;
  double share = 0;  // of the hosts that stand for the canary; 0: not known, or a real canary
};
/// One criterion host by host over a range, cut at `first` (in intervals) into a window of `count`: `taken` against all others.
SideSeries sum_of(const HostSeries& hosts, const std::vector<std::string>& names, std::size_t first, std::size_t count);
/// The hosts whose turn it is in window number `turn`: `count` of them, one after the other. Fewer than count + 1 hosts: none.
std::vector<std::string> hosts_in_turn(const std::vector<std::string>& hosts, std::int64_t turn, int count);

/// Pure. `left_out`: windows that were not even cut. Windows in which a critical comparison has data of both sides in less than half of the
/// intervals teach nothing.
CalibrationBody learn_from(const CriteriaSet& set, const std::vector<CutWindow>& windows, std::int64_t left_out);
/// "calibrated on 336 windows of 1h from 2026-03-01 to 2026-03-15; ..."
std::string sentence_of(const CalibrationBody& body, const CriteriaSet& set);

/// Seals it. The same criteria up to the same moment once: a second time changes nothing. Ledger: health.calibrated.
StoredCalibration store_calibration(Work& work, const std::string& service, const std::string& environment, const CriteriaSet& set,
                                    CalibrationBody body);
/// The newest of this service, whatever its criteria; or of just these.
std::optional<StoredCalibration> newest_calibration(store::Tx& tx, const std::string& service, const std::string& environment,
                                                    const std::string& criteria_hash = {});

/// What a watch that begins now judges with: the newest calibration of exactly these criteria, when it is not stale and was made by this
/// method; else none, with the reason in `note`.
Calibration calibration_for(store::Tx& tx, const std::string& service, const std::string& environment, const CriteriaSet& set, SysTime now);

}  // namespace evenkeel::health
