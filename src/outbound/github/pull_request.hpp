// One file brought to a repository as a pull request, through GitHub's REST API or one that speaks the same.
//   https://docs.github.com/en/rest/pulls   .../rest/git/refs   .../rest/repos/contents
//
// Every step looks before it acts, so that an attempt that was cut short is gone on with: the branch bears the caller's key, the file is
// written when it differs, and a pull request of the branch that is open already is the one.
#pragma once
#include <stop_token>

#include "base/secret.hpp"
#include "http/client.hpp"
#include "outbound/delivery.hpp"

namespace evenkeel::outbound {

struct PullRequest {
  std::string url;         // of the API: "https://api.github.com"
  Secret token;            // needs contents and pull requests: write
  std::string repository;  // "acme/docs"
  std::string base;        // branch that it is for
  std::string branch;      // made by us: "evenkeel/com_..."
  std::string title, body;
};
struct ProposedFile {
  std::string path, text;
};

/// Sees to it that an open pull request brings `branch`, which is there, to `base`. The receipt is its address; one that is open already is
/// the one.
Delivery keep_pull_request(http::HttpClient& client, const PullRequest& wanted, SysTime now, std::stop_token stop = {});

/// Writes the file to the branch first. The receipt is the pull request's address. The same file on the base already is nothing to do, and
/// no pull request.
Delivery open_pull_request(http::HttpClient& client, const PullRequest& wanted, const ProposedFile& file, SysTime now,
                           std::stop_token stop = {});

}  // namespace evenkeel::outbound
