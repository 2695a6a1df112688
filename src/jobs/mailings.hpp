// Mails to subscribers that belong to no release: the link that confirms a subscription, and digests.
#pragma once
#include "capabilities/integration.hpp"
#include "comms/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Kind `confirm_subscription`, payload {"subscription": id}. `public_url`: where the links lead, when the definitions name no address.
Outcome confirm_subscription(Claim& claim, const comms::ConfirmSubscription& order, const capabilities::Connections& outside,
                             const std::string& public_url);
/// Kind `digest`, payload {"rhythm", "period"}: composes and leaves one `digest_mail` a subscriber.
Outcome digest(Claim& claim, const comms::SendDigests& order);
/// Kind `digest_mail`, payload {"digest", "subscription"}.
Outcome digest_mail(Claim& claim, const comms::DigestMail& order, const capabilities::Connections& outside, const std::string& public_url);

}  // namespace evenkeel::jobs
