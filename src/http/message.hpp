// HTTP as plain values: what a handler gets and gives. Asio, Beast and curl stay behind server.cpp, parse.cpp and client.cpp,
// so that the API, its tests and the command line (which dispatches without a socket) use the same two structs.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/percent.hpp"

namespace evenkeel::http {

using evenkeel::percent_decode;
using evenkeel::percent_encode;

/// Header fields in the order given; names compare without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  /// The first value of that name; empty when absent.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  /// Replaces every value of that name.
  void set(std::string_view name, std::string value);
  /// Adds one more value (Set-Cookie).
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// The query of a target, percent-decoded. A name given twice keeps its last value.
using Query = std::map<std::string, std::string>;

struct Request {
  std::string method = "GET";  // as sent, upper case by convention
  std::string target = "/";    // path and query as sent
  std::string path = "/";      // still percent-encoded: a segment may hold an encoded '/'
  Query query = {};
  Headers headers = {};
  std::string body = {};
  std::string remote = {};  // "127.0.0.1:54321"; empty when there was no socket
};

class EventHub;
struct Event;

/// A subscription as a handler hands it to the server (see sse.hpp).
struct EventSource {
  std::shared_ptr<EventHub> hub;
  std::optional<std::uint64_t> after = {};        // the last id the client has; none: only what happens from now on
  std::function<bool(const Event&)> wanted = {};  // null: everything. Called on the I/O thread: quick, no blocking
};

struct Response {
  int status = 200;
  std::string content_type = {};  // empty: no Content-Type field
  std::string body = {};
  Headers headers = {};
  std::shared_ptr<const EventSource> events = {};  // set: the body is an endless event stream

  static Response text(std::string body, int status = 200) { return {status, "text/plain; charset=utf-8", std::move(body)}; }
  static Response html(std::string body, int status = 200) { return {status, "text/html; charset=utf-8", std::move(body)}; }
  static Response json(std::string body, int status = 200) { return {status, "application/json", std::move(body)}; }
  static Response redirect(std::string location, int status = 303);
  /// Server-sent events until the client leaves or the server stops.
  static Response stream(EventSource source);
};

/// A request as the command line and tests make it: `target` is split into path and query.
Request make_request(std::string method, std::string target, std::string body = {}, Headers headers = {});
/// Fills path and query from target.
void split_target(Request& request);

bool same_name(std::string_view a, std::string_view b);  // header names: ASCII, without case
/// "a=1&b=x%20y"; pairs with broken escapes are left out.
Query parse_query(std::string_view text);
/// The value of one cookie of the request; empty when absent.
std::string cookie(const Request& request, std::string_view name);
/// The token of "Authorization: Bearer ..."; empty when absent.
std::string bearer_token(const Request& request);
/// True when the comma list of If-Match or If-None-Match holds `etag` or is "*"; weak marks are ignored.
bool etag_listed(std::string_view list, std::string_view etag);
/// True when a tag of the list begins so; `start` with its quote.
bool etag_begins(std::string_view list, std::string_view start);
/// The standard phrase, "Not Found" for 404.
std::string_view reason_phrase(int status);
/// "Sun, 06 Nov 1994 08:49:37 GMT" of seconds since 1970.
std::string http_date(std::int64_t seconds);
/// Seconds from 1970 of such a date; none when it is not one.
std::optional<std::int64_t> parse_http_date(std::string_view text);

/// What is said of a request once its header is there and before its body is read: how long the body may be, or the answer that refuses it.
struct Admission {
  std::size_t max_body = std::size_t{64} * 1024;
  std::optional<Response> refused = {};
};

/// Adds what every answer carries unless it says otherwise: nosniff, no referrer, and for pages the strict content policy
/// (no inline code, nothing from elsewhere).
void add_security_headers(Response& response);

}  // namespace evenkeel::http
