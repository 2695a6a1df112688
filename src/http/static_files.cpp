#include "http/static_files.hpp"

#include "base/hex.hpp"
#include "http/coding.hpp"

namespace evenkeel::http {
namespace {

std::string_view view(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

std::string_view content_type_of(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {{".html", "text/html; charset=utf-8"},
                                                                            {".js", "text/javascript; charset=utf-8"},
                                                                            {".css", "text/css; charset=utf-8"},
                                                                            {".json", "application/json"},
                                                                            {".svg", "image/svg+xml"},
                                                                            {".png", "image/png"},
                                                                            {".ico", "image/x-icon"},
                                                                            {".woff2", "font/woff2"},
                                                                            {".txt", "text/plain; charset=utf-8"},
                                                                            {".webmanifest", "application/manifest+json"},
                                                                            {".map", "application/json"}};
  for (const auto& [suffix, type] : types)
    if (path.ends_with(suffix)) return type;
  return "application/octet-stream";
}

StaticFiles::StaticFiles(std::span<const Asset> table) {
  for (const auto& asset : table) files_[asset.path] = {&asset, to_hex(sha256(view(asset.gzip))).substr(0, 20)};
}

Response StaticFiles::answer(const Request& request, const Known& known, bool immutable) const {
  const auto& asset = *known.asset;
  const auto accepted = request.headers.get("Accept-Encoding");
  const std::string_view coding = accepts_encoding(accepted, "br") ? "br" : accepts_encoding(accepted, "gzip") ? "gzip" : "";
  Response r{200, std::string{content_type_of(asset.path)}};
  const auto etag = '"' + known.etag + (coding.empty() ? "" : "-") + std::string{coding} + '"';  // each coding is another representation
  r.headers.set("ETag", etag);
  r.headers.set("Vary", "Accept-Encoding");
  r.headers.set("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (const auto seen = request.headers.get("If-None-Match"); !seen.empty() && etag_listed(seen, etag)) {
    r.status = 304;
    return r;
  }
  if (!coding.empty()) r.headers.set("Content-Encoding", std::string{coding});
  r.body = coding == "br" ? view(asset.brotli) : coding == "gzip" ? view(asset.gzip) : gunzip(view(asset.gzip)).value_or("");
  return r;
}

/// Whether a path's last segment is called like a file; a version (1.4.1) is not.
static bool names_file(std::string_view last) {
  const auto dot = last.rfind('.');
  return dot != std::string_view::npos && dot + 1 < last.size() && std::isalpha(static_cast<unsigned char>(last[dot + 1]));
}

std::optional<Response> StaticFiles::file(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return {};
  const auto it = files_.find(request.path);
  if (it == files_.end() || request.path == "/index.html") return {};
  return answer(request, it->second, request.path.starts_with("/assets/"));
}

std::optional<Response> StaticFiles::page(const Request& request) const {
  const auto& path = request.path;
  const auto last = path.substr(path.rfind('/') + 1);
  if ((request.method != "GET" && request.method != "HEAD") || path.starts_with("/api/") || path.starts_with("/assets/") ||
      names_file(last))
    return {};
  const auto it = files_.find("/index.html");
  if (it != files_.end()) return answer(request, it->second, false);
  return Response::html(
      "<!doctype html><html lang=en><title>evenkeel</title><h1>evenkeel</h1><p>This build has no web UI (run `make web`, then build "
      "again). "
      "The REST API is at <a href=\"/api/v1/openapi.json\">/api/v1</a>.</p></html>",
      path == "/" ? 200 : 404);
}

}  // namespace evenkeel::http
