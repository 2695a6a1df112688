#include "api/named.hpp"

#include "accounts/absence.hpp"
#include "api/authority.hpp"
#include "planning/find.hpp"
#include "planning/planning.hpp"

namespace evenkeel::api {
namespace {

/// How a path parameter leads to a release: by the id that stands there.
struct ToRelease {
  std::string_view param, sql;
};
constexpr ToRelease to_release[] = {
    {"change",
     "SELECT release_id FROM change WHERE id = $1 OR (length($1) >= 7 AND substr(external_id, 1, 7) = substr($1, 1, 7) AND "
     "substr(external_id, 1, length($1)) = $1)"},
    {"entry", "SELECT release_id FROM changelog_entry WHERE id = $1 OR change_id = $1"},
    {"late", "SELECT release_id FROM late_change WHERE id = $1"},
    {"proposal", "SELECT release_id FROM wording_proposal WHERE id = $1"},
    {"comment", "SELECT release_id FROM note_comment WHERE id = $1"},
    {"question", "SELECT release_id FROM note_question WHERE id = $1"},
    {"request", "SELECT release_id FROM freeze_exception_request WHERE id = $1"},
    {"communication", "SELECT release_id FROM communication WHERE id = $1 UNION SELECT release_id FROM status_update WHERE id = $1"},
    {"action", "SELECT r.release_id FROM retrospective_action a JOIN retrospective r ON r.id = a.retrospective_id WHERE a.id = $1"},
};
/// To a service, where no release is behind it.
constexpr ToRelease to_service[] = {
    {"run", "SELECT service FROM run WHERE id = $1 AND release_id = ''"},
    {"incident", "SELECT service FROM incident WHERE id = $1"},
};
constexpr ToRelease run_to_release{"run", "SELECT release_id FROM run WHERE id = $1 AND release_id <> ''"};

std::vector<std::string> texts(store::Tx& tx, std::string_view sql, const std::string& id) {
  std::vector<std::string> out;
  tx.exec(sql, {id}, [&](const store::Row& row) { out.push_back(row.text(0)); });
  return out;
}

const std::string* param(const Call& call, std::string_view name) {
  const auto found = call.params.find(std::string(name));
  return found == call.params.end() ? nullptr : &found->second;
}

std::vector<planning::Release> releases_named(store::Tx& tx, const Call& call) {
  if (const auto* reference = param(call, "release")) return planning::releases_called(tx, *reference);
  std::vector<planning::Release> out;
  const auto follow = [&](const ToRelease& way) {
    if (const auto* id = param(call, way.param))
      for (const auto& release : texts(tx, way.sql, *id))
        for (auto& r : store::all<planning::Release>(tx, "release", "WHERE id = $1", {release})) out.push_back(std::move(r));
  };
  for (const auto& way : to_release) follow(way);
  follow(run_to_release);
  return out;
}

std::shared_ptr<const definitions::Organisation> in_force(store::Tx& tx) {
  static const auto none = std::make_shared<const definitions::Organisation>();
  return definitions::current(tx).value_or(none);
}

void add_area_of_service(std::vector<std::string>& out, const definitions::Organisation& o, const std::string& service) {
  if (const auto* s = definitions::find_service(o, service)) out.push_back(s->area);
}

/// Leads of the services that a change touches write its entry too.
void add_areas_of_change(store::Tx& tx, std::vector<std::string>& out, const std::string& entry) {
  const auto o = in_force(tx);
  for (const auto& list :
       texts(tx, "SELECT c.services FROM change c JOIN changelog_entry e ON e.change_id = c.id WHERE e.id = $1 OR c.id = $1", entry))
    for (const auto& service : json::read_text<std::vector<std::string>>(list).value_or(std::vector<std::string>{}))
      add_area_of_service(out, *o, service);
}

/// Whether one of these logins is this person's, or of somebody for whom they stand in now.
class Me {
 public:
  Me(store::Tx& tx, const Actor& actor, SysTime now)
      : person_(accounts::person_by_id(tx, actor.id)), stands_in_for_(accounts::stands_in_for(tx, actor.id, now)) {}
  bool is(const std::string& login) const {
    return person_ && !login.empty() &&
           (login == person_->login || std::ranges::find(person_->aliases, login) != person_->aliases.end() ||
            std::ranges::find(stands_in_for_, login) != stands_in_for_.end());
  }
  bool answers_for(const definitions::ServiceDef& s) const {
    const auto of_step = [&](const steps::StepSpec& step) { return is(step.owner) || is(step.deputy); };
    return is(s.owner) || is(s.deputy) || std::any_of(s.deploy.begin(), s.deploy.end(), of_step) ||
           std::any_of(s.rollback.begin(), s.rollback.end(), of_step) ||
           std::any_of(s.checklist.begin(), s.checklist.end(), [&](const auto& item) { return is(item.owner); });
  }

