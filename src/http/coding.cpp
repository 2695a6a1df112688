#include "http/coding.hpp"

#include <zlib.h>

namespace evenkeel::http {
namespace {

constexpr std::size_t worth_packing = 1400;  // what one packet holds anyhow
constexpr int level = 5;

std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

bool is_text(std::string_view type) {
  for (const auto* known : {"application/json", "application/problem+json", "text/html", "text/markdown", "image/svg+xml"})
    if (type.starts_with(known)) return true;
  return false;
}

std::optional<std::string> gzip(std::string_view text) {
  z_stream z{};
  if (deflateInit2(&z, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&z, static_cast<uLong>(text.size())), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const int state = deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  if (state != Z_STREAM_END) return {};
  return out;
}

}  // namespace

bool accepts_encoding(std::string_view list, std::string_view coding) {
  bool any = false;
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto part = trim(list.substr(0, comma));
    const auto name = trim(part.substr(0, part.find(';')));
    const auto q = part.find("q=");
    const bool refused = q != std::string_view::npos && part.substr(q + 2).find_first_not_of("0. ") == std::string_view::npos;
    if (same_name(name, coding)) return !refused;
    if (name == "*") any = !refused;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return any;
}

std::optional<std::string> gunzip(std::string_view packed, std::size_t max) {
  z_stream z{};
  if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) return {};
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  z.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int state = Z_OK;
  char chunk[16 * 1024];
  while (state == Z_OK && out.size() <= max) {
    z.next_out = reinterpret_cast<Bytef*>(chunk);
    z.avail_out = sizeof chunk;
    state = inflate(&z, Z_NO_FLUSH);
    out.append(chunk, sizeof chunk - z.avail_out);
  }
  inflateEnd(&z);
  if (state != Z_STREAM_END || out.size() > max) return {};
  return out;
}

void compress(const Request& request, Response& response) {
  if (response.status != 200 || response.events || response.body.size() < worth_packing || !is_text(response.content_type) ||
      response.headers.has("Content-Encoding") || response.headers.get("Cache-Control").find("no-store") != std::string_view::npos)
    return;
  const std::string vary{response.headers.get("Vary")};
  response.headers.set("Vary", vary.empty() ? "Accept-Encoding" : vary + ", Accept-Encoding");
  if (!accepts_encoding(request.headers.get("Accept-Encoding"), "gzip")) return;
  auto packed = gzip(response.body);
  if (!packed) return;
  response.body = *std::move(packed);
  response.headers.set("Content-Encoding", "gzip");
  if (const std::string etag{response.headers.get("ETag")}; etag.starts_with('"')) response.headers.set("ETag", "W/" + etag);
}

}  // namespace evenkeel::http
