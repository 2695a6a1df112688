#include "dora/stored.hpp"

namespace evenkeel::dora {
namespace {

/// An incident may begin this long after the window's last deployment and still be put down to it.
constexpr auto reach = std::chrono::days{30};

struct Part {  // a row of the table `deployment`
  std::string id, run_id, release_id, service, version, result, detected_by;
  bool unplanned = false;
  SysTime started_at;
  std::optional<SysTime> finished_at, restored_at, detected_at;
};
BOOST_DESCRIBE_STRUCT(Part, (),
                      (id, run_id, release_id, service, version, result, detected_by, unplanned, started_at, finished_at, restored_at,
                       detected_at))

/// "$3, $4, ..." for a list that begins at parameter `first`.
std::string marks(std::size_t first, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i ? ", $" : "$") + std::to_string(first + i);
  return out;
}

/// A run is as bad as its worst part.
int badness(const std::string& result) { return result == "rolled_back" ? 3 : result == "failure" ? 2 : result == "running" ? 1 : 0; }

std::vector<Part> parts_in(store::Tx& tx, const definitions::Organisation& o, const Scope& scope) {
  store::Args args{to_millis(scope.window.from), to_millis(scope.window.to + reach)};
  std::vector<std::string> names;
  for (const auto& e : o.environments)
    if (e.production) names.push_back(e.name);
  if (names.empty()) names.emplace_back("production");
  for (const auto& n : names) args.emplace_back(n);
  auto where = fmt::format("WHERE environment IN ({}) AND finished_at >= $1 AND finished_at <= $2", marks(3, names.size()));
  if (!scope.service.empty()) {
    args.emplace_back(scope.service);
    where += fmt::format(" AND service = ${}", args.size());
  }
  auto parts = store::all<Part>(tx, "deployment", where + " ORDER BY finished_at, id", args);
  if (!scope.area.empty())
    std::erase_if(parts, [&](const Part& p) {
      const auto* s = definitions::find_service(o, p.service);
      return !s || s->area != scope.area;
    });
  return parts;
}

/// The parts of each run put together, oldest end first.
std::vector<StoredRun> runs_of(const std::vector<Part>& parts, const definitions::Organisation& o) {
  std::vector<StoredRun> runs;
  std::unordered_map<std::string, std::size_t> at;
  for (const auto& p : parts) {
    const auto key = p.run_id.empty() ? p.id : p.run_id;
    const auto [found, fresh] = at.emplace(key, runs.size());
    const auto* service = definitions::find_service(o, p.service);
    if (fresh)
      runs.push_back({key, p.release_id, p.version, service ? service->area : "", {}, p.result, p.started_at, p.finished_at, {}, {}, ""});
    auto& run = runs[found->second];
    run.services.push_back(p.service);
    if (badness(p.result) > badness(run.result)) run.result = p.result;
    run.started = std::min(run.started, p.started_at);
    run.finished = std::max(*run.finished, *p.finished_at);
    if (p.restored_at && (!run.restored || *run.restored < *p.restored_at)) run.restored = p.restored_at;
    if (p.detected_at && (!run.detected || *p.detected_at < *run.detected)) run.detected = p.detected_at, run.detected_by = p.detected_by;
  }
  std::stable_sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return *a.finished < *b.finished; });
  return runs;
}

/// When the failed part began to go out: the part whose failure was noticed, else the first.
SysTime failing_since(const std::vector<const Part*>& parts, SysTime otherwise) {
  std::optional<SysTime> found;
  for (const auto* p : parts)
    if (p->detected_at && (!found || p->started_at < *found)) found = p->started_at;
  return found.value_or(otherwise);
}

}  // namespace

