// Zip archives in memory, as evidence packs need them.
#pragma once
#include <map>
#include <string>

#include "base/result.hpp"

namespace evenkeel::ledger {

/// The archive's bytes; the same files give the same bytes (no times of their own).
std::string zip_of(const std::map<std::string, std::string>& files);
/// Name to content. Error: invalid (no zip, damaged, the same name twice, more than 256 MiB unpacked).
Result<std::map<std::string, std::string>> unzip(const std::string& bytes);

}  // namespace evenkeel::ledger
