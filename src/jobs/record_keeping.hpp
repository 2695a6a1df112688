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
struct WitnessCheckpoint {
  static constexpr std::string_view kind = "checkpoint_witness";
  std::string text, witness;
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(WitnessCheckpoint, (), (text, witness, size))
struct VerifyLedger {
  static constexpr std::string_view kind = "ledger_verify";
};
BOOST_DESCRIBE_STRUCT(VerifyLedger, (), ())
struct ApplyRetention {
  static constexpr std::string_view kind = "retention";
};
BOOST_DESCRIBE_STRUCT(ApplyRetention, (), ())

/// Sees to it that each of these jobs waits; once. Called when definitions are applied.
Result<void> plan_record_keeping(Work& work);

/// "checkpoint": signs the ledger as it is, hands the text to each of record.checkpoint_channels and shows it to each witness, and comes
/// again. Nothing is signed while nobody would get it. Ledger: checkpoint.made.
Outcome make_checkpoint(Claim& claim, const std::function<Result<ledger::Key>()>& key);
/// Where a server may write: folders that its operator named, and its own.
struct OwnPlaces {
  const std::vector<std::string>& publish_under;
  const std::string& state_folder;
};
/// "checkpoint_mail": one checkpoint over one channel. Ledger: checkpoint.sent.
Outcome send_checkpoint(Claim& claim, const SendCheckpoint& order, const capabilities::Connections& outside, const OwnPlaces& places);

/// What a witness has cosigned; sealed, so that `ledger verify` shows it and finds what was bent.
struct Cosignature {
  std::string id, witness;
  std::int64_t size = 0;
  std::string root, note;
  SysTime witnessed_at, at;
};
BOOST_DESCRIBE_STRUCT(Cosignature, (), (id, witness, size, root, note, witnessed_at, at))

/// "checkpoint_witness": one checkpoint shown to one witness, with the proof that it continues the one that the witness saw last; its
/// answer is kept once it proves to be signed by the witness's key. A witness that has seen another history ends the job for a person.
/// Ledger: checkpoint.witnessed, checkpoint.contradicted.
Outcome witness_checkpoint(Claim& claim, const WitnessCheckpoint& order, const capabilities::Connections& outside);

/// What a verification found; sealed.
struct LedgerCheck {
  std::string id;
  std::int64_t entries = 0, problems = 0;
  std::string root;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(LedgerCheck, (), (id, entries, problems, root, at))

/// "ledger_verify": once a day the whole ledger is verified, unasked; what does not fit is in the log, and its number in the figures of the
/// server, over which an alert stands. Ledger: ledger.verified.
Outcome verify_ledger(Claim& claim);

/// "retention": once a day, what is older than its kind is kept. An output that was cleared leaves its hash in the sealed result. Ledger:
/// retention.applied, one for each kind of which something went.
Outcome apply_retention(Claim& claim);

}  // namespace evenkeel::jobs
