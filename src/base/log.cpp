#include "base/log.hpp"

#include <unistd.h>

#include <atomic>

#include "base/json.hpp"

namespace evenkeel {
namespace {
std::atomic<LogLevel> threshold{LogLevel::info};
constexpr const char* names[] = {"debug", "info", "warn", "error"};
}  // namespace

void set_log_level(LogLevel level) { threshold = level; }

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < threshold.load()) return;
  static const bool terminal = isatty(2);
  std::string line;
  const auto now = to_iso(SystemClock{}.now());
  if (terminal) {
    line = now + " " + names[int(level)] + " " + std::string(message);
    for (const auto& [key, value] : fields) line += " " + std::string(key) + "=" + value;
  } else {
    json::Object object{{"time", now}, {"level", names[int(level)]}, {"message", boost::json::string_view(message.data(), message.size())}};
    for (const auto& [key, value] : fields) object[boost::json::string_view(key.data(), key.size())] = value;
    line = json::dump(object);
  }
  line += '\n';
  [[maybe_unused]] const auto n = ::write(2, line.data(), line.size());  // one write a line: lines of several threads do not mix
}

}  // namespace evenkeel
