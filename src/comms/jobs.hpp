// The jobs of communications.
#pragma once
#include "comms/subscription.hpp"
#include "work/ids.hpp"
#include "work/job.hpp"

namespace evenkeel::comms {

struct Deliver {
  static constexpr std::string_view kind = "deliver";
  CommunicationId communication;
};
BOOST_DESCRIBE_STRUCT(Deliver, (), (communication))

struct DeliverStatus {
  static constexpr std::string_view kind = "deliver_status";
  std::string status;
};
BOOST_DESCRIBE_STRUCT(DeliverStatus, (), (status))

struct CommunicationDue {
  static constexpr std::string_view kind = "communication_due";
  ReleaseId release;
};
BOOST_DESCRIBE_STRUCT(CommunicationDue, (), (release))

struct IncidentStatus {
  static constexpr std::string_view kind = "incident_status";
  std::string incident, audience;
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(IncidentStatus, (), (incident, audience, number))

struct ConfirmSubscription {
  static constexpr std::string_view kind = "confirm_subscription";
  std::string subscription;
};
BOOST_DESCRIBE_STRUCT(ConfirmSubscription, (), (subscription))

struct SendDigests {
  static constexpr std::string_view kind = "digest";
  Rhythm rhythm = Rhythm::monthly;
  std::string period;
};
BOOST_DESCRIBE_STRUCT(SendDigests, (), (rhythm, period))

struct DigestMail {
  static constexpr std::string_view kind = "digest_mail";
  std::string digest, subscription;
};
BOOST_DESCRIBE_STRUCT(DigestMail, (), (digest, subscription))

}  // namespace evenkeel::comms
