// The built web UI, embedded in the binary by cmake/EmbedAssets.cmake.
#pragma once
#include <span>
#include <string_view>

namespace evenkeel::http {

/// One embedded file. `path` begins with '/'; the bodies are whole gzip and brotli streams.
struct Asset {
  std::string_view path;
  std::span<const char> gzip, brotli;
};

std::span<const Asset> assets();

}  // namespace evenkeel::http
