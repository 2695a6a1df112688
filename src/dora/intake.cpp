#include "dora/intake.hpp"

#include <set>
#include <unordered_map>

#include "base/hex.hpp"
#include "deploy/deploy.hpp"
#include "dora/events.hpp"
#include "store/many_rows.hpp"

namespace evenkeel::dora {
namespace {

constexpr std::size_t most_at_once = 5000;

Result<void> check(const ToldDeployment& d, std::size_t i, SysTime now) {
  const auto at = fmt::format("deployments[{}]", i);
  if (d.id.empty() || d.id.size() > 300) return invalid(at + ".id: required, at most 300 bytes", at + ".id");
  const auto plain = [](const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
  };
  if (!plain(d.together_with) || !plain(d.id) || !plain(d.service) || !plain(d.version) || !plain(d.environment) ||
      !std::all_of(d.commits.begin(), d.commits.end(), [&](const ToldCommit& c) { return plain(c.id); }))
    return invalid(at + ": a control character in a name, a version or a commit", at);
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

namespace {

std::int64_t known_among(store::Tx& tx, const std::vector<store::Args>& rows) {
  const auto most = store::rows_at_once(tx);
  std::int64_t known = 0;
  for (std::size_t at = 0; at < rows.size(); at += most) {
    const auto n = std::min(most, rows.size() - at);
    store::Args ids;
    for (std::size_t i = 0; i < n; ++i) ids.push_back(rows[at + i].front());
    known += tx.integer("SELECT count(*) FROM deployment WHERE id IN " + store::places(1, n), ids);
  }
  return known;
}

/// An environment of the definitions, in whatever letters; what is called production elsewhere is the production here.
std::string environment_of(const Result<std::shared_ptr<const definitions::Organisation>>& o, const std::string& told) {
  const auto small = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
  };
  if (o)
    for (const auto& e : (*o)->environments)
      if (small(e.name) == small(told)) return e.name;
  if (!told.empty() && !is_production(told)) return small(told);
  const auto* production = o ? definitions::production(**o) : nullptr;
  return production ? production->name : "production";
}

Taken store_told(store::Tx& tx, const std::vector<ToldDeployment>& told) {
  const auto o = definitions::current(tx);
  std::unordered_map<std::string_view, std::size_t> newest;  // told twice in one breath: the last word stands
  for (std::size_t i = 0; i < told.size(); ++i) newest[told[i].id] = i;
  std::vector<store::Args> deployments, commits;
  deployments.reserve(newest.size());
  std::set<std::string> commit_ids;
  for (std::size_t i = 0; i < told.size(); ++i) {
    const auto& d = told[i];
    const auto id = "told:" + d.id;
    for (const auto& c : d.commits)
      if (auto key = id + "/" + c.id; commit_ids.insert(key).second)
        commits.push_back({std::move(key), id, c.id, c.authored ? store::Value(to_millis(*c.authored)) : store::Value(nullptr)});
    if (newest.at(d.id) != i) continue;
    const auto* service = o ? definitions::find_service(**o, d.service) : nullptr;
    deployments.push_back({id, service ? service->name : d.service, environment_of(o, d.environment), d.version, std::int64_t{d.unplanned},
                           to_millis(d.started.value_or(d.finished)), to_millis(d.finished), std::string(json::enum_text(d.result)),
                           d.restored ? store::Value(to_millis(*d.restored)) : store::Value(nullptr), std::string(),
                           d.together_with.empty() ? std::string() : "told:" + d.together_with, std::string(), std::string(),
                           std::string("observed"), std::string()});
  }
  const auto known = known_among(tx, deployments);
  deploy::store_told(tx, deployments);
  store::insert_many(tx, "INSERT INTO deployment_commit (id, deployment_id, commit_id, authored_at)", "ON CONFLICT (id) DO NOTHING",
                     commits);
  const auto fresh = std::int64_t(deployments.size()) - known;
  return {fresh, std::int64_t(told.size()) - fresh};
}

}  // namespace

Result<Taken> take_deployments(Work& work, const std::vector<ToldDeployment>& told) {
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin}, "*", "telling of deployments"));
  if (told.empty() || told.size() > most_at_once)
    return invalid(fmt::format("between 1 and {} deployments at once", most_at_once), "deployments");
  for (std::size_t i = 0; i < told.size(); ++i) TRY(check(told[i], i, work.now));
  const auto taken = store_told(work.tx, told);
  record(work, DeploymentsTold{.fresh = taken.fresh, .changed = taken.changed, .hash = to_hex(sha256(json::write(told)))},
         {.subject = "told:" + told.front().id});
  return taken;
}

