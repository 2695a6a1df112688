#include "inbound/merge.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace evenkeel::inbound {
namespace {

constexpr std::size_t longest_title = 1000, longest_body = 65'536;

/// The member at "a.b.c"; null when a part is not there.
const json::Value* at(const json::Value& value, std::string_view path) {
  const auto* here = &value;
  while (!path.empty() && here) {
    const auto dot = path.find('.');
    here = here->is_object() ? here->get_object().if_contains(path.substr(0, dot)) : nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return here;
}
std::string text(const json::Value& value, std::string_view path) {
  const auto* found = at(value, path);
  if (found && found->is_string()) return std::string(found->get_string());
  return found && found->is_int64() ? std::to_string(found->get_int64()) : "";
}
std::vector<std::string> names(const json::Value& value, std::string_view path, std::string_view member) {
  std::vector<std::string> out;
  const auto* found = at(value, path);
  if (found && found->is_array())
    for (const auto& one : found->get_array())
      if (auto name = text(one, member); !name.empty()) out.push_back(std::move(name));
  return out;
}

Merge of_github(const json::Value& e) {
  Merge m{.repositories = {text(e, "repository.full_name"), text(e, "repository.clone_url"), text(e, "repository.ssh_url"),
                           text(e, "repository.html_url")},
          .branch = text(e, "pull_request.base.ref"),
          .default_branch = text(e, "repository.default_branch"),
          .commit = text(e, "pull_request.merge_commit_sha"),
          .number = text(e, "pull_request.number"),
          .title = text(e, "pull_request.title"),
          .body = text(e, "pull_request.body"),
          .author = text(e, "pull_request.user.login"),
          .labels = names(e, "pull_request.labels", "name")};
  if (const auto when = parse_time(text(e, "pull_request.merged_at"))) m.merged_at = *when;
  return m;
}

Merge of_gitlab(const json::Value& e) {
  Merge m{.repositories = {text(e, "project.path_with_namespace"), text(e, "project.git_http_url"), text(e, "project.git_ssh_url"),
                           text(e, "project.web_url")},
          .branch = text(e, "object_attributes.target_branch"),
          .default_branch = text(e, "project.default_branch"),
          .commit = text(e, "object_attributes.merge_commit_sha"),
          .number = text(e, "object_attributes.iid"),
          .title = text(e, "object_attributes.title"),
          .body = text(e, "object_attributes.description"),
          .author = text(e, "user.username"),
          .labels = names(e, "labels", "title")};
  if (m.commit.empty()) m.commit = text(e, "object_attributes.squash_commit_sha");
  if (m.commit.empty()) m.commit = text(e, "object_attributes.last_commit.id");  // fast-forward: no commit of its own
  if (const auto when = parse_time(text(e, "object_attributes.merged_at"))) m.merged_at = *when;
  return m;
}

bool is_commit(std::string_view id) {
  return (id.size() == 40 || id.size() == 64) && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Result<std::optional<Merge>> read_merge(MergeHost host, const json::Value& event) {
  const auto* said = at(event, "pull_request.merged");
  const bool merged = host == MergeHost::github
                          ? text(event, "action") == "closed" && said && said->is_bool() && said->get_bool()
                          : text(event, "object_kind") == "merge_request" && text(event, "object_attributes.action") == "merge";
  if (!merged) return std::optional<Merge>{};
  auto m = host == MergeHost::github ? of_github(event) : of_gitlab(event);
  std::erase(m.repositories, "");
  if (m.repositories.empty()) return invalid("the event does not name its repository", "repository");
  if (!is_commit(m.commit)) return invalid("the event does not name the commit that was made by merging", "merge_commit_sha");
  if (m.title.empty()) return invalid("the merged request has no title", "title");
  m.title = clean_text(m.title, longest_title);
  m.body = clean_text(m.body, longest_body);
  return std::optional(std::move(m));
}

}  // namespace evenkeel::inbound
