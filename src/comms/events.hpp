// What the ledger says of communications.
#pragma once
#include "comms/comms.hpp"
#include "comms/status.hpp"
#include "comms/subscription.hpp"
#include "work/event.hpp"

namespace evenkeel::comms {

struct CommunicationPlanned {
  static constexpr std::string_view kind = "communication.planned";
  std::int64_t rows = 0, status_updates = 0;
};
BOOST_DESCRIBE_STRUCT(CommunicationPlanned, (), (rows, status_updates))

struct CommunicationOverdue {
  static constexpr std::string_view kind = "communication.overdue";
  std::string audience, channel;
  CommunicationState state = CommunicationState::planned;
  SysTime deadline;
};
BOOST_DESCRIBE_STRUCT(CommunicationOverdue, (), (audience, channel, state, deadline))

struct CommunicationSentOut {
  static constexpr std::string_view kind = "communication.sent_out";
  CommunicationKind kind_ = CommunicationKind::notes;
  std::string audience, channel, text_hash;
  SysTime due;
};
BOOST_DESCRIBE_STRUCT(CommunicationSentOut, (), (kind_, audience, channel, text_hash, due))

struct CommunicationDelivered {
  static constexpr std::string_view kind = "communication.delivered";
  CommunicationKind kind_ = CommunicationKind::notes;
  std::string audience, channel, text_hash, body_sha256;
};
BOOST_DESCRIBE_STRUCT(CommunicationDelivered, (), (kind_, audience, channel, text_hash, body_sha256))

struct CommunicationFailed {
  static constexpr std::string_view kind = "communication.failed";
  std::string audience, channel;
};
BOOST_DESCRIBE_STRUCT(CommunicationFailed, (), (audience, channel))

struct CommunicationNotNeeded {
  static constexpr std::string_view kind = "communication.not_needed";
  std::string audience, channel;
};
BOOST_DESCRIBE_STRUCT(CommunicationNotNeeded, (), (audience, channel))

struct ReleaseWithdrawn {
  static constexpr std::string_view kind = "release.withdrawn";
};
BOOST_DESCRIBE_STRUCT(ReleaseWithdrawn, (), ())

struct StatusFact {
  StatusMoment moment = StatusMoment::deployment_started;
  std::string incident, audience, channel;
};
BOOST_DESCRIBE_STRUCT(StatusFact, (), (moment, incident, audience, channel))

struct StatusTold : StatusFact {
  static constexpr std::string_view kind = "status.told";
};
BOOST_DESCRIBE_STRUCT(StatusTold, (StatusFact), ())

struct StatusNotNeeded : StatusFact {
  static constexpr std::string_view kind = "status.not_needed";
};
BOOST_DESCRIBE_STRUCT(StatusNotNeeded, (StatusFact), ())

struct StatusDelivered : StatusFact {
  static constexpr std::string_view kind = "status.delivered";
};
BOOST_DESCRIBE_STRUCT(StatusDelivered, (StatusFact), ())

struct StatusFailed : StatusFact {
  static constexpr std::string_view kind = "status.failed";
};
BOOST_DESCRIBE_STRUCT(StatusFailed, (StatusFact), ())

struct DigestComposed {
  static constexpr std::string_view kind = "digest.composed";
  std::string period, audience;
  std::int64_t entries = 0;
};
BOOST_DESCRIBE_STRUCT(DigestComposed, (), (period, audience, entries))

struct DigestNotNeeded {
  static constexpr std::string_view kind = "digest.not_needed";
  std::string period;
};
BOOST_DESCRIBE_STRUCT(DigestNotNeeded, (), (period))

struct SubscriptionAsked {
  static constexpr std::string_view kind = "subscription.asked";
  std::string audience;
  Rhythm rhythm = Rhythm::every_release;
};
BOOST_DESCRIBE_STRUCT(SubscriptionAsked, (), (audience, rhythm))

struct SubscriptionConfirmed {
  static constexpr std::string_view kind = "subscription.confirmed";
  std::string audience;
};
BOOST_DESCRIBE_STRUCT(SubscriptionConfirmed, (), (audience))

struct SubscriptionChanged {
  static constexpr std::string_view kind = "subscription.changed";
  Rhythm rhythm = Rhythm::every_release;
  std::string locale;
};
BOOST_DESCRIBE_STRUCT(SubscriptionChanged, (), (rhythm, locale))

struct SubscriptionEnded {
  static constexpr std::string_view kind = "subscription.ended";
  std::string audience, because;
};
BOOST_DESCRIBE_STRUCT(SubscriptionEnded, (), (audience, because))

struct SubscriptionBounced {
  static constexpr std::string_view kind = "subscription.bounced";
  std::string audience, because;
};
BOOST_DESCRIBE_STRUCT(SubscriptionBounced, (), (audience, because))

}  // namespace evenkeel::comms