std::string hash_line(const std::string& before, std::string_view line) { return to_hex(sha256(before + "\n" + std::string(line))); }

Result<Backfill> backfill_of(store::Tx& tx, const std::string& history) {
  auto found = store::one<Backfill>(tx, "delivery_backfill", "WHERE id = $1", {history});
  if (!found) return not_found(fmt::format("nothing of a history called '{}' was stored yet", history));
  return std::move(*found);
}

Result<Backfill> take_backfill(Work& work, const BackfillPart& part) {
  if (part.history.empty() || part.history.size() > 200) return invalid("history: a name of at most 200 bytes is needed", "history");
  if (part.after_line < 0 || part.through_line <= part.after_line)
    return invalid("through_line: must lie after after_line", "through_line");
  work.tx.lock("delivery_backfill", part.history);
  const auto known = backfill_of(work.tx, part.history);
  if (part.after_line != 0 && known && known->lines == part.through_line && known->prefix_hash == part.prefix_hash) {
    TRY(work.require({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin}, "*", "telling of deployments"));
    return *known;
  }
  const auto stored = known ? known->lines : 0;
  if (part.after_line != 0 && part.after_line != stored)
    return conflict(
        fmt::format("{} lines of '{}' are stored; the next part begins after line {}, not {}. `evenkeel dora backfill --resume` "
                    "goes on there",
                    stored, part.history, stored, part.after_line));
  const auto taken = TRY(take_deployments(work, part.deployments));
  Backfill now{part.history, part.through_line, part.prefix_hash, taken.fresh, taken.changed, work.now};
  if (part.after_line != 0) now.fresh += known->fresh, now.changed += known->changed;
  if (known)
    store::update(work.tx, "delivery_backfill", now);
  else
    store::insert(work.tx, "delivery_backfill", now);
  return now;
}

namespace {

/// "https://git.example/lamps/catalog.git/" -> "catalog".
std::string service_in(std::string repository) {
  while (repository.ends_with('/')) repository.pop_back();
  auto name = repository.substr(repository.find_last_of("/:") + 1);
  if (name.ends_with(".git")) name.resize(name.size() - 4);
  return name;
}

/// The commits by the service whose repository they are in, in the order in which they are told.
std::vector<std::pair<std::string, std::vector<ToldCommit>>> commits_in(const json::Value& body) {
  std::vector<std::pair<std::string, std::vector<ToldCommit>>> out;
  const auto add = [&](const std::string& service, const std::string& sha) {
    auto found = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.first == service; });
    if (found == out.end()) found = out.insert(out.end(), {service, {}});
    if (!sha.empty()) found->second.push_back({sha, {}});
  };
  const auto* commits = body.get_object().if_contains("deploymentCommits");
  if (commits && commits->is_array())
    for (const auto& c : commits->get_array()) add(service_in(text(c, "repoUrl")), text(c, "commitSha"));
  if (out.empty() && !text(body, "commit_sha").empty()) add(service_in(text(body, "repo_url")), text(body, "commit_sha"));
  if (out.empty()) out.emplace_back();
  return out;
}

}  // namespace

Result<std::vector<ToldDeployment>> read_devlake_deployment(const json::Value& body) {
  if (!body.is_object()) return invalid("an object is required");
  const auto services = commits_in(body);
  ToldDeployment d{.id = text(body, "id")};
  if (d.id.empty() && !services.front().second.empty()) d.id = services.front().second.front().id;  // older senders give no id
  d.id = "devlake:" + d.id;
  const auto time = [&](std::initializer_list<const char*> names) -> Result<std::optional<SysTime>> {
    for (const auto* name : names)
      if (const auto t = text(body, name); !t.empty()) return std::optional(TRY(parse_time(t)));
    return std::optional<SysTime>{};
  };
  d.started = TRY(time({"startedDate", "start_time", "createdDate"}));
  const auto finished = TRY(time({"finishedDate", "end_time"}));
  if (!finished) return invalid("finishedDate: required", "finishedDate");
  d.finished = *finished;
  d.environment = text(body, "environment");
  if (const auto word = text(body, "result"); !word.empty()) {  // without one it is a success, as DevLake has it
    const auto result = result_from(word);
    if (!result) return invalid("result: " + result.error().message, "result");
    d.result = *result;
  }
  std::vector<ToldDeployment> out;
  for (const auto& [service, commits] : services) {
    auto& one = out.emplace_back(d);
    one.service = service, one.commits = commits;
    if (services.size() == 1) break;
    one.together_with = d.id;
    if (out.size() > 1) one.id += "/" + service;
  }
  return out;
}

}  // namespace evenkeel::dora
