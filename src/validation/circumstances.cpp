#include "validation/circumstances.hpp"

#include "health/signal.hpp"
#include "planning/freeze.hpp"

namespace evenkeel::validation {
namespace {

std::string clock(SysTime t) { return to_iso(t).substr(11, 5); }

std::vector<deploy::Deployment> others_in(store::Tx& tx, const planning::Release& release, SysTime from, SysTime to) {
  return store::all<deploy::Deployment>(
      tx, "deployment", "WHERE environment = $1 AND started_at >= $2 AND started_at <= $3 AND release_id <> $4 ORDER BY started_at LIMIT 5",
      {release.environment, to_millis(from), to_millis(to), release.id});
}

void add_deployments(store::Tx& tx, const planning::Release& release, const std::string& service, SysTime from, SysTime to,
                     const std::vector<Supersession>& told, std::vector<std::string>& said) {
  for (const auto& d : others_in(tx, release, from, to))
    if (std::none_of(told.begin(), told.end(), [&](const auto& t) { return t.service == d.service && t.version == d.version; }))
      said.push_back(d.service == service ? fmt::format("{} {} replaced it at {}", d.service, d.version, clock(d.started_at))
                                          : fmt::format("{} {} was deployed at {}", d.service, d.version, clock(d.started_at)));
}

void add_incidents(store::Tx& tx, const std::string& service, SysTime from, SysTime to, std::vector<std::string>& said) {
  tx.exec(
      "SELECT title, service FROM incident WHERE started_at <= $2 AND coalesce(resolved_at, $2) >= $1 AND (service = $3 OR service = '') "
      "ORDER BY started_at DESC LIMIT 3",
      {to_millis(from), to_millis(to), service},
      [&](const store::Row& row) { said.push_back(fmt::format("an incident was open: {}", row.text(0))); });
}

void add_freezes(store::Tx& tx, const planning::Release& release, SysTime from, SysTime to, std::vector<std::string>& said) {
  const auto o = definitions::current(tx);
  if (!o) return;
  const auto denial = planning::denies(*o, {planning::scope_of(tx, release), {from, to}, to - from, {}});  // excepted ones too
  for (const auto& hit : denial.hits)
    if (hit.freeze->mode == definitions::WindowMode::deny)
      said.push_back(fmt::format("\"{}\" was in force ({})", hit.freeze->name, hit.freeze->reason));
}

}  // namespace

std::optional<Supersession> superseded(store::Tx& tx, const deploy::Deployment& d) {
  const auto next = store::one<deploy::Deployment>(
      tx, "deployment", "WHERE service = $1 AND environment = $2 AND started_at > $3 AND run_id <> $4 ORDER BY started_at LIMIT 1",
      {d.service, d.environment, to_millis(d.started_at), d.run_id});
  if (!next) return std::nullopt;
  return Supersession{next->service, next->version, next->started_at};
}

std::vector<std::string> circumstances_of(store::Tx& tx, const planning::Release& release, const std::string& service, SysTime from,
                                          SysTime to, const std::vector<Supersession>& told) {
  std::vector<std::string> said;
  add_deployments(tx, release, service, from, to, told, said);
  add_incidents(tx, service, from, to, said);
  add_freezes(tx, release, from, std::max(to, from + Millis{1}), said);
  for (const auto& component : planning::components_of(tx, release.id))
    if (service.empty() || component.service == service)
      for (auto& one : health::signals_said(tx, component.service, from, to)) said.push_back(std::move(one));
  return said;
}

std::vector<health::ChartMarker> markers_in(store::Tx& tx, const planning::Release& release, SysTime from, SysTime to) {
  std::vector<health::ChartMarker> markers;
  for (const auto& d : others_in(tx, release, from, to)) markers.push_back({d.started_at, fmt::format("{} {}", d.service, d.version)});
  tx.exec("SELECT title, started_at FROM incident WHERE started_at >= $1 AND started_at <= $2 ORDER BY started_at LIMIT 5",
          {to_millis(from), to_millis(to)},
          [&](const store::Row& row) { markers.push_back({from_millis(row.integer(1)), "incident: " + row.text(0)}); });
  return markers;
}

}  // namespace evenkeel::validation
