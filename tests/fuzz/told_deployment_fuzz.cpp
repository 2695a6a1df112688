// Deployments and bounces told from outside.
#include "comms/subscription.hpp"
#include "dora/intake.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto body = json::parse(text)) {
    if (const auto told = dora::read_devlake_deployment(*body); told && (told->empty() || told->front().id.empty())) __builtin_trap();
    (void)json::from_value<dora::ToldDeployment>(*body);
  }
  if (const auto bounces = comms::read_bounces(text))
    for (const auto& bounce : *bounces)
      if (bounce.address.empty()) __builtin_trap();
  return 0;
}
