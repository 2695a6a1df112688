// What webhooks of repository hosts have in common: members by their path, and what every merge must have.
#pragma once
#include "capabilities/merge_hook.hpp"
#include "integrations/common/signature.hpp"

namespace evenkeel::integrations {

using capabilities::Merge;

/// The member at "a.b.c"; null when a part is not there.
const json::Value* member_at(const json::Value& value, std::string_view path);
/// Texts and whole numbers as text; empty otherwise.
std::string text_at(const json::Value& value, std::string_view path);
/// `member` of each element of the list at `path`.
std::vector<std::string> texts_at(const json::Value& value, std::string_view path, std::string_view member);
/// Error: invalid, when the merge lacks its repository, its commit or its title. Long texts are cut.
Result<std::optional<Merge>> checked(Merge merge);
/// With the connection's hook_secret; `rule_for` may choose by the secret's form. Error: see MergeHook::prove.
Result<void> prove_webhook(const std::string& hook_secret, const capabilities::HeaderOf& header, std::string_view raw_body, SysTime now,
                           const std::function<const char*(const std::string& secret)>& rule_for);

}  // namespace evenkeel::integrations
