// Authority at the door: who asks, and whether the row of the endpoint table lets them in.
//
// The rule, kept here and nowhere else: before a handler sees a request, so before any input is read, (1) a token is taken for what its
// scope says, and one that may only read is refused whatever writes; (2) the caller holds what the row asks for, in the area of what the
// path names. What cannot be found counts as being in no area, so nobody learns from a refusal what exists elsewhere. The use case checks
// again what only it can know: a second person, an owner, the area in a body.
#pragma once
#include "api/router.hpp"
#include "app/app.hpp"

namespace evenkeel::api {

using catalogue::doers;
using catalogue::insiders;
using catalogue::operators;
using catalogue::reads_area;

/// Who asks, by bearer token or session cookie; without a socket, the operating system's user. Error: unauthenticated.
Result<Session> session_of(app::App& app, const http::Request& request);

/// Error: forbidden, in words that say which role in which area is needed.
Result<void> may_call(app::App& app, const Endpoint& endpoint, const Call& call);
/// The same of what a row says, for a caller who has an account and a full token: what is answered to "what can I do?".
Result<void> lets_in(store::Tx& tx, const Endpoint& endpoint, const Call& call, SysTime now);

}  // namespace evenkeel::api
