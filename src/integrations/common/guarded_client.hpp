// What every connection is opened over: calls out in bounded time, and lets no secret of the connection back in. A server that repeats the
// key it was sent, in a body, a header or a redirect, and a message that holds an address with a key in it, lose it here, in one place for
// all vendors.
#pragma once
#include "http/client.hpp"
#include "steps/strike_out.hpp"

namespace evenkeel::integrations {

class GuardedClient final : public http::HttpClient {
 public:
  /// `longest`: no exchange takes longer, whatever its vendor allows.
  GuardedClient(http::HttpClient& inner, std::shared_ptr<const steps::StrikeOut> strike, Millis longest)
      : inner_(inner), strike_(std::move(strike)), longest_(longest) {}
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token stop = {}) override {
    auto bounded = request;
    bounded.deadline = std::min(request.deadline, longest_);
    auto answer = inner_.send(bounded, std::move(stop));
    if (!answer) {
      auto error = std::move(answer).error();
      error.message = strike_->from(std::move(error.message));
      return std::unexpected(std::move(error));
    }
    http::Headers headers;
    for (const auto& [name, value] : answer->headers) headers.add(name, strike_->from(value));
    answer->headers = std::move(headers);
    answer->body = strike_->from(std::move(answer->body));
    return answer;
  }

 private:
  http::HttpClient& inner_;
  std::shared_ptr<const steps::StrikeOut> strike_;
  Millis longest_;
};

}  // namespace evenkeel::integrations
