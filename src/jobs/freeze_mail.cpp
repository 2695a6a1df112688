#include "jobs/freeze_mail.hpp"

#include "accounts/accounts.hpp"
#include "comms/send.hpp"
#include "jobs/outcome.hpp"
#include "planning/planning.hpp"

namespace evenkeel::jobs {
namespace {

struct Letter {
  std::shared_ptr<const definitions::Organisation> organisation;
  definitions::ChannelDef to;
  comms::Notice notice;
};

std::optional<Letter> letter_of(store::Tx& tx, const Job& job, const planning::FreezeMail& order) {
  const auto o = definitions::current(tx);
  const auto release = planning::find_release(tx, order.release);
  if (!o || !release || !definitions::find_connection(**o, definitions::Ability::mail)) return {};
  const auto owner = accounts::person_by_id(tx, release->owner);
  if (!owner || owner->email.empty()) return {};
  return Letter{*o,
                {.name = "the owner of " + release->version, .kind = definitions::ChannelKind::smtp, .to = {owner->email}},
                {job.id, fmt::format("{}: \"{}\" was declared over its window", release->title, order.freeze),
                 fmt::format("{}.\n\nWhat can be done: {}.\n", order.message, order.next_step), job.created_at}};
}

}  // namespace

Outcome freeze_mail(Claim& claim, const planning::FreezeMail& order, const capabilities::Connections& outside) {
  const auto letter = claim.engine.database.read([&](store::Tx& tx) { return letter_of(tx, claim.job, order); });
  if (!letter) return {};
  const auto sent = comms::send_notice(*letter->organisation, letter->to, letter->notice, outside, claim.engine.clock.now(), claim.stop);
  if (sent.end != capabilities::DeliveryEnd::delivered) return outcome_of(sent, letter->to.name);
  return {};
}

}  // namespace evenkeel::jobs
