// A merged pull or merge request, out of the webhook of its repository's host (GitHub, GitLab).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::inbound {

struct Merge {
  std::vector<std::string> repositories;  // every name the host gives it: "acme/shop", clone addresses
  std::string branch, default_branch;     // merged into
  std::string commit;                     // that it became there: the key of the change
  std::string number, title, body, author;
  std::vector<std::string> labels;
  std::optional<SysTime> merged_at;
};

enum class MergeHost { github, gitlab };
/// Nothing when the event is about something else (opened, labelled, closed without merging, a push): that is no error. Error: invalid,
/// when it is a merge and lacks what makes one.
Result<std::optional<Merge>> read_merge(MergeHost host, const json::Value& event);

}  // namespace evenkeel::inbound
