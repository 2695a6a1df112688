#include "http/wire.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace evenkeel::http {
namespace beast = boost::beast;

struct RequestReader::Parser {
  beast::http::request_parser<beast::http::string_body> beast;
  bool continue_told = false;
};

RequestReader::RequestReader(Limits limits) : parser_(std::make_unique<Parser>()) {
  parser_->beast.header_limit(static_cast<std::uint32_t>(limits.header));
  parser_->beast.body_limit(limits.body);
  parser_->beast.eager(true);
}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

RequestReader::State RequestReader::failed(int status, std::string message) {
  error_status_ = status;
  error_message_ = std::move(message);
  return State::failed;
}

RequestReader::State RequestReader::feed(std::string_view bytes, std::size_t& used) {
  auto& parser = parser_->beast;
  used = 0;
  while (used < bytes.size() && !parser.is_done()) {
    beast::error_code ec;
    const auto n = parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), ec);
    used += n;
    if (ec == beast::http::error::need_more) break;
    if (ec == beast::http::error::header_limit) return failed(431, "the header fields are too large");
    if (ec == beast::http::error::body_limit || ec == beast::http::error::buffer_overflow)
      return failed(413, "the body is larger than this server accepts");
    if (ec == beast::http::error::bad_version) return failed(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    if (ec) return failed(400, "not a valid HTTP request: " + ec.message());
    if (n == 0) break;
  }
  if (!parser.is_header_done()) return State::need_more;
  const auto& message = parser.get();
  if (message.version() != 10 && message.version() != 11) return failed(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  if (message.version() == 11 && message.count(beast::http::field::host) != 1) return failed(400, "a request needs exactly one Host field");
  if (message.count(beast::http::field::transfer_encoding) > 0 &&
      (!message.chunked() || message.count(beast::http::field::content_length) > 0))
    return failed(400, "Transfer-Encoding is not 'chunked' alone");  // what proxies and servers may read differently is refused
  return parser.is_done() ? State::done : State::need_more;
}

bool RequestReader::take_continue() {
  auto& p = *parser_;
  if (p.continue_told || !p.beast.is_header_done() || p.beast.is_done()) return false;
  p.continue_told = true;
  return same_name({p.beast.get()[beast::http::field::expect].data(), p.beast.get()[beast::http::field::expect].size()}, "100-continue");
}
bool RequestReader::header_done() const { return parser_->beast.is_header_done(); }
bool RequestReader::keep_alive() const { return parser_->beast.keep_alive(); }

Request RequestReader::take() {
  auto message = parser_->beast.release();
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) request.headers.add(std::string(field.name_string()), std::string(field.value()));
  request.body = std::move(message.body());
  split_target(request);
  return request;
}

namespace {
/// CR, LF and NUL end or split a field; they become spaces.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  out += "\r\n";
}
}  // namespace

std::string response_head(const Response& response, bool keep_alive, std::string_view date) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  append_field(out, "Date", date);
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  if (!response.events && response.status != 204 && response.status != 304)
    append_field(out, "Content-Length", std::to_string(response.body.size()));
  for (const auto& [name, value] : response.headers)
    if (!name.empty() && name.find_first_of("\r\n:") == std::string::npos) append_field(out, name, value);
  append_field(out, "Connection", keep_alive && !response.events ? "keep-alive" : "close");
  out += "\r\n";
  return out;
}

}  // namespace evenkeel::http
