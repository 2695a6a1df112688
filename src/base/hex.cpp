#include "base/hex.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <cstdlib>

namespace evenkeel {
namespace {

const bool sodium_ready = [] {
  if (sodium_init() < 0) std::abort();
  return true;
}();
const unsigned char* bytes_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

}  // namespace

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out(bytes.size() * 2, '0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = digits[static_cast<unsigned char>(bytes[i]) >> 4];
    out[2 * i + 1] = digits[static_cast<unsigned char>(bytes[i]) & 15];
  }
  return out;
}

Result<std::string> from_hex(std::string_view text) {
  std::string out(text.size() / 2, '\0');
  std::size_t n = 0;
  const char* end = nullptr;
  if (text.size() % 2 != 0 ||
      sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr, &n, &end) != 0 ||
      end != text.data() + text.size())
    return invalid(fmt::format("'{}' is not hexadecimal", text.substr(0, 80)));
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();
  return out;
}

Result<std::string> from_base64(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t n = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr, &n, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size())
    return invalid("not base64 text");
  out.resize(n);
  // libsodium takes bytes above 127 for letters of the alphabet: what is signed would have more than one spelling.
  if (to_base64(out) != text) return invalid("not base64 text");
  return out;
}

Hash sha256(std::string_view bytes) {
  Hash out;
  crypto_hash_sha256(out.data(), bytes_of(bytes), bytes.size());
  return out;
}

Hash hmac_sha256(std::string_view key, std::string_view bytes) {
  Hash out;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(bytes), bytes.size());
  crypto_auth_hmacsha256_final(&state, out.data());
  return out;
}

bool equal_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t n) {
  (void)sodium_ready;
  std::string out(n, '\0');
  randombytes_buf(out.data(), n);
  return out;
}

}  // namespace evenkeel
