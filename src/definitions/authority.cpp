#include "definitions/authority.hpp"

#include <set>

#include "definitions/window_times.hpp"

namespace evenkeel::definitions {
namespace {

using Areas = std::vector<std::string>;
using Names = std::vector<const char*>;
const Areas everywhere{"*"};

/// The members of an object that differ, of one that is added or removed all.
std::set<std::string> changed_members(const Difference& d) {
  std::set<std::string> out;
  const auto before = json::parse(d.before), after = json::parse(d.after);
  const auto* a = before && before->is_object() ? &before->get_object() : nullptr;
  const auto* b = after && after->is_object() ? &after->get_object() : nullptr;
  const auto empty = [](const json::Value& v) {
    return v.is_null() || (v.is_string() && v.get_string().empty()) || (v.is_array() && v.get_array().empty()) ||
           (v.is_object() && v.get_object().empty()) || (v.is_bool() && !v.get_bool());
  };
  for (const auto* side : {a, b})
    if (side)
      for (const auto& [name, value] : *side) {
        const auto* other = (side == a ? b : a) ? (side == a ? b : a)->if_contains(name) : nullptr;
        if (other ? json::dump(*other) != json::dump(value) : !empty(value)) out.insert(std::string(name));
      }
  return out;
}

bool touches(const std::set<std::string>& members, const Names& any_of) {
  return std::any_of(any_of.begin(), any_of.end(), [&](const char* m) { return members.contains(m); });
}

std::string list_of(const std::set<std::string>& members, const Names& among) {
  std::string out;
  for (const auto* m : among)
    if (members.contains(m)) out += (out.empty() ? "" : ", ") + std::string(m);
  return out;
}

/// A member of both sides as texts: the areas before and after.
Areas texts_of(const Difference& d, const char* member) {
  std::set<std::string> out;
  for (const auto& text : {d.before, d.after})
    if (const auto value = json::parse(text); value && value->is_object())
      if (const auto* m = value->get_object().if_contains(member)) {
        if (m->is_string() && !m->get_string().empty()) out.emplace(m->get_string());
        if (m->is_array())
          for (const auto& item : m->get_array())
            if (item.is_string()) out.emplace(item.get_string());
      }
  return {out.begin(), out.end()};
}

/// Of what is scoped by lists of areas and services on each side: no list on a side means all.
Areas scope_of(const Difference& d, const Organisation& before, const Organisation& after) {
  std::set<std::string> out;
  for (const auto& [text, o] : {std::pair{&d.before, &before}, std::pair{&d.after, &after}}) {
    if (text->empty()) continue;
    const Difference side{"", "", *text, ""};
    const auto areas = texts_of(side, "areas");
    out.insert(areas.begin(), areas.end());
    const auto services = texts_of(side, "services");
    for (const auto& name : services) {
      const auto* s = find_service(*o, name);
      out.insert(s ? s->area : "*");
    }
    if (areas.empty() && services.empty()) return everywhere;
  }
  return {out.begin(), out.end()};
}

template <class T>
bool lost_any(const std::vector<T>& before, const std::vector<T>& after) {
  return std::any_of(before.begin(), before.end(), [&](const T& one) { return std::find(after.begin(), after.end(), one) == after.end(); });
}
bool lowers(const GoNoGoDef& before, const GoNoGoDef& after) {
  return lost_any(before.quorum, after.quorum) || lost_any(after.emergency_quorum, before.emergency_quorum) ||
         lost_any(before.testing_evidence, after.testing_evidence) || after.rehearsal_max_age > before.rehearsal_max_age;
}

/// Fewer who convict a rewritten history, later, or less of what it left behind.
bool lowers(const RecordDef& before, const RecordDef& after) {
  return lost_any(before.checkpoint_channels, after.checkpoint_channels) || after.checkpoint_every > before.checkpoint_every ||
         after.keep_jobs < before.keep_jobs || after.keep_step_outputs < before.keep_step_outputs ||
         after.keep_samples < before.keep_samples;
}

template <class Def>
std::optional<Def> side(const std::string& text) {
  auto read = text.empty() ? Result<Def>(not_found("")) : json::read_text<Def>(text);
  return read ? std::optional<Def>(std::move(*read)) : std::nullopt;
}
/// 0 is no limit at all.
bool is_longer(Millis before, Millis after) { return before > Millis{0} && (after == Millis{0} || after > before); }

/// A gate that is not named observes, or is enforced by itself: naming it adds a protection unless what is unknown passes.
bool lowers_gate(const Difference& d) {
  const auto before = side<GateDef>(d.before), after = side<GateDef>(d.after);
  if (!before) return after && after->on_unknown == OnUnknown::pass;
  if (!after) return before->mode != GateMode::observe;
  return after->mode < before->mode || after->on_unknown > before->on_unknown || after->areas != before->areas;
}
/// Whatever changes of a freeze that stands, and an allowed window that is added beside others. One whose times cannot be read protects
/// nobody: mending it waits for nobody.
bool lowers_freeze(const Difference& d) {
  const auto before = side<FreezeDef>(d.before), after = side<FreezeDef>(d.after);
  if (before) return occurrences(*before, {SysTime{}, SysTime{} + std::chrono::hours{1}}).has_value();
  return after && after->mode == WindowMode::allow;
}
bool lowers_area(const Difference& d) {
  const auto before = side<AreaDef>(d.before), after = side<AreaDef>(d.after);
  return before && after && is_longer(before->longest_window, after->longest_window);
}
bool is_of_witness(const Difference& d) {
  const auto before = json::parse(d.before);
  const auto* kind = before && before->is_object() ? before->get_object().if_contains("kind") : nullptr;
  const auto* known = kind && kind->is_string() ? capabilities::find_kind(std::string(kind->get_string())) : nullptr;
  return known && known->is_able_to(Ability::witness);
}
int strictness(health::Silence s) { return s == health::Silence::breach ? 2 : s == health::Silence::no_data ? 1 : 0; }

/// Whether it lets more pass than it did, or may: a wider limit or tolerance, more data before it speaks, a word that counts no more,
/// another question.
bool lowers(const health::Criterion& before, const health::Criterion& after) {
  const bool least = before.direction == health::Direction::decrease;
  const bool wider_limit = before.limit && (!after.limit || (least ? *after.limit < *before.limit : *after.limit > *before.limit));
  const auto& m = before.minimum;
  const auto& n = after.minimum;
  return after.kind != before.kind || after.direction != before.direction || wider_limit ||
         after.tolerated_ratio.value_or(1.25) > before.tolerated_ratio.value_or(1.25) ||
         after.healthy_ratio.value_or(2) > before.healthy_ratio.value_or(2) || (before.critical && !after.critical) ||
         after.weight < before.weight || n.intervals > m.intervals || n.events > m.events || n.requests > m.requests ||
         strictness(after.silence) < strictness(before.silence) || lost_any(before.percentiles, after.percentiles) ||
         after.objective.value_or(0) < before.objective.value_or(0) || after.budget_period != before.budget_period ||
         json::write(after.burn) != json::write(before.burn) || json::write(after.queries) != json::write(before.queries) ||
         json::write(after.sides) != json::write(before.sides);
}
bool lowers(const health::CriteriaSet& before, const health::CriteriaSet& after) {
  const auto still_there = [&](const health::Criterion& c) {
    const auto same = std::ranges::find(after.criteria, c.name, &health::Criterion::name);
    return same != after.criteria.end() && !lowers(c, *same);
  };
  return !std::ranges::all_of(before.criteria, still_there) ||
         after.window_intervals * after.interval_seconds < before.window_intervals * before.interval_seconds ||
         after.burn_in_intervals > before.burn_in_intervals || after.alpha < before.alpha ||
         (after.on_too_few == health::OnTooFew::proceed && before.on_too_few != health::OnTooFew::proceed) ||
         (before.expected_canary_share && !after.expected_canary_share) || after.not_applicable.size() > before.not_applicable.size();
}
bool lowers_criteria(const Difference& d) {
  const auto before = side<ServiceDef>(d.before), after = side<ServiceDef>(d.after);
  if (!before || !after) return false;
  const bool deafer = (before->alerts.recommends_rollback && !after->alerts.recommends_rollback) ||
                      (!before->alerts.labels.empty() && after->alerts.labels.empty());
  return deafer || lowers(before->health, after->health);
}

void service_needs(const Difference& d, std::vector<Need>& out) {
  const auto members = changed_members(d);
  const auto areas = texts_of(d, "area");
  const Names acts{"deploy", "rollback",           "verify_version", "checklist", "repository",
                   "path",   "automatic_rollback", "area",           "name",      "aliases"};
  const Names measures{"health", "alerts"};
  const auto whole = d.change != "changed";
  if (whole || touches(members, acts))
    out.push_back({whole ? d.what : d.what + ": " + list_of(members, acts),
                   {Role::engineering_lead, Role::admin},
                   areas,
                   touches(members, {"deploy", "rollback", "verify_version", "checklist"})});
  if (whole) return;
  if (touches(members, measures))
    out.push_back({d.what + ": " + list_of(members, measures),
                   {Role::engineering_lead, Role::health_monitor, Role::risk_manager, Role::admin},
                   areas,
                   false,
                   lowers_criteria(d)});
  std::set<std::string> rest = members;
  for (const auto& names : {acts, measures})
    for (const auto* m : names) rest.erase(m);
  if (!rest.empty())
    out.push_back({fmt::format("{}: {}", d.what, fmt::join(rest, ", ")),
                   {Role::engineering_lead, Role::risk_manager, Role::health_monitor, Role::admin},
                   areas});
}

void channel_needs(const Difference& d, const Organisation& before, const Organisation& after, std::vector<Need>& out) {
  const auto members = changed_members(d);
  const Names where{"kind", "to", "url", "path", "secret", "connection", "file", "service"};
  if (d.change == "changed" && !touches(members, where)) {
    out.push_back({d.what, {Role::author, Role::admin}, everywhere});
    return;
  }
  Areas areas;
  for (const auto& name : texts_of(d, "service"))
    for (const auto* o : {&before, &after})
      if (const auto* s = find_service(*o, name)) areas.push_back(s->area);
  out.push_back({d.what + ": where it is sent",
                 {Role::engineering_lead, Role::admin},
                 areas.empty() ? everywhere : areas,
                 d.change == "changed" && touches(members, {"to", "url", "path", "secret"})});
}

std::vector<Role> roles_of(std::string_view section) {
  if (section == "people" || section == "connections" || section == "record" || section == "process" || section == "name" ||
      section == "zone")
    return {Role::admin};
  if (section == "classification" || section == "go_no_go" || section == "freezes" || section == "gates")
    return {Role::admin, Role::risk_manager};
  if (section == "services") return {Role::admin, Role::engineering_lead};
  if (section == "environments") return {Role::admin, Role::engineering_lead, Role::risk_manager};
  if (section == "audiences" || section == "channels" || section == "public_title" || section == "public_url" || section == "public_page" ||
      section == "migration_notice" || section == "words" || section == "delivery_report_channels")
    return {Role::admin, Role::author};
  if (section == "on_call" || section == "validation") return {Role::admin, Role::health_monitor};
  return {Role::admin, Role::coordinator};
}

void add_needs(const Difference& d, const Organisation& before, const Organisation& after, std::vector<Need>& out) {
  const auto section = d.what.substr(0, d.what.find_first_of(".["));
  const bool one_item = section != d.what;
  if (section == "services" && one_item) return service_needs(d, out);
  if (section == "channels" && one_item) return channel_needs(d, before, after, out);
  if ((section == "freezes" || section == "gates") && one_item) {
    out.push_back({d.what, roles_of(section), scope_of(d, before, after), false, section == "gates" ? lowers_gate(d) : lowers_freeze(d)});
    return;
  }
  if (section == "record") {
    out.push_back({d.what, roles_of(section), everywhere, false, lowers(before.record, after.record)});
    return;
  }
  if (section == "process") {
    const bool longer = is_longer(before.process.longest_window, after.process.longest_window);
    out.push_back({d.what, roles_of(section), everywhere, false, longer});
    return;
  }
  if (section == "connections") {
    out.push_back({d.what, roles_of(section), everywhere, d.change == "changed", d.change == "removed" && is_of_witness(d)});
    return;
  }
  if (section == "go_no_go") {
    out.push_back({d.what, roles_of(section), everywhere, false, lowers(before.go_no_go, after.go_no_go)});
    return;
  }
  if (section == "on_call" && one_item) {
    out.push_back({d.what, {Role::admin, Role::health_monitor, Role::engineering_lead}, texts_of(d, "area")});
    return;
  }
  if (section == "areas" && d.change == "changed" && one_item) {
    out.push_back({d.what, roles_of(section), texts_of(d, "name"), false, lowers_area(d)});
    return;
  }
  if (section == "release_checklist" && touches(changed_members(d), {"command", "url"})) {
    out.push_back({d.what + ": what it runs or asks", {Role::engineering_lead, Role::admin}, everywhere, true});
    return;
  }
  out.push_back({d.what, roles_of(section), everywhere});
}

bool holds(const Actor& actor, const Need& need, const std::string& area) {
  return std::any_of(need.any_of.begin(), need.any_of.end(), [&](Role r) { return actor.has(r, area); });
}

}  // namespace

std::vector<Need> needs_of(const std::vector<Difference>& differences, const Organisation& before, const Organisation& after) {
  std::vector<Need> out;
  for (const auto& d : differences) add_needs(d, before, after, out);
  return out;
}

Result<void> may_change(const Actor& actor, const std::vector<Need>& needs) {
  Error error{ErrorKind::forbidden, "", {}, {}, {}};
  for (const auto& need : needs)
    for (const auto& area : need.areas) {
      if (!actor.read_only && holds(actor, need, area)) continue;
      std::string names;
      for (const auto r : need.any_of) names += (names.empty() ? "" : " or ") + role_name(r);
      const auto text = fmt::format("changing {} needs the role {} in {}", need.what, names, area == "*" ? "every area" : "area " + area);
      if (error.message.empty()) error.message = text;
      error.complaints.push_back({need.what, text});
    }
  if (error.message.empty()) return {};
  return std::unexpected(std::move(error));
}

namespace {

bool could(const PersonDef& p, const Need& need, const std::string& area) {
  return std::any_of(p.roles.begin(), p.roles.end(), [&](const GrantDef& g) {
    return std::find(need.any_of.begin(), need.any_of.end(), g.role) != need.any_of.end() &&
           std::any_of(g.areas.begin(), g.areas.end(), [&](const auto& a) { return a == "*" || a == area; });
  });
}

}  // namespace

bool wait_for_a_second(const Organisation& in_force, const std::vector<Need>& needs, const std::string& login) {
  const auto asked = [&](const std::string& area) {
    auto mode = GateMode::enforce;
    for (const auto& g : in_force.gates)
      if (g.name == "second_person" && (g.areas.empty() || std::find(g.areas.begin(), g.areas.end(), area) != g.areas.end())) mode = g.mode;
    return mode == GateMode::enforce;
  };
  const auto waits = [&](const Need& need) {
    // What asks for a second person is not turned off by one.
    const bool of_the_gate = need.what.starts_with("gates.second_person") || need.what == "gates";
    return (need.reaches_production || need.lowers_protection || of_the_gate) &&
           std::any_of(need.areas.begin(), need.areas.end(), [&](const auto& area) {
             return asked(area) && std::any_of(in_force.people.begin(), in_force.people.end(),
                                               [&](const PersonDef& p) { return p.login != login && could(p, need, area); });
           });
  };
  return std::any_of(needs.begin(), needs.end(), waits);
}

std::vector<std::string> who_may_second(const Organisation& in_force, const std::vector<Need>& needs, const std::string& login) {
  std::vector<std::string> out;
  for (const auto& p : in_force.people) {
    const bool all = std::ranges::all_of(
        needs, [&](const Need& need) { return std::ranges::all_of(need.areas, [&](const auto& area) { return could(p, need, area); }); });
    if (all && p.login != login) out.push_back(p.login);
  }
  return out;
}

}  // namespace evenkeel::definitions
