#include "jobs/read_flags.hpp"

#include "capabilities/flag_switch.hpp"
#include "changelog/jobs.hpp"
#include "comms/comms.hpp"
#include "planning/jobs.hpp"
#include "steps/run.hpp"

namespace evenkeel::jobs {
namespace {

constexpr Millis every = std::chrono::minutes{1}, every_when_told = std::chrono::minutes{15};

struct Reading {
  planning::FlagState state = planning::FlagState::unknown;
  std::string problem;
};

Reading read(const capabilities::Connections& outside, const definitions::ConnectionDef* platform, const std::string& flag,
             const std::string& environment, const std::stop_token& stop) {
  using planning::FlagState;
  if (!platform || !is_able_to(*platform, definitions::Ability::flag_switch)) return {FlagState::unknown, "it is no flag connection"};
  const auto opened = outside.open(*platform);
  if (!opened) return {FlagState::unknown, opened.error().message};
  const auto answer = opened->flag_switch->read(flag, environment, stop);
  if (!answer.enabled) return {FlagState::unknown, answer.problem};
  return {*answer.enabled ? FlagState::on : FlagState::off, ""};
}

/// One reading for each of `flags`, whatever names a `flag` and its `platform`.
template <class Flag>
std::vector<Reading> read_all(const capabilities::Connections& outside, const definitions::Organisation& o, const std::vector<Flag>& flags,
                              const std::string& environment, const std::stop_token& stop) {
  std::vector<Reading> out;
  out.reserve(flags.size());
  for (const auto& f : flags) out.push_back(read(outside, definitions::find_connection(o, f.platform), f.flag, environment, stop));
  return out;
}

}  // namespace

Result<void> plan_flag_readings(Work& work, const ReleaseId& release_id) {
  if (!planning::flags_of(work.tx, release_id).empty())
    enqueue(work, planning::ReadFlags{release_id},
            {.at = work.now, .key = "flags:" + release_id, .release = release_id, .tries = Tries::until_done});
  return {};
}

Outcome read_flags(Claim& claim, const planning::ReadFlags& order, const capabilities::Connections& outside) {
  const auto& id = order.release;
  struct Plan {
    planning::Release release;
    std::shared_ptr<const definitions::Organisation> organisation;
    std::vector<planning::FlagChange> flags;
    bool over = false;
  };
  const auto plan = claim.engine.database.read([&](store::Tx& tx) -> Result<Plan> {
    Plan p{TRY(planning::find_release(tx, id)), nullptr, planning::flags_of(tx, id), false};
    p.organisation = planning::organisation_of(tx, p.release);
    p.over = p.release.stage > planning::Stage::deployment || p.release.outcome != planning::ReleaseOutcome::open ||
             steps::latest_run(tx, id).has_value();
    return p;
  });
  if (!plan) return {Outcome::dead, plan.error().message};
  if (plan->over) return {Outcome::done};
  const auto readings = read_all(outside, *plan->organisation, plan->flags, plan->release.environment, claim.stop);
  if (claim.stop.stop_requested()) return {.kind = Outcome::again, .wait = Millis{1}};
  const auto stored = claim.engine.perform(member(Member::change_risk_manager), [&](Work& work) -> Result<void> {
    if (steps::latest_run(work.tx, id)) return {};  // it began meanwhile: its own steps have the word now
    for (std::size_t i = 0; i < readings.size(); ++i) planning::store_reading(work, plan->flags[i], readings[i].state, readings[i].problem);
    return {};
  });
  if (!stored) return {Outcome::retry, stored.error().message};
  return {.kind = Outcome::again, .wait = every};
}

Result<void> plan_launch_readings(Work& work, const ReleaseId& release_id) {
  const auto release = TRY(planning::find_release(work.tx, release_id));
  if (release.stage > planning::Stage::deployment && comms::waits_for_flags(work.tx, release))
    enqueue(work, changelog::ReadLaunchFlags{release.id},
            {.at = work.now, .key = "launch_flags:" + release.id, .release = release.id, .tries = Tries::until_done});
  return {};
}

Outcome read_launch_flags(Claim& claim, const changelog::ReadLaunchFlags& order, const capabilities::Connections& outside) {
  const auto& id = order.release;
  struct Plan {
    planning::Release release;
    std::shared_ptr<const definitions::Organisation> organisation;
    std::vector<changelog::LaunchFlag> flags;
    bool told = false;  // all but what was left out
  };
  const auto plan = claim.engine.database.read([&](store::Tx& tx) -> Result<Plan> {
    Plan p{TRY(planning::find_release(tx, id)), nullptr, {}, false};
    p.organisation = planning::organisation_of(tx, p.release);
    if (comms::waits_for_flags(tx, p.release)) p.flags = changelog::launch_flags_of(tx, p.release);
    p.told = !changelog::told_later(tx, p.release).empty();
    return p;
  });
  if (!plan) return {Outcome::dead, plan.error().message};
  if (plan->flags.empty()) return {Outcome::done};
  const auto readings = read_all(outside, *plan->organisation, plan->flags, plan->release.environment, claim.stop);
  if (claim.stop.stop_requested()) return {.kind = Outcome::again, .wait = Millis{1}};
  const auto stored = claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    for (std::size_t i = 0; i < readings.size(); ++i)
      changelog::store_launch_reading(work, plan->flags[i], readings[i].state, readings[i].problem);
    return {};
  });
  if (!stored) return {Outcome::retry, stored.error().message};
  return {.kind = Outcome::again, .wait = plan->told ? every_when_told : every};
}

}  // namespace evenkeel::jobs
