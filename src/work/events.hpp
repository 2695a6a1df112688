// What the ledger says of its own keeping.
#pragma once
#include "work/event.hpp"

namespace evenkeel {

struct JobRetried {
  static constexpr std::string_view kind = "job.retried";
  std::string kind_;
};
BOOST_DESCRIBE_STRUCT(JobRetried, (), (kind_))

struct TextErased {
  static constexpr std::string_view kind = "text.erased";
};
BOOST_DESCRIBE_STRUCT(TextErased, (), ())

struct KeyPinned {
  static constexpr std::string_view kind = "ledger.key_pinned";
  std::string key;
  std::optional<std::string> before;
};
BOOST_DESCRIBE_STRUCT(KeyPinned, (), (key, before))

struct KeyRotated {
  static constexpr std::string_view kind = "ledger.key_rotated";
  std::string key;
  std::optional<std::string> before;
};
BOOST_DESCRIBE_STRUCT(KeyRotated, (), (key, before))

struct RetentionApplied {
  static constexpr std::string_view kind = "retention.applied";
  std::string of;
  std::int64_t before_ms = 0, count = 0;
};
BOOST_DESCRIBE_STRUCT(RetentionApplied, (), (of, before_ms, count))

struct CheckpointMade {
  static constexpr std::string_view kind = "checkpoint.made";
  std::int64_t size = 0;
  std::string root;
};
BOOST_DESCRIBE_STRUCT(CheckpointMade, (), (size, root))

struct CheckpointSent {
  static constexpr std::string_view kind = "checkpoint.sent";
  std::int64_t size = 0;
  std::string channel;
};
BOOST_DESCRIBE_STRUCT(CheckpointSent, (), (size, channel))

/// A witness outside cosigned: the ledger of this size continues all it had seen.
struct CheckpointWitnessed {
  static constexpr std::string_view kind = "checkpoint.witnessed";
  std::int64_t size = 0;
  std::string root, witness;
};
BOOST_DESCRIBE_STRUCT(CheckpointWitnessed, (), (size, root, witness))

/// The ledger was verified by itself, up to here.
struct LedgerVerified {
  static constexpr std::string_view kind = "ledger.verified";
  std::int64_t entries = 0, problems = 0;
};
BOOST_DESCRIBE_STRUCT(LedgerVerified, (), (entries, problems))

/// A witness outside has seen another history under this name.
struct CheckpointContradicted {
  static constexpr std::string_view kind = "checkpoint.contradicted";
  std::int64_t size = 0, seen = 0;
  std::string witness;
};
BOOST_DESCRIBE_STRUCT(CheckpointContradicted, (), (size, seen, witness))

}  // namespace evenkeel
