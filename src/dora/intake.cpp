#include "dora/intake.hpp"

#include "base/hex.hpp"

namespace evenkeel::dora {
namespace {

constexpr std::size_t most_at_once = 5000;

Result<void> check(const ToldDeployment& d, std::size_t i, SysTime now) {
  const auto at = fmt::format("deployments[{}]", i);
  if (d.id.empty() || d.id.size() > 300) return invalid(at + ".id: required, at most 300 bytes", at + ".id");
  if (d.started && *d.started > d.finished) return invalid(at + ": it ends before it starts", at + ".finished");
  if (d.finished > now + std::chrono::minutes{2}) return invalid(at + ".finished: is in the future", at + ".finished");
  if (d.restored && (d.result != ToldResult::rolled_back || *d.restored < d.started.value_or(d.finished)))
    return invalid(at + ".restored: only for a deployment that was rolled back, after it began", at + ".restored");
  return {};
}

std::string text(const json::Value& in, std::string_view name) {
  const auto* v = in.is_object() ? in.get_object().if_contains(name) : nullptr;
  return v && v->is_string() ? std::string(v->get_string()) : "";
}

}  // namespace

Result<Taken> take_deployments(Work& work, const std::vector<ToldDeployment>& told) {
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin}, "*", "telling of deployments"));
  if (told.empty() || told.size() > most_at_once)
    return invalid(fmt::format("between 1 and {} deployments at once", most_at_once), "deployments");
  for (std::size_t i = 0; i < told.size(); ++i) TRY(check(told[i], i, work.now));
  const auto o = definitions::current(work.tx);
  const auto* production = o ? definitions::production(**o) : nullptr;
  Taken taken;
  for (const auto& d : told) {
    const auto id = "told:" + d.id;
    const auto* service = o ? definitions::find_service(**o, d.service) : nullptr;
    const auto environment = !d.environment.empty() ? d.environment : production ? production->name : "production";
    const store::Value restored = d.restored ? store::Value(to_millis(*d.restored)) : store::Value(nullptr);
    const bool known = work.tx.value("SELECT id FROM deployment WHERE id = $1", {id}).has_value();
    work.tx.exec(
        "INSERT INTO deployment (id, release_id, run_id, service, environment, version, from_version, digest, origin, unplanned, "
        "started_at, "
        "finished_at, result, restored_at, detected_at, detected_by) VALUES ($1, '', '', $2, $3, $4, '', '', 'observed', $5, $6, $7, $8, "
        "$9, "
        "NULL, '') ON CONFLICT (id) DO UPDATE SET result = excluded.result, finished_at = excluded.finished_at, restored_at = "
        "excluded.restored_at, unplanned = excluded.unplanned",
        {id, service ? service->name : d.service, environment, d.version, std::int64_t{d.unplanned},
         to_millis(d.started.value_or(d.finished)), to_millis(d.finished), std::string(json::enum_text(d.result)), restored});
    for (const auto& c : d.commits)
      work.tx.exec(
          "INSERT INTO deployment_commit (id, deployment_id, commit_id, authored_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
          {id + "/" + c.id, id, c.id, c.authored ? store::Value(to_millis(*c.authored)) : store::Value(nullptr)});
    (known ? taken.changed : taken.fresh) += 1;
  }
  work.record({.kind = "deployments.told",
               .subject = "told:" + told.front().id,
               .facts = {{"fresh", std::to_string(taken.fresh)},
                         {"changed", std::to_string(taken.changed)},
                         {"hash", to_hex(sha256(json::write(told)))}}});
  return taken;
}

Result<ToldDeployment> read_devlake_deployment(const json::Value& body) {
  if (!body.is_object()) return invalid("an object is required");
  ToldDeployment d{.id = text(body, "id")};
  const auto* commits = body.get_object().if_contains("deploymentCommits");
  std::string repository;
  if (commits && commits->is_array())
    for (const auto& c : commits->get_array()) {
      if (repository.empty()) repository = text(c, "repoUrl");
      if (const auto sha = text(c, "commitSha"); !sha.empty()) d.commits.push_back({sha, {}});
    }
  if (d.commits.empty() && !text(body, "commit_sha").empty())
    d.commits.push_back({text(body, "commit_sha"), {}}), repository = text(body, "repo_url");
  if (d.id.empty() && !d.commits.empty()) d.id = d.commits.front().id;  // older senders give no id
  d.id = "devlake:" + d.id;
  while (repository.ends_with('/')) repository.pop_back();
  d.service = repository.substr(repository.rfind('/') + 1);
  if (d.service.ends_with(".git")) d.service.resize(d.service.size() - 4);
  const auto time = [&](std::initializer_list<const char*> names) -> Result<std::optional<SysTime>> {
    for (const auto* name : names)
      if (const auto t = text(body, name); !t.empty()) return std::optional(TRY(parse_time(t)));
    return std::optional<SysTime>{};
  };
  d.started = TRY(time({"startedDate", "start_time", "createdDate"}));
  const auto finished = TRY(time({"finishedDate", "end_time"}));
  if (!finished) return invalid("finishedDate: required", "finishedDate");
  d.finished = *finished;
  const auto environment = text(body, "environment");
  if (!environment.empty() && environment != "PRODUCTION") {
    d.environment = environment;
    std::transform(d.environment.begin(), d.environment.end(), d.environment.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
  }
  if (text(body, "result") == "FAILURE") d.result = ToldResult::failure;
  return d;
}

}  // namespace evenkeel::dora
