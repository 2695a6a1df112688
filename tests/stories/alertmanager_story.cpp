// A real Alertmanager, in real time, as what is heard and as what wakes people: an alert of a service holds its canary and is an incident;
// a silenced one is said and counts for nothing; a breach is one alert there, whatever is tried again, and ends with the breach.
// Skipped, with the reason, where none is installed (tools/install-deps.sh brings one).
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "http/client.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::SizeIs;

std::string alertmanager_binary() {
  for (const std::string& path : {std::string(ALERTMANAGER_UNPACKED), std::string("/usr/bin/prometheus-alertmanager")})
    if (::access(path.c_str(), X_OK) == 0) return path;
  return "";
}

/// Where its templates are: the unpacked one looks for them in the folder it is started in.
std::string templates() {
  return std::filesystem::path(alertmanager_binary()).parent_path().parent_path() / "share/prometheus/alertmanager";
}

/// Its address is known before it runs; its webhook receiver is the server under test, whose address is not.
class Alertmanager {
 public:
  Alertmanager() {
    char folder[] = "/tmp/evenkeel-story-alertmanager-XXXXXX";
    dir_ = ::mkdtemp(folder);
  }
  ~Alertmanager() {
    program_.reset();
    std::error_code ec;
    std::filesystem::remove_all(dir_, ec);
  }
  void start(World& w) {
    std::ofstream(dir_ + "/alertmanager.yml") << fmt::format(
        "route: {{receiver: evenkeel, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}\n"
        "receivers:\n  - name: evenkeel\n    webhook_configs: [{{url: '{}/api/v1/hooks/alertmanager', send_resolved: true, "
        "http_config: {{authorization: {{credentials: '{}'}}}}}}]\n",
        w.server_url, w.token("ada"));
    program_ = std::make_unique<Program>(
        std::vector<std::string>{"/bin/sh", "-c",
                                 fmt::format("echo {0} > {1}/port; cd {3}; exec {2} --config.file={1}/alertmanager.yml "
                                             "--storage.path={1}/data --web.listen-address=127.0.0.1:{0} --cluster.listen-address=",
                                             port_, dir_, alertmanager_binary(), templates())},
        dir_ + "/port", dir_ + "/log");
    if (!wait_until(seconds{30}, [&] { return send("GET", "/-/ready").code == 200; }))
      throw std::runtime_error("alertmanager did not become ready; see " + dir_ + "/log");
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

  Said send(const std::string& method, const std::string& path, const std::string& body = "") const {
    http::CurlClient client;
    http::ClientRequest request{.method = method, .url = url() + path, .body = body};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    const auto answer = client.send(request);
    return Said{answer ? answer->status : 0, answer ? answer->body : "", ""};
  }
  /// Fires, as Prometheus would post it, until `ends` from now; in the past it is resolved.
  void fires(const std::string& name, SysTime starts, Millis ends = std::chrono::minutes{10}) const {
    const json::Array body{json::Object{{"labels", json::Object{{"alertname", name}, {"service", "catalog"}, {"severity", "critical"}}},
                                        {"annotations", json::Object{{"summary", name + " of the catalog"}}},
                                        {"startsAt", to_iso(starts)},
                                        {"endsAt", to_iso(SystemClock{}.now() + ends)}}};
    ASSERT_EQ(send("POST", "/api/v2/alerts", json::dump(body)).code, 200);
  }
  void silence_catalog(const std::string& by, const std::string& comment) const {
    const auto now = SystemClock{}.now();
    const json::Object body{
        {"matchers", json::Array{json::Object{{"name", "service"}, {"value", "cat.*"}, {"isRegex", true}, {"isEqual", true}}}},
        {"startsAt", to_iso(now)},
        {"endsAt", to_iso(now + std::chrono::hours{1})},
        {"createdBy", by},
        {"comment", comment}};
    const auto said = send("POST", "/api/v2/silences", json::dump(body));
    ASSERT_EQ(said.code, 200) << said.out;
  }
  /// What Evenkeel posted, as it stands there now.
  json::Array ours() const {
    const auto said = send("GET", "/api/v2/alerts?filter=alertname%3DEvenkeelBreach");
    return said.code == 200 ? said.json().as_array() : json::Array{};
  }

 private:
  std::string dir_;
  int port_ = free_port();
  std::unique_ptr<Program> program_;
};

class AlertmanagerStory : public Story {
 protected:
  void SetUp() override {
    if (alertmanager_binary().empty()) FAIL() << "no alertmanager here; tools/install-deps.sh brings one";
    for (const auto* side : {"canary", "control"}) metrics.errors(side, SystemClock{}.now() - std::chrono::hours{1}, 0.1);
  }
  /// Intervals of two seconds, fifteen of them.
  std::string shop(const std::string& alerts = "", const std::string& member = "") const {
    auto yaml = World::small_shop();
    yaml = edited(yaml, "effects\"]}]\n    rollback:",
                  "effects\"]}, {name: canary holds, kind: check, health: true, wait: 1s, timeout: 10m}]\n    rollback:");
    yaml = edited(yaml, "person: eli}]", "person: eli, pager: alertmanager}]");
    auto health = error_rate_criteria();
    health = edited(health, "interval_seconds: 60", "interval_seconds: 2");
    health = edited(health, "window_intervals: 20", "window_intervals: 15");
    return yaml + health + "    alerts: {labels: {service: catalog}" + alerts + "}\n" +
           fmt::format(
               "connections:\n  - {{name: prometheus, kind: prometheus, url: \"{}\"}}\n"
               "  - {{name: alertmanager, kind: alertmanager, url: \"{}\"}}\n",
               metrics.url(), alertmanager.url() + member);
  }
  static void start(World& w) {
    w.ready();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  }
  static json::Value watch(World& w) {
    const auto page = w.get("/api/v1/releases/1.0.0").json();
    const auto& all = page.at("watches").as_array();
    return all.empty() ? json::Value(json::Object{{"state", ""}, {"sentence", ""}, {"verdict", ""}, {"next_interval", 0}})
                       : json::Value(all[0]);
  }
  static bool watch_is(World& w, const char* member, const std::string& value, seconds most) {
    return wait_until(most, [&] { return std::string(watch(w).at(member).as_string()).find(value) != std::string::npos; });
  }

