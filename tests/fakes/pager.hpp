// A pager: alerts by dedup_key, however often they are sent. With a secret it takes only what is signed with it.
#pragma once
#include <set>

#include "api/router.hpp"
#include "fake.hpp"
#include "integrations/common/signature.hpp"

namespace evenkeel::fakes {

struct AlertDetails {
  std::string summary;
  std::string source;
  std::string severity = "critical";
};
BOOST_DESCRIBE_STRUCT(AlertDetails, (), (summary, source, severity))
struct AlertEvent {
  std::string event_action;
  std::string dedup_key;
  std::optional<AlertDetails> payload;
};
BOOST_DESCRIBE_STRUCT(AlertEvent, (), (event_action, dedup_key, payload))
struct Alert {
  std::string dedup_key;
  std::string state;
  std::string summary;
  std::string severity;
  int triggers = 0, acknowledges = 0, resolves = 0;
};
BOOST_DESCRIBE_STRUCT(Alert, (), (dedup_key, state, summary, severity, triggers, acknowledges, resolves))
struct PagerState {
  std::vector<Alert> alerts;
  int deliveries = 0, distinct_keys = 0, open = 0, refused = 0;
};
BOOST_DESCRIBE_STRUCT(PagerState, (), (alerts, deliveries, distinct_keys, open, refused))

class Pager final : public Fake {
 public:
  explicit Pager(Secret secret) : secret_(std::move(secret)) {}

  http::Response act(const http::Request& request) override {
    if (request.method != "POST" || (request.path != "/alerts" && request.path != "/v2/enqueue"))
      return api::problem(404, "a pager takes POST /alerts");
    const std::scoped_lock lock(mutex_);
    const auto taken = take(request);
    if (taken) return http::Response::json(R"({"status":"success","dedup_key":")" + *taken + "\"}", 202);
    ++refused_;
    return api::problem(taken.error());
  }
  json::Value state() override {
    const std::scoped_lock lock(mutex_);
    PagerState all{{}, deliveries_, int(alerts_.size()), 0, refused_};
    for (const auto& [key, alert] : alerts_) {
      all.alerts.push_back(alert);
      all.open += alert.state != "resolved";
    }
    return json::to_value(all);
  }

 private:
  Result<std::string> take(const http::Request& request) {
    const Secret secrets[] = {secret_};
    if (!secret_.empty())
      TRY(integrations::verify_signature(*integrations::find_signature_rule("evenkeel"), request.headers, request.body, secrets, {}));
    const auto event = TRY(json::read_text<AlertEvent>(request.body));
    static const std::map<std::string, std::string> states{
        {"trigger", "triggered"}, {"acknowledge", "acknowledged"}, {"resolve", "resolved"}};
    if (!states.contains(event.event_action)) return invalid("unknown event_action '" + event.event_action + "'", "event_action");
    ++deliveries_;
    auto& alert = alerts_[event.dedup_key];
    alert.dedup_key = event.dedup_key;
    const bool trigger = event.event_action == "trigger";
    if (trigger)
      ++alert.triggers;
    else
      ++(event.event_action == "resolve" ? alert.resolves : alert.acknowledges);
    if (!trigger || alert.state.empty() || alert.state == "resolved") alert.state = states.at(event.event_action);
    if (event.payload) alert.summary = event.payload->summary, alert.severity = event.payload->severity;
    return event.dedup_key;
  }
  Secret secret_;
  std::mutex mutex_;
  std::map<std::string, Alert> alerts_;
  int deliveries_ = 0, refused_ = 0;
};

}  // namespace evenkeel::fakes
