// What Alertmanager says of a service (see health/signal.hpp), asked while its deployments are watched, and as a person asks.
#pragma once
#include "capabilities/integration.hpp"
#include "definitions/organisation.hpp"
#include "health/signal.hpp"
#include "health/watch.hpp"
#include "work/engine.hpp"

namespace evenkeel::validation {

/// Before an interval of this service is judged: what fires and is silenced is asked for and stored; an alert that began with
/// the watched deployment or after it opens an incident, one that ended resolves its own. Nothing happens for a service whose definitions
/// name no labels, or where no Alertmanager is connected. Ledger: signal.fired, signal.ended, silence.seen, incident.opened,
/// incident.noted.
void hear_alerts(Engine& engine, const capabilities::Connections& outside, const definitions::Organisation& organisation,
                 const health::Watch& watch, std::stop_token stop = {});

/// What a person sees who asks now. Nothing is stored.
struct AlertsNow {
  std::string service, sentence;
  std::map<std::string, std::string> labels;
  health::AlertReading now;
  std::vector<health::OutsideAlert> heard;  // of the last 24 hours, newest first
};
BOOST_DESCRIBE_STRUCT(AlertsNow, (), (service, sentence, labels, now, heard))
/// Errors: not_found (service), conflict (its definitions name no labels, or no Alertmanager is connected).
Result<AlertsNow> alerts_now(Engine& engine, const capabilities::Connections& outside, const std::string& service);

}  // namespace evenkeel::validation
