// A witness of the ledger: it keeps the newest checkpoint that it has seen, and cosigns a later one when that is proven to be its
// continuation. Whoever rewrites the history, with database and key in hand, does not get its cosignature any more.
#pragma once
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/hex.hpp"
#include "base/time.hpp"

namespace evenkeel::capabilities {

/// cosigned: `lines` hold its signatures, unproven. elsewhere: it goes on from another size than was said. contradicts: what it was shown
/// does not continue what it has seen. refused: it does not take this log, or not so. retry: not now.
enum class WitnessEnd { cosigned, elsewhere, contradicts, refused, retry };

struct WitnessAnswer {
  WitnessEnd end = WitnessEnd::retry;
  std::string lines = {};    // of signed notes: "— NAME BASE64\n"
  std::int64_t size = 0;     // elsewhere: of the newest checkpoint that it has seen
  std::string problem = {};  // for the person on call; no secret
  std::optional<Millis> retry_after = {};
};

class Witness {
 public:
  virtual ~Witness() = default;
  /// Its verifier key (base/note_key.hpp), as the definitions name it.
  virtual std::string verifier() const = 0;
  /// Shows it a signed checkpoint, with the proof (RFC 6962, 2.1.2) that it continues the one of `old_size` entries. The same twice is the
  /// same as once.
  virtual WitnessAnswer show(std::int64_t old_size, const std::vector<Hash>& proof, const std::string& checkpoint, SysTime now,
                             std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
