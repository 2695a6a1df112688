#include "jobs/owner_mail.hpp"

#include "accounts/accounts.hpp"
#include "comms/send.hpp"
#include "gonogo/gonogo.hpp"
#include "jobs/outcome.hpp"
#include "planning/planning.hpp"

namespace evenkeel::jobs {
namespace {

struct Letter {
  std::shared_ptr<const definitions::Organisation> organisation;
  definitions::ChannelDef to;
  comms::Notice notice;
};

std::optional<Letter> letter_of(store::Tx& tx, const Job& job, const planning::OwnerMail& order) {
  const auto o = definitions::current(tx);
  const auto release = planning::find_release(tx, order.release);
  if (!o || !release || !definitions::find_connection(**o, definitions::Ability::mail)) return {};
  const auto owner = accounts::person_by_id(tx, release->owner);
  if (!owner || owner->email.empty()) return {};
  return Letter{*o,
                {.name = "the owner of " + release->version, .kind = definitions::ChannelKind::smtp, .to = {owner->email}},
                {job.id, fmt::format("{}: {}", release->title, order.subject),
                 fmt::format("{}.\n\nWhat can be done: {}.\n", order.message, order.next_step), job.created_at}};
}

}  // namespace

Outcome owner_mail(Claim& claim, const planning::OwnerMail& order, const capabilities::Connections& outside) {
  const auto letter = claim.engine.database.read([&](store::Tx& tx) { return letter_of(tx, claim.job, order); });
  if (!letter) return {};
  const auto sent = comms::send_notice(*letter->organisation, letter->to, letter->notice, outside, claim.engine.clock.now(), claim.stop);
  if (sent.end != capabilities::DeliveryEnd::delivered) return outcome_of(sent, letter->to.name);
  return {};
}

Outcome window_passed(Claim& claim, const planning::WindowPassed& order) {
  const auto done = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    if (!TRY(gonogo::return_to_review(work, order.release))) return {};
    const auto release = TRY(planning::find_release(work.tx, order.release));
    enqueue(work,
            planning::OwnerMail{
                release.id, "its window passed, and it is in review again",
                fmt::format("The window ended at {} and the deployment had not begun. The go has ended with it; the votes stand",
                            to_iso(*release.window_end)),
                planning::how_to_move(release)},
            {.at = work.now, .key = "owner_mail:" + claim.job.id, .release = release.id});
    return {};
  });
  return done ? Outcome{} : Outcome{Outcome::retry, done.error().message};
}

}  // namespace evenkeel::jobs
