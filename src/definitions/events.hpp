// What the ledger says of the definitions.
#pragma once
#include "work/event.hpp"

namespace evenkeel::definitions {

struct DefinitionsProposed {
  static constexpr std::string_view kind = "definitions.proposed";
  std::string hash, over;
};
BOOST_DESCRIBE_STRUCT(DefinitionsProposed, (), (hash, over))

struct DefinitionsDeclined {
  static constexpr std::string_view kind = "definitions.declined";
  std::string hash, over;
};
BOOST_DESCRIBE_STRUCT(DefinitionsDeclined, (), (hash, over))

struct DefinitionsApplied {
  static constexpr std::string_view kind = "definitions.applied";
  std::int64_t number = 0;
  std::string hash, origin;
  Facts differences;  // (added, changed or removed; which: "services.cart")
};
BOOST_DESCRIBE_STRUCT(DefinitionsApplied, (), (number, hash, origin, differences))

struct ConnectionTested {
  static constexpr std::string_view kind = "connection.tested";
  std::string kind_;
  bool works = false;
};
BOOST_DESCRIBE_STRUCT(ConnectionTested, (), (kind_, works))

}  // namespace evenkeel::definitions
