// Alertmanager as a connection: what fires is asked of it, and it may be a pager that takes our own alerts.
#include <fmt/format.h>

#include "capabilities/pager.hpp"
#include "integrations/alertmanager/alertmanager.hpp"
#include "integrations/alertmanager/pages.hpp"
#include "integrations/common/probe.hpp"

namespace evenkeel::integrations {
namespace {

struct AlertmanagerSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address of one member, or of all of a cluster, with commas between them"},
                                  {"user", "With a user the secret is their password, else a bearer token"},
                                  {"secret", "Password or token, as ${env:NAME} or ${file:PATH}"}};
  std::string url;
  std::string user;
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(AlertmanagerSettings, (), (url, user, secret))

class Cluster final : public capabilities::AlertSource, public capabilities::Pager {
 public:
  Cluster(alertmanager::AlertmanagerConfig config, Wire wire) : config_(std::move(config)), wire_(std::move(wire)) {}

  health::AlertReading read(const std::map<std::string, std::string>& labels, SysTime now, std::stop_token stop) override {
    return alertmanager::read_alerts(*wire_.http, config_, wire_.name, labels, now, std::move(stop));
  }
  /// An alert there is open or over; that somebody has seen it is no word of Alertmanager's.
  Delivery tell(const capabilities::Page& page, capabilities::PageAct act, SysTime now, std::stop_token stop) override {
    if (act == capabilities::PageAct::acknowledge) return {DeliveryEnd::delivered, "an Alertmanager has no acknowledgement", {}, {}};
    return alertmanager::post_alert(*wire_.http, config_, alertmanager::postable(page, now), now, std::move(stop));
  }
  std::optional<Millis> told_again_every() const override { return alertmanager::post_every; }

  /// GET /api/v2/status of every member. With --send an alert that ends at once.
  Tested test(const TestAsk& ask) {
    const bool has_key = !config_.secret.empty();
    Tested all;
    for (const auto& member : config_.urls) {
      auto one = probe(wire_, alertmanager::request_of(config_, member, "GET", "/api/v2/status"), has_key, ask.stop);
      const auto body = one.ok() ? json::parse(one.answer.body) : Result<json::Value>(json::Value());
      if (one.ok() && (!body || !body->is_object() || !body->get_object().contains("cluster"))) {
        one.tested.problem = "what answers there is no Alertmanager";
        one.tested.next_step = fmt::format("write the address of Alertmanager, without /api/v2, as `url` of connection {}", wire_.name);
      }
      const auto shown = http::shown_url(member);
      all.reachable = all.reachable.value_or(true) && one.tested.reachable.value_or(false);
      if (one.tested.authenticated) all.authenticated = all.authenticated.value_or(true) && *one.tested.authenticated;
      all.saw += fmt::format("{}{}: {}", all.saw.empty() ? "" : "; ", shown, one.tested.saw);
      if (!one.ok()) {
        all.problem += fmt::format("{}{}: {}", all.problem.empty() ? "" : "; ", shown, one.tested.problem);
        all.next_step = one.tested.next_step;
      }
    }
    if (!all.problem.empty() || config_.urls.empty()) return all;
    all.may = {"read alerts and silences"};
    if (!ask.send) return all;
    const capabilities::Page page{
        .key = ask.key, .summary = "A test of the connection: nothing is wrong", .opened_at = ask.now, .resolved_at = ask.now};
    const auto sent = tell(page, capabilities::PageAct::resolve, ask.now, ask.stop);
    auto posted = tested_by(sent, "post alerts");
    posted.may.insert(posted.may.begin(), all.may.begin(), all.may.end());
    return posted;
  }

 private:
  alertmanager::AlertmanagerConfig config_;
  Wire wire_;
};

Result<Integration> open(const AlertmanagerSettings& s, const Wire& wire) {
  const auto cluster = std::make_shared<Cluster>(
      alertmanager::AlertmanagerConfig{.urls = alertmanager::addresses_in(s.url), .user = s.user, .secret = Secret{s.secret}}, wire);
  return Integration{.alert_source = cluster, .pager = cluster, .test = [cluster](const TestAsk& ask) { return cluster->test(ask); }};
}

void check(const AlertmanagerSettings& s, const std::string& path, std::vector<Complaint>& complaints) {
  constexpr std::size_t most = 10;
  const auto all = alertmanager::addresses_in(s.url);
  const auto add = [&](std::string what) { complaints.push_back({path + ".url", std::move(what)}); };
  for (const auto& address : all)
    if (!address.starts_with("http://") && !address.starts_with("https://"))
      add(fmt::format("'{}' is no http or https address; several are separated by commas", address));
  if (all.empty()) add("an address is needed");
  if (all.size() > most) add(fmt::format("{} addresses; at most {} members are told", all.size(), most));
}

}  // namespace

Vendors alertmanager_vendors() { return {vendor_of("alertmanager", {Ability::alert_source, Ability::pager}, open, check)}; }

}  // namespace evenkeel::integrations