  FakeMetrics metrics;
  Alertmanager alertmanager;
};

TEST_P(AlertmanagerStory, DH10_an_alert_of_the_service_holds_its_canary_and_is_an_incident_until_it_ends) {
  World w{GetParam(), shop(), true};
  alertmanager.start(w);
  const auto before = SystemClock{}.now() - seconds{30};
  alertmanager.fires("DiskFull", before);
  start(w);
  ASSERT_TRUE(wait_until(seconds{30}, [&] { return watch(w).at("next_interval").as_int64() >= 1; }));
  EXPECT_THAT(json::dump(watch(w).at("circumstances")), HasSubstr("before the deployment already"))
      << "it is said, and not blamed on the release";
  const auto began = SystemClock{}.now();
  alertmanager.fires("HighErrors", began);
  ASSERT_TRUE(watch_is(w, "sentence", "Alert HighErrors of catalog has been firing since", seconds{20})) << watch(w);
  ASSERT_TRUE(watch_is(w, "state", "ended", seconds{90}));
  EXPECT_EQ(watch(w).at("verdict").as_string(), "hold") << "nothing is called healthy while it fires";
  EXPECT_TRUE(
      wait_until(seconds{20}, [&] { return w.ask("ada", {"release", "show", "1.0.0"}).at("run").at("state").as_string() == "held"; }));

  // One incident, although the webhook and the watch both told of it; tied to what was deployed, noticed by a monitor.
  const auto incidents = [&] {
    json::Array found;
    const auto all = w.ask("eli", {"incident", "list"});
    for (const auto& i : all.as_array())
      if (i.at("title").as_string() == "HighErrors of the catalog") found.push_back(i);
    return found;
  };
  ASSERT_THAT(incidents(), SizeIs(1));
  EXPECT_EQ(incidents()[0].at("source").as_string(), "monitor");
  EXPECT_EQ(incidents()[0].at("cause").as_string(), "inferred");
  EXPECT_EQ(incidents()[0].at("detected_at").as_string(), to_iso(began));
  const auto shown = w.as("quinn", {"alerts", "show", "catalog"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("2 alerts of catalog fire"), HasSubstr("HighErrors"), HasSubstr("DiskFull")));

  alertmanager.fires("HighErrors", began, -seconds{1});
  EXPECT_TRUE(wait_until(seconds{20}, [&] { return incidents()[0].at("resolved_at").is_string(); })) << "it ends with the alert";
  const auto verified = w.as("ada", {"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.out;
}

TEST_P(AlertmanagerStory, DH4_where_the_owner_said_so_an_alert_recommends_a_rollback) {
  World w{GetParam(), shop(", recommends_rollback: true"), true};
  alertmanager.start(w);
  start(w);
  ASSERT_TRUE(wait_until(seconds{30}, [&] { return watch(w).at("next_interval").as_int64() >= 1; }));
  alertmanager.fires("HighErrors", SystemClock{}.now());
  ASSERT_TRUE(watch_is(w, "verdict", "rollback_recommended", seconds{20})) << watch(w);
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0").out, HasSubstr("Alert HighErrors of catalog"));
  EXPECT_TRUE(wait_until(seconds{20}, [&] { return alertmanager.ours().size() == 1; })) << "the person on call is woken";
}

TEST_P(AlertmanagerStory, DH2_a_silenced_alert_is_said_with_who_silenced_it_and_counts_for_nothing) {
  World w{GetParam(), shop(), true};
  alertmanager.start(w);
  alertmanager.silence_catalog("rack team", "rack 4 moves");
  start(w);
  ASSERT_TRUE(wait_until(seconds{30}, [&] { return watch(w).at("next_interval").as_int64() >= 1; }));
  alertmanager.fires("HighErrors", SystemClock{}.now());
  ASSERT_TRUE(watch_is(w, "state", "ended", seconds{90}));
  const auto after = watch(w);
  EXPECT_THAT(std::string(after.at("verdict").as_string()), AnyOf("healthy", "no_harm_seen")) << after;
  const auto said = json::dump(after.at("circumstances"));
  EXPECT_THAT(said, AllOf(HasSubstr("alerts silenced by rack team until"), HasSubstr("rack 4 moves"),
                          HasSubstr("alert HighErrors has been firing"), HasSubstr("(silenced by rack team until")));
  EXPECT_THAT(w.ask("eli", {"incident", "list"}).as_array(), SizeIs(0)) << "somebody has answered for it";
  EXPECT_THAT(w.as("quinn", {"alerts", "show", "catalog"}).out, HasSubstr("silenced by rack team until"));
}

TEST_P(AlertmanagerStory, DH2_an_alertmanager_that_does_not_answer_is_said_and_nothing_is_called_healthy) {
  World w{GetParam(), shop(), true};
  start(w);
  ASSERT_TRUE(watch_is(w, "state", "ended", seconds{90}));
  const auto after = watch(w);
  EXPECT_EQ(after.at("verdict").as_string(), "hold") << after;
  EXPECT_THAT(std::string(after.at("sentence").as_string()), HasSubstr("whether alerts of catalog fire is not known"));
  EXPECT_THAT(w.as("quinn", {"alerts", "show", "catalog"}).out, HasSubstr("not known"));
}

TEST_P(AlertmanagerStory, DH8_a_breach_is_exactly_one_alert_there_and_ends_with_the_breach) {
  World w{GetParam(), shop(), true};
  start(w);
  ASSERT_TRUE(wait_until(seconds{30}, [&] { return watch(w).at("next_interval").as_int64() >= 1; }));
  metrics.errors("canary", SystemClock{}.now(), 0.9);
  ASSERT_TRUE(watch_is(w, "verdict", "rollback_recommended", seconds{60})) << watch(w);
  std::this_thread::sleep_for(seconds{2});  // it is away: the page is tried again
  alertmanager.start(w);
  ASSERT_TRUE(wait_until(seconds{60}, [&] { return alertmanager.ours().size() == 1; }));
  const auto alert = alertmanager.ours()[0];
  EXPECT_EQ(alert.at("labels").at("release").as_string(), "1.0.0");
  EXPECT_EQ(alert.at("labels").at("service").as_string(), "catalog");
  EXPECT_EQ(alert.at("annotations").at("on_call").as_string(), "eli");
  const auto lasts = parse_time(std::string(alert.at("endsAt").as_string())).value() - SystemClock{}.now();
  EXPECT_GT(lasts, std::chrono::minutes{3}) << "it is posted again before that";
  EXPECT_LT(lasts, std::chrono::minutes{6});
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "errors", "--wait", "--timeout", "60s"}).code, 0);
  EXPECT_TRUE(wait_until(seconds{30}, [&] { return alertmanager.ours().empty(); })) << "resolved there as here";
  EXPECT_THAT(w.ask("eli", {"incident", "list"}).as_array(), SizeIs(0)) << "our own word, come back by the webhook, is no incident";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(AlertmanagerStory, DH8_every_member_of_a_cluster_gets_the_alert_and_the_first_that_answers_is_heard) {
  Alertmanager second;
  World w{GetParam(), shop("", ", " + second.url()), true};
  second.start(w);
  second.silence_catalog("rack team", "rack 4 moves");
  start(w);
  ASSERT_TRUE(wait_until(seconds{30}, [&] { return watch(w).at("next_interval").as_int64() >= 1; }));
  EXPECT_THAT(w.as("quinn", {"alerts", "show", "catalog"}).out, AllOf(HasSubstr("No alert of catalog fires"), HasSubstr("1 silence")))
      << "the first does not answer, the second does";
  metrics.errors("canary", SystemClock{}.now(), 0.9);
  ASSERT_TRUE(wait_until(seconds{60}, [&] { return second.ours().size() == 1; })) << "one is enough to be told";
  alertmanager.start(w);
  EXPECT_TRUE(wait_until(seconds{40}, [&] { return alertmanager.ours().size() == 1; })) << "the other is told as soon as it is back";
  EXPECT_EQ(second.ours().size(), 1);
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "errors", "--wait", "--timeout", "60s"}).code, 0);
  EXPECT_TRUE(wait_until(seconds{30}, [&] { return alertmanager.ours().empty() && second.ours().empty(); })) << "resolved on both";
}

TEST_P(AlertmanagerStory, DH2_a_service_that_names_no_labels_is_told_how) {
  World w{GetParam()};
  const auto none = w.as("ada", {"alerts", "show", "catalog"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("alerts: {labels: {service: catalog}}"));
  EXPECT_THAT(w.as("ada", {"alerts", "show", "nosuch"}).err, HasSubstr("no service 'nosuch'"));
}

INSTANTIATE_TEST_SUITE_P(On, AlertmanagerStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
