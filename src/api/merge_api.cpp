// Webhooks of repository hosts: a merge becomes a change in the scope of its release.
#include "api/endpoints.hpp"
#include "base/log.hpp"
#include "changelog/take_merge.hpp"
#include "inbound/merge.hpp"
#include "inbound/signature.hpp"
#include "steps/variables.hpp"

namespace evenkeel::api {
namespace {

using definitions::ConnectionKind;

/// The connection that this webhook is of, once it has proven to be from there. Whoever cannot prove it learns nothing: an unknown name, a
/// wrong signature and a secret that is not set are one answer after the same work. What is wrong here on the server stands in its log.
Result<definitions::ConnectionDef> proven(app::App& app, const Call& call) {
  static const Secret nobody_knows{to_hex(random_bytes(32))};
  const auto refused = [] {
    return fail(ErrorKind::unauthenticated,
                "this webhook is not proven; check its address and its secret on both sides (the connection's hook_secret)");
  };
  const auto o = app.database->read([](store::Tx& tx) { return definitions::current(tx); });
  const auto* found = o ? definitions::find_connection(**o, call.param("connection")) : nullptr;
  if (found && found->kind != ConnectionKind::github && found->kind != ConnectionKind::gitlab) found = nullptr;
  auto secret = found ? steps::resolve_secret(found->hook_secret) : Result<std::string>(std::string());
  if (!secret) log(LogLevel::error, "a webhook cannot be judged", {{"connection", found->name}, {"error", secret.error().message}});
  const bool is_set = secret && !secret->empty();
  const Secret secrets[] = {is_set ? Secret{std::move(*secret)} : nobody_knows};
  const bool gitlab = found ? found->kind == ConnectionKind::gitlab : call.request.headers.has("X-Gitlab-Token");
  const bool signs =
      gitlab && std::string_view(secrets[0].reveal()).starts_with("whsec_");  // GitLab's signing token, not the old static one
  const auto* rule = inbound::find_signature_rule(signs ? "gitlab-signing-token" : gitlab ? "gitlab" : "github");
  const auto verified = inbound::verify_signature(*rule, call.request.headers, call.request.body, secrets, SystemClock{}.now());
  if (!verified || !is_set) return refused();
  return *found;
}

std::string message_of(const inbound::Merge& m) { return m.body.empty() ? m.title : m.title + "\n\n" + m.body; }

changelog::MergeTold told_by(const definitions::ConnectionDef& connection, const inbound::Merge& m, SysTime now) {
  changelog::MergeTold told{.connection = connection.name, .repositories = m.repositories, .change = {}};
  told.line = m.default_branch.empty() || m.branch == m.default_branch ? "main" : m.branch;
  auto& c = told.change;
  c.source = std::string(json::enum_text(connection.kind));
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
    const auto connection = TRY(proven(app, call));
    const auto host = connection.kind == ConnectionKind::github ? inbound::MergeHost::github : inbound::MergeHost::gitlab;
    const auto merge = TRY(inbound::read_merge(host, TRY(json_body(call))));
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
