// How often one caller may try something in vain before it waits: passwords, and forms that anybody may send.
#pragma once
#include <map>
#include <mutex>
#include <string>

#include "base/time.hpp"
#include "http/message.hpp"

namespace evenkeel::api {

/// Counts in the memory of this process, by key; a replica counts for itself. At most 10,000 keys: when more ask, the oldest are forgotten.
class Throttle {
 public:
  Throttle(int allowed, Millis window) : allowed_(allowed), window_(window) {}
  /// Error: too_many, saying when the next try is possible. Counts nothing.
  Result<void> check(const std::string& key, SysTime now);
  void count(const std::string& key, SysTime now);
  void forget(const std::string& key);

 private:
  struct Tries {
    int count = 0;
    SysTime since{};
  };
  std::mutex mutex_;
  std::map<std::string, Tries> tries_;
  const int allowed_;
  const Millis window_;
};

/// "192.0.2.7" of "192.0.2.7:54321", "2001:db8::7" of "[2001:db8::7]:54321".
std::string address_of(const http::Request& request);
/// Sent by a program on this machine, and not passed on by a proxy that stands here.
bool from_this_machine(const http::Request& request);

}  // namespace evenkeel::api
