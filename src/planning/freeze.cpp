#include "planning/freeze.hpp"

#include "planning/find.hpp"
#include "planning/in_force.hpp"
#include "planning/line.hpp"

namespace evenkeel::planning {
namespace {

using definitions::FreezeDef;
using definitions::WindowMode;
using Stretches = std::vector<Interval>;  // ascending and apart from each other

constexpr auto near = std::chrono::days{35}, look_ahead = std::chrono::days{731};  // most openings are near

bool touches(const Interval& a, const Interval& b) { return a.start < b.end && b.start < a.end; }

/// Those that overlap or follow each other without a gap are one.
Stretches joined(Stretches all) {
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  Stretches out;
  for (const auto& one : all)
    if (!out.empty() && one.start <= out.back().end)
      out.back().end = std::max(out.back().end, one.end);
    else if (one.start < one.end)
      out.push_back(one);
  return out;
}

/// What is left of `all` where none of `taken` lies.
Stretches without(const Stretches& all, const Stretches& taken) {
  Stretches out;
  for (auto rest : all) {
    for (const auto& t : taken) {
      if (!touches(rest, t)) continue;
      if (rest.start < t.start) out.push_back({rest.start, t.start});
      rest.start = t.end;
      if (rest.start >= rest.end) break;
    }
    if (rest.start < rest.end) out.push_back(rest);
  }
  return out;
}

/// Windows that concern one question, laid out over a stretch of time.
class Plan {
 public:
  Plan(const definitions::Organisation& o, const FreezeQuestion& question) : question_(question) {
    for (const auto& f : o.freezes)
      if (f.mode == WindowMode::deny && !excepted(f) &&
          std::any_of(question.scopes.begin(), question.scopes.end(), [&](const auto& scope) { return covers(f, scope); }))
        denying_.push_back(&f);
    for (const auto& scope : question.scopes) {
      Rules rules;
      for (const auto& f : o.freezes)
        if (f.mode == WindowMode::allow && covers(f, scope)) rules.push_back(&f);
      // An exception to one allowed window allows what lies outside all of them; one to a freeze opens that freeze alone.
      const bool open = rules.empty() || std::any_of(rules.begin(), rules.end(), [&](const auto* f) { return excepted(*f); });
      if (!open && std::find(allowing_.begin(), allowing_.end(), rules) == allowing_.end()) allowing_.push_back(std::move(rules));
    }
  }

  Denial answer() {
    Denial out;
    for (const auto* f : denying_)
      if (const auto found = of(*f, question_.wanted, &out.unreadable); !found.empty()) out.hits.push_back({f, found.front()});
    for (const auto& rules : allowing_)
      if (!allowed(rules, out.unreadable)) out.hits.push_back({rules.front(), question_.wanted});
    return out;
  }

  /// The first moment that has room for the length in this time.
  std::optional<SysTime> next_opening(Interval all) const {
    Stretches open{all}, shut;
    for (const auto& rules : allowing_) {  // each component's own windows must hold it
      Stretches of_it;
      for (const auto* f : rules) append(of_it, of(*f, all, nullptr));
      open = without(open, without({all}, joined(std::move(of_it))));
    }
    for (const auto* f : denying_) append(shut, of(*f, all, nullptr));
    for (const auto& free : without(open, joined(std::move(shut))))
      if (const auto from = std::max(free.start, all.start); from + question_.length <= free.end) return from;
    return {};
  }

  /// The latest end of what denies at `t`; `t` when nothing does.
  SysTime frozen_through(SysTime t) const {
    auto end = t;
    for (const auto* f : denying_)
      for (const auto& one : of(*f, {t, t + Millis{1}}, nullptr)) end = std::max(end, one.end);
    return end;
  }

 private:
  using Rules = std::vector<const FreezeDef*>;
  bool excepted(const FreezeDef& f) const {
    return std::find(question_.excepted.begin(), question_.excepted.end(), f.name) != question_.excepted.end();
  }
  static void append(Stretches& to, const Stretches& more) { to.insert(to.end(), more.begin(), more.end()); }
  static Stretches of(const FreezeDef& f, Interval within, std::vector<UnreadableFreeze>* unreadable) {
    auto found = occurrences(f, within);
    if (found) return std::move(*found);
    if (unreadable) unreadable->push_back({&f, found.error().message});
    return {};
  }
  bool allowed(const Rules& rules, std::vector<UnreadableFreeze>& unreadable) const {
    const auto& wanted = question_.wanted;
    Stretches open;
    for (const auto* f : rules) append(open, of(*f, wanted, &unreadable));
    const auto holds = [&](const Interval& i) { return i.start <= wanted.start && wanted.end <= i.end; };
    open = joined(std::move(open));
    return std::any_of(open.begin(), open.end(), holds);
  }

