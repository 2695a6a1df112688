// How areas' endpoints are declared over use cases: `command` runs one write transaction (with Idempotency-Key), `query` one read.
#pragma once
#include "api/authority.hpp"

namespace evenkeel::catalogue {
struct Act;
}

namespace evenkeel::api {

/// Who calls, as they came in at the door (authority.hpp). Error: unauthenticated.
Result<Actor> actor_of(app::App& app, const Call& call);

/// Runs `use_case` and its idempotency record in one transaction, which takes the key before anything else: of two requests with one key
/// the second waits, and gets the stored answer. With another request the key is refused (conflict). What is kept, for a day, holds no
/// secret: the request as a hash keyed by the caller's token, and in place of an answer that is shown once a mark.
Result<http::Response> perform_once(app::App& app, Call& call, const std::function<Result<std::string>(Work&)>& use_case);

/// The body as an In; a path parameter that is also a field of In fills it ("{release}").
template <class In>
Result<In> read_command(Call& call) {
  json::Value body = call.request.body.empty() ? json::Value(json::Object{}) : TRY(json_body(call));
  if (body.is_object())
    boost::mp11::mp_for_each<boost::describe::describe_members<In, boost::describe::mod_public | boost::describe::mod_inherited>>(
        [&](auto d) {
          const std::string name{json::wire_name(d.name)};
          if (const auto it = call.params.find(name); it != call.params.end()) body.get_object()[name] = boost::json::string(it->second);
        });
  return json::from_value<In>(body, json::Unknown::refuse);
}

template <class In, class Out, class UseCase>
Endpoint command(app::App& app, std::string method, std::string path, std::string summary, UseCase use_case) {
  Endpoint e{std::move(method), std::move(path), std::move(summary)};
  e.request_schema = schema_maker<In>();
  e.response_schema = schema_maker<Out>();
  e.handler = [&app, use_case](Call& call) -> Result<http::Response> {
    const auto in = TRY(read_command<In>(call));
    return perform_once(app, call, [&](Work& work) -> Result<std::string> { return json::write(TRY(use_case(work, call, in))); });
  };
  return e;
}
template <class Out, class Query>
Endpoint query(app::App& app, std::string path, std::string summary, Query run) {
  return endpoint<Nothing, http::Response>("GET", std::move(path), std::move(summary),
                                           [&app, run](Call& call) -> Result<http::Response> {
                                             const auto actor = TRY(actor_of(app, call));
                                             auto out = app.engine->look(actor, [&](Work& work) -> Result<Out> { return run(work, call); });
                                             if (!out) return std::unexpected(std::move(out).error());
                                             return http::Response::json(json::write(*out));
                                           })
      .template answering<Out>();
}

/// The acts of the catalogue as endpoints: a row that reads is one read, any other one write transaction (with Idempotency-Key).
std::vector<Endpoint> endpoints_of(app::App& app, const std::vector<catalogue::Act>& acts);

/// The session's cookie. Over TLS the name itself (RFC 6265bis) keeps other hosts and plain connections from setting it.
inline std::string session_cookie_name(const app::App& app) { return app.options.https ? "__Host-evenkeel_session" : "evenkeel_session"; }

// One function per file of this folder.
std::vector<Endpoint> server_endpoints(app::App& app);
std::vector<Endpoint> metrics_endpoints(app::App& app);
std::vector<Endpoint> account_endpoints(app::App& app);
std::vector<Endpoint> calendar_endpoints(app::App& app);
std::vector<Endpoint> deploy_endpoints(app::App& app);
std::vector<Endpoint> ledger_endpoints(app::App& app);
std::vector<Endpoint> event_endpoints(app::App& app);
std::vector<Endpoint> changelog_endpoints(app::App& app);
std::vector<Endpoint> public_endpoints(app::App& app);
std::vector<Endpoint> subscription_endpoints(app::App& app);
std::vector<Endpoint> dora_endpoints(app::App& app);
std::vector<Endpoint> incident_endpoints(app::App& app);
std::vector<Endpoint> merge_endpoints(app::App& app);
std::vector<Endpoint> criteria_endpoints(app::App& app);
std::vector<Endpoint> connection_endpoints(app::App& app);

}  // namespace evenkeel::api
