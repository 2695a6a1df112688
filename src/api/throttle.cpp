#include "api/throttle.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace evenkeel::api {
namespace {
constexpr std::size_t most_keys = 10'000;
}

Result<void> Throttle::check(const std::string& key, SysTime now) {
  const std::scoped_lock lock{mutex_};
  const auto found = tries_.find(key);
  if (found == tries_.end() || now - found->second.since >= window_ || found->second.count < allowed_) return {};
  const auto wait = found->second.since + window_ - now;
  return fail(ErrorKind::too_many,
              fmt::format("that was tried {} times; the next try is possible in {}", found->second.count, to_words(wait)));
}

void Throttle::count(const std::string& key, SysTime now) {
  const std::scoped_lock lock{mutex_};
  if (tries_.size() >= most_keys && !tries_.contains(key)) {
    std::erase_if(tries_, [&](const auto& t) { return now - t.second.since >= window_; });
    if (tries_.size() >= most_keys) tries_.erase(std::ranges::min_element(tries_, {}, [](const auto& t) { return t.second.since; }));
  }
  auto& tries = tries_[key];
  if (tries.count == 0 || now - tries.since >= window_) tries = {0, now};
  ++tries.count;
}

void Throttle::forget(const std::string& key) {
  const std::scoped_lock lock{mutex_};
  tries_.erase(key);
}

std::string address_of(const http::Request& request) {
  auto address = request.remote.substr(0, request.remote.rfind(':'));
  if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
  return address;
}

bool from_this_machine(const http::Request& request) {
  if (request.remote.empty()) return true;
  const auto address = address_of(request);
  const bool loopback = address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
  return loopback && !request.headers.has("Forwarded") && !request.headers.has("X-Forwarded-For");
}

}  // namespace evenkeel::api
