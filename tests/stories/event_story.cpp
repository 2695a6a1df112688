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
  /// The bodies of this type that came to a path, each with its signature.
  std::vector<std::pair<std::string, std::string>> of_type(const std::string& path, const std::string& type) {
    auto all = receiver.bodies(path);
    std::erase_if(all, [&](const auto& b) { return json::parse(b.first).value().at("context").at("type").as_string() != type; });
    return all;
  }
};

TEST_P(EventStory, DH5_a_deployment_and_its_rollback_are_told_once_signed_under_one_id) {
  World w{GetParam(), shop()};
  std::ofstream(w.dir + "/key") << "a shared secret";
  w.deploy();
  w.advance("30s");
  const auto told = of_type("/grafana", "dev.cdevents.service.upgraded.0.3.0");
  const auto others = of_type("/datadog", "dev.cdevents.service.upgraded.0.3.0");
  ASSERT_EQ(told.size(), 1u);
  ASSERT_EQ(others.size(), 1u);
  const auto event = json::parse(told.back().first).value();
  EXPECT_EQ(told.back().second, "sha256=" + to_hex(hmac_sha256("a shared secret", told.back().first)));
  EXPECT_EQ(others.back().second, "") << "no secret, no signature";
  const auto& context = event.at("context");
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
  const auto undone = of_type("/grafana", "dev.cdevents.service.rolledback.0.3.0");
  ASSERT_EQ(undone.size(), 1u);
  const auto back = json::parse(undone.back().first).value();
  EXPECT_EQ(back.at("customData").at("service.version").as_string(), "0.9.0");
  EXPECT_EQ(back.at("customData").at("deployment.status").as_string(), "failed");
}

TEST_P(EventStory, DH5_what_begins_is_told_when_it_begins_and_belongs_to_what_comes_of_it) {
  World w{GetParam(), shop()};
  std::ofstream(w.dir + "/key") << "a shared secret";
  w.ready();
  EXPECT_TRUE(receiver.bodies("/datadog").empty()) << "a rehearsal is nobody else's business";
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  receiver.refuse = 1;  // the first to arrive is not well
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("30s");
  const auto run = of_type("/datadog", "dev.cdevents.pipelinerun.started.0.3.0");
  const auto task = of_type("/datadog", "dev.cdevents.taskrun.started.0.3.0");
  const auto end = of_type("/datadog", "dev.cdevents.service.upgraded.0.3.0");
  const auto over = of_type("/datadog", "dev.cdevents.pipelinerun.finished.0.3.0");
  ASSERT_EQ(task.size(), 1u);
  ASSERT_EQ(end.size(), 1u);
  ASSERT_EQ(over.size(), 1u);
  const auto all = receiver.keys("/datadog").size() + receiver.keys("/grafana").size();
  EXPECT_EQ(all, 9u) << "four events to each, and one of them again";
  auto keys = receiver.keys("/datadog");
  for (const auto& k : receiver.keys("/grafana")) keys.push_back(k);
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 4u) << "a repetition is known by its id";
  const auto began = json::parse(task[0].first).value(), ended = json::parse(end[0].first).value(),
             last = json::parse(over[0].first).value();
  EXPECT_EQ(began.at("context").at("chainId"), ended.at("context").at("chainId"));
  EXPECT_EQ(began.at("subject").at("content").at("pipelineRun").at("id"), last.at("subject").at("id"));
  EXPECT_EQ(began.at("subject").at("id"), ended.at("customData").at("deployment.id"));
  EXPECT_EQ(began.at("customData").at("cicd.pipeline.run.state").as_string(), "executing");
  EXPECT_FALSE(began.at("customData").as_object().contains("deployment.status")) << "nobody knows yet";
  EXPECT_EQ(last.at("subject").at("content").at("outcome").as_string(), "success");
  ASSERT_FALSE(run.empty());
  EXPECT_EQ(json::parse(run[0].first).value().at("customData").at("evenkeel.release.version").as_string(), "1.0.0");
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
