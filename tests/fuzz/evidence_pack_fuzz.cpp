// A pack comes from whoever hands it over: any bytes are verified or refused, never believed in part.
#include "ledger/evidence.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = evenkeel::ledger::verify_pack({reinterpret_cast<const char*>(data), size}, "");
  if (report && report->problems.empty() && report->entries == 0) __builtin_trap();
  return 0;
}
