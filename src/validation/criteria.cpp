#include "validation/criteria.hpp"

#include "definitions/apply.hpp"
#include "health/calibration.hpp"
#include "validation/metric_sources.hpp"

namespace evenkeel::validation {
namespace {

Result<const definitions::ServiceDef*> service_of(const definitions::Organisation& o, const std::string& name) {
  const auto* s = definitions::find_service(o, name);
  if (!s) return not_found(fmt::format("there is no service '{}'", name));
  if (s->health.criteria.empty()) return conflict(fmt::format("{} has no health criteria in the definitions yet", s->name));
  return s;
}

}  // namespace

Result<Proposed> propose_criteria(Engine& engine, const capabilities::Connections& outside, const ProposeCriteria& command) {
  if (command.days < 1 || command.days > 90) return invalid("days: between 1 and 90", "days");
  const auto o = TRY(engine.database.read([](store::Tx& tx) { return definitions::current(tx); }));
  Proposed out;
  const definitions::ServiceDef* service = nullptr;
  if (command.service.empty()) {
    for (const auto& s : o->services)
      if (!s.health.criteria.empty() &&
          (!service || std::pair(s.criticality, s.users_per_hour) > std::pair(service->criticality, service->users_per_hour)))
        service = &s;
    if (!service) return conflict("no service has health criteria in the definitions yet");
    out.how_chosen =
        fmt::format("{} is the most critical service with criteria ({})", service->name, json::enum_text(service->criticality));
  } else
    service = TRY(service_of(*o, command.service));
  out.service = service->name;
  const auto sources = metric_sources(*o, outside);
  const auto* production = definitions::production(*o);
  const Millis length = std::chrono::minutes{std::max<std::int64_t>(5, command.days * 1440 / 8000)};
  const auto now = engine.clock.now();
  const health::IntervalRange range{now - std::chrono::days{command.days}, length, int(std::chrono::days{command.days} / length)};
  for (const auto& c : service->health.criteria) {
    if (c.kind != health::MetricKind::rate) {
      out.without.push_back(fmt::format("{}: limits are proposed for rates; this is {}", c.name, json::enum_text(c.kind)));
      continue;
    }
    const auto source = sources.named.find(c.queries.source);
    if (source == sources.named.end()) {
      out.without.push_back(fmt::format("{}: no metric source is called '{}'", c.name, c.queries.source));
      continue;
    }
    const auto history =
        source->second->fetch(c, health::SideName::control, {service->name, "", production ? production->name : ""}, range);
    if (auto p = health::propose_limit(c, history, range))
      out.proposals.push_back(std::move(*p));
    else
      out.without.push_back(fmt::format("{}: {}", c.name, history.problem().empty() ? "less than a day of history" : history.problem()));
  }
  return out;
}

Result<Tried> test_criteria(Engine& engine, const capabilities::Connections& outside, const TestCriteria& command) {
  const auto o = TRY(engine.database.read([](store::Tx& tx) { return definitions::current(tx); }));
  const auto* service = TRY(service_of(*o, command.service));
  const auto from = command.from;
  const auto& set = service->health;
  const Millis length = std::chrono::seconds{set.interval_seconds};
  const auto count = int(std::min<std::int64_t>(set.window_intervals, (engine.clock.now() - from) / length));
  if (count < 1) return invalid("not one interval has passed since then", "from");
  const auto sources = metric_sources(*o, outside);
  const auto* production = definitions::production(*o);
  const auto batch =
      health::fetch_batch(set, sources.named, {service->name, command.version, production ? production->name : "", command.from_version},
                          {from, length, count});
  const auto calibration = engine.database.read([&](store::Tx& tx) {
    return health::calibration_for(tx, service->name, production ? production->name : "", set, engine.clock.now());
  });
  health::Judge judge{set, calibration, to_iso(from).substr(11, 5)};
  std::vector<health::Observation> row;
  for (int i = 0; i < count; ++i) {
    batch.row(i, row);
    judge.step(row);
  }
  Tried out{service->name, from, judge.verdict(), {}};
  for (const auto* side : {&batch.canary, &batch.control})
    for (const auto& s : *side) out.asked.insert(out.asked.end(), s.asked.begin(), s.asked.end());
  return out;
}

}  // namespace evenkeel::validation
