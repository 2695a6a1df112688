// The built web UI over HTTP: compressed bodies as embedded, strong tags, long caching where the name holds a hash.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "http/assets.hpp"
#include "http/message.hpp"

namespace evenkeel::http {

class StaticFiles {
 public:
  explicit StaticFiles(std::span<const Asset> table = assets());

  /// The file of exactly this path (GET and HEAD); none when there is no such file. Quick: may run on the I/O thread.
  std::optional<Response> file(const Request& request) const;
  /// index.html for a path that the UI routes itself: GET, below neither /api/ nor /assets/, last segment not called like a file (a version
  /// is none). Without a built UI: a page that says so.
  std::optional<Response> page(const Request& request) const;

 private:
  struct Known {
    const Asset* asset;
    std::string etag;
  };
  Response answer(const Request& request, const Known& known, bool immutable) const;
  std::unordered_map<std::string_view, Known> files_;
};

/// "text/javascript; charset=utf-8" for ".js".
std::string_view content_type_of(std::string_view path);

}  // namespace evenkeel::http
