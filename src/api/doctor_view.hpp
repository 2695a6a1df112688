// What `evenkeel doctor` is told by the server.
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"

namespace evenkeel::api {

enum class Health { fine, worth_a_look, broken };
BOOST_DESCRIBE_ENUM(Health, fine, worth_a_look, broken)
/// One thing that was looked at, and the line of evenkeel.yaml or the command that changes it.
struct Looked {
  std::string at;
  Health health = Health::fine;
  std::string found, change;
};
BOOST_DESCRIBE_STRUCT(Looked, (), (at, health, found, change))
struct Diagnosis {
  SysTime now;  // by the server's clock
  std::vector<Looked> looked;
};
BOOST_DESCRIBE_STRUCT(Diagnosis, (), (now, looked))

}  // namespace evenkeel::api
