#include "integrations/common/merge.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "base/utf8.hpp"
#include "steps/variables.hpp"

namespace evenkeel::integrations {
namespace {

constexpr std::size_t longest_title = 1000, longest_body = 65'536;

bool is_commit(std::string_view id) {
  return (id.size() == 40 || id.size() == 64) && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

const json::Value* member_at(const json::Value& value, std::string_view path) {
  const auto* here = &value;
  while (!path.empty() && here) {
    const auto dot = path.find('.');
    here = here->is_object() ? here->get_object().if_contains(path.substr(0, dot)) : nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return here;
}
std::string text_at(const json::Value& value, std::string_view path) {
  const auto* found = member_at(value, path);
  if (found && found->is_string()) return std::string(found->get_string());
  return found && found->is_int64() ? std::to_string(found->get_int64()) : "";
}
std::vector<std::string> texts_at(const json::Value& value, std::string_view path, std::string_view member) {
  std::vector<std::string> out;
  const auto* found = member_at(value, path);
  if (found && found->is_array())
    for (const auto& one : found->get_array())
      if (auto name = text_at(one, member); !name.empty()) out.push_back(std::move(name));
  return out;
}

Result<std::optional<Merge>> checked(Merge m) {
  std::erase(m.repositories, "");
  if (m.repositories.empty()) return invalid("the event does not name its repository", "repository");
  if (!is_commit(m.commit)) return invalid("the event does not name the commit that was made by merging", "merge_commit_sha");
  if (m.title.empty()) return invalid("the merged request has no title", "title");
  m.title = clean_text(m.title, longest_title);
  m.body = clean_text(m.body, longest_body);
  return std::optional(std::move(m));
}

Result<void> prove_webhook(const std::string& hook_secret, const capabilities::HeaderOf& header, std::string_view raw_body, SysTime now,
                           const std::function<const char*(const std::string& secret)>& rule_for) {
  static const std::string nobody_knows = to_hex(random_bytes(32));
  const auto known = steps::resolve_secret(hook_secret);
  const bool is_set = known && !known->empty();
  const Secret secrets[] = {Secret{is_set ? *known : nobody_knows}};
  // The same work whether a secret is set or not: who asks learns nothing from the time it takes.
  const auto verified = verify_signed(*find_signature_rule(rule_for(secrets[0].reveal())), header, raw_body, secrets, now);
  if (!known) return unavailable(known.error().message);
  if (!is_set) return unavailable("hook_secret is not set");
  return verified;
}

}  // namespace evenkeel::integrations
