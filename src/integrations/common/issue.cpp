#include "integrations/common/issue.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace evenkeel::integrations {
namespace {

constexpr std::size_t longest_title = 300;

std::string text_of(const json::Object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  return member && member->is_string() ? clean_text(std::string_view(member->get_string()), longest_title) : "";
}

}  // namespace

Issue read_issue(http::HttpClient& client, const http::ClientRequest& request, std::string_view address, std::stop_token stop) {
  const auto answer = client.send(request, std::move(stop));
  if (!answer) return {.problem = answer.error().message};
  if (answer->status == 404 || answer->status == 410) return {.state = IssueState::none};
  if (answer->status == 401 || answer->status == 403 || answer->status == 429)
    return {.problem = fmt::format("HTTP {}: the token may not read issues, or asked too often", answer->status)};
  if (answer->status != 200) return {.problem = fmt::format("HTTP {}", answer->status)};
  const auto body = json::parse(answer->body);
  if (!body || !body->is_object()) return {.problem = "the answer is no issue"};
  const auto& issue = body->get_object();
  if (const auto* pull = issue.if_contains("pull_request"); pull && !pull->is_null()) return {.state = IssueState::none};
  const auto state = text_of(issue, "state");
  Issue out{.title = text_of(issue, "title"), .url = text_of(issue, address)};
  if (!out.url.starts_with("https://") && !out.url.starts_with("http://")) out.url.clear();
  if (state == "open" || state == "opened")
    out.state = IssueState::open;
  else if (state == "closed")
    out.state = IssueState::closed;
  else
    out.problem = fmt::format("its state is '{}'", state);
  return out;
}

std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  if (const auto at = url.substr(0, url.find('/')).rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  const std::string host{url.substr(0, url.find_first_of("/?#"))};
  return host.starts_with("api.") ? host.substr(4) : host;
}

}  // namespace evenkeel::integrations
