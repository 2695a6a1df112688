// Where tickets are kept.
#pragma once
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/json.hpp"

namespace evenkeel::capabilities {

enum class IssueState { open, closed, unknown, none };
BOOST_DESCRIBE_ENUM(IssueState, open, closed, unknown, none)
struct Issue {
  IssueState state = IssueState::unknown;  // none: the number is of a pull request, or of nothing that the token may see
  std::string title, url;                  // for people; empty while unknown
  std::string problem;                     // why it is unknown; no secret
};

class Tracker {
 public:
  virtual ~Tracker() = default;
  /// Whose tickets these are: "github.com".
  virtual std::string host() const = 0;
  virtual Issue read(const std::string& repository, std::int64_t number, std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
