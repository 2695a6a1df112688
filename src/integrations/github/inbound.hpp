// Webhooks of GitHub: merged pull requests.
#pragma once
#include "integrations/common/merge.hpp"

namespace evenkeel::integrations::github {

/// Nothing for an event about something else. Error: invalid, when it is a merge and lacks what makes one.
Result<std::optional<Merge>> read_merge(const json::Value& event);
/// `hook_secret`: a reference; looked up when something is to be proven.
std::shared_ptr<capabilities::MergeHook> merge_hook(std::string hook_secret);

}  // namespace evenkeel::integrations::github
