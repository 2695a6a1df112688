#include "jobs/delivery_days.hpp"

#include "definitions/apply.hpp"
#include "dora/jobs.hpp"
#include "dora/stored.hpp"

namespace evenkeel::jobs {
namespace {

constexpr std::size_t days_at_once = 30;  // in one transaction: writers of deployments wait for it

}  // namespace

Result<void> plan_delivery_days(Work& work) {
  enqueue(work, dora::DeliveryDays{}, {.at = work.now, .key = "delivery_days", .tries = Tries::until_done});
  return {};
}

Outcome delivery_days(Claim& claim) {
  const auto now = claim.engine.clock.now();
  struct Apart {
    std::string environment;
    std::vector<std::int64_t> days;
  };
  const auto apart = claim.engine.database.read([&](store::Tx& tx) -> Result<std::vector<Apart>> {
    std::vector<Apart> out;
    for (const auto& name : dora::production_names(*TRY(definitions::current(tx)))) out.push_back({name, dora::days_apart(tx, name, now)});
    return out;
  });
  if (!apart) return {Outcome::retry, apart.error().message};
  for (const auto& [environment, days] : *apart)
    for (std::size_t at = 0; at < days.size() && !claim.stop.stop_requested(); at += days_at_once) {
      claim.engine.database.write([&](store::Tx& tx) {
        dora::put_days_together(tx, environment, std::span(days).subspan(at, std::min(days_at_once, days.size() - at)));
      });
      if (!claim.renew(std::chrono::seconds{60})) return {Outcome::retry, "another runner holds the job by now"};
    }
  return {.kind = Outcome::again, .wait = std::chrono::hours{1}};
}

}  // namespace evenkeel::jobs
