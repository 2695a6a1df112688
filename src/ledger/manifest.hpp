// A pack's manifest: what the pack must hold, signed.
//
//   evenkeel-pack/2
//   organisation <text>    release <id>    title <text>    exported <ISO 8601>      (a line each; texts are JSON strings, so one line)
//   entries <index> <index> ...
//   file <SHA-256, hex> <name>                                                      (a line each, by name)
#pragma once
#include <map>

#include "ledger/checkpoint.hpp"
#include "ledger/pack_story.hpp"

namespace evenkeel::ledger {

inline constexpr const char* manifest_file = "manifest.txt";

struct Manifest {
  PackHead head;
  std::vector<std::int64_t> entries;
  std::map<std::string, std::string> files;  // name -> SHA-256, hex
};
std::string sign_manifest(const Manifest& manifest, const Key& key);
/// Error: invalid (signature, or not a manifest of a known version).
Result<Manifest> open_manifest(const std::string& note, const Key& verifier);

}  // namespace evenkeel::ledger
