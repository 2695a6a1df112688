// Networks as people write them: "10.0.0.0/8", "2001:db8::/32", "127.0.0.1" for one address.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"

namespace evenkeel::http {

class Networks {
 public:
  /// Error: invalid, naming the one that is no network.
  static Result<Networks> parse(const std::vector<std::string>& texts);
  /// "10.1.2.3" or "2001:db8::7"; an IPv4 address in IPv6 clothes is the IPv4 address.
  bool contain(const std::string& address) const;
  bool empty() const { return all_.empty(); }

 private:
  struct One {
    std::vector<unsigned char> bytes;
    int bits = 0;
  };
  std::vector<One> all_;
};

/// "192.0.2.7" of "192.0.2.7:54321", "2001:db8::7" of "[2001:db8::7]:54321".
std::string host_of_peer(const std::string& remote);
/// Who really asks: the peer, or what trusted proxies say of whom they pass on, read from the right up to the first that is none of them.
/// What anybody else writes into X-Forwarded-For is not believed.
std::string client_behind(const Networks& trusted, const std::string& remote, const Headers& headers);

}  // namespace evenkeel::http
