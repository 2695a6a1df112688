#include "http/network.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <cstring>

namespace evenkeel::http {
namespace {

/// 4 or 16 bytes; none when it is no address.
std::vector<unsigned char> bytes_of(const std::string& text) {
  unsigned char raw[16];
  if (::inet_pton(AF_INET, text.c_str(), raw) == 1) return {raw, raw + 4};
  if (::inet_pton(AF_INET6, text.c_str(), raw) != 1) return {};
  const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(raw, mapped, 12) == 0) return {raw + 12, raw + 16};
  return {raw, raw + 16};
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

}  // namespace

Result<Networks> Networks::parse(const std::vector<std::string>& texts) {
  Networks out;
  for (const auto& text : texts) {
    const auto slash = text.find('/');
    One one{bytes_of(text.substr(0, slash)), 0};
    const int most = int(one.bytes.size()) * 8;
    one.bits = most;
    if (slash != std::string::npos) {
      const auto* from = text.data() + slash + 1;
      const auto [end, ec] = std::from_chars(from, text.data() + text.size(), one.bits);
      if (ec != std::errc{} || end != text.data() + text.size()) one.bits = -1;
    }
    if (most == 0 || one.bits < 0 || one.bits > most)
      return invalid(fmt::format("'{}' is no network; write one such as 10.0.0.0/8, 2001:db8::/32 or 127.0.0.1", text));
    out.all_.push_back(std::move(one));
  }
  return out;
}

bool Networks::contain(const std::string& address) const {
  const auto bytes = bytes_of(address);
  for (const auto& [network, bits] : all_) {
    if (bytes.empty() || bytes.size() != network.size()) continue;
    bool same = true;
    for (int bit = 0; bit < bits && same; ++bit)
      same = ((bytes[std::size_t(bit / 8)] ^ network[std::size_t(bit / 8)]) >> (7 - bit % 8) & 1) == 0;
    if (same) return true;
  }
  return false;
}

std::string host_of_peer(const std::string& remote) {
  auto host = remote.substr(0, remote.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

std::string client_behind(const Networks& trusted, const std::string& remote, const Headers& headers) {
  auto host = host_of_peer(remote);
  if (!trusted.contain(host)) return remote;
  std::string list;
  for (const auto& [name, value] : headers)
    if (same_name(name, "X-Forwarded-For")) list += (list.empty() ? "" : ",") + value;
  std::string_view rest = list;
  while (trusted.contain(host) && !rest.empty()) {
    const auto comma = rest.rfind(',');
    auto last = trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
    if (last.starts_with('[')) last = last.substr(1, last.find(']') - 1);
    if (bytes_of(std::string(last)).empty()) break;  // not an address: what stands further left is worth nothing
    host = last;
  }
  return host == host_of_peer(remote) ? remote : host.find(':') == std::string::npos ? host + ":0" : "[" + host + "]:0";
}

}  // namespace evenkeel::http
