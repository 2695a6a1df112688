// Webhooks of repository hosts as anybody may send them: the body of either host, and whatever stands in the headers that prove it. What
// was not signed with the secret is never accepted.
#include <cstdlib>

#include "base/hex.hpp"
#include "integrations/common/signature.hpp"
#include "integrations/github/inbound.hpp"
#include "integrations/gitlab/inbound.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto cut = std::min(bytes.find('\n'), bytes.size());
  const std::string proof{bytes.substr(0, cut)};
  const auto body = bytes.substr(std::min(cut + 1, bytes.size()));
  static const Secret secrets[] = {Secret{"kept well"}};
  const auto now = from_millis(1'700'000'000'000);
  for (const auto& rule : integrations::signature_rules()) {
    http::Headers headers{{std::string(rule.header), proof}};
    if (!rule.time_header.empty()) headers.add(std::string(rule.time_header), "1700000000");
    if (integrations::verify_signature(rule, headers, body, secrets, now) && proof.find("kept well") == std::string::npos) std::abort();
    const Secret none[] = {Secret{}};
    if (integrations::verify_signature(rule, headers, body, none, now)) std::abort();
  }
  if (const auto event = json::parse(std::string(body)))
    for (const auto& merge : {integrations::github::read_merge(*event), integrations::gitlab::read_merge(*event)})
      if (merge && *merge && (*merge)->commit.empty()) std::abort();
  return 0;
}
