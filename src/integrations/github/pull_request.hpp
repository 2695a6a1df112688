// One file brought to a repository as a pull request, through GitHub's REST API or one that speaks the same.
//   https://docs.github.com/en/rest/pulls   .../rest/git/refs   .../rest/repos/contents
//
// Every step looks before it acts, so that an attempt that was cut short is gone on with: the branch bears the caller's key, the file is
// written when it differs, and a pull request of the branch that is open already is the one.
#pragma once
#include "base/secret.hpp"
#include "capabilities/change_host.hpp"
#include "http/client.hpp"

namespace evenkeel::integrations::github {

using capabilities::Delivery;
using capabilities::DeliveryEnd;
using capabilities::ProposedFile;
using capabilities::PullRequest;

/// What GitHub takes of a pull request's title and body.
inline constexpr std::size_t longest_title = 256, longest_body = 65'536;

/// Where GitHub is, and with which token: it needs contents and pull requests, both to write.
struct Account {
  std::string url;  // of the API: "https://api.github.com"
  Secret token;
};
/// A request to the API at `path`, below the address of the account.
http::ClientRequest request_to(const Account& account, std::string method, const std::string& path, std::string body = {});

Delivery keep_pull_request(http::HttpClient& client, const Account& account, const PullRequest& wanted, SysTime now,
                           std::stop_token stop = {});
Delivery open_pull_request(http::HttpClient& client, const Account& account, const PullRequest& wanted, const ProposedFile& file,
                           SysTime now, std::stop_token stop = {});

}  // namespace evenkeel::integrations::github
