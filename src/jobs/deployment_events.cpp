#include "jobs/deployment_events.hpp"

#include "base/percent.hpp"
#include "capabilities/event_receiver.hpp"
#include "jobs/outcome.hpp"

namespace evenkeel::jobs {
namespace {

/// https://github.com/package-url/purl-spec: what was deployed, by its digest where it is known.
std::string package_url(const deploy::Deployment& d) {
  const auto name = percent_encode(d.service);
  if (d.digest.starts_with("sha256:")) return fmt::format("pkg:oci/{}@{}", name, percent_encode(d.digest));
  return fmt::format("pkg:generic/{}@{}", name, percent_encode(d.version));
}

std::string task_name(const deploy::Deployment& d) { return fmt::format("deploy {} to {}", d.service, d.environment); }
std::string pipeline_name(const steps::Run& run, const planning::Release& release) {
  return fmt::format("{} of {}", json::enum_text(run.kind), release.area);
}

DeploymentEventKind kind_of(const deploy::Deployment& d) {
  if (d.result == deploy::DeploymentResult::rolled_back) return DeploymentEventKind::rolled_back;
  return d.from_version.empty() ? DeploymentEventKind::deployed : DeploymentEventKind::upgraded;
}

/// OpenTelemetry semantic conventions, registry "deployment", "service" and "cicd"; what they have no name for is below `evenkeel`. A
/// status is known at the end alone; on the way there is the state of the pipeline run.
json::Object attributes(const deploy::Deployment& d, DeploymentEventKind kind) {
  const bool back = kind == DeploymentEventKind::rolled_back, started = kind == DeploymentEventKind::started;
  json::Object out{{"deployment.id", d.id.text}, {"deployment.name", fmt::format("{} {}", d.service, d.version)}};
  if (started) {
    out["cicd.pipeline.run.state"] = "executing";
    out["cicd.pipeline.task.run.id"] = d.id.text;
    out["cicd.pipeline.task.name"] = task_name(d);
    out["cicd.pipeline.task.type"] = "deploy";
  } else
    out["deployment.status"] = back || d.result == deploy::DeploymentResult::failure ? "failed" : "succeeded";
  for (auto& [name, value] : json::Object{{"deployment.environment.name", d.environment},
                                          {"service.name", d.service},
                                          {"service.version", back ? d.from_version : d.version},
                                          {"cicd.pipeline.run.id", d.run_id.text},
                                          {"evenkeel.release.id", d.release_id.text},
                                          {"evenkeel.deployment.version", d.version},
                                          {"evenkeel.deployment.version_before", d.from_version},
                                          {"evenkeel.deployment.started", to_iso(d.started_at)},
                                          {"evenkeel.deployment.unplanned", d.unplanned}})
    out[name] = value;
  return out;
}

/// Of a run: which pipeline, how it went.
json::Object attributes(const steps::Run& run, const planning::Release& release, RunEventKind kind) {
  json::Object out{{"cicd.pipeline.name", pipeline_name(run, release)}, {"cicd.pipeline.run.id", run.id.text},
                   {"deployment.environment.name", run.environment},    {"evenkeel.release.id", release.id.text},
                   {"evenkeel.release.version", release.version},       {"evenkeel.run.kind", std::string(json::enum_text(run.kind))}};
  if (kind == RunEventKind::started)
    out["cicd.pipeline.run.state"] = "executing";
  else
    out["cicd.pipeline.result"] = run.state == steps::RunState::done        ? "success"
                                  : run.state == steps::RunState::abandoned ? "cancellation"
                                                                            : "failure";
  return out;
}

json::Object envelope(const std::string& id, const std::string& source, const std::string& type, SysTime at, const std::string& chain) {
  return {{"specversion", cdevents_version}, {"id", id}, {"source", source}, {"type", type}, {"timestamp", to_iso(at)}, {"chainId", chain}};
}

/// What is told and of what: all that the kinds of events differ in.
struct Told {
  json::Object event;
  std::string type;
};

Result<void> tell(Work& work, const ReleaseId& release_id, const std::string& id, TellDeployment event) {
  const auto release = planning::find_release(work.tx, release_id);
  if (!release) return {};  // a rehearsal outside any release
  const auto o = planning::organisation_of(work.tx, *release);
  event.at = to_millis(work.now);
  for (const auto& c : o->connections)
    if (is_able_to(c, definitions::Ability::event_receiver)) {
      event.connection = c.name;
      enqueue(
          work, event,
          {.at = work.now, .key = fmt::format("event:{}:{}:{}", id, event.kind_, c.name), .release = release_id, .tries = Tries::patient});
    }
  return {};
}

}  // namespace

std::string cd_event_type(DeploymentEventKind kind) {
  if (kind == DeploymentEventKind::started) return "dev.cdevents.taskrun.started.0.3.0";
  const auto* word = kind == DeploymentEventKind::deployed ? "deployed" : kind == DeploymentEventKind::upgraded ? "upgraded" : "rolledback";
  return fmt::format("dev.cdevents.service.{}.0.3.0", word);
}
std::string cd_event_type(RunEventKind kind) { return fmt::format("dev.cdevents.pipelinerun.{}.0.3.0", json::enum_text(kind)); }

json::Object cd_event(const deploy::Deployment& d, DeploymentEventKind kind, SysTime at, const std::string& source) {
  json::Object subject;
  if (kind == DeploymentEventKind::started) {
    json::Object content{{"taskName", task_name(d)}};
    if (!d.run_id.empty()) content["pipelineRun"] = json::Object{{"id", d.run_id.text}, {"source", source}};
    subject = {{"id", d.id.text}, {"source", source}, {"content", std::move(content)}};
  } else
    subject = {{"id", fmt::format("{}/{}", d.environment, d.service)},
               {"source", source},
               {"content", json::Object{{"environment", json::Object{{"id", d.environment}}}, {"artifactId", package_url(d)}}}};
  return {{"context", envelope(fmt::format("{}:{}", d.id, json::enum_text(kind)), source, cd_event_type(kind), at,
                               d.run_id.empty() ? d.id.text : d.run_id.text)},
          {"subject", std::move(subject)},
          {"customData", attributes(d, kind)},
          {"customDataContentType", "application/json"}};
}

json::Object cd_event(const steps::Run& run, const planning::Release& release, RunEventKind kind, SysTime at, const std::string& source) {
  // The event asks for an absolute address; without a public one a name that is one everywhere.
  const auto uri = source.starts_with("http") ? fmt::format("{}/releases/{}", source, release.id) : "urn:evenkeel:run:" + run.id;
  json::Object content{{"pipelineName", pipeline_name(run, release)}, {"uri", uri}};
  if (kind == RunEventKind::finished)
    content["outcome"] = run.state == steps::RunState::done ? "success" : run.state == steps::RunState::abandoned ? "cancel" : "failure";
  return {{"context", envelope(fmt::format("{}:{}", run.id, json::enum_text(kind)), source, cd_event_type(kind), at, run.id)},
          {"subject", json::Object{{"id", run.id.text}, {"source", source}, {"content", std::move(content)}}},
          {"customData", attributes(run, release, kind)},
          {"customDataContentType", "application/json"}};
}

Result<void> tell_deployment(Work& work, const DeploymentId& deployment_id, bool started) {
  const auto d = store::one<deploy::Deployment>(work.tx, "deployment", "WHERE id = $1", {deployment_id});
  if (!d) return {};
  const auto kind = started ? DeploymentEventKind::started : kind_of(*d);
  return tell(work, d->release_id, d->id, {.deployment = d->id, .kind_ = std::string(json::enum_text(kind))});
}

Result<void> tell_run(Work& work, const RunId& run_id, RunEventKind kind) {
  const auto run = steps::find_run(work.tx, run_id);
  if (!run || run->kind == steps::RunKind::rehearsal) return {};
  return tell(work, run->release_id, run->id, {.run = run->id, .kind_ = std::string(json::enum_text(kind))});
}

namespace {

/// What a job's payload is about, as the document to send; nothing when that is gone.
std::optional<Told> told_by(store::Tx& tx, const TellDeployment& order, const std::string& source) {
  const auto at = from_millis(order.at);
  if (order.run) {
    const auto run = steps::find_run(tx, *order.run);
    const auto release = run ? planning::find_release(tx, run->release_id) : Result<planning::Release>(not_found(""));
    const auto what = json::enum_from<RunEventKind>(order.kind_);
    if (!release || !what) return std::nullopt;
    return Told{cd_event(*run, *release, *what, at, source), cd_event_type(*what)};
  }
  const auto d = store::one<deploy::Deployment>(tx, "deployment", "WHERE id = $1", {order.deployment.value_or(DeploymentId{})});
  const auto what = json::enum_from<DeploymentEventKind>(order.kind_);
  if (!d || !what) return std::nullopt;
  return Told{cd_event(*d, *what, at, source), cd_event_type(*what)};
}

}  // namespace

Outcome deployment_event(Claim& claim, const TellDeployment& order, const capabilities::Connections& outside,
                         const std::string& public_url) {
  const auto& name = order.connection;
  struct Found {
    std::optional<Told> told;
    std::shared_ptr<const definitions::Organisation> organisation;
  };
  const auto found = claim.engine.database.read([&](store::Tx& tx) -> Found {
    Found f;
    if (auto current = definitions::current(tx)) f.organisation = *current;
    const auto source = !public_url.empty() ? public_url
                        : f.organisation    ? "/evenkeel/" + percent_encode(f.organisation->name)
                                            : "/evenkeel";
    f.told = told_by(tx, order, source);
    return f;
  });
  if (!found.told || !found.organisation) return {Outcome::dead, "the deployment or the definitions are gone"};
  const auto* connection = definitions::find_connection(*found.organisation, name);
  if (!connection) return {Outcome::dead, fmt::format("connection {} is not defined any more", name)};
  const auto opened = outside.open(*connection);
  if (!opened) return {Outcome::retry, opened.error().message};
  const auto& event = found.told->event;
  const auto sent = opened->event_receiver->tell({found.told->type, std::string(event.at("context").at("id").as_string()), event},
                                                 claim.engine.clock.now(), claim.stop);
  return outcome_of(sent, "connection " + name);
}

}  // namespace evenkeel::jobs
