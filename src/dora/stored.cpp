#include "dora/stored.hpp"

#include <numeric>
#include <unordered_map>

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

/// The parts of each run put together. A run that was told of is one part; only runs of several are looked up by their id.
struct Runs {
  std::vector<StoredRun> runs;         // oldest end first
  std::vector<std::uint32_t> of;       // for each part, the index of its run
  std::vector<SysTime> failing_since;  // for each run: when the part whose failure was noticed began to go out, else the first
};

Runs runs_of(const std::vector<Part>& parts, const definitions::Organisation& o) {
  Runs out;
  out.of.reserve(parts.size()), out.runs.reserve(parts.size());
  std::vector<std::optional<SysTime>> noticed;
  noticed.reserve(parts.size());
  std::unordered_map<std::string_view, std::uint32_t> at;
  std::unordered_map<std::string_view, const definitions::ServiceDef*> services;
  for (const auto& p : parts) {
    auto index = std::uint32_t(out.runs.size());
    bool fresh = true;
    if (!p.run_id.empty()) {
      const auto [found, inserted] = at.emplace(p.run_id, index);
      index = found->second, fresh = inserted;
    }
    out.of.push_back(index);
    if (fresh) {
      auto known = services.find(p.service);
      if (known == services.end()) known = services.emplace(p.service, definitions::find_service(o, p.service)).first;
      out.runs.push_back({p.run_id.empty() ? p.id : p.run_id,
                          p.release_id,
                          p.version,
                          known->second ? known->second->area : "",
                          {},
                          p.result,
                          p.started_at,
                          p.finished_at,
                          {},
                          {},
                          "",
                          false});
      noticed.emplace_back();
    }
    auto& run = out.runs[index];
    run.services.push_back(p.service);
    if (badness(p.result) > badness(run.result)) run.result = p.result;
    run.started = std::min(run.started, p.started_at);
    run.finished = std::max(*run.finished, *p.finished_at);
    run.unplanned |= p.unplanned;
    if (p.restored_at && (!run.restored || *run.restored < *p.restored_at)) run.restored = p.restored_at;
    if (p.detected_at && (!run.detected || *p.detected_at < *run.detected)) run.detected = p.detected_at, run.detected_by = p.detected_by;
    if (p.detected_at && (!noticed[index] || p.started_at < *noticed[index])) noticed[index] = p.started_at;
  }
  out.failing_since.reserve(out.runs.size());
  for (std::size_t i = 0; i < out.runs.size(); ++i) out.failing_since.push_back(noticed[i].value_or(out.runs[i].started));
  const auto earlier = [&](std::uint32_t a, std::uint32_t b) { return *out.runs[a].finished < *out.runs[b].finished; };
  std::vector<std::uint32_t> order(out.runs.size());
  std::iota(order.begin(), order.end(), 0);
  if (std::is_sorted(order.begin(), order.end(), earlier)) return out;
  std::stable_sort(order.begin(), order.end(), earlier);  // the parts of a run may end around those of another
  Runs sorted;
  std::vector<std::uint32_t> place(order.size());
  for (const auto old : order) {
    place[old] = std::uint32_t(sorted.runs.size());
    sorted.runs.push_back(std::move(out.runs[old])), sorted.failing_since.push_back(out.failing_since[old]);
  }
  for (const auto old : out.of) sorted.of.push_back(place[old]);
  return sorted;
}

/// Finds the part with an id, for ids that come in the order of the parts (by time, then id): nothing is hashed.
class InOrder {
 public:
  explicit InOrder(const std::vector<Part>& parts) : parts_(parts) {}
  std::optional<std::size_t> find(const std::string& id, std::int64_t finished) {
    while (at_ < parts_.size() && to_millis(*parts_[at_].finished_at) < finished) ++at_;
    for (auto i = at_; i < parts_.size() && to_millis(*parts_[i].finished_at) == finished; ++i)
      if (parts_[i].id == id) return at_ = i;
    return std::nullopt;
  }

