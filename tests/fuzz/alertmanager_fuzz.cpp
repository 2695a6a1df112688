#include "integrations/alertmanager/alertmanager.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  (void)alertmanager::parse_alerts(body);
  if (const auto silences = alertmanager::parse_silences(body))
    for (const auto& s : *silences) (void)alertmanager::may_silence(s, {{"service", "catalog"}, {"env", "prod"}});
  return 0;
}
