// GitLab: tickets, merges told by webhook.
//   https://docs.gitlab.com/api/issues/#single-project-issue
#include <fmt/format.h>

#include "integrations/common/issue.hpp"
#include "integrations/common/probe.hpp"
#include "integrations/gitlab/inbound.hpp"

namespace evenkeel::integrations {
namespace gitlab {
namespace {

struct GitLabSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address of the host, as https://gitlab.com"},
                                  {"secret", "A token, as ${env:NAME} or ${file:PATH}; empty: it reads as anyone may"},
                                  {"hook_secret", "What its webhooks carry or are signed with, as ${env:NAME} or ${file:PATH}"}};
  std::string url;
  std::string secret;
  std::string hook_secret;
};
BOOST_DESCRIBE_STRUCT(GitLabSettings, (), (url, secret, hook_secret))

class Host final : public capabilities::Tracker {
 public:
  Host(const GitLabSettings& s, Wire wire) : base_(base_of(s.url)), token_(s.secret), wire_(std::move(wire)) {
    if (!base_.ends_with("/api/v4")) base_ += "/api/v4";
  }
  std::string host() const override { return host_of(base_); }
  Issue read(const std::string& repository, std::int64_t number, std::stop_token stop) override {
    return read_issue(*wire_.http, request_to(fmt::format("/projects/{}/issues/{}", percent_encode(repository), number)), "web_url",
                      std::move(stop));
  }
  /// https://docs.gitlab.com/api/personal_access_tokens/#self-inform: any token may ask about itself.
  Tested test(const TestAsk& ask) {
    const bool has_key = !token_.empty();
    auto found = probe(wire_, request_to(has_key ? "/personal_access_tokens/self" : "/projects?per_page=1"), has_key, ask.stop);
    if (!found.ok()) return found.tested;
    const auto body = json::parse(found.answer.body);
    if (!body || body->is_object() != has_key) {
      found.tested.problem = "what answers there is no GitLab API";
      found.tested.next_step = fmt::format("write the address of GitLab as `url` of connection {}", wire_.name);
      return found.tested;
    }
    if (!has_key) return found.tested.may = {"read public projects"}, found.tested;
    if (const auto* scopes = member_at(*body, "scopes"); scopes && scopes->is_array())
      for (const auto& one : scopes->get_array())
        if (one.is_string()) found.tested.may.emplace_back(one.get_string());
    if (const auto until = text_at(*body, "expires_at"); !until.empty()) found.tested.saw += ", the token is in force until " + until;
    return found.tested;
  }

 private:
  http::ClientRequest request_to(const std::string& path) const {
    http::ClientRequest request{.url = base_ + path, .deadline = std::chrono::seconds{10}};
    if (!token_.empty()) request.headers.set("PRIVATE-TOKEN", token_.reveal());
    return request;
  }
  std::string base_;
  Secret token_;
  Wire wire_;
};

Result<Integration> open(const GitLabSettings& s, const Wire& wire) {
  const auto host = std::make_shared<Host>(s, wire);
  return Integration{.tracker = host, .test = [host](const TestAsk& ask) { return host->test(ask); }};
}

}  // namespace
}  // namespace gitlab

Vendors gitlab_vendors() {
  auto vendor = vendor_of("gitlab", {Ability::tracker, Ability::merge_hook}, gitlab::open);
  vendor.merge_hook = [](const ConnectionDef& c) { return gitlab::merge_hook(c.text("hook_secret")); };
  return {std::move(vendor)};
}

}  // namespace evenkeel::integrations
