// Calibration (health/calibration.hpp) made by itself: at night, and at once when a service's criteria change; or asked for by a person.
// Past windows are fetched outside any transaction.
#pragma once
#include "capabilities/integration.hpp"
#include "definitions/organisation.hpp"
#include "health/calibration.hpp"
#include "health/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::validation {

/// A calibration that is enough is made again after so long, or after half of the time for which it is good.
inline constexpr Millis calibration_rests = std::chrono::days{6};

/// 03:00 in the zone, after `t`, and up to an hour later by the service's name, so that a source is not asked for everything at once.
SysTime next_night(SysTime t, const std::string& zone, const std::string& service);

/// Sees to it that each service that says how its hosts are told apart is calibrated now, when these criteria never were, and every night.
/// Called when definitions are applied.
Result<void> plan_calibrations(Work& work);
/// "calibrate": one service. Nothing to do while a good one is young enough. A source that does not answer is asked again in a quarter of
/// an hour. Ledger: health.calibrated.
jobs::Outcome calibrate(jobs::Claim& claim, const health::Calibrate& order, const capabilities::Connections& outside);

struct CalibrateNow {
  static constexpr std::string_view required[] = {"service"};
  std::string service;
};
BOOST_DESCRIBE_STRUCT(CalibrateNow, (), (service))
/// The same now, whatever its age; up to the same window it changes nothing. Needs: health monitor, coordinator, engineering lead or
/// on-call of the area. Errors: not_found (service), conflict (its criteria name no label), unavailable (a source does not answer).
Result<health::StoredCalibration> calibrate_now(Engine& engine, const capabilities::Connections& outside, const Actor& actor,
                                                const CalibrateNow& command);

/// How a service stands: what a watch that began now would judge with.
struct CalibrationState {
  std::string service, environment, criteria_hash;
  health::CalibrationLevel level = health::CalibrationLevel::uncalibrated;
  std::string sentence;        // what a watch would judge with, and why
  std::string next_step;       // empty when nothing is missing
  bool may_act_alone = false;  // the owner allows it, and the calibration is enough for it
  std::optional<health::StoredCalibration> newest;
};
BOOST_DESCRIBE_STRUCT(CalibrationState, (), (service, environment, criteria_hash, level, sentence, next_step, may_act_alone, newest))
/// Errors: not_found (service), conflict (it has no criteria).
Result<CalibrationState> calibration_state(store::Tx& tx, const std::string& service, SysTime now);

}  // namespace evenkeel::validation
