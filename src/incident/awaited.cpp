#include "incident/awaited.hpp"

#include "incident/incident.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::incident {

std::vector<planning::AwaitedAnyTime> awaited(store::Tx& tx, SysTime now) {
  const auto o = definitions::current(tx);
  if (!o) return {};
  std::vector<planning::AwaitedAnyTime> all;
  for (const auto& i : store::all<Incident>(tx, "incident", "WHERE resolved_at IS NULL ORDER BY started_at")) {
    const auto* service = definitions::find_service(**o, i.service);
    const auto area = service ? service->area : std::string("*");
    const auto on_call = planning::on_call_at(tx, **o, area, now);
    auto people = on_call ? planning::named(**o, on_call->person) : std::vector<std::string>{};
    if (people.empty()) people = planning::holders_of(tx, **o, {Role::on_call, Role::coordinator, Role::engineering_lead}, area);
    const auto* next = !i.acknowledged_at ? "acknowledged" : !i.mitigated_at ? "mitigated" : "resolved";
    all.push_back({i.release_id,
                   area,
                   {.act = "incident.note",
                    .subject = i.id,
                    .what = fmt::format("{} the incident \"{}\"{}",
                                        !i.acknowledged_at ? "Take"
                                        : !i.mitigated_at  ? "Mitigate"
                                                           : "Resolve",
                                        i.title, i.service.empty() ? "" : " of " + i.service),
                    .command = fmt::format("evenkeel incident note {} {}", i.id, next),
                    .people = std::move(people),
                    .needs = "on_call, coordinator or engineering_lead",
                    .due = i.detected_at}});
  }
  return all;
}

}  // namespace evenkeel::incident
