// Key-value logs on stderr, at the edges only: one JSON object a line for machines, or plain text on a terminal.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace evenkeel {

enum class LogLevel { debug, info, warn, error };
void set_log_level(LogLevel level);
using LogField = std::pair<std::string_view, std::string>;
/// `log(LogLevel::info, "deployment started", {{"release", id}})`. Never pass a secret.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

}  // namespace evenkeel
