#include "app/gate.hpp"

#include <algorithm>

#include "api/router.hpp"

namespace evenkeel::app {
namespace {

std::string without_port(const std::string& authority) {
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  return colon == std::string::npos || (bracket != std::string::npos && colon < bracket) ? authority : authority.substr(0, colon);
}
/// The port that the scheme has anyway is not said by everybody.
std::string plain(std::string authority) {
  for (const auto* port : {":443", ":80"})
    if (authority.ends_with(port)) authority.resize(authority.size() - std::string_view(port).size());
  return authority;
}

bool is_loopback(const std::string& name) { return name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos; }

http::Response refused(std::string detail) {
  auto answer = api::problem(Error{ErrorKind::forbidden, std::move(detail)});
  answer.headers.set("Cache-Control", "no-store");
  return answer;
}

}  // namespace

std::string authority_of(std::string_view address) {
  if (const auto scheme = address.find("://"); scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  address = address.substr(0, address.find_first_of("/?#"));
  std::string out(address.substr(address.rfind('@') == std::string_view::npos ? 0 : address.rfind('@') + 1));
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}

std::optional<http::Response> wrong_host(const http::Request& request, const std::vector<std::string>& hosts) {
  if (hosts.empty()) return {};
  const auto asked = authority_of(request.headers.get("Host"));
  const auto name = without_port(asked);
  if (name == "localhost" || is_loopback(name) || name == "[::1]") return {};
  for (const auto& host : hosts)
    if (const auto known = authority_of(host); !known.empty() && (plain(known) == plain(asked) || known == name)) return {};
  auto answer =
      api::problem(421, "this server does not answer to that name; the operator names those it does with --public-url and --host");
  answer.headers.set("Cache-Control", "no-store");
  return answer;
}

std::optional<http::Response> from_another_site(const http::Request& request, const std::string& cookie,
                                                const std::vector<std::string>& origins) {
  if (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS") return {};
  const auto site = request.headers.get("Sec-Fetch-Site"), origin = request.headers.get("Origin");
  const auto ours = [&] {
    const auto from = plain(authority_of(origin));
    if (from == plain(authority_of(request.headers.get("Host")))) return true;
    return std::any_of(origins.begin(), origins.end(), [&](const auto& o) { return !o.empty() && plain(authority_of(o)) == from; });
  };
  const auto foreign = [] { return refused("a page of another site sent this; nothing was done"); };
  if (!site.empty()) {  // the browser's own word, which knows of no proxy that renames us
    if (site != "same-origin" && site != "none") return foreign();
    return {};
  }
  if (!origin.empty()) {
    if (!ours()) return foreign();
    return {};
  }
  if (!http::cookie(request, cookie).empty() && http::bearer_token(request).empty())
    return refused("a session in a browser says where a write comes from (Origin); a program sends Authorization: Bearer instead");
  return {};
}

}  // namespace evenkeel::app
