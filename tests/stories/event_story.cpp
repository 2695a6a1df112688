// Deployment events (DH5): what was deployed and rolled back, told to the systems that watch production.
#include <fstream>

#include "base/hex.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class EventStory : public Story {
 protected:
  Receiver receiver;
  std::string shop() const {
    return World::small_shop() +
           fmt::format(
               "connections:\n  - {{name: grafana, kind: events, url: \"{0}/grafana\", secret: \"${{file:@DIR@/key}}\"}}\n"
               "  - {{name: datadog, kind: events, url: \"{0}/datadog\"}}\n",
               receiver.url());
  }
};

TEST_P(EventStory, DH5_a_deployment_and_its_rollback_are_told_once_signed_under_one_id) {
  World w{GetParam(), shop()};
  std::ofstream(w.dir + "/key") << "a shared secret";
  receiver.refuse = 1;  // the first to arrive is not well
  w.deploy();
  w.advance("30s");
  auto told = receiver.bodies("/grafana");
  auto others = receiver.bodies("/datadog");
  EXPECT_EQ(told.size() + others.size(), 3u) << "each once, and one again";
  const auto keys = receiver.keys(told.size() == 2 ? "/grafana" : "/datadog");
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0], keys[1]) << "a repetition is known by its id";
  const auto event = json::parse(told.back().first).value();
  EXPECT_EQ(told.back().second, "sha256=" + to_hex(hmac_sha256("a shared secret", told.back().first)));
  EXPECT_EQ(others.back().second, "") << "no secret, no signature";
  const auto& context = event.at("context");
  EXPECT_EQ(context.at("type").as_string(), "dev.cdevents.service.upgraded.0.3.0");
  EXPECT_THAT(std::string(context.at("id").as_string()), testing::EndsWith(":upgraded"));
  EXPECT_EQ(event.at("subject").at("content").at("environment").at("id").as_string(), "production");
  EXPECT_EQ(event.at("subject").at("content").at("artifactId").as_string(), "pkg:oci/catalog@sha256%3A1.0.0");
  const auto& attributes = event.at("customData");
  EXPECT_EQ(attributes.at("service.name").as_string(), "catalog");
  EXPECT_EQ(attributes.at("service.version").as_string(), "1.0.0");
  EXPECT_EQ(attributes.at("deployment.status").as_string(), "succeeded");
  EXPECT_EQ(attributes.at("deployment.environment.name").as_string(), "production");

  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "empty lists"}).code, 0);
  w.advance("30s");
  told = receiver.bodies("/grafana");
  const auto back = json::parse(told.back().first).value();
  EXPECT_EQ(back.at("context").at("type").as_string(), "dev.cdevents.service.rolledback.0.3.0");
  EXPECT_EQ(back.at("customData").at("service.version").as_string(), "0.9.0");
  EXPECT_EQ(back.at("customData").at("deployment.status").as_string(), "failed");
}

TEST_P(EventStory, DH5_prometheus_reads_what_runs_where_and_since_when) {
  World w{GetParam()};
  EXPECT_EQ(w.get("/metrics", "").code, 401) << "versions are told to those with an account";
  EXPECT_THAT(w.get("/metrics", "lee").out, testing::Not(HasSubstr("evenkeel_deployment_info{")));
  w.deploy();
  const auto said = w.get("/metrics", "lee").out;
  EXPECT_THAT(said,
              AllOf(HasSubstr("evenkeel_deployment_info{service=\"catalog\",environment=\"production\",version=\"1.0.0\",version_before="
                              "\"0.9.0\""),
                    HasSubstr("evenkeel_deployment_finished_timestamp_seconds{service=\"catalog\",environment=\"production\"} ")));
}

INSTANTIATE_TEST_SUITE_P(On, EventStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
