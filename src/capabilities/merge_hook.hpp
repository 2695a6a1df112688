// The webhook by which a host of repositories tells of merges.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::capabilities {

/// A merged pull or merge request.
struct Merge {
  std::vector<std::string> repositories;  // every name the host gives it: "acme/shop", clone addresses
  std::string branch, default_branch;     // merged into
  std::string commit;                     // that it became there: the key of the change
  std::string number, title, body, author;
  std::vector<std::string> labels;
  std::optional<SysTime> merged_at;
};

/// Of a request that was received: the value of a header, empty when it has none of this name.
using HeaderOf = std::function<std::string(std::string_view name)>;

class MergeHook {
 public:
  virtual ~MergeHook() = default;
  /// Whether it comes from there. Error: unauthenticated for a stranger, unavailable when this server cannot tell (no secret is set here,
  /// or it cannot be read); that is for the log and never for whoever asked.
  virtual Result<void> prove(const HeaderOf& header, std::string_view raw_body, SysTime now) const = 0;
  /// Nothing when the event is about something else (opened, labelled, closed without merging, a push): that is no error. Error: invalid,
  /// when it is a merge and lacks what makes one.
  virtual Result<std::optional<Merge>> read(const json::Value& event) const = 0;
};

}  // namespace evenkeel::capabilities
