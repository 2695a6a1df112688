// What the record does by itself: signed checkpoints leave the house, so that a history that is rewritten whole is convicted by a copy that
// somebody else keeps; and what need not stay goes, each kind after its time.
#pragma once
#include "capabilities/integration.hpp"
#include "ledger/checkpoint.hpp"
#include "work/job.hpp"

namespace evenkeel::jobs {

struct MakeCheckpoint {
  static constexpr std::string_view kind = "checkpoint";
};
BOOST_DESCRIBE_STRUCT(MakeCheckpoint, (), ())
struct SendCheckpoint {
  static constexpr std::string_view kind = "checkpoint_mail";
  std::string text, channel;
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(SendCheckpoint, (), (text, channel, size))
struct ApplyRetention {
  static constexpr std::string_view kind = "retention";
};
BOOST_DESCRIBE_STRUCT(ApplyRetention, (), ())

/// Sees to it that both jobs wait; once each. Called when definitions are applied.
Result<void> plan_record_keeping(Work& work);

/// "checkpoint": signs the ledger as it is, hands the text to each of record.checkpoint_channels, and comes again. Nothing is signed while
/// nobody would get it. Ledger: checkpoint.made.
Outcome make_checkpoint(Claim& claim, const std::function<Result<ledger::Key>()>& key);
/// "checkpoint_mail": one checkpoint over one channel. Ledger: checkpoint.sent.
Outcome send_checkpoint(Claim& claim, const SendCheckpoint& order, const capabilities::Connections& outside);

/// "retention": once a day, what is older than its kind is kept. An output that was cleared leaves its hash in the sealed result. Ledger:
/// retention.applied, one for each kind of which something went.
Outcome apply_retention(Claim& claim);

}  // namespace evenkeel::jobs
