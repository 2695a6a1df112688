#include "dora/stored.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace evenkeel::dora {
namespace {

/// An incident may begin this long after the window's last deployment and still be put down to it.
constexpr auto reach = std::chrono::days{30};

/// Whether a service is asked for; the same service mostly comes many times in a row.
class Asked {
 public:
  Asked(const definitions::Organisation& o, const Scope& scope) : o_(o), scope_(scope) {}
  bool operator()(std::string_view service) {
    if (scope_.service.empty() && scope_.area.empty()) return true;
    if (service == last_ && !last_.empty()) return answer_;
    last_ = service;
    answer_ = scope_.service.empty() || service == scope_.service;
    if (!scope_.area.empty()) {
      const auto* s = definitions::find_service(o_, service);
      answer_ = answer_ && s && s->area == scope_.area;
    }
    return answer_;
  }

 private:
  const definitions::Organisation& o_;
  const Scope& scope_;
  std::string_view last_;
  bool answer_ = false;
};

/// Calls `take(part)` for every part that ended in the window or within reach after it, in the order of its end, then id. The texts that
/// the parts point into are added to `texts`.
template <class F>
void for_each_part(store::Tx& tx, const definitions::Organisation& o, const Scope& scope, std::deque<std::string>& texts, F&& take) {
  const auto from = scope.window.from, to = scope.window.to + reach;
  Asked asked{o, scope};
  const auto read = [&](const std::string& text, auto&& then) {
    Part part;
    for (PartReader reader{text}; reader.next(part);)
      if (part.finished >= from && part.finished <= to && asked(part.service)) then(part);
  };
  const auto names = production_names(o);
  std::vector<Part> mixed;  // of several environments
  for (const auto& name : names)
    for (auto& text : delivery_texts(tx, name, from, to)) {
      const auto& kept = texts.emplace_back(std::move(text));
      if (names.size() == 1)
        read(kept, take);
      else
        read(kept, [&](const Part& p) { mixed.push_back(p); });
    }
  std::sort(mixed.begin(), mixed.end(),
            [](const Part& a, const Part& b) { return std::tie(a.finished, a.id) < std::tie(b.finished, b.id); });
  for (const auto& part : mixed) take(part);
}

/// Puts the parts of each run together. A run that was told of is one part; only runs of several are looked up by their id.
class Runs {
 public:
  explicit Runs(std::deque<std::string>& texts) : texts_(texts) {}

  std::vector<StoredRun> runs;
  struct Beside {
    SysTime failing_since;               // when the part whose failure was noticed began to go out, else the first
    std::uint32_t first = 0, count = 0;  // of `changes`: the commits it was told with
    bool noticed = false;
  };
  std::vector<Beside> beside;  // for each run
  std::vector<std::uint32_t> changes;

  std::uint32_t add(const Part& p) {
    auto index = std::uint32_t(runs.size());
    if (!p.run_id.empty()) {
      const auto [found, fresh] = at_.emplace(p.run_id, index);
      if (index = found->second; !fresh) {
        join(runs[index], beside[index], p);
        return index;
      }
    }
    runs.push_back({p.run_id.empty() ? p.id : p.run_id, p.release_id, p.version, p.service, p.detected_by, p.result, p.unplanned, p.started,
                    p.finished, p.restored, p.detected});
    if (!p.detected) runs.back().detected_by = {};
    beside.push_back({p.started, std::uint32_t(changes.size()), 0, p.detected.has_value()});
    return index;
  }

 private:
  void join(StoredRun& run, Beside& more, const Part& p) {
    run.services = texts_.emplace_back(fmt::format("{}, {}", run.services, p.service));
    run.result = std::max(run.result, p.result);  // a run is as bad as its worst part
    run.started = std::min(run.started, p.started);
    run.finished = std::max(run.finished, p.finished);
    run.unplanned |= p.unplanned;
    if (p.restored && (!run.restored || *run.restored < *p.restored)) run.restored = p.restored;
    if (p.detected && (!run.detected || *p.detected < *run.detected)) run.detected = p.detected, run.detected_by = p.detected_by;
    if (p.detected)
      more.failing_since = more.noticed ? std::min(more.failing_since, p.started) : p.started, more.noticed = true;
    else if (!more.noticed)
      more.failing_since = std::min(more.failing_since, p.started);
  }

  std::deque<std::string>& texts_;
  std::unordered_map<std::string_view, std::uint32_t> at_;
};

struct NamedIncident {
  StoredIncident incident;
  std::string deployment;
};
struct Incidents {
  std::vector<NamedIncident> all;
  std::unordered_map<std::string, std::string> run_of;  // of every deployment that is named
};

Incidents incidents_in(store::Tx& tx, const Scope& scope) {
  Incidents out;
  tx.exec(
      "SELECT id, title, service, source, cause, deployment_id, started_at, detected_at, mitigated_at, resolved_at FROM incident WHERE "
      "started_at >= $1 AND started_at <= $2 ORDER BY started_at, id",
      {to_millis(scope.window.from), to_millis(scope.window.to + reach)}, [&](const store::Row& row) {
        const auto time = [&](std::size_t i) {
          return row.null(i) ? std::optional<SysTime>{} : std::optional(from_millis(row.integer(i)));
        };
        StoredIncident i{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), "", *time(6), *time(7), time(8), time(9)};
        if (!row.text(5).empty()) out.run_of.emplace(row.text(5), "");
        if (!scope.service.empty() && i.service != scope.service) return;
        out.all.push_back({std::move(i), row.text(5)});
      });
  return out;
}

