#include "api/possible_acts.hpp"

#include "api/authority.hpp"
#include "api/named.hpp"
#include "definitions/apply.hpp"
#include "planning/acts.hpp"

namespace evenkeel::api {
namespace {

using catalogue::Act;
using catalogue::act;
using catalogue::Argument;
using catalogue::positional;

constexpr std::size_t most_names = 5;

/// "evenkeel release cancel 1.2.0 --reason REASON": what must be said, with the thing's name in its place.
std::string command_for(const Act& act, const std::string& kind, const std::string& name) {
  if (act.commands.empty()) return {};
  const auto& words = act.commands.front();
  auto out = "evenkeel " + words.path;
  for (const auto& a : words.arguments) {
    if (!a.needed) continue;
    std::string value = a.name;
    std::transform(value.begin(), value.end(), value.begin(), [](char c) { return c == '-' ? '_' : char(std::toupper(c)); });
    if (a.field == kind) value = name;
    out += a.kind == Argument::positional || a.kind == Argument::positional_list ? " " + value : fmt::format(" --{} {}", a.name, value);
  }
  return out;
}

bool holds_one_of(const definitions::PersonDef& person, const std::vector<Role>& roles, const std::vector<std::string>& areas) {
  return std::any_of(person.roles.begin(), person.roles.end(), [&](const definitions::GrantDef& grant) {
    const bool role = std::find(roles.begin(), roles.end(), grant.role) != roles.end();
    const bool everywhere = std::find(grant.areas.begin(), grant.areas.end(), "*") != grant.areas.end();
    return role &&
           (everywhere || std::find_first_of(grant.areas.begin(), grant.areas.end(), areas.begin(), areas.end()) != grant.areas.end());
  });
}

/// "coordinator, admin (Ada, Bill)": the roles in the areas that the thing is of, and who holds them.
std::string who_can(store::Tx& tx, const Act& act, const std::vector<std::string>& areas) {
  std::string roles, names;
  for (const auto role : act.access.roles) roles += (roles.empty() ? "" : ", ") + role_name(role);
  if (act.access.roles == catalogue::doers) roles = "whoever works on releases";
  if (act.access.who == Who::any_role) roles = "whoever holds a role";
  if (act.access.or_on_call) roles += ", or who is on call";
  if (act.access.or_named) roles += ", or whom it names";
  std::size_t count = 0;
  if (const auto o = definitions::current(tx))
    for (const auto& p : (*o)->people)
      if (holds_one_of(p, act.access.roles, areas) && ++count <= most_names) names += (names.empty() ? "" : ", ") + p.name;
  if (count > most_names) names += fmt::format(" and {} more", count - most_names);
  return names.empty() ? roles : fmt::format("{} ({})", roles, names);
}

std::string show(const std::vector<PossibleAct>& all) {
  std::string can, cannot;
  for (const auto& a : all)
    if (a.can)
      can += fmt::format("\u2713 {}\n    {}\n", a.summary, a.command.empty() ? a.method + " " + a.path : a.command);
    else
      cannot += fmt::format("\u00d7 {}\n    {}\n    who can: {}\n", a.summary, a.why_not, a.who);
  return can + cannot;
}

/// The acts of one kind of thing, as a row of the catalogue itself.
template <class In>
Act acts_of(const std::shared_ptr<const std::vector<Act>>& all, const std::string& kind, const std::string& path, std::string In::* named,
            const char* help) {
  return act(kind + ".acts", "What can be done with it now, by whom, and why not",
             [all, kind, named](Work& work, const In& in) -> Result<std::vector<PossibleAct>> {
               return possible_acts(work, *all, kind, in.*named);
             })
      .reads()
      .for_roles(catalogue::insiders)
      .http("GET", path + "/acts", "acts")
      .words(kind + " acts")
      .takes({positional(named, help)})
      .prints(show);
}

struct OfService {
  std::string service;
};
BOOST_DESCRIBE_STRUCT(OfService, (), (service))
struct OfIncident {
  std::string incident;
};
BOOST_DESCRIBE_STRUCT(OfIncident, (), (incident))
struct OfThing {
  std::string kind, name;
};
BOOST_DESCRIBE_STRUCT(OfThing, (), (kind, name))

Act acts_of_anything(const std::shared_ptr<const std::vector<Act>>& all) {
  return act("thing.acts", "What can be done with a change, an entry, a question ..., or with nothing named, by whom, and why not",
             [all](Work& work, const OfThing& in) -> Result<std::vector<PossibleAct>> {
               return possible_acts(work, *all, in.kind, in.name);
             })
      .reads()
      .for_any_role("each act is asked at its own door")
      .http("GET", "/api/v1/acts", "acts");
}

}  // namespace

std::vector<PossibleAct> possible_acts(Work& work, const std::vector<Act>& acts, const std::string& kind, const std::string& name) {
  std::vector<PossibleAct> all;
  const http::Request nothing;
  Call call{nothing, {}};
  if (!kind.empty()) call.params[kind] = name;
  call.session.who = std::make_shared<const Actor>(work.actor);
  for (const auto& act : acts) {
    const auto named = act.named();
    if ((named.empty() ? "" : named.front()) != kind || !act.writes()) continue;
    Endpoint door{act.method, act.path, act.summary};
    door.access = act.access;
    if (door.access.where == catalogue::Where::body) door.access.where = catalogue::Where::any_area;  // which one, the input says
    auto allowed = lets_in(work.tx, door, call, work.now);
    if (allowed && act.possible) allowed = act.possible(work, name);
    PossibleAct p{act.id, act.summary, act.does, allowed.has_value(), "", "", {}, command_for(act, kind, name), act.method, act.path};
    if (!allowed) {
      p.why_not = allowed.error().message;
      p.refusals = allowed.error().refusals;
      p.who = who_can(work.tx, act, areas_named(work.tx, call, act.access).value_or(std::vector<std::string>{}));
    }
    all.push_back(std::move(p));
  }
  return all;
}

std::vector<Act> acts(std::vector<Act> others) {
  const auto all = std::make_shared<const std::vector<Act>>(std::move(others));
  return {acts_of(all, "release", "/api/v1/releases/{release}", &planning::OfRelease::release, planning::release_help),
          acts_of(all, "service", "/api/v1/services/{service}", &OfService::service, "The service"),
          acts_of(all, "incident", "/api/v1/incidents/{incident}", &OfIncident::incident, "Id of the incident"), acts_of_anything(all)};
}

}  // namespace evenkeel::api
