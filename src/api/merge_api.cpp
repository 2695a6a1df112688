// Webhooks of repository hosts: a merge becomes a change in the scope of its release.
#include "api/endpoints.hpp"
#include "base/log.hpp"
#include "capabilities/merge_hook.hpp"
#include "changelog/take_merge.hpp"

namespace evenkeel::api {
namespace {

using capabilities::Merge;
using capabilities::MergeHook;

/// Whose webhook this is, once it has proven to be from there.
struct Proven {
  definitions::ConnectionDef connection;
  std::shared_ptr<MergeHook> hook;
};

/// Whoever cannot prove it learns nothing: an unknown name, a wrong signature and a secret that is not set are one answer after the same
/// work. What is wrong here on the server stands in its log.
Result<Proven> proven(app::App& app, const Call& call) {
  const auto o = app.database->read([](store::Tx& tx) { return definitions::current(tx); });
  const auto* found = o ? definitions::find_connection(**o, call.param("connection")) : nullptr;
  auto hook = found ? app.connections->merge_hook(*found) : nullptr;
  const bool known = hook != nullptr;
  if (!known)  // a connection that nobody has, which asks for the same work
    hook = app.connections->merge_hook({"nobody", call.request.headers.has("X-Gitlab-Token") ? "gitlab" : "github", {{"hook_secret", ""}}});
  const auto verified = hook->prove([&](std::string_view name) { return std::string(call.request.headers.get(name)); }, call.request.body,
                                    SystemClock{}.now());
  if (known && verified) return Proven{*found, std::move(hook)};
  if (known && verified.error().kind == ErrorKind::unavailable)
    log(LogLevel::error, "a webhook cannot be judged", {{"connection", found->name}, {"error", verified.error().message}});
  return fail(ErrorKind::unauthenticated,
              "this webhook is not proven; check its address and its secret on both sides (the connection's hook_secret)");
}

std::string message_of(const Merge& m) { return m.body.empty() ? m.title : m.title + "\n\n" + m.body; }

changelog::MergeTold told_by(const definitions::ConnectionDef& connection, const Merge& m, SysTime now) {
  changelog::MergeTold told{.connection = connection.name, .repositories = m.repositories, .change = {}};
  told.line = m.default_branch.empty() || m.branch == m.default_branch ? "main" : m.branch;
  auto& c = told.change;
  c.source = connection.kind;
  c.external_id = m.commit;
  c.title = m.number.empty() ? m.title : fmt::format("{} (#{})", m.title, m.number);
  c.message = message_of(m);
  c.author = m.author;
  c.labels = m.labels;
  c.merged_at = m.merged_at.value_or(now);
  c.first_commit_at = c.merged_at;
  return told;
}

}  // namespace

std::vector<Endpoint> merge_endpoints(app::App& app) {
  Endpoint hook{"POST", "/api/v1/hooks/merges/{connection}",
                "A merged pull or merge request (GitHub, GitLab); signed, and told any number of times"};
  hook.request_schema = schema_maker<json::Value>();
  hook.response_schema = schema_maker<changelog::MergeTaken>();
  hook.handler = [&app](Call& call) -> Result<http::Response> {
    const auto [connection, hook] = TRY(proven(app, call));
    const auto merge = TRY(hook->read(TRY(json_body(call))));
    if (!merge)
      return http::Response::json(json::write(changelog::MergeTaken{changelog::MergeEnd::skipped, "", "the event is not about a merge"}));
    const Actor actor{.kind = ActorKind::integration, .id = "integration:" + connection.name, .via = Via::webhook};
    auto taken = app.engine->perform(actor, [&](Work& work) { return changelog::take_merge(work, told_by(connection, *merge, work.now)); });
    if (!taken) return std::unexpected(std::move(taken).error());
    return http::Response::json(json::write(*taken));
  };
  std::vector<Endpoint> list;
  list.push_back(std::move(hook)
                     .taking_bodies_of(std::size_t{1} << 20)
                     .tagged("changelog")
                     .for_anyone("a repository host has no account; its signature is the proof")
                     .described("Proven by X-Hub-Signature-256 (GitHub) or X-Gitlab-Token (GitLab) with the connection's hook_secret."));
  return list;
}

}  // namespace evenkeel::api
