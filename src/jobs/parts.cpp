#include "jobs/parts.hpp"

#include "base/utf8.hpp"

namespace evenkeel::jobs {

comms::Parts parts_of(Claim& claim, const std::string& table, const std::string& owner_column, const std::string& owner) {
  const auto keep = fmt::format("INSERT INTO {} (id, {}, receipt, at, refused) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
                                table, owner_column);
  return {[&claim, table](const std::string& part) {
            return claim.engine.database.read(
                [&](store::Tx& tx) { return tx.integer(fmt::format("SELECT count(*) FROM {} WHERE id = $1", table), {part}) > 0; });
          },
          [&claim, keep, owner](const std::string& part, const std::string& receipt) {
            claim.engine.database.write(
                [&](store::Tx& tx) { tx.exec(keep, {part, owner, receipt, to_millis(claim.engine.clock.now()), std::int64_t{0}}); });
            (void)claim.renew(Millis{60'000});
          },
          [&claim, keep, owner](const std::string& part, const std::string& subscription, const std::string& reason) {
            (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
              work.tx.exec(keep, {part, owner, clean_text(reason, 200), to_millis(work.now), std::int64_t{1}});
              if (!subscription.empty()) comms::bounced(work, subscription, reason);
              return {};
            });
            (void)claim.renew(Millis{60'000});
          }};
}

}  // namespace evenkeel::jobs
