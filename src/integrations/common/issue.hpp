// An issue out of the answer of its repository's host: what it is called and whether it is closed.
#pragma once
#include "capabilities/tracker.hpp"
#include "http/client.hpp"

namespace evenkeel::integrations {

using capabilities::Issue;
using capabilities::IssueState;

/// `address`: the member that holds the issue's page.
Issue read_issue(http::HttpClient& client, const http::ClientRequest& request, std::string_view address, std::stop_token stop = {});
/// "github.com" of "https://api.github.com/".
std::string host_of(std::string_view url);

}  // namespace evenkeel::integrations
