// HTTP/1.1 on the wire: bytes to a Request, a Response to bytes. The reader is Beast's parser fed by hand, so that the server,
// its tests and the fuzz target run the same code without a socket.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace evenkeel::http {

struct Limits {
  std::size_t header = std::size_t{16} * 1024;
  std::size_t body = std::size_t{16} * 1024 * 1024;
};

/// Reads one request. Feed it what arrived; bytes it did not use belong to the next request of the connection.
class RequestReader {
 public:
  enum class State { need_more, done, failed };

  explicit RequestReader(Limits limits);
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;

  /// `used` bytes may be forgotten; the rest must come again, in front of what arrives later.
  State feed(std::string_view bytes, std::size_t& used);
  /// True once, when the header is complete, the body is not and the client waits for "100 Continue".
  bool take_continue();
  bool header_done() const;
  /// Whether the client leaves the connection open (HTTP/1.1 default, or asked for).
  bool keep_alive() const;
  /// After done.
  Request take();
  /// After failed: 400, 413, 431, 501 or 505, and what was wrong.
  int error_status() const { return error_status_; }
  const std::string& error_message() const { return error_message_; }

 private:
  State failed(int status, std::string message);
  struct Parser;
  std::unique_ptr<Parser> parser_;
  int error_status_ = 0;
  std::string error_message_;
};

/// Status line and header fields, ending with the empty line. Field values cannot break out of their line.
/// An event stream has no length and ends with the connection.
std::string response_head(const Response& response, bool keep_alive, std::string_view date);

}  // namespace evenkeel::http
