// Deployment events (DH5): every deployment and rollback, told to the systems that watch production, as CDEvents with OpenTelemetry's names
// for the attributes. Each connection of kind `events` gets each event at least once, signed, under the same id on every attempt.
#pragma once
#include "deploy/deploy.hpp"
#include "http/client.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

// https://cdevents.dev/docs/cd/continuous-deployment/: the specification whose event types are spoken here.
inline constexpr std::string_view cdevents_version = "0.6.0-draft";

enum class DeploymentEventKind { deployed, upgraded, rolled_back };
BOOST_DESCRIBE_ENUM(DeploymentEventKind, deployed, upgraded, rolled_back)

/// Pure: the document that is sent. Its id is made of the deployment's and the kind, so that a receiver recognises a repetition.
json::Object cd_event(const deploy::Deployment& deployment, DeploymentEventKind kind, SysTime at, const std::string& source);
/// "dev.cdevents.service.deployed.0.3.0".
std::string cd_event_type(DeploymentEventKind kind);

/// For each connection of kind `events` one "deployment_event" job; called when a deployment finished or was rolled back.
Result<void> tell_deployment(Work& work, const std::string& deployment_id);
/// "deployment_event": sends it; refusals are dead letters, anything else is tried again.
Outcome deployment_event(Claim& claim, http::HttpClient& client, const std::string& public_url);

}  // namespace evenkeel::jobs