/// The changes of the releases that were deployed, by release.
std::unordered_map<std::string, std::vector<std::uint32_t>> record_changes(store::Tx& tx, const Scope& scope, Stored& out) {
  std::unordered_map<std::string, std::vector<std::uint32_t>> of;
  tx.exec(
      "SELECT c.id, c.release_id, c.first_commit_at, c.merged_at, c.services FROM change c WHERE c.release_id IN (SELECT release_id FROM "
      "deployment WHERE finished_at >= $1 AND finished_at <= $2 AND release_id <> '')",
      {to_millis(scope.window.from), to_millis(scope.window.to + reach)}, [&](const store::Row& row) {
        if (!scope.service.empty() && row.text(4) != "[]" && row.text(4).find('"' + scope.service + '"') == std::string::npos) return;
        Facts::Times times;
        if (row.integer(2) > 0) times.first_commit = from_millis(row.integer(2));
        if (row.integer(3) > 0) times.merged = from_millis(row.integer(3));
        of[row.text(1)].push_back(out.facts.record(out.texts.emplace_back(row.text(0)), times));
      });
  return of;
}

}  // namespace

std::vector<std::string> production_names(const definitions::Organisation& o) {
  std::vector<std::string> names;
  for (const auto& e : o.environments)
    if (e.production) names.push_back(e.name);
  if (names.empty()) names.emplace_back("production");
  return names;
}

std::optional<SysTime> first_record(store::Tx& tx, const definitions::Organisation& organisation) {
  std::optional<SysTime> first;
  for (const auto& name : production_names(organisation))
    if (const auto at = tx.integer("SELECT coalesce(min(finished_at), 0) FROM deployment WHERE environment = $1", {name}); at > 0)
      first = std::min(first.value_or(from_millis(at)), from_millis(at));
  return first;
}

Stored read_stored(store::Tx& tx, const definitions::Organisation& o, const Scope& scope) {
  Stored out{{}, {scope.window, 0, 0}, {}, {}};
  out.facts.zone = o.zone;
  auto incidents = incidents_in(tx, scope);
  const auto changes_of = record_changes(tx, scope, out);
  Runs put_together{out.texts};
  std::vector<std::pair<std::string*, std::uint32_t>> named;  // a deployment that an incident names, and its run
  for_each_part(tx, o, scope, out.texts, [&](const Part& part) {
    const auto index = put_together.add(part);
    if (!incidents.run_of.empty())
      if (const auto wanted = incidents.run_of.find(std::string(part.id)); wanted != incidents.run_of.end())
        named.emplace_back(&wanted->second, index);
    auto& run = put_together.beside[index];
    std::string_view id;
    std::optional<SysTime> authored;
    for (CommitReader commits{part.commits}; commits.next(id, authored); ++run.count)
      put_together.changes.push_back(out.facts.record(id, {authored, {}, {}}));
  });
  for (const auto& [wanted, index] : named) *wanted = put_together.runs[index].id;
  // the parts of a run may end around those of another
  std::vector<std::uint32_t> order(put_together.runs.size());
  std::iota(order.begin(), order.end(), 0);
  const auto earlier = [&](std::uint32_t a, std::uint32_t b) { return put_together.runs[a].finished < put_together.runs[b].finished; };
  const bool in_order = std::is_sorted(order.begin(), order.end(), earlier);
  if (!in_order) std::stable_sort(order.begin(), order.end(), earlier);
  out.facts.runs.reserve(order.size());
  std::vector<std::uint32_t> changes;
  for (std::uint32_t place = 0; place < order.size(); ++place) {
    const auto& run = put_together.runs[order[place]];
    const auto& beside = put_together.beside[order[place]];
    if (run.result != PartResult::success && run.result != PartResult::rolled_back) continue;
    std::span<const std::uint32_t> told{put_together.changes.data() + beside.first, beside.count};
    if (const auto of_release = run.release_id.empty() ? changes_of.end() : changes_of.find(std::string(run.release_id));
        of_release != changes_of.end()) {
      changes = of_release->second;
      changes.insert(changes.end(), told.begin(), told.end());
      told = changes;
    }
    out.facts.add({.id = run.id,
                   .finished = run.finished,
                   .started = beside.failing_since,
                   .restored = run.restored,
                   .unplanned = run.unplanned,
                   .success = run.result == PartResult::success,
                   .source = place},
                  told);
  }
  out.facts.order();
  if (in_order)
    out.runs = std::move(put_together.runs);
  else
    for (const auto old : order) out.runs.push_back(put_together.runs[old]);
  for (auto& [i, deployment] : incidents.all) {
    if (const auto found = incidents.run_of.find(deployment); found != incidents.run_of.end()) i.run = found->second;
    out.facts.incidents.push_back({i.id, i.started, i.mitigated ? i.mitigated : i.resolved, {}, i.run});
    out.incidents.push_back(std::move(i));
  }
  std::erase_if(out.runs, [&](const StoredRun& r) { return r.finished > scope.window.to; });
  std::erase_if(out.incidents, [&](const StoredIncident& i) { return i.started > scope.window.to; });
  return out;
}

}  // namespace evenkeel::dora
