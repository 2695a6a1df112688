// GitHub: tickets, files as pull requests, merges told by webhook.
#include <fmt/format.h>

#include "integrations/common/issue.hpp"
#include "integrations/common/probe.hpp"
#include "integrations/github/inbound.hpp"
#include "integrations/github/pull_request.hpp"

namespace evenkeel::integrations {
namespace github {
namespace {

struct GitHubSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address of the API, as https://api.github.com"},
                                  {"secret", "A token, as ${env:NAME} or ${file:PATH}; empty: it reads as anyone may"},
                                  {"hook_secret", "What its webhooks are signed with, as ${env:NAME} or ${file:PATH}"}};
  std::string url;
  std::string secret;
  std::string hook_secret;
};
BOOST_DESCRIBE_STRUCT(GitHubSettings, (), (url, secret, hook_secret))

class Host final : public capabilities::Tracker, public capabilities::ChangeHost {
 public:
  Host(Account account, Wire wire) : account_(std::move(account)), wire_(std::move(wire)) {}

  std::string host() const override { return host_of(account_.url); }
  Issue read(const std::string& repository, std::int64_t number, std::stop_token stop) override {
    auto request = request_to(account_, "GET", fmt::format("/repos/{}/issues/{}", repository, number));
    request.deadline = std::chrono::seconds{10};
    return read_issue(*wire_.http, request, "html_url", std::move(stop));
  }
  Delivery keep_pull_request(const PullRequest& wanted, SysTime now, std::stop_token stop) override {
    return github::keep_pull_request(*wire_.http, account_, wanted, now, std::move(stop));
  }
  Delivery open_pull_request(const PullRequest& wanted, const ProposedFile& file, SysTime now, std::stop_token stop) override {
    return github::open_pull_request(*wire_.http, account_, wanted, file, now, std::move(stop));
  }
  /// https://docs.github.com/en/rest/rate-limit: any token may ask, and it costs nothing.
  Tested test(const TestAsk& ask) {
    auto found = probe(wire_, request_to(account_, "GET", "/rate_limit"), !account_.token.empty(), ask.stop);
    if (!found.ok()) return found.tested;
    const auto body = json::parse(found.answer.body);
    const auto left = body ? text_at(*body, "rate.remaining") : "";
    if (left.empty()) {
      found.tested.problem = "what answers there is no GitHub API";
      found.tested.next_step = fmt::format(
          "write the address of the API as `url` of connection {}: https://api.github.com, or "
          "https://HOST/api/v3",
          wire_.name);
      return found.tested;
    }
    found.tested.saw += fmt::format(", {} more questions in this hour", left);
    const std::string scopes{found.answer.headers.get("X-OAuth-Scopes")};
    found.tested.may = {account_.token.empty() ? "read public repositories"
                        : scopes.empty()       ? "what the token was given for; the host does not say"
                                               : "scopes: " + scopes};
    return found.tested;
  }

 private:
  Account account_;
  Wire wire_;
};

Result<Integration> open(const GitHubSettings& s, const Wire& wire) {
  const auto host = std::make_shared<Host>(Account{s.url, Secret{s.secret}}, wire);
  return Integration{.tracker = host, .change_host = host, .test = [host](const TestAsk& ask) { return host->test(ask); }};
}

}  // namespace
}  // namespace github

Vendors github_vendors() {
  auto vendor = vendor_of("github", {Ability::tracker, Ability::change_host, Ability::merge_hook}, github::open);
  vendor.merge_hook = [](const ConnectionDef& c) { return github::merge_hook(c.text("hook_secret")); };
  return {std::move(vendor)};
}

}  // namespace evenkeel::integrations
