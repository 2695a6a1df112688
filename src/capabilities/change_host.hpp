// A host of repositories that takes a change as a request for people to merge.
#pragma once
#include <stop_token>

#include "capabilities/delivery.hpp"

namespace evenkeel::capabilities {

struct PullRequest {
  std::string repository;  // "acme/docs"
  std::string base;        // branch that it is for
  std::string branch;      // made by us: "evenkeel/com_..."
  std::string title, body;
};
struct ProposedFile {
  std::string path, text;
};

class ChangeHost {
 public:
  virtual ~ChangeHost() = default;
  /// Sees to it that an open request brings `branch`, which is there, to `base`. The receipt is its address; one that is open already is
  /// the one.
  virtual Delivery keep_pull_request(const PullRequest& wanted, SysTime now, std::stop_token stop = {}) = 0;
  /// Writes the file to the branch first. The same file on the base already is nothing to do, and no request.
  virtual Delivery open_pull_request(const PullRequest& wanted, const ProposedFile& file, SysTime now, std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
