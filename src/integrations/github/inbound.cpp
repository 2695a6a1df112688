#include "integrations/github/inbound.hpp"

namespace evenkeel::integrations::github {
namespace {

Merge of_event(const json::Value& e) {
  Merge m{.repositories = {text_at(e, "repository.full_name"), text_at(e, "repository.clone_url"), text_at(e, "repository.ssh_url"),
                           text_at(e, "repository.html_url")},
          .branch = text_at(e, "pull_request.base.ref"),
          .default_branch = text_at(e, "repository.default_branch"),
          .commit = text_at(e, "pull_request.merge_commit_sha"),
          .number = text_at(e, "pull_request.number"),
          .title = text_at(e, "pull_request.title"),
          .body = text_at(e, "pull_request.body"),
          .author = text_at(e, "pull_request.user.login"),
          .labels = texts_at(e, "pull_request.labels", "name")};
  if (const auto when = parse_time(text_at(e, "pull_request.merged_at"))) m.merged_at = *when;
  return m;
}

bool is_merge(const json::Value& e) {
  const auto* said = member_at(e, "pull_request.merged");
  return text_at(e, "action") == "closed" && said && said->is_bool() && said->get_bool();
}

// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
const char* rule_for(const std::string&) { return "github"; }

class Hook final : public capabilities::MergeHook {
 public:
  explicit Hook(std::string secret) : secret_(std::move(secret)) {}
  Result<void> prove(const capabilities::HeaderOf& header, std::string_view raw_body, SysTime now) const override {
    return prove_webhook(secret_, header, raw_body, now, rule_for);
  }
  Result<std::optional<Merge>> read(const json::Value& event) const override { return read_merge(event); }

 private:
  std::string secret_;
};

}  // namespace

Result<std::optional<Merge>> read_merge(const json::Value& event) {
  if (!is_merge(event)) return std::optional<Merge>{};
  return checked(of_event(event));
}

std::shared_ptr<capabilities::MergeHook> merge_hook(std::string hook_secret) { return std::make_shared<Hook>(std::move(hook_secret)); }

}  // namespace evenkeel::integrations::github
