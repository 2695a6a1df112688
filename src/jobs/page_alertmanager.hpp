// Alertmanager as a pager: one alert there for each alert of a release here, kept alive while it is open, resolved when it ends.
#pragma once
#include "definitions/organisation.hpp"
#include "health/alert.hpp"
#include "health/jobs.hpp"
#include "http/client.hpp"
#include "outbound/alertmanager/alertmanager.hpp"
#include "planning/planning.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Pure: the alert as it is posted at `now`. Its labels are the same for its whole life; an open one ends `alertmanager::outlives` from
/// now.
alertmanager::PostableAlert postable(const health::Alert& alert, const planning::Release& release, const std::string& on_call, SysTime now);

/// What the job "page" does where the pager is an Alertmanager: posts the trigger and sees to it that the alert is kept alive, or ends that
/// and posts the end.
Outcome page_alertmanager(Claim& claim, http::HttpClient& client, const definitions::ConnectionDef& pager, const health::Alert& alert,
                          const planning::Release& release, const std::string& on_call, health::PageAction action);

/// "keep_page": posts an open alert again, a minute after a minute, until it is resolved. Posting it twice changes nothing.
Outcome keep_page(Claim& claim, const health::KeepPage& order, http::HttpClient& client);

}  // namespace evenkeel::jobs
