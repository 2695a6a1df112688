// One HTTP call as a step or a checklist item writes it: the address is theirs, and no connection of the definitions stands behind it.
#pragma once
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel::capabilities {

struct HttpCall {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::string key = {};  // the same on every attempt
  Millis deadline = std::chrono::seconds{30};
};
struct HttpAnswer {
  int status = 0;
  std::string body;
};

class HttpCaller {
 public:
  virtual ~HttpCaller() = default;
  /// Any status is an answer. Errors: invalid (no http address), unavailable (nothing was sent), unknown (it may have been sent).
  virtual Result<HttpAnswer> call(const HttpCall& call, std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