  const FreezeQuestion& question_;
  Rules denying_;
  std::vector<Rules> allowing_;  // of each component that has any; the same ones once
};

std::string owner_of(const definitions::Organisation& o, const FreezeDef& f) {
  const auto* owner = definitions::find_person(o, f.owner);
  return owner ? owner->name : f.owner;
}
std::string roles_of(const FreezeDef& f) {
  std::string roles;
  for (const auto r : f.exception_roles) roles += (roles.empty() ? "" : " or ") + role_name(r);
  return roles;
}
std::string local(const FreezeDef& f, SysTime t) { return to_local(t, f.zone).value_or(to_iso(t)); }

Refusal refusal_of(const FreezeHit& hit, const Denial& denial, const Release& release) {
  const auto& f = *hit.freeze;
  const auto head = fmt::format("\"{}\" (owner {}): {}", f.name, owner_of(*denial.by, f), f.reason);
  const auto ask = fmt::format("ask for an exception (`evenkeel exception request {} --freeze \"{}\" --reason ... --expires ...`)",
                               called(release), f.name);
  const auto opening = denial.next_opening
                           ? fmt::format("next opening {}", local(f, *denial.next_opening))
                           : fmt::format("no opening that holds the release was found until {}", to_date(denial.searched_until));
  std::string move;
  if (denial.next_opening && release.window_start && release.stage < Stage::deployment)  // a decided one is not moved
    move = fmt::format("move the window (`evenkeel release move {} --window-start {} --reason \"next opening\"`) or ", called(release),
                       to_iso(*denial.next_opening));
  return {"freeze_clear",
          f.mode == WindowMode::deny ? fmt::format("the window lies in the freeze {}; it ends {}", head, local(f, hit.occurrence.end))
                                     : fmt::format("the window is outside the allowed windows {}", head),
          "no freeze over the window; " + opening,
          "freeze:" + f.name,
          move + ask,
          fmt::format("{}{} approves an exception, not the one who asks", move.empty() ? "" : "coordinator moves it; ", roles_of(f))};
}

Refusal refusal_of(const StoppedLine& line, const Release& release) {
  const auto name = line.area == every_area ? "--all" : line.area;
  return {"freeze_clear",
          fmt::format("the line is stopped{} since {} by {}: {}", line.area == every_area ? "" : " for area " + line.area,
                      to_iso(line.since), line.by, line.reason),
          "the line is not stopped",
          "line:" + line.id,
          fmt::format("lift it when it is safe (`evenkeel line resume {} --because ...`); for the fix itself two people let it through "
                      "(`evenkeel line exempt {} --because ...`)",
                      name, called(release)),
          "whoever is on call, an engineering lead, a risk manager or the coordinator of the area"};
}

Refusal refusal_of(const UnreadableFreeze& u, const Denial& denial, const Release& release) {
  const auto& f = *u.freeze;
  return {"freeze_clear",
          fmt::format("whether \"{}\" (owner {}) holds is unknown, its times cannot be read: {}", f.name, owner_of(*denial.by, f), u.why),
          "freezes that can be read",
          "freeze:" + f.name,
          fmt::format("correct it in evenkeel.yaml and apply it, or ask for an exception (`evenkeel exception request {} --freeze \"{}\" "
                      "--reason ... --expires ...`)",
                      called(release), f.name),
          fmt::format("risk_manager corrects it; {} approves an exception, not the one who asks", roles_of(f))};
}

}  // namespace

bool covers(const FreezeDef& f, const FreezeScope& scope) {
  const auto any = [](const std::vector<std::string>& list, const auto& of) {
    return list.empty() ||
           std::any_of(list.begin(), list.end(), [&](const auto& item) { return std::find(of.begin(), of.end(), item) != of.end(); });
  };
  return any(f.areas, std::vector{scope.area}) && any(f.services, scope.services) && any(f.environments, std::vector{scope.environment});
}

Denial denies(std::shared_ptr<const definitions::Organisation> organisation, const FreezeQuestion& question) {
  Plan plan(*organisation, question);
  auto out = plan.answer();
  out.by = std::move(organisation);
  out.searched_until = question.wanted.start + look_ahead;
  if (out.hits.empty()) return out;
  const auto from = question.wanted.start;
  out.next_opening = plan.next_opening({from, from + near});
  if (!out.next_opening) out.next_opening = plan.next_opening({from, out.searched_until});
  if (const auto end = plan.frozen_through(out.searched_until); !out.next_opening && end > out.searched_until) {
    out.searched_until = end + look_ahead;
    out.next_opening = plan.next_opening({end, out.searched_until});
  }
  return out;
}

Denial what_denies(store::Tx& tx, const Release& release, Interval wanted) {
  const auto length = release.window_start ? *release.window_end - *release.window_start : wanted.end - wanted.start;
  auto denial =
      denies(in_force(tx, release), {scope_of(tx, release), wanted, length, excepted_freezes(tx, release.id, wanted.end - Millis{1})});
  denial.stopped = stopped_for(tx, release);
  return denial;
}

std::vector<Refusal> refusals_of(const Denial& denial, const Release& release) {
  std::vector<Refusal> out;
  for (const auto& line : denial.stopped) out.push_back(refusal_of(line, release));
  for (const auto& hit : denial.hits) out.push_back(refusal_of(hit, denial, release));
  for (const auto& u : denial.unreadable) out.push_back(refusal_of(u, denial, release));
  return out;
}

}  // namespace evenkeel::planning