 private:
  std::optional<accounts::Person> person_;
  std::vector<std::string> stands_in_for_;
};

}  // namespace

std::optional<std::vector<std::string>> areas_named(store::Tx& tx, const Call& call, const Access& access) {
  std::vector<std::string> out;
  if (access.where == Where::body) {
    const auto body = json::parse(call.request.body);
    if (body && body->is_object())
      if (const auto* area = body->get_object().if_contains("area"); area && area->is_string()) out.emplace_back(area->get_string());
    return out;
  }
  bool names_something = param(call, "release") || param(call, "service");
  for (const auto& way : to_release) names_something = names_something || param(call, way.param);
  for (const auto& way : to_service) names_something = names_something || param(call, way.param);
  if (!names_something) return {};
  for (const auto& r : releases_named(tx, call)) {
    const auto areas = access.where == Where::path ? std::vector{r.area} : planning::areas_of(tx, r);
    out.insert(out.end(), areas.begin(), areas.end());
  }
  if (const auto* entry = param(call, "entry")) add_areas_of_change(tx, out, *entry);
  if (param(call, "release")) return out;
  const auto o = in_force(tx);
  if (const auto* service = param(call, "service")) add_area_of_service(out, *o, *service);
  for (const auto& way : to_service)
    if (const auto* id = param(call, way.param))
      for (const auto& service : texts(tx, way.sql, *id)) add_area_of_service(out, *o, service);
  return out;
}

bool is_named(store::Tx& tx, const Call& call, const Actor& actor, SysTime now) {
  const Me me{tx, actor, now};
  const auto owns = [&](std::string_view name, std::string_view sql) {
    const auto* id = param(call, name);
    const auto owners = id ? texts(tx, sql, *id) : std::vector<std::string>{};
    return std::ranges::any_of(owners, [&](const auto& owner) { return accounts::is_or_stands_in_for(tx, actor.id, owner, now); });
  };
  if (owns("action", "SELECT owner FROM retrospective_action WHERE id = $1") ||
      owns("question", "SELECT owner FROM note_question WHERE id = $1"))
    return true;
  if (const auto* comment = param(call, "comment"))
    if (texts(tx, "SELECT person FROM note_comment WHERE id = $1", *comment) == std::vector{actor.id}) return true;
  for (const auto& release : releases_named(tx, call)) {
    const auto o = planning::organisation_of(tx, release);
    for (const auto& c : planning::components_of(tx, release.id))
      if (const auto* s = definitions::find_service(*o, c.service); s && me.answers_for(*s)) return true;
    for (const auto& item : planning::checklist_of(tx, release.id))
      if (me.is(item.owner)) return true;
    const auto waiting =
        texts(tx, "SELECT s.owner FROM step s JOIN run r ON r.id = s.run_id WHERE r.release_id = $1 AND s.state IN ('waiting', 'unknown')",
              release.id);
    if (std::ranges::any_of(waiting, [&](const auto& owner) { return me.is(owner); })) return true;
  }
  if (param(call, "release")) return false;
  const auto o = in_force(tx);
  std::vector<std::string> services;
  if (const auto* service = param(call, "service")) services.push_back(*service);
  for (const auto& way : to_service)
    if (const auto* id = param(call, way.param)) std::ranges::move(texts(tx, way.sql, *id), std::back_inserter(services));
  return std::any_of(services.begin(), services.end(), [&](const auto& name) {
    const auto* s = definitions::find_service(*o, name);
    return s && me.answers_for(*s);
  });
}

bool is_of_no_area(store::Tx& tx, const Call& call) {
  const auto* id = param(call, "incident");
  if (!id) return false;
  const auto services = texts(tx, "SELECT service FROM incident WHERE id = $1", *id);
  return !services.empty() && !definitions::find_service(*in_force(tx), services.front());
}

}  // namespace evenkeel::api
