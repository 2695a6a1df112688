// The writer's reader and the verifier's reader share no code: on any bytes both must read an entry or both refuse, and an entry that
// was read must be exactly the bytes it was read from (else two byte strings would be one entry).
#include "ledger/entry.hpp"
#include "ledger/fsck.hpp"

using namespace evenkeel::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto entry = parse_entry(bytes);
  const auto checked = fsck::read_entry(bytes);
  if (entry.has_value() != checked.has_value()) __builtin_trap();
  if (!entry) return 0;
  if (entry_bytes(*entry) != bytes) __builtin_trap();
  if (entry->kind != checked->kind || entry->actor != checked->actor || entry->release != checked->release ||
      entry->facts != checked->facts || entry->sealed.size() != checked->sealed.size() || entry->texts.size() != checked->texts.size())
    __builtin_trap();
  return 0;
}
