#include "steps/environment.hpp"

#include <cstdlib>

namespace evenkeel::steps {
namespace {

std::string of_server(const char* name, const char* otherwise) {
  const auto* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

}  // namespace

std::map<std::string, std::string> command_environment(const std::map<std::string, std::string>& variables,
                                                       const std::map<std::string, std::string>& own, const std::string& home) {
  std::map<std::string, std::string> out{{"PATH", of_server("PATH", "/usr/local/bin:/usr/bin:/bin")},
                                         {"HOME", home.empty() ? of_server("HOME", "/") : home},
                                         {"LANG", of_server("LANG", "C.UTF-8")}};
  for (const auto& [name, value] : variables) {
    std::string key = "EVENKEEL_";
    for (const char c : name) key += c >= 'a' && c <= 'z' ? char(c - 32) : c;
    if (value.find('\0') == std::string::npos) out[key] = value;
  }
  for (const auto& [name, value] : own) out[name] = value;
  return out;
}

}  // namespace evenkeel::steps
