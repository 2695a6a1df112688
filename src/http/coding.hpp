// Content codings (RFC 9110 section 8.4): what a client accepts, and answers that travel packed.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace evenkeel::http {

/// Whether Accept-Encoding allows `coding` (q=0 refuses it; "*" stands for all not named).
bool accepts_encoding(std::string_view accept_encoding, std::string_view coding);
/// The unpacked bytes of a gzip stream; none when it is broken or larger than max.
std::optional<std::string> gunzip(std::string_view packed, std::size_t max = std::size_t{64} * 1024 * 1024);

/// Packs a text that is worth it, for a client that accepts gzip. One that is not to be stored may hold a secret, whose length must not
/// tell what stands beside it (BREACH): it stays as it is. Its ETag becomes a weak one, since the bytes are others (RFC 9110
/// section 8.8.1).
void compress(const Request& request, Response& response);

}  // namespace evenkeel::http
