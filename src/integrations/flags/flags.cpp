// A flag platform in its plainest form: GET and PUT /flags/NAME?environment=E with {"enabled": true}.
#include <fmt/format.h>

#include "base/secret.hpp"
#include "capabilities/flag_switch.hpp"
#include "integrations/common/probe.hpp"

namespace evenkeel::integrations {
namespace flags {
namespace {

using capabilities::FlagAnswer;

struct FlagsSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address of its API"},
                                  {"secret", "A bearer token, as ${env:NAME} or ${file:PATH}; never the token itself"}};
  std::string url;
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(FlagsSettings, (), (url, secret))

constexpr std::size_t most_said = 64 * 1024;
/// What makes the state of a flag, by the names that platforms give it.
constexpr const char* state_members[] = {"enabled", "rollout", "percentage", "variants", "variations", "strategies", "rules"};

class Platform final : public capabilities::FlagSwitch {
 public:
  Platform(const FlagsSettings& s, Wire wire) : base_(base_of(s.url)), key_(s.secret), wire_(std::move(wire)) {}

  FlagAnswer read(const std::string& flag, const std::string& environment, std::stop_token stop) override {
    const auto answer = wire_.http->send(request_for(flag, environment), std::move(stop));
    if (!answer) return {.problem = answer.error().message, .may_change = true};
    FlagAnswer out{.status = answer->status, .said = said(*answer)};
    if (answer->status == 404) return out.missing = true, out.problem = fmt::format("there is no such flag in {}", environment), out;
    if (answer->status != 200) {
      out.problem = fmt::format("HTTP {}", answer->status);
      out.may_change = may_change(answer->status);
      return out;
    }
    const auto body = json::parse(answer->body);
    const auto* enabled = body && body->is_object() ? body->get_object().if_contains("enabled") : nullptr;
    if (!enabled || !enabled->is_bool()) return out.problem = "the answer does not say whether it is enabled", out;
    out.enabled = enabled->get_bool();
    for (const auto* name : state_members)  // what else it answers (its name, its history) is the platform's own
      if (const auto* value = body->get_object().if_contains(name)) out.state[name] = *value;
    return out;
  }
  FlagAnswer set(const std::string& flag, const std::string& environment, const json::Object& wanted, const std::string& key,
                 std::stop_token stop) override {
    auto request = request_for(flag, environment);
    request.method = "PUT";
    request.body = json::dump(wanted);
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Idempotency-Key", key);
    const auto answer = wire_.http->send(request, stop);
    if (!answer) return {.problem = answer.error().message, .may_change = true};
    if (answer->status >= 300 || answer->status < 200)
      return {.problem = fmt::format("the flag platform refused: HTTP {}", answer->status),
              .may_change = may_change(answer->status),
              .status = answer->status,
              .said = said(*answer)};
    return read(flag, environment, std::move(stop));
  }
  /// Of a flag that nobody has: that there is none is an answer too.
  Tested test(const TestAsk& ask) {
    auto found = probe(wire_, request_for("evenkeel-connection-test", "production"), !key_.empty(), ask.stop).tested;
    if (found.saw.starts_with("HTTP 404")) {
      found.problem.clear(), found.next_step.clear();
      if (!key_.empty()) found.authenticated = true;
    }
    if (found.problem.empty()) found.may = {"read flags; whether it may set them shows when one is set"};
    return found;
  }

 private:
  static bool may_change(int status) { return status == 408 || status == 425 || status == 429 || status >= 500; }
  static std::string said(const http::ClientResponse& answer) {
    return fmt::format("HTTP {}\n{}", answer.status, answer.body.substr(0, most_said));
  }
  http::ClientRequest request_for(const std::string& flag, const std::string& environment) const {
    http::ClientRequest request{.url = fmt::format("{}/flags/{}?environment={}", base_, percent_encode(flag), percent_encode(environment)),
                                .deadline = std::chrono::seconds{10}};
    if (!key_.empty()) request.headers.set("Authorization", "Bearer " + key_.reveal());
    return request;
  }
  std::string base_;
  Secret key_;
  Wire wire_;
};

Result<Integration> open(const FlagsSettings& s, const Wire& wire) {
  const auto platform = std::make_shared<Platform>(s, wire);
  return Integration{.flag_switch = platform, .test = [platform](const TestAsk& ask) { return platform->test(ask); }};
}

}  // namespace
}  // namespace flags

Vendors flags_vendors() { return {vendor_of("flags", {Ability::flag_switch}, flags::open)}; }

}  // namespace evenkeel::integrations
