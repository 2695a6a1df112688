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

RequestReader::RequestReader(Limits limits) : parser_(std::make_unique<Parser>()), most_waiting_(limits.header) {
  parser_->beast.header_limit(static_cast<std::uint32_t>(limits.header));
  parser_->beast.body_limit(limits.body);
  parser_->beast.eager(false);
}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

RequestReader::State RequestReader::failed(int status, std::string message) {
  error_status_ = status;
  error_message_ = std::move(message);
  return State::failed;
}

namespace {

/// A header line that goes on in the next one. `bytes` begin at the start of a line of the header, or of the request.
bool has_folded_line(std::string_view bytes) {
  const auto header = bytes.starts_with("\r\n") ? std::string_view() : bytes.substr(0, bytes.find("\r\n\r\n"));
  for (std::size_t at = 0; (at = header.find('\n', at)) != std::string_view::npos && ++at < header.size();)
    if (header[at] == ' ' || header[at] == '\t') return true;
  return false;
}

std::string_view authority_of(std::string_view target) {
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos || target.starts_with('/')) return {};
  target.remove_prefix(scheme + 3);
  return target.substr(0, target.find_first_of("/?#"));
}

}  // namespace

RequestReader::State RequestReader::check_header() {
  const auto& message = parser_->beast.get();
  if (message.version() != 10 && message.version() != 11) return failed(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  std::size_t hosts = 0, lengths = 0, encodings = 0;
  for (const auto& field : message) {
    hosts += field.name() == beast::http::field::host;
    if (field.name() == beast::http::field::content_length) {
      ++lengths;
      if (field.value().find_first_not_of("0123456789") != std::string_view::npos) return failed(400, "Content-Length is not one number");
    }
    if (field.name() == beast::http::field::transfer_encoding) {
      ++encodings;
      if (!same_name({field.value().data(), field.value().size()}, "chunked"))
        return failed(400, "Transfer-Encoding is not 'chunked' alone");
    }
  }
  if (message.version() == 11 && hosts != 1) return failed(400, "a request needs exactly one Host field");
  if (hosts > 1 || lengths > 1 || encodings > 1 || (lengths > 0 && encodings > 0))
    return failed(400, "Host, Content-Length and Transfer-Encoding stand once, and not the last two together");
  if (encodings > 0 && message.version() == 10) return failed(400, "HTTP/1.0 has no Transfer-Encoding");
  head_.method = std::string(message.method_string());
  head_.target = std::string(message.target());
  for (const auto& field : message) head_.headers.add(std::string(field.name_string()), std::string(field.value()));
  const auto authority = authority_of(head_.target);
  if (!authority.empty() && !same_name(authority, head_.headers.get("Host"))) return failed(400, "the target names another host than Host");
  split_target(head_);
  return State::head;
}

RequestReader::State RequestReader::feed(std::string_view bytes, std::size_t& used) {
  auto& parser = parser_->beast;
  used = 0;
  while (used < bytes.size() && !parser.is_done()) {
    if (!parser.is_header_done() && has_folded_line(bytes.substr(used))) return failed(400, "a header line goes on in the next one");
    beast::error_code ec;
    const auto n = parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), ec);
    used += n;
    if (ec == beast::http::error::header_limit) return failed(431, "the header fields are too large");
    if (ec == beast::http::error::body_limit || ec == beast::http::error::buffer_overflow)
      return failed(413, "the body is larger than this server accepts");
    if (ec == beast::http::error::bad_version) return failed(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    if (ec && ec != beast::http::error::need_more) return failed(400, "not a valid HTTP request: " + ec.message());
    if (parser.is_header_done() && !head_told_) {
      head_told_ = true;
      if (const auto state = check_header(); state == State::failed || !parser.is_done()) return state;
    }
    if (ec || n == 0) break;
  }
  if (parser.is_done()) return State::done;
  // A chunk's extensions and the trailers have no limit of their own in the parser.
  if (parser.is_header_done() && parser.chunked() && used < bytes.size() && bytes.size() - used > most_waiting_)
    return failed(400, "a chunk's extensions or the trailers are too large");
  return State::need_more;
}

std::optional<std::uint64_t> RequestReader::announced() const {
  const auto length = parser_->beast.content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

RequestReader::State RequestReader::limit_body(std::size_t most) {
  if (const auto length = announced(); length && *length > most)
    return failed(413, fmt::format("the body is larger than the {} bytes that this address takes", most));
  parser_->beast.body_limit(most);
  return State::need_more;
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
  head_.body = std::move(parser_->beast.get().body());
  return std::move(head_);
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
