#include "integrations/common/open.hpp"

#include <fmt/format.h>

#include "integrations/common/guarded_client.hpp"
#include "steps/variables.hpp"

namespace evenkeel::integrations {
namespace {

using steps::Into;

/// Which setting could not be resolved, as a person calls it.
std::string called(const ConnectionDef& c, const std::string& setting) {
  return setting == "secret" ? fmt::format("the secret of {}", c.called()) : fmt::format("{} of {}", setting, c.called());
}

Result<void> resolve(const ConnectionDef& c, const std::string& setting, json::Value& value, Into into, std::vector<std::string>& secrets) {
  if (value.is_object()) {
    for (auto& [name, item] : value.get_object()) TRY(resolve(c, "header " + std::string(name), item, Into::header, secrets));
    return {};
  }
  if (!value.is_string() || steps::secret_references(value.get_string()).empty()) return {};
  auto resolved = steps::substitute(value.get_string(), {}, secrets, into);
  if (!resolved) return unavailable(fmt::format("{}: {}", called(c, setting), resolved.error().message));
  value = boost::json::string(*resolved);
  return {};
}

}  // namespace

Result<Integration> open_connection(const Vendor& vendor, const ConnectionDef& connection, http::HttpClient& http, Millis longest) {
  auto c = connection;
  std::vector<std::string> secrets;
  for (auto& [key, value] : c.settings)
    if (const std::string name{key}; name != "hook_secret")
      TRY(resolve(c, name, value, name == "url" ? Into::address : name == "secret" ? Into::header : Into::text, secrets));
  auto strike = std::make_shared<steps::StrikeOut>();
  for (const auto& secret : secrets) strike->used(secret);
  if (const auto plain = c.text("secret"); !plain.empty()) strike->used(plain);
  return vendor.open(c, {.http = std::make_shared<GuardedClient>(http, strike, longest),
                         .strike = strike,
                         .name = connection.name,
                         .longest = longest,
                         .address_is_secret = !steps::secret_references(connection.text("url")).empty()});
}

}  // namespace evenkeel::integrations
