#include "capabilities/mail.hpp"

#include <algorithm>

namespace evenkeel::capabilities {

bool is_address(std::string_view address) {
  const auto at = address.rfind('@');
  const auto domain = at == std::string_view::npos ? address : address.substr(at + 1);
  if (domain.starts_with('.') || domain.ends_with('.') || domain.contains("..")) return false;  // a second spelling of one mailbox
  return at != std::string_view::npos && at > 0 && at + 1 < address.size() && address.size() <= 254 && address.find('@') == at &&
         address.find_first_of(" ,;:<>()[]\\\"") == std::string_view::npos &&
         std::all_of(address.begin(), address.end(), [](char c) { return c > 0x1f && c < 0x7f; });
}

}  // namespace evenkeel::capabilities
