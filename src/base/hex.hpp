// Bytes as text: hexadecimal and base64, and SHA-256 (libsodium).
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace evenkeel {

using Hash = std::array<std::uint8_t, 32>;

std::string to_hex(std::string_view bytes);
inline std::string to_hex(const Hash& hash) { return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()}); }
Result<std::string> from_hex(std::string_view text);
std::string to_base64(std::string_view bytes);
/// The bytes of exactly the text that to_base64 writes (RFC 4648, section 3.5: canonical, with padding); any other is refused.
Result<std::string> from_base64(std::string_view text);

Hash sha256(std::string_view bytes);
/// HMAC-SHA256 (RFC 2104), raw 32 bytes.
Hash hmac_sha256(std::string_view key, std::string_view bytes);
/// Constant time in the content; unequal lengths are unequal.
bool equal_secret(std::string_view a, std::string_view b);
/// n bytes from the system's generator.
std::string random_bytes(std::size_t n);

inline std::string_view as_bytes(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

}  // namespace evenkeel
