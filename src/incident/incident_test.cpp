#include "incident/incident.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dora/intake.hpp"
#include "support/release_world.hpp"

namespace evenkeel::incident {
namespace {

using testing::HasSubstr;

struct Incidents : testing::Test {
  testing_world::World world;
  std::string deployment = "dep_1";

  /// A production deployment of the cart that ended `ago` before now.
  void deploy(Millis ago, const std::string& id = "dep_1") {
    world.database->write([&](store::Tx& tx) {
      store::insert(tx, "deployment",
                    deploy::Deployment{id,
                                       world.release.id,
                                       "run_" + id,
                                       "cart",
                                       "production",
                                       "2",
                                       "1",
                                       "",
                                       "ordered",
                                       false,
                                       world.clock.time - ago - std::chrono::minutes{1},
                                       world.clock.time - ago,
                                       deploy::DeploymentResult::success,
                                       {},
                                       {},
                                       ""});
    });
  }
  Result<Incident> open(Open command, const std::string& login = "sue") {
    return world.as(login, [&](Work& work) { return open_incident(work, command); });
  }
};

TEST_F(Incidents, AreTiedToWhatWasDeployedWithinADayAndToNothingOlder) {
  deploy(std::chrono::hours{30});
  EXPECT_EQ(open({.title = "slow", .service = "cart"})->cause, Cause::none);
  deploy(std::chrono::hours{2}, "dep_2");
  const auto i = open({.title = "slow", .service = "cart", .source = Source::customer});
  ASSERT_TRUE(i);
  EXPECT_EQ(i->deployment_id, "dep_2");
  EXPECT_EQ(i->cause, Cause::inferred);
}

TEST_F(Incidents, BadTimesAndNamesAreRefused) {
  const auto now = world.clock.time;
  EXPECT_THAT(open({.title = ""}).error().message, HasSubstr("in a few words"));
  EXPECT_THAT(open({.title = "x", .service = "nosuch"}).error().message, HasSubstr("no service 'nosuch'"));
  EXPECT_THAT(open({.title = "x", .started_at = now + std::chrono::hours{1}}).error().message, HasSubstr("future"));
  EXPECT_THAT(open({.title = "x", .started_at = now, .detected_at = now - std::chrono::hours{1}}).error().message,
              HasSubstr("before it started"));
  EXPECT_EQ(open({.title = "x", .deployment = "dep_none"}).error().kind, ErrorKind::not_found);
}

TEST_F(Incidents, AlertmanagerOpensOnceAndResolves) {
  deploy(std::chrono::minutes{10});
  const auto body = [&](const char* status) {
    return json::Object{{"version", "4"},
                        {"alerts", json::Array{json::Object{{"status", status},
                                                            {"labels", json::Object{{"alertname", "HighErrors"}, {"service", "cart"}}},
                                                            {"annotations", json::Object{{"summary", "cart fails"}}},
                                                            {"startsAt", to_iso(world.clock.time - std::chrono::minutes{5})},
                                                            {"endsAt", to_iso(world.clock.time)},
                                                            {"fingerprint", "f1"}}}}};
  };
  const auto take = [&](const char* status) { return world.as("eve", [&](Work& work) { return take_alertmanager(work, body(status)); }); };
  const auto first = take("firing");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ((*first)[0].title, "cart fails");
  EXPECT_EQ((*first)[0].source, Source::monitor);
  EXPECT_EQ((*first)[0].deployment_id, "dep_1");
  EXPECT_EQ((*take("firing"))[0].id, (*first)[0].id);
  EXPECT_TRUE((*take("resolved"))[0].resolved_at);
  EXPECT_EQ(world.look([](store::Tx& tx) { return incidents_of(tx, "cart", false).size(); }), 1u);
  EXPECT_TRUE(world.look([](store::Tx& tx) { return incidents_of(tx, "cart", true).empty(); }));
  EXPECT_FALSE(world.as("eve", [&](Work& work) { return take_alertmanager(work, json::Object{}); }));
}

TEST_F(Incidents, TheFirstWordCountsWhoeverSpeaksLater) {
  deploy(std::chrono::minutes{30});
  (void)open({.title = "late", .service = "cart", .source = Source::staff});
  (void)open({.title = "early", .service = "cart", .source = Source::customer, .detected_at = world.clock.time - std::chrono::minutes{20}});
  const auto d = world.look([&](store::Tx& tx) { return detection(tx, world.clock.time - std::chrono::hours{24}, world.clock.time); });
  EXPECT_EQ(d.failed, 1);
  EXPECT_EQ(d.customer_first, 1);
  EXPECT_TRUE(d.too_few);
  EXPECT_NEAR(*d.median_minutes, 11, 0.01) << "from the start of the deployment";
}

TEST(DevLakeWebhook, BecomesADeployment) {
  const auto d = dora::read_devlake_deployment(
      json::parse(R"({"id":"17","startedDate":"2026-03-01T10:00:00+02:00","finishedDate":"2026-03-01T08:05:00Z",
    "environment":"PRODUCTION","result":"FAILURE","deploymentCommits":[{"repoUrl":"https://git.example/shop/cart.git","commitSha":"abc"}]})")
          .value());
  ASSERT_TRUE(d) << d.error().message;
  EXPECT_EQ(d->id, "devlake:17");
  EXPECT_EQ(d->service, "cart");
  EXPECT_EQ(d->result, dora::ToldResult::failure);
  EXPECT_EQ(d->finished - *d->started, std::chrono::minutes{5});
  EXPECT_EQ(d->commits.at(0).id, "abc");
  EXPECT_EQ(d->environment, "") << "the production one, however it is called here";
  EXPECT_FALSE(dora::read_devlake_deployment(json::Object{{"id", "1"}}));
}

}  // namespace
}  // namespace evenkeel::incident
