// The code that whoever reads the server's log makes the first account with. It lives in the process alone, for one account.
#pragma once
#include <mutex>
#include <string>

#include "base/hex.hpp"

namespace evenkeel::app {

class SetupCode {
 public:
  /// A new code, 80 random bits in groups that can be typed.
  std::string open() {
    const std::lock_guard lock{mutex_};
    const auto digits = to_hex(random_bytes(10));
    code_.clear();
    for (std::size_t i = 0; i < digits.size(); i += 5) code_ += (i ? "-" : "") + digits.substr(i, 5);
    return code_;
  }
  bool proves(const std::string& said) const {
    const std::lock_guard lock{mutex_};
    return !code_.empty() && sha256(said) == sha256(code_);
  }
  void close() {
    const std::lock_guard lock{mutex_};
    code_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::string code_;
};

}  // namespace evenkeel::app
