// Canary configurations of other tools: what is taken over is a set of criteria that reads back, or what it lacks is said.
#include "health/adopt.hpp"
#include "health/kayenta.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const auto adopt : {health::adopt_kayenta, health::adopt_argo, health::adopt_openslo})
    if (const auto taken = adopt(text);
        taken && !taken->set.criteria.empty() && taken->not_carried_over.empty() && !health::read_criteria(json::write(taken->set)))
      __builtin_trap();
  (void)health::kayenta::read_config(text);
  (void)health::kayenta::read_data(text);
  return 0;
}