Stored read_stored(store::Tx& tx, const definitions::Organisation& o, const Scope& scope) {
  Stored out;
  const auto parts = parts_in(tx, o, scope);
  out.runs = runs_of(parts, o);
  std::unordered_map<std::string, std::vector<const Part*>> parts_of;
  std::unordered_map<std::string, std::string> run_of;  // by deployment id
  for (const auto& p : parts) {
    const auto run = p.run_id.empty() ? p.id : p.run_id;
    parts_of[run].push_back(&p);
    run_of[p.id] = run;
  }
  std::unordered_map<std::string, std::vector<std::string>> told_commits;
  // the changes of the releases that were deployed
  std::unordered_map<std::string, std::vector<std::string>> changes_of;
  tx.exec(
      "SELECT c.id, c.release_id, c.first_commit_at, c.merged_at, c.services FROM change c WHERE c.release_id IN (SELECT release_id FROM "
      "deployment WHERE finished_at >= $1 AND finished_at <= $2 AND release_id <> '')",
      {to_millis(scope.window.from), to_millis(scope.window.to + reach)}, [&](const store::Row& row) {
        if (!scope.service.empty() && row.text(4) != "[]" && row.text(4).find('"' + scope.service + '"') == std::string::npos) return;
        Change c{row.text(0), {}, {}, {}};
        if (row.integer(2) > 0) c.first_commit = from_millis(row.integer(2));
        if (row.integer(3) > 0) c.merged = from_millis(row.integer(3));
        changes_of[row.text(1)].push_back(c.id);
        out.history.changes.push_back(std::move(c));
      });
  // and the commits of those that were told of
  tx.exec(
      "SELECT c.deployment_id, c.commit_id, c.authored_at FROM deployment_commit c JOIN deployment d ON d.id = c.deployment_id WHERE "
      "d.finished_at >= $1 AND d.finished_at <= $2",
      {to_millis(scope.window.from), to_millis(scope.window.to + reach)}, [&](const store::Row& row) {
        if (!run_of.contains(row.text(0))) return;
        told_commits[row.text(0)].push_back(row.text(1));
        Change c{row.text(1), {}, {}, {}};
        if (!row.null(2)) c.first_commit = from_millis(row.integer(2));
        out.history.changes.push_back(std::move(c));
      });
  out.history.id = "stored";
  out.history.window = scope.window;
  for (const auto& run : out.runs) {
    Deployment d{run.id, run.finished, run.result == "success" ? "SUCCESS" : run.result == "rolled_back" ? "ROLLED_BACK" : "FAILURE"};
    if (const auto found = changes_of.find(run.release_id); found != changes_of.end()) d.changes = found->second;
    if (const auto found = told_commits.find(run.id); found != told_commits.end()) d.changes = found->second;
    const auto& mine = parts_of.at(run.id);
    d.unplanned = std::any_of(mine.begin(), mine.end(), [](const Part* p) { return p->unplanned; });
    d.started = failing_since(mine, run.started);
    d.restored = run.restored;
    out.history.deployments.push_back(std::move(d));
  }
  tx.exec(
      "SELECT id, title, service, source, cause, deployment_id, started_at, detected_at, mitigated_at, resolved_at FROM incident WHERE "
      "started_at >= $1 AND started_at <= $2 ORDER BY started_at, id",
      {to_millis(scope.window.from), to_millis(scope.window.to + reach)}, [&](const store::Row& row) {
        const auto time = [&](std::size_t i) {
          return row.null(i) ? std::optional<SysTime>{} : std::optional(from_millis(row.integer(i)));
        };
        StoredIncident i{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), "", *time(6), *time(7), time(8), time(9)};
        if (const auto found = run_of.find(row.text(5)); found != run_of.end()) i.run = found->second;
        if (!scope.service.empty() && i.service != scope.service) return;
        out.history.incidents.push_back({i.id, i.started, i.mitigated ? i.mitigated : i.resolved, {}, i.run});
        out.incidents.push_back(std::move(i));
      });
  std::erase_if(out.runs, [&](const StoredRun& r) { return *r.finished > scope.window.to; });
  std::erase_if(out.incidents, [&](const StoredIncident& i) { return i.started > scope.window.to; });
  return out;
}

}  // namespace evenkeel::dora
