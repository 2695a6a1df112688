// How one attempt to deliver something ended: the same four answers from every vendor, so that the outbox needs no switch.
#pragma once
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace evenkeel::capabilities {

/// delivered: the receiver has it. refused: it never will take this one; trying again is pointless. retry: not now. unconfirmed:
/// it may have it (the answer got lost); safe to try again only where the receiver knows our key.
enum class DeliveryEnd { delivered, refused, retry, unconfirmed };
BOOST_DESCRIBE_ENUM(DeliveryEnd, delivered, refused, retry, unconfirmed)

struct Delivery {
  DeliveryEnd end = DeliveryEnd::retry;
  std::string receipt = {};                // what the receiver said when it took it: its id, "250 2.0.0 queued as 4F2A"
  std::string reason = {};                 // why not, for the person on call; no secret
  std::optional<Millis> retry_after = {};  // the receiver's own wish
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (end, receipt, reason, retry_after))

/// What kept it from being tried: not the message's fault, so it is tried again.
inline Delivery not_tried(const Error& error) { return {DeliveryEnd::retry, {}, error.message, {}}; }

}  // namespace evenkeel::capabilities
