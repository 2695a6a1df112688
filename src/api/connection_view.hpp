// What is answered of a connection.
#pragma once
#include "capabilities/integration.hpp"

namespace evenkeel::api {

struct ConnectionView {
  std::string name, kind, address;  // address: without user, password and query values
  std::vector<capabilities::Ability> able_to;
  std::vector<std::string> used_by;  // "on_call checkout", "channel news"
};
BOOST_DESCRIBE_STRUCT(ConnectionView, (), (name, kind, address, able_to, used_by))

struct TestedView {
  std::string connection, kind, sentence;
  capabilities::Tested tested;
  std::int64_t took_ms = 0;  // until it answered; 0: it was not asked
};
BOOST_DESCRIBE_STRUCT(TestedView, (), (connection, kind, sentence, tested, took_ms))

}  // namespace evenkeel::api
