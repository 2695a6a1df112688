// What a request must show before anything is done for it: that it is meant for this server, and that no other site's page sent it.
//
// Host: where the operator named the addresses of this server, a request for another one is answered 421 (a name that somebody else points
// here must not become an origin of ours). Writes: a browser says where a page that sends one comes from (Sec-Fetch-Site, Origin); from
// another site it is refused, whatever cookie it carries. With a session cookie one of the two must be there. Programs send a token and
// neither, and mail programs that unsubscribe in one click send nothing at all: they carry no cookie, so there is nothing to abuse.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "http/message.hpp"

namespace evenkeel::app {

/// "https://Releases.example.org:443/x" and "releases.example.org:443" as "releases.example.org:443": the authority, in lower case.
std::string authority_of(std::string_view address);

/// `hosts`: authorities or bare names (any port) this server answers to; empty: any. This machine's own names always are.
std::optional<http::Response> wrong_host(const http::Request& request, const std::vector<std::string>& hosts);
/// `cookie`: name of the session's. `origins`: authorities that pages of ours come from, beside Host.
std::optional<http::Response> from_another_site(const http::Request& request, const std::string& cookie,
                                                const std::vector<std::string>& origins);

}  // namespace evenkeel::app
