// An issue at its repository's host: what it is called and whether it is closed.
//   GitHub: https://docs.github.com/en/rest/issues/issues#get-an-issue   GitLab: https://docs.gitlab.com/api/issues/#single-project-issue
#pragma once
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/secret.hpp"
#include "http/client.hpp"

namespace evenkeel::outbound {

enum class IssueHost { github, gitlab };

struct IssueQuestion {
  IssueHost host = IssueHost::github;
  std::string url;         // of the API ("https://api.github.com"), or of GitLab
  Secret token;            // empty: as anyone
  std::string repository;  // "acme/shop"
  std::int64_t number = 0;
};

enum class IssueState { open, closed, unknown, none };
BOOST_DESCRIBE_ENUM(IssueState, open, closed, unknown, none)
struct Issue {
  IssueState state = IssueState::unknown;  // none: the number is of a pull request, or of nothing that the token may see
  std::string title, url;                  // for people; empty while unknown
  std::string problem;                     // why it is unknown
};

Issue read_issue(http::HttpClient& client, const IssueQuestion& question, std::stop_token stop = {});

}  // namespace evenkeel::outbound
