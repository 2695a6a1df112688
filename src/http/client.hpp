// Outbound HTTP. Blocking, with a deadline and a way to stop: callers are worker threads. Only http and https are spoken.
#pragma once
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "http/message.hpp"

namespace evenkeel::http {

struct ClientRequest {
  std::string method = "GET";
  std::string url = {};
  Headers headers = {};
  std::string body = {};
  Millis deadline = std::chrono::seconds{30};  // for the whole exchange
  std::size_t max_body = 16u << 20;            // of the answer
  int follow = 0;                              // redirects to follow
  bool path_is_secret = false;                 // chat hooks: messages then name the host only
};

struct ClientResponse {
  int status = 0;
  Headers headers = {};
  std::string body = {};
};

/// Any status is an answer, 500 too. Errors, none of which shows user, password, query values or header values:
/// invalid (not an http or https URL), unavailable (nothing was sent: no such host, refused, stopped before),
/// unknown (it was, or may have been, sent and no whole answer came: the other side may have acted).
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual Result<ClientResponse> send(const ClientRequest& request, std::stop_token stop = {}) = 0;
};

struct CurlOptions {
  std::string ca_file = {};  // PEM; empty: the system's
  std::string user_agent = "evenkeel";
};

/// The real one. Thread-safe; keeps connections open for reuse.
class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(CurlOptions options = {});
  ~CurlClient() override;
  Result<ClientResponse> send(const ClientRequest& request, std::stop_token stop = {}) override;

 private:
  struct Handle;
  std::unique_ptr<Handle> borrow();
  void give_back(std::unique_ptr<Handle> handle);
  CurlOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

/// The URL as it may be shown: without user and password, query values and fragment.
std::string shown_url(std::string_view url, bool path_is_secret = false);

}  // namespace evenkeel::http
