#include "dora/metrics.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto histories = dora::read_histories({reinterpret_cast<const char*>(data), size});
  if (!histories) return 0;
  for (const auto& h : *histories)
    for (const auto d : {dora::Definition::devlake_2023, dora::Definition::fourkeys, dora::Definition::dora_2025})
      if (json::dump(dora::report(h, d)).empty()) __builtin_trap();
  return 0;
}
