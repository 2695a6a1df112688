// A value that cannot be printed by accident: no stream operator, no formatter, no description.
#pragma once
#include <string>
#include <utility>

namespace evenkeel {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  /// The only way out; name it where it is used so that a reader sees the secret leave.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace evenkeel