 private:
  const std::vector<Part>& parts_;
  std::size_t at_ = 0;
};

}  // namespace

Stored read_stored(store::Tx& tx, const definitions::Organisation& o, const Scope& scope) {
  Stored out;
  const auto parts = parts_in(tx, o, scope);
  auto put_together = runs_of(parts, o);
  out.runs = std::move(put_together.runs);
  out.history.id = "stored";
  out.history.window = scope.window;
  out.history.deployments.reserve(out.runs.size());
  for (std::size_t i = 0; i < out.runs.size(); ++i) {
    const auto& run = out.runs[i];
    out.history.deployments.push_back({run.id, run.finished,
                                       run.result == "success"       ? "SUCCESS"
                                       : run.result == "rolled_back" ? "ROLLED_BACK"
                                                                     : "FAILURE"});
    auto& d = out.history.deployments.back();
    d.unplanned = run.unplanned, d.started = put_together.failing_since[i], d.restored = run.restored;
  }
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
  if (!changes_of.empty())
    for (std::size_t i = 0; i < out.runs.size(); ++i)
      if (!out.runs[i].release_id.empty())
        if (const auto found = changes_of.find(out.runs[i].release_id); found != changes_of.end())
          out.history.deployments[i].changes = found->second;
  // and the commits of those that were told of
  InOrder told{parts};
  tx.exec(
      "SELECT c.deployment_id, c.commit_id, c.authored_at, d.finished_at FROM deployment d JOIN deployment_commit c ON c.deployment_id = "
      "d.id WHERE d.finished_at >= $1 AND d.finished_at <= $2 ORDER BY d.finished_at, d.id",
      {to_millis(scope.window.from), to_millis(scope.window.to + reach)}, [&](const store::Row& row) {
        const auto part = told.find(row.text(0), row.integer(3));
        if (!part) return;
        auto& d = out.history.deployments[put_together.of[*part]];
        d.changes.push_back(row.text(1));
        out.history.changes.push_back({row.text(1), {}, {}, {}});
        if (!row.null(2)) out.history.changes.back().first_commit = from_millis(row.integer(2));
      });
  std::unordered_map<std::string, std::string> run_of;  // of the deployments that incidents name
  struct Named {
    StoredIncident incident;
    std::string deployment;
  };
  std::vector<Named> incidents;
  tx.exec(
      "SELECT id, title, service, source, cause, deployment_id, started_at, detected_at, mitigated_at, resolved_at FROM incident WHERE "
      "started_at >= $1 AND started_at <= $2 ORDER BY started_at, id",
      {to_millis(scope.window.from), to_millis(scope.window.to + reach)}, [&](const store::Row& row) {
        const auto time = [&](std::size_t i) {
          return row.null(i) ? std::optional<SysTime>{} : std::optional(from_millis(row.integer(i)));
        };
        StoredIncident i{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), "", *time(6), *time(7), time(8), time(9)};
        if (!row.text(5).empty()) run_of.emplace(row.text(5), "");
        if (!scope.service.empty() && i.service != scope.service) return;
        incidents.push_back({std::move(i), row.text(5)});
      });
  if (!run_of.empty())
    for (std::size_t p = 0; p < parts.size(); ++p)
      if (const auto wanted = run_of.find(parts[p].id); wanted != run_of.end()) wanted->second = out.runs[put_together.of[p]].id;
  for (auto& [i, deployment] : incidents) {
    if (const auto found = run_of.find(deployment); found != run_of.end()) i.run = found->second;
    out.history.incidents.push_back({i.id, i.started, i.mitigated ? i.mitigated : i.resolved, {}, i.run});
    out.incidents.push_back(std::move(i));
  }
  std::erase_if(out.runs, [&](const StoredRun& r) { return *r.finished > scope.window.to; });
  std::erase_if(out.incidents, [&](const StoredIncident& i) { return i.started > scope.window.to; });
  return out;
}

}  // namespace evenkeel::dora
