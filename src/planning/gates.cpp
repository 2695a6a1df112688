#include "planning/gate.hpp"

#include "accounts/accounts.hpp"
#include "planning/find.hpp"
#include "planning/flags.hpp"
#include "planning/in_force.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::planning {
namespace {

Finding window_set(store::Tx& tx, const Release& r, SysTime) {
  if (r.window_start) return passed(fmt::format("{} to {}", to_iso(*r.window_start), to_iso(*r.window_end)));
  return {GateVerdict::fail,
          "no deployment window",
          "a start and an end",
          "",
          fmt::format("`evenkeel release move {} --window-start TIME --window-end TIME --reason ...`", called(r)),
          "coordinator " + accounts::name_of(tx, r.owner)};
}

Finding teams_confirmed(store::Tx& tx, const Release& r, SysTime) {
  std::string missing;
  std::string who;
  const auto o = organisation_of(tx, r);
  for (const auto& c : components_of(tx, r.id))
    if (!c.confirmed_at) {
      missing += (missing.empty() ? "" : ", ") + c.service;
      if (const auto* s = definitions::find_service(*o, c.service)) who += (who.empty() ? "" : ", ") + s->owner;
    }
  if (missing.empty()) return passed("every owning team confirmed freeze date and window");
  return {GateVerdict::fail,
          "not confirmed by the owners of " + missing,
          "each owning team confirms freeze date and window",
          "",
          fmt::format("`evenkeel release confirm {} SERVICE`", called(r)),
          who};
}

Finding freeze_clear(store::Tx& tx, const Release& r, SysTime now) {
  if (!r.window_start) return {GateVerdict::unknown, "no window is set", "no freeze over the window", "", "set the window", "coordinator"};
  const auto denial = what_denies(tx, r, {*r.window_start, *r.window_end});
  if (denial.clear()) {
    std::string excepted;
    for (const auto& e : exceptions_of(tx, r, now))
      if (e.state == ExceptionState::approved)
        excepted += fmt::format("; \"{}\" excepted by {} until {}, because {}", e.freeze, e.answered_by, to_iso(e.expires_at), e.reason);
    return passed("no freeze over the window" + excepted, "", "calendar");
  }
  Finding finding{denial.hits.empty() && denial.stopped.empty() ? GateVerdict::unknown : GateVerdict::fail, "", "", "", "", ""};
  finding.details = refusals_of(denial, r);
  const auto& first = finding.details.front();
  finding.value = first.value;
  finding.limit = first.limit;
  finding.evidence = first.evidence;
  finding.next_step = first.next_step;
  finding.who = first.who;
  return finding;
}

Finding dependencies_met(store::Tx& tx, const Release& r, SysTime) {
  std::string unmet;
  tx.exec(
      "SELECT n.version, n.stage, n.outcome FROM release_dependency d JOIN release n ON n.id = d.needs_release_id WHERE d.release_id = $1 "
      "ORDER BY n.version",
      {r.id}, [&](const store::Row& row) {
        if (row.text(2) != "shipped") unmet += fmt::format("{}{} (stage {})", unmet.empty() ? "" : ", ", row.text(0), row.text(1));
      });
  if (unmet.empty()) return passed("every release it needs is shipped");
  return {GateVerdict::fail, "not shipped yet: " + unmet, "every release it needs is shipped", "", "ship it first, or drop the dependency",
          "coordinator"};
}

Finding checklist_done(store::Tx& tx, const Release& r, SysTime) {
  std::string open, who, next_step;
  std::size_t all = 0;
  for (const auto& item : checklist_of(tx, r.id)) {
    ++all;
    if (item.state != ItemState::done && item.service.empty()) {
      open += (open.empty() ? "" : ", ") + item.name + (item.found.empty() ? "" : fmt::format(" ({})", item.found));
      who = item.owner;
      if (item.automatic && next_step.empty()) next_step = fmt::format("make {} hold; it is looked at again every minute", item.name);
    }
  }
  if (open.empty()) return passed(all == 0 ? "no checklist is defined" : "the release's checklist is done");
  return {GateVerdict::fail,
          "open: " + open,
          "every item done, with evidence",
          "",
          next_step.empty() ? fmt::format("`evenkeel checklist tick {} ITEM --evidence LINK`", called(r)) : next_step,
          who.empty() ? "coordinator" : who};
}

/// "eli, from 2026-03-02T09:00:00Z quinn (for rita)".
std::string who_takes(const std::vector<Shift>& all) {
  std::string out;
  for (const auto& [time, on_call] : all) {
    out += out.empty() ? on_call->person : fmt::format(", from {} {}", to_iso(time.start), on_call->person);
    if (!on_call->instead_of.empty()) out += fmt::format(" (for {})", on_call->instead_of);
  }
  return out;
}

/// Who it is at the start of the window, and to whom it is handed over before its end.
Finding on_call_present(store::Tx& tx, const Release& r, SysTime now) {
  const auto o = in_force(tx, r);
  const Interval window = r.window_start ? Interval{*r.window_start, *r.window_end} : Interval{now, now + Millis{1}};
  if (auto missing = nobody_on_call(tx, r, window); !missing.empty()) {
    Finding finding{GateVerdict::fail, "", "", "", "", ""};
    const auto& first = missing.front();
    finding.value = first.value, finding.limit = first.limit, finding.next_step = first.next_step, finding.who = first.who;
    finding.details = std::move(missing);
    return finding;
  }
  std::vector<std::string> people;
  for (const auto& area : areas_of(tx, r))
    if (auto of_area = who_takes(shifts(tx, *o, area, window)); std::ranges::find(people, of_area) == people.end())
      people.push_back(std::move(of_area));
  const bool one = people.size() == 1 && people.front().find(',') == std::string::npos;
  return passed(fmt::format("{} {} on call", fmt::join(people, ", "), one ? "is" : "are"), "", "on_call");
}

}  // namespace

Gates planning_gates() {
  return {
      {"window_set", Stage::planning, true, "Is there a deployment window?", window_set},
      {"teams_confirmed", Stage::planning, true, "Did every owning team confirm freeze date and window?", teams_confirmed},
      {"freeze_clear", Stage::go_no_go, false, "Is the window free of freezes?", freeze_clear},
      {"dependencies_met", Stage::go_no_go, true, "Is every release shipped that this one needs?", dependencies_met},
      {"checklist_done", Stage::go_no_go, true, "Is the release's checklist done?", checklist_done},
      {"flags_as_planned", Stage::go_no_go, true, "Do the flags read on their platforms what the plan starts from?", flags_as_planned},
      {"on_call_present", Stage::go_no_go, true, "Is somebody on call during the window?", on_call_present},
  };
}

}  // namespace evenkeel::planning
