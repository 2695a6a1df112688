// The live stream: every ledger entry as it is committed, one SSE stream for all pages, resumable by Last-Event-ID.
#include "api/endpoints.hpp"
#include "http/sse.hpp"

namespace evenkeel::api {

std::vector<Endpoint> event_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(endpoint<Nothing, http::Response>("GET", "/api/v1/events", "What happens, as it happens (server-sent events)",
                                                   [&app](Call& call) -> Result<http::Response> {
                                                     TRY(actor_of(app, call));
                                                     if (!app.events)
                                                       return unavailable("events are streamed by a server only; start `evenkeel serve`");
                                                     return http::Response::stream({app.events, http::last_event_id(call.request)});
                                                   })
                     .tagged("live")
                     .of_type("text/event-stream")
                     .described("Event `entry`, id = ledger index + 1, data {kind, subject, release}. Send Last-Event-ID, or ?after=ID, to "
                                "get what was missed."));
  return list;
}

}  // namespace evenkeel::api
