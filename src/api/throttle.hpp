// How often one caller may try something in vain before it waits: passwords, and forms that anybody may send.
//
// Counted in the database, under a hash of the key. A caller is known by several keys at once (the login, the address it comes from, the
// mailbox it names), each with a limit of its own: guessing one login from many addresses ends as guessing many logins from one does.
#pragma once
#include <string>

#include "base/time.hpp"
#include "http/message.hpp"
#include "store/database.hpp"

namespace evenkeel::api {

class Throttle {
 public:
  /// `what` keeps the keys of one thing apart from another's: "sign-in by login".
  Throttle(std::string what, int allowed, Millis window) : what_(std::move(what)), allowed_(allowed), window_(window) {}
  /// Error: too_many, saying when the next try is possible. Counts nothing.
  Result<void> check(store::Tx& tx, const std::string& key, SysTime now) const;
  void count(store::Tx& tx, const std::string& key, SysTime now) const;
  void forget(store::Tx& tx, const std::string& key) const;

 private:
  std::string id_of(const std::string& key) const;
  const std::string what_;
  const int allowed_;
  const Millis window_;
};

/// "192.0.2.7" of "192.0.2.7:54321", "2001:db8::7" of "[2001:db8::7]:54321".
std::string address_of(const http::Request& request);
/// What is counted as one place: an IPv4 address, or the /64 that one customer of IPv6 has whole.
std::string place_of(const http::Request& request);
/// The mailbox behind an address: "Victim+1@Example.org" and "victim@example.org" are one, and so are dots at Google's.
std::string mailbox_of(const std::string& address);
/// Sent by a program on this machine, and not passed on by a proxy that stands here.
bool from_this_machine(const http::Request& request);

}  // namespace evenkeel::api
