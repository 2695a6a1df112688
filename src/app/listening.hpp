// A server that says when it listens, for who started it on a terminal.
#pragma once
#include <functional>

#include "app/app.hpp"

namespace evenkeel::app {

/// Told once it listens: its address, and the code of the first account where nobody has one yet.
using Listening = std::function<void(const std::string& url, const std::string& setup_code)>;
/// serve() of app.hpp, which tells it.
int serve(App& app, const ServeOptions& options, const Listening& listening);

}  // namespace evenkeel::app
