#include "api/throttle.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "http/network.hpp"

namespace evenkeel::api {

std::string Throttle::id_of(const std::string& key) const {
  return to_hex(sha256("evenkeel throttle\n" + what_ + "\n" + key)).substr(0, 32);
}

Result<void> Throttle::check(store::Tx& tx, const std::string& key, SysTime now) const {
  std::int64_t tries = 0, until = 0;
  tx.exec("SELECT tries, until FROM throttle WHERE id = $1", {id_of(key)}, [&](const store::Row& row) {
    tries = row.integer(0);
    until = row.integer(1);
  });
  if (tries < allowed_ || until <= to_millis(now)) return {};
  return fail(ErrorKind::too_many,
              fmt::format("that was tried {} times; the next try is possible in {}", tries, to_words(from_millis(until) - now)));
}

void Throttle::count(store::Tx& tx, const std::string& key, SysTime now) const {
  tx.exec("DELETE FROM throttle WHERE until <= $1", {to_millis(now)});
  tx.exec("INSERT INTO throttle (id, tries, since, until) VALUES ($1, 1, $2, $3) ON CONFLICT (id) DO UPDATE SET tries = throttle.tries + 1",
          {id_of(key), to_millis(now), to_millis(now + window_)});
}

void Throttle::forget(store::Tx& tx, const std::string& key) const { tx.exec("DELETE FROM throttle WHERE id = $1", {id_of(key)}); }

std::string address_of(const http::Request& request) { return http::host_of_peer(request.remote); }

std::string place_of(const http::Request& request) {
  const auto address = address_of(request);
  unsigned char raw[16];
  if (::inet_pton(AF_INET6, address.c_str(), raw) != 1 || address.starts_with("::ffff:")) return address;
  return to_hex(std::string_view(reinterpret_cast<const char*>(raw), 8)) + "/64";
}

std::string mailbox_of(const std::string& address) {
  auto text = address;
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  const auto at = text.rfind('@');
  if (at == std::string::npos) return text;
  auto local = text.substr(0, std::min(at, text.find('+')));
  const auto domain = text.substr(at + 1);
  if (domain == "gmail.com" || domain == "googlemail.com") std::erase(local, '.');
  return local + "@" + (domain == "googlemail.com" ? "gmail.com" : domain);
}

bool from_this_machine(const http::Request& request) {
  if (request.remote.empty()) return true;
  const auto address = address_of(request);
  const bool loopback = address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
  return loopback && !request.headers.has("Forwarded") && !request.headers.has("X-Forwarded-For");
}

}  // namespace evenkeel::api
