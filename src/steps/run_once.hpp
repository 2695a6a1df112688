// One program, run to its end and waited for: what a checklist item does to look at something. Unlike a step it may be run again.
#pragma once
#include <functional>
#include <stop_token>

#include "base/result.hpp"
#include "steps/step_process.hpp"

namespace evenkeel::steps {

/// How it ended; its folder is gone again. Error: unavailable, when it could not be started or the wait was stopped; it is ended then.
/// `still_waiting` is called every few seconds.
Result<ProcessView> run_once(const std::string& folder, const ProcessOrder& order, const std::stop_token& stop,
                             const std::function<void()>& still_waiting = {});

}  // namespace evenkeel::steps
