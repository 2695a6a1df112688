// HTTP/1.1 on the wire: bytes to a Request, a Response to bytes. The reader is Beast's parser fed by hand, so that the server,
// its tests and the fuzz target run the same code without a socket.
//
// Where RFC 9112 lets a recipient mend what a proxy in front may read differently, this one refuses (400): a Transfer-Encoding that is not
// "chunked" alone, or in HTTP/1.0, or beside a Content-Length; a Content-Length that is not one plain number; folded header lines; an
// absolute target for another host than Host. Chunk extensions are read and forgotten. Trailers are not header fields: the fields of a
// request are those that stood before its body, and nothing sent after it changes who is asking for what.
#pragma once
#include <memory>
#include <optional>
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
  enum class State { need_more, head, done, failed };  // head, once: the header is there and a body is to come

  explicit RequestReader(Limits limits);
  ~RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;

  /// `used` bytes may be forgotten; the rest must come again, in front of what arrives later.
  State feed(std::string_view bytes, std::size_t& used);
  /// True once, when the header is complete, the body is not and the client waits for "100 Continue".
  bool take_continue();
  bool header_done() const;
  /// From `head` on: the request without its body.
  const Request& head() const { return head_; }
  /// From `head` on: bytes that the client announced; none for a chunked body.
  std::optional<std::uint64_t> announced() const;
  /// After `head`: no body longer than this. failed (413) when the client announced a longer one.
  State limit_body(std::size_t most);
  /// Whether the client leaves the connection open (HTTP/1.1 default, or asked for).
  bool keep_alive() const;
  /// After done.
  Request take();
  /// After failed: 400, 413, 431, 501 or 505, and what was wrong.
  int error_status() const { return error_status_; }
  const std::string& error_message() const { return error_message_; }

 private:
  State failed(int status, std::string message);
  State check_header();
  struct Parser;
  std::unique_ptr<Parser> parser_;
  Request head_;
  bool head_told_ = false;
  std::size_t most_waiting_ = 0;  // unread bytes of a chunk's header or of trailers
  int error_status_ = 0;
  std::string error_message_;
};

/// Status line and header fields, ending with the empty line. Field values cannot break out of their line.
/// An event stream has no length and ends with the connection.
std::string response_head(const Response& response, bool keep_alive, std::string_view date);

}  // namespace evenkeel::http
