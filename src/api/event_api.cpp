// The live stream: every ledger entry as it is committed, one SSE stream for all pages, resumable by Last-Event-ID.
#include "api/endpoints.hpp"
#include "http/sse.hpp"
#include "http/stream_ends.hpp"

namespace evenkeel::api {
namespace {

/// What one listener may hear: releases of their areas, and what belongs to no area; accounts and tokens are for admins and auditors. It
/// ends when their token does, or when their roles may have changed. Reads the text that app/serve.cpp writes, on the I/O thread: no
/// parsing.
class Hearing {
 public:
  Hearing(const Session& session, const Clock& clock) : until_(session.token_until), clock_(clock) {
    const auto& actor = *session.who;
    everywhere_ = std::any_of(actor.grants.begin(), actor.grants.end(), [](const auto& g) { return g.second == "*"; });
    accounts_ = actor.has(Role::admin, "*") || actor.has(Role::auditor, "*");
    for (const auto& [role, area] : actor.grants) areas_.push_back("\"area\":" + json::dump(json::Value(boost::json::string(area))) + "}");
    areas_.emplace_back("\"area\":\"\"}");
    mine_ = {"\"subject\":\"" + session.token_id + "\"", "\"subject\":\"" + actor.id + "\""};
  }

  bool operator()(const http::Event& event) const {
    const std::string_view data = event.data;
    const auto is = [&](std::string_view kind) { return data.starts_with(std::string("{\"kind\":\"").append(kind)); };
    const bool ends =
        is("definitions.applied") || ((is("token.revoked") || is("tokens.revoked") || is("account.")) &&
                                      std::any_of(mine_.begin(), mine_.end(), [&](const auto& subject) { return data.contains(subject); }));
    if (ends || (until_ && clock_.now() >= *until_)) throw http::StreamEnds{};
    if (is("token") || is("account.") || is("session.")) return accounts_;
    return everywhere_ || std::any_of(areas_.begin(), areas_.end(), [&](const auto& area) { return data.ends_with(area); });
  }

 private:
  std::optional<SysTime> until_;
  const Clock& clock_;
  bool everywhere_ = false, accounts_ = false;
  std::vector<std::string> areas_, mine_;
};

}  // namespace

std::vector<Endpoint> event_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(endpoint<Nothing, http::Response>("GET", "/api/v1/events", "What happens, as it happens (server-sent events)",
                                                   [&app](Call& call) -> Result<http::Response> {
                                                     TRY(actor_of(app, call));
                                                     if (!app.events)
                                                       return unavailable("events are streamed by a server only; start `evenkeel serve`");
                                                     return http::Response::stream({app.events, http::last_event_id(call.request),
                                                                                    Hearing{call.session, *app.clock}});
                                                   })
                     .tagged("live")
                     .for_any_role()
                     .of_type("text/event-stream")
                     .described("Event `entry`, id = ledger index + 1, data {kind, subject, release, area}: of the areas one reads. Send "
                                "Last-Event-ID, or ?after=ID, to get what was missed. The stream ends when its token does, and when "
                                "definitions are applied: come back."));
  return list;
}

}  // namespace evenkeel::api
