#include "jobs/check_items.hpp"

#include "planning/planning.hpp"
#include "steps/environment.hpp"
#include "steps/run.hpp"
#include "steps/run_once.hpp"
#include "steps/strike_out.hpp"
#include "steps/variables.hpp"

namespace evenkeel::jobs {
namespace {

constexpr Millis every = std::chrono::minutes{1}, longest_command = std::chrono::minutes{5}, longest_call = std::chrono::seconds{30};

/// An open item with what it looks at.
struct Check {
  planning::ChecklistItem item;
  definitions::ChecklistItemDef def;
  steps::Variables variables;
};
struct Plan {
  planning::Release release;
  std::vector<Check> checks;
};

steps::Variables variables_of(const planning::Release& r, const planning::Component* c) {
  steps::Variables v{{"release", r.version}, {"environment", r.environment}};
  if (c)
    v.insert({{"service", c->service}, {"version", c->version}, {"from_version", c->from_version}, {"digest", c->digest}});
  else
    v["version"] = r.version;
  return v;
}

/// As the release's own definitions have it: an item of a component stands in its service.
const definitions::ChecklistItemDef* definition_of(const definitions::Organisation& o, const planning::ChecklistItem& item) {
  const auto* service = item.service.empty() ? nullptr : definitions::find_service(o, item.service);
  if (!item.service.empty() && !service) return nullptr;
  const auto& list = service ? service->checklist : o.release_checklist;
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& def) { return def.name == item.name; });
  return found == list.end() ? nullptr : &*found;
}

Plan plan_of(store::Tx& tx, planning::Release release) {
  Plan plan{std::move(release), {}};
  const auto& r = plan.release;
  if (r.stage > planning::Stage::deployment || r.outcome != planning::ReleaseOutcome::open || steps::latest_run(tx, r.id)) return plan;
  const auto o = planning::organisation_of(tx, r);
  const auto components = planning::components_of(tx, r.id);
  for (auto& item : planning::checklist_of(tx, r.id)) {
    const auto* def = item.automatic && item.state != planning::ItemState::done ? definition_of(*o, item) : nullptr;
    if (!def) continue;
    const auto c = std::find_if(components.begin(), components.end(), [&](const auto& one) { return one.service == item.service; });
    plan.checks.push_back({item, *def, variables_of(r, c == components.end() ? nullptr : &*c)});
  }
  return plan;
}

/// What came of one look.
struct Found {
  bool holds = false;
  std::string sentence, output;
};

Result<Found> ask(const Check& check, const steps::Surroundings& around, std::vector<std::string>& secrets, const std::stop_token& stop) {
  const auto answer = TRY(around.http.call(
      {.url = TRY(steps::substitute(check.def.url, check.variables, secrets, steps::Into::address)), .deadline = longest_call}, stop));
  return Found{answer.status >= 200 && answer.status < 300, fmt::format("HTTP {}", answer.status), answer.body};
}

Result<Found> run(Claim& claim, const Check& check, const steps::Surroundings& around, std::vector<std::string>& secrets) {
  const steps::ProcessOrder order{TRY(steps::substitute_words(check.def.command, check.variables, secrets)), "", longest_command.count(),
                                  steps::command_environment(check.variables, {}, around.step_home), around.step_user};
  const auto ended = TRY(steps::run_once(around.state_folder + "/checks/" + check.item.id, order, claim.stop,
                                         [&] { (void)claim.renew(std::chrono::minutes{1}); }));
  if (ended.exit_code == steps::timed_out_code)
    return Found{false, fmt::format("the command did not end within {}", to_words(longest_command)), ended.output};
  return Found{ended.exit_code == 0, fmt::format("exit code {}", ended.exit_code), ended.output};
}

/// Whatever is kept or hashed holds no secret, of the item or of the definitions.
Found look(Claim& claim, const Plan& plan, const Check& check, const steps::Surroundings& around) {
  std::vector<std::string> secrets;
  const auto found = check.def.url.empty() ? run(claim, check, around, secrets) : ask(check, around, secrets, claim.stop);
  steps::StrikeOut strike;
  for (const auto& secret : secrets) strike.used(secret);
  if (around.known_secrets)
    for (const auto& secret : around.known_secrets(claim.engine, {.release_id = plan.release.id})) strike.known(secret);
  if (!found) return {false, strike.from(found.error().message), ""};
  return {found->holds, strike.from(found->sentence), strike.from(found->output)};
}

}  // namespace

Result<void> plan_item_checks(Work& work, const ReleaseId& release_id) {
  if (plan_of(work.tx, TRY(planning::find_release(work.tx, release_id))).checks.empty()) return {};
  enqueue(work, planning::CheckItems{release_id},
          {.at = work.now, .key = "check_items:" + release_id, .release = release_id, .tries = Tries::until_done});
  return {};
}

Outcome check_items(Claim& claim, const planning::CheckItems& order, const steps::Surroundings& around) {
  const auto& id = order.release;
  const auto plan =
      claim.engine.database.read([&](store::Tx& tx) -> Result<Plan> { return plan_of(tx, TRY(planning::find_release(tx, id))); });
  if (!plan) return {Outcome::dead, plan.error().message};
  if (plan->checks.empty()) return {};
  for (const auto& check : plan->checks) {
    const auto found = look(claim, *plan, check, around);
    if (claim.stop.stop_requested()) return {.kind = Outcome::again, .wait = Millis{1}};
    const auto stored = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
      planning::note_check(work, check.item.id, found.holds, found.sentence, found.output);
      return {};
    });
    if (!stored) return {Outcome::retry, stored.error().message};
  }
  return {.kind = Outcome::again, .wait = every};
}

}  // namespace evenkeel::jobs
