#include "steps/variables.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace evenkeel::steps {
namespace {

Result<std::string> secret(std::string_view name) {
  if (name.starts_with("env:")) {
    const auto* value = std::getenv(std::string(name.substr(4)).c_str());
    if (!value) return invalid(fmt::format("the environment variable {} is not set where the server runs", name.substr(4)));
    return std::string(value);
  }
  std::ifstream in{std::string(name.substr(5))};
  if (!in) return invalid(fmt::format("the secret file {} cannot be read", name.substr(5)));
  std::string value(std::istreambuf_iterator<char>(in), {});
  while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
  return value;
}

}  // namespace

Result<std::string> substitute(std::string_view text, const std::map<std::string, std::string>& variables,
                               std::vector<std::string>& secrets) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find("${", at);
    out += text.substr(at, open - at);
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return invalid(fmt::format("'{}': ${{ without a closing brace", text));
    const auto name = text.substr(open + 2, close - open - 2);
    if (name.starts_with("env:") || name.starts_with("file:")) {
      secrets.push_back(TRY(secret(name)));
      out += secrets.back();
    } else if (const auto found = variables.find(std::string(name)); found != variables.end())
      out += found->second;
    else
      return invalid(fmt::format("'{}': there is no variable '{}'", text, name));
    at = close + 1;
  }
  return out;
}

Result<std::string> resolve_secret(const std::string& reference) {
  std::vector<std::string> secrets;
  return substitute(reference, {}, secrets);
}

std::string struck_out(std::string text, const std::vector<std::string>& secrets) {
  for (const auto& s : secrets)
    for (std::size_t at = 0; !s.empty() && (at = text.find(s, at)) != std::string::npos; at += 3) text.replace(at, s.size(), "***");
  return text;
}

}  // namespace evenkeel::steps
