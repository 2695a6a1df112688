#include "jobs/deployment_events.hpp"

#include "http/message.hpp"
#include "outbound/webhook/webhook.hpp"
#include "steps/variables.hpp"

namespace evenkeel::jobs {
namespace {

/// https://github.com/package-url/purl-spec: what was deployed, by its digest where it is known.
std::string package_url(const deploy::Deployment& d) {
  const auto name = http::percent_encode(d.service);
  if (d.digest.starts_with("sha256:")) return fmt::format("pkg:oci/{}@{}", name, http::percent_encode(d.digest));
  return fmt::format("pkg:generic/{}@{}", name, http::percent_encode(d.version));
}

DeploymentEventKind kind_of(const deploy::Deployment& d) {
  if (d.result == "rolled_back") return DeploymentEventKind::rolled_back;
  return d.from_version.empty() ? DeploymentEventKind::deployed : DeploymentEventKind::upgraded;
}

/// OpenTelemetry semantic conventions, registry "deployment", "service" and "cicd"; what they have no name for is below `evenkeel`.
json::Object attributes(const deploy::Deployment& d, DeploymentEventKind kind) {
  const bool back = kind == DeploymentEventKind::rolled_back;
  return {{"deployment.id", d.id},
          {"deployment.name", fmt::format("{} {}", d.service, d.version)},
          {"deployment.status", back || d.result == "failure" ? "failed" : "succeeded"},
          {"deployment.environment.name", d.environment},
          {"service.name", d.service},
          {"service.version", back ? d.from_version : d.version},
          {"cicd.pipeline.run.id", d.run_id},
          {"evenkeel.release.id", d.release_id},
          {"evenkeel.deployment.version", d.version},
          {"evenkeel.deployment.version_before", d.from_version},
          {"evenkeel.deployment.started", to_iso(d.started_at)},
          {"evenkeel.deployment.unplanned", d.unplanned}};
}

}  // namespace

std::string cd_event_type(DeploymentEventKind kind) {
  const auto* word = kind == DeploymentEventKind::deployed ? "deployed" : kind == DeploymentEventKind::upgraded ? "upgraded" : "rolledback";
  return fmt::format("dev.cdevents.service.{}.0.3.0", word);
}

json::Object cd_event(const deploy::Deployment& d, DeploymentEventKind kind, SysTime at, const std::string& source) {
  return {{"context", json::Object{{"specversion", cdevents_version},
                                   {"id", fmt::format("{}:{}", d.id, json::enum_text(kind))},
                                   {"source", source},
                                   {"type", cd_event_type(kind)},
                                   {"timestamp", to_iso(at)},
                                   {"chainId", d.run_id.empty() ? d.id : d.run_id}}},
          {"subject",
           json::Object{{"id", fmt::format("{}/{}", d.environment, d.service)},
                        {"source", source},
                        {"content", json::Object{{"environment", json::Object{{"id", d.environment}}}, {"artifactId", package_url(d)}}}}},
          {"customData", attributes(d, kind)},
          {"customDataContentType", "application/json"}};
}

Result<void> tell_deployment(Work& work, const std::string& deployment_id) {
  const auto d = store::one<deploy::Deployment>(work.tx, "deployment", "WHERE id = $1", {deployment_id});
  if (!d) return {};
  const auto o = planning::organisation_of(work.tx, TRY(planning::find_release(work.tx, d->release_id)));
  const auto kind = std::string(json::enum_text(kind_of(*d)));
  for (const auto& c : o->connections)
    if (c.kind == definitions::ConnectionKind::events)
      work.enqueue({"deployment_event",
                    json::Object{{"deployment", d->id}, {"kind", kind}, {"connection", c.name}, {"at", to_millis(work.now)}}, work.now,
                    fmt::format("event:{}:{}:{}", d->id, kind, c.name), d->release_id, 30});
  return {};
}

Outcome deployment_event(Claim& claim, http::HttpClient& client, const std::string& public_url) {
  const auto data = claim.job.data();
  const std::string name{data.at("connection").as_string()};
  const auto kind = json::enum_from<DeploymentEventKind>(std::string(data.at("kind").as_string()));
  struct Found {
    std::optional<deploy::Deployment> deployment;
    std::shared_ptr<const definitions::Organisation> organisation;
  };
  const auto found = claim.engine.database.read([&](store::Tx& tx) -> Found {
    Found f{store::one<deploy::Deployment>(tx, "deployment", "WHERE id = $1", {std::string(data.at("deployment").as_string())}), {}};
    if (auto current = definitions::current(tx)) f.organisation = *current;
    return f;
  });
  if (!kind || !found.deployment || !found.organisation) return {Outcome::dead, "the deployment or the definitions are gone"};
  const auto* connection = definitions::find_connection(*found.organisation, name);
  if (!connection) return {Outcome::dead, fmt::format("connection {} is not defined any more", name)};
  const auto secret = steps::resolve_secret(connection->secret);
  if (!secret) return {Outcome::retry, secret.error().message};
  const auto source = public_url.empty() ? "/evenkeel/" + http::percent_encode(found.organisation->name) : public_url;
  const auto event = cd_event(*found.deployment, *kind, from_millis(data.at("at").as_int64()), source);
  const auto sent = outbound::send_webhook(client,
                                           {.url = connection->url,
                                            .secret = Secret(*secret),
                                            .event = cd_event_type(*kind),
                                            .body = json::dump(event),
                                            .idempotency_key = std::string(event.at("context").at("id").as_string())},
                                           claim.engine.clock.now(), claim.stop);
  switch (sent.end) {
    case outbound::DeliveryEnd::delivered:
      return {Outcome::done};
    case outbound::DeliveryEnd::refused:
      return {Outcome::dead, fmt::format("connection {}: {}", name, sent.reason)};
    default:
      return {Outcome::retry, fmt::format("connection {}: {}", name, sent.reason), sent.retry_after.value_or(Millis{0})};
  }
}

}  // namespace evenkeel::jobs
