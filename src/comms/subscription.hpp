// Subscriptions: whoever wants to hear of releases by mail asks, confirms by a link (double opt-in), and leaves by one click (RFC 8058).
//
//   asked --(link in the mail)--> confirmed --(one click, or its address bounces)--> ended
//
// An address stands in this table only, never in the ledger, and is erased when the subscription ends.
#pragma once
#include "comms/comms.hpp"
#include "work/ids.hpp"

namespace evenkeel::comms {

enum class Rhythm { every_release, monthly, quarterly };
BOOST_DESCRIBE_ENUM(Rhythm, every_release, monthly, quarterly)
enum class SubscriptionState { asked, confirmed, ended };
BOOST_DESCRIBE_ENUM(SubscriptionState, asked, confirmed, ended)

struct Subscription {
  Id<Subscription> id;
  std::string address, address_hash, secret, audience;
  std::vector<std::string> areas;
  Rhythm rhythm = Rhythm::every_release;
  SubscriptionState state = SubscriptionState::asked;
  SysTime asked_at;
  std::optional<SysTime> confirmed_at, ended_at;
  std::string ended_because;
  std::int64_t soft_bounces = 0;
  std::string locale = {};  // empty: the language that notes are written in
};
BOOST_DESCRIBE_STRUCT(Subscription, (),
                      (id, address, address_hash, secret, audience, areas, rhythm, state, asked_at, confirmed_at, ended_at, ended_because,
                       soft_bounces, locale))

struct Subscribe {
  static constexpr std::string_view required[] = {"address"};
  std::string address;
  std::string audience = {};            // empty: the first one for customers
  std::vector<std::string> areas = {};  // empty: all
  Rhythm rhythm = Rhythm::every_release;
  std::string locale = {};  // one of the further locales of notes
};
BOOST_DESCRIBE_STRUCT(Subscribe, (), (address, audience, areas, rhythm, locale))
/// By anybody. Sends a mail with the link, at most one an hour to an address, and says the same whether or not the address is known.
/// Errors: invalid (address, audience, area), unavailable (no mail connection, or too many asked in the last hour).
/// Ledger: subscription.asked.
Result<void> subscribe(Work& work, const Subscribe& command);

/// By who has the link. Error: not_found for a wrong one. Ledger: subscription.confirmed.
Result<Subscription> confirm_subscription(Work& work, const std::string& id, const std::string& secret);
/// Done twice it is done once. Ledger: subscription.ended.
Result<Subscription> end_subscription(Work& work, const std::string& id, const std::string& secret);
struct Preference {
  Rhythm rhythm = Rhythm::every_release;
  std::string locale = {};
};
/// Another rhythm or language. Error: invalid (locale). Ledger: subscription.changed.
Result<Subscription> change_preference(Work& work, const std::string& id, const std::string& secret, const Preference& wanted);
Result<Subscription> find_subscription(store::Tx& tx, const std::string& id, const std::string& secret);

struct Bounce {
  static constexpr std::string_view required[] = {"address"};
  std::string address;
  bool permanent = true;
};
BOOST_DESCRIBE_STRUCT(Bounce, (), (address, permanent))
/// A permanent bounce ends the address's subscriptions, the third soft one too. Needs: author, admin. Ledger: subscription.bounced.
Result<void> record_bounce(Work& work, const Bounce& command);
/// Addresses and their fate out of a delivery status notification (RFC 3464). Error: invalid when it is none.
Result<std::vector<Bounce>> read_bounces(std::string_view mail);
/// The mail server refused this subscriber for good. Ledger: subscription.bounced.
void bounced(Work& work, const std::string& subscription_id, const std::string& reason);

/// Confirmed ones of this audience and rhythm that want to hear of the area.
std::vector<Subscription> subscribers_of(store::Tx& tx, const std::string& audience, const std::string& area, Rhythm rhythm);

struct SubscriberCount {
  std::string audience;
  Rhythm rhythm = Rhythm::every_release;
  std::int64_t confirmed = 0, asked = 0, ended = 0, bounced = 0;
};
BOOST_DESCRIBE_STRUCT(SubscriberCount, (), (audience, rhythm, confirmed, asked, ended, bounced))
std::vector<SubscriberCount> subscriber_counts(store::Tx& tx);

/// "/changelog/subscriptions/<id>/<secret>": confirm, change and leave.
std::string subscription_path(const Subscription& s);

}  // namespace evenkeel::comms
