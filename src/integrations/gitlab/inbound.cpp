#include "integrations/gitlab/inbound.hpp"

namespace evenkeel::integrations::gitlab {
namespace {

Merge of_event(const json::Value& e) {
  Merge m{.repositories = {text_at(e, "project.path_with_namespace"), text_at(e, "project.git_http_url"), text_at(e, "project.git_ssh_url"),
                           text_at(e, "project.web_url")},
          .branch = text_at(e, "object_attributes.target_branch"),
          .default_branch = text_at(e, "project.default_branch"),
          .commit = text_at(e, "object_attributes.merge_commit_sha"),
          .number = text_at(e, "object_attributes.iid"),
          .title = text_at(e, "object_attributes.title"),
          .body = text_at(e, "object_attributes.description"),
          .author = text_at(e, "user.username"),
          .labels = texts_at(e, "labels", "title")};
  if (m.commit.empty()) m.commit = text_at(e, "object_attributes.squash_commit_sha");
  if (m.commit.empty()) m.commit = text_at(e, "object_attributes.last_commit.id");  // fast-forward: no commit of its own
  if (const auto when = parse_time(text_at(e, "object_attributes.merged_at"))) m.merged_at = *when;
  return m;
}

bool is_merge(const json::Value& e) {
  return text_at(e, "object_kind") == "merge_request" && text_at(e, "object_attributes.action") == "merge";
}

/// GitLab's signing token, or the old static one.
const char* rule_for(const std::string& secret) { return secret.starts_with("whsec_") ? "gitlab-signing-token" : "gitlab"; }

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

}  // namespace evenkeel::integrations::gitlab
