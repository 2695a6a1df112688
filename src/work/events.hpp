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

}  // namespace evenkeel
