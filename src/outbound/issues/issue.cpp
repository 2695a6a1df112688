#include "outbound/issues/issue.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/utf8.hpp"

namespace evenkeel::outbound {
namespace {

constexpr std::size_t longest_title = 300;

std::string text_at(const json::Object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  return member && member->is_string() ? clean_text(std::string_view(member->get_string()), longest_title) : "";
}

http::ClientRequest request_for(const IssueQuestion& q) {
  auto base = q.url;
  while (base.ends_with('/')) base.pop_back();
  http::ClientRequest request{.deadline = std::chrono::seconds{10}};
  if (q.host == IssueHost::github) {
    request.url = fmt::format("{}/repos/{}/issues/{}", base, q.repository, q.number);
    request.headers.set("Accept", "application/vnd.github+json");
    request.headers.set("X-GitHub-Api-Version", "2022-11-28");
    if (!q.token.empty()) request.headers.set("Authorization", "Bearer " + q.token.reveal());
  } else {
    if (!base.ends_with("/api/v4")) base += "/api/v4";
    request.url = fmt::format("{}/projects/{}/issues/{}", base, http::percent_encode(q.repository), q.number);
    if (!q.token.empty()) request.headers.set("PRIVATE-TOKEN", q.token.reveal());
  }
  return request;
}

}  // namespace

Issue read_issue(http::HttpClient& client, const IssueQuestion& q, std::stop_token stop) {
  const auto answer = client.send(request_for(q), std::move(stop));
  if (!answer) return {.problem = answer.error().message};
  if (answer->status == 404 || answer->status == 410) return {.state = IssueState::none};
  if (answer->status == 401 || answer->status == 403 || answer->status == 429)
    return {.problem = fmt::format("HTTP {}: the token may not read issues, or asked too often", answer->status)};
  if (answer->status != 200) return {.problem = fmt::format("HTTP {}", answer->status)};
  const auto body = json::parse(answer->body);
  if (!body || !body->is_object()) return {.problem = "the answer is no issue"};
  const auto& issue = body->get_object();
  if (const auto* pull = issue.if_contains("pull_request"); pull && !pull->is_null()) return {.state = IssueState::none};
  const auto state = text_at(issue, "state");
  Issue out{.title = text_at(issue, "title"), .url = text_at(issue, q.host == IssueHost::github ? "html_url" : "web_url")};
  if (!out.url.starts_with("https://") && !out.url.starts_with("http://")) out.url.clear();
  if (state == "open" || state == "opened")
    out.state = IssueState::open;
  else if (state == "closed")
    out.state = IssueState::closed;
  else
    out.problem = fmt::format("its state is '{}'", state);
  return out;
}

}  // namespace evenkeel::outbound
