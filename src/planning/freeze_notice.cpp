#include "planning/freeze_notice.hpp"

#include "accounts/accounts.hpp"
#include "definitions/proposal.hpp"
#include "planning/jobs.hpp"

namespace evenkeel::planning {

std::vector<FrozenRelease> newly_frozen(store::Tx& tx, const std::shared_ptr<const definitions::Organisation>& before, SysTime now) {
  std::vector<FrozenRelease> out;
  for (const auto& r :
       store::all<Release>(tx, "release",
                           "WHERE outcome = 'open' AND window_end > $1 AND stage IN ('planning', 'assessment', 'changelog', 'go_no_go', "
                           "'deployment') ORDER BY window_start, version",
                           {to_millis(now)})) {
    const Interval window{*r.window_start, *r.window_end};
    auto denial = what_denies(tx, r, window);
    denial.stopped.clear();  // that is no rule of the definitions
    if (denial.clear()) continue;
    const auto was = denies(before, {scope_of(tx, r), window, window.end - window.start, excepted_freezes(tx, r.id, window.start)});
    const auto known = [&](const std::string& freeze) {
      return std::any_of(was.hits.begin(), was.hits.end(), [&](const FreezeHit& hit) { return "freeze:" + hit.freeze->name == freeze; });
    };
    for (const auto& refusal : refusals_of(denial, r))
      if (!known(refusal.evidence))
        out.push_back({r.version, r.area, refusal.evidence.substr(refusal.evidence.find(':') + 1), accounts::name_of(tx, r.owner),
                       window.start, window.end, refusal.value, refusal.next_step, r.id});
  }
  return out;
}

std::string show_frozen(const FrozenRelease& f) {
  return fmt::format("Release {} ({}, owner {}) cannot go out in its window: {}\n    next step: {}\n", f.release, f.area, f.owner,
                     f.message, f.next_step);
}

void tell_owners(Work& work, const std::vector<FrozenRelease>& frozen, const DefinitionsId& definitions_id) {
  for (const auto& f : frozen)
    enqueue(work, OwnerMail{f.release_id, fmt::format("\"{}\" was declared over its window", f.freeze), f.message, f.next_step},
            {.at = work.now, .key = fmt::format("owner_mail:{}:{}:{}", definitions_id, f.release_id, f.freeze), .release = f.release_id});
}

Result<AppliedDefinitions> apply_definitions(Work& work, const definitions::Definitions& command) {
  const auto before = definitions::current(work.tx);
  auto applied = TRY(definitions::apply(work, command.organisation, command.origin));
  AppliedDefinitions out{
      applied.id, applied.number, applied.changed, std::move(applied.differences), {}, applied.proposal, std::move(applied.may_agree)};
  if (!before || !out.changed) return out;
  out.frozen = newly_frozen(work.tx, *before, work.now);
  tell_owners(work, out.frozen, out.id);
  return out;
}

Result<AppliedDefinitions> agree_to_definitions(Work& work, const AgreeToDefinitions& command) {
  return apply_definitions(work, TRY(definitions::proposed_definitions(work, command.proposal)));
}

}  // namespace evenkeel::planning
