#include "planning/flags.hpp"

#include "planning/events.hpp"

namespace evenkeel::planning {

void store_reading(Work& work, const FlagChange& flag, FlagState state, const std::string& problem) {
  auto known = store::one<FlagReading>(work.tx, "flag_reading", "WHERE id = $1", {flag.id});
  const bool news = !known || known->state != state;
  FlagReading reading{flag.id, flag.release_id, flag.flag, flag.platform, state, problem, work.now, news ? work.now : known->changed_at};
  if (known)
    store::update(work.tx, "flag_reading", reading);
  else
    store::insert(work.tx, "flag_reading", reading);
  if (news)
    record(work, FlagRead{.flag = flag.flag, .platform = flag.platform, .reads = state, .planned = flag.value_before},
           {.subject = flag.id, .release = flag.release_id});
}

std::vector<FlagReading> readings_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<FlagReading>(tx, "flag_reading", "WHERE release_id = $1 ORDER BY flag, id", {release_id});
}

std::vector<FlagReading> drifted(store::Tx& tx, const ReleaseId& release_id) {
  const auto plan = flags_of(tx, release_id);
  auto readings = readings_of(tx, release_id);
  std::erase_if(readings, [&](const FlagReading& r) {
    const auto planned = std::find_if(plan.begin(), plan.end(), [&](const FlagChange& f) { return f.id == r.id; });
    return r.state == FlagState::unknown || planned == plan.end() || planned->value_before == json::enum_text(r.state);
  });
  return readings;
}

Finding flags_as_planned(store::Tx& tx, const Release& release, SysTime) {
  const auto plan = flags_of(tx, release.id);
  if (plan.empty()) return passed("no flag is switched");
  const auto readings = readings_of(tx, release.id);
  const auto drift = drifted(tx, release.id);
  const auto who = "coordinator, engineering_lead";
  Finding finding = passed("", "every flag reads on its platform what the plan starts from");
  std::size_t first = 0;  // of the worst: it speaks for all, the others are in the details
  auto worst = GateVerdict::pass;
  const auto complain = [&](GateVerdict verdict, std::string value, std::string step) {
    if (finding.verdict != GateVerdict::fail) finding.verdict = verdict;
    if (finding.details.empty() || (verdict == GateVerdict::fail && worst != verdict)) first = finding.details.size(), worst = verdict;
    finding.details.push_back({"flags_as_planned", std::move(value), finding.limit, release.id, std::move(step), who});
  };
  for (const auto& f : plan) {
    const auto r = std::find_if(readings.begin(), readings.end(), [&](const auto& one) { return one.id == f.id; });
    if (r == readings.end())
      complain(GateVerdict::unknown, fmt::format("{} on {} was not read yet", f.flag, f.platform), "wait a minute: it is read by itself");
    else if (r->state == FlagState::unknown)
      complain(GateVerdict::unknown, fmt::format("{} on {} cannot be read: {}", f.flag, f.platform, r->problem),
               fmt::format("let {} answer, or create the flag there", f.platform));
    else if (std::any_of(drift.begin(), drift.end(), [&](const auto& d) { return d.id == f.id; }))
      complain(GateVerdict::fail,
               fmt::format("{} on {} reads {} since {}, and the plan starts from {}", f.flag, f.platform, json::enum_text(r->state),
                           to_iso(r->changed_at), f.value_before),
               fmt::format("set {} to {} on {}, or plan the release anew", f.flag, f.value_before, f.platform));
    else
      finding.value += fmt::format("{}{} reads {}", finding.value.empty() ? "" : ", ", f.flag, f.value_before);
  }
  if (!finding.details.empty()) {
    const auto& speaks = finding.details[first];
    finding.value = speaks.value;
    finding.evidence = speaks.evidence;
    finding.next_step = speaks.next_step;
    finding.who = speaks.who;
  }
  return finding;
}

}  // namespace evenkeel::planning
