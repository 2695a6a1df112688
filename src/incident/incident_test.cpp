#include "incident/incident.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dora/intake.hpp"
#include "dora/stored.hpp"
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
                    deploy::Deployment{.id = DeploymentId{id},
                                       .release_id = world.release.id,
                                       .run_id = RunId{"run_" + id},
                                       .service = "cart",
                                       .environment = "production",
                                       .version = "2",
                                       .from_version = "1",
                                       .origin = "ordered",
                                       .started_at = world.clock.time - ago - std::chrono::minutes{1},
                                       .finished_at = world.clock.time - ago,
                                       .result = deploy::DeploymentResult::success,
                                       .restored_at = {},
                                       .detected_at = {},
                                       .detected_by = {}});
    });
  }
  Result<Incident> open(Open command, const std::string& login = "sue") {
    return world.as(login, [&](Work& work) { return open_incident(work, command); });
  }
};

TEST_F(Incidents, AreTiedToWhatWasDeployedWithinReachAndToNothingOlder) {
  deploy(std::chrono::hours{24 * 8});
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
  ASSERT_EQ(d->size(), 1u);
  const auto& one = d->front();
  EXPECT_EQ(one.id, "devlake:17");
  EXPECT_EQ(one.service, "cart");
  EXPECT_EQ(one.result, dora::ToldResult::failure);
  EXPECT_EQ(one.finished - *one.started, std::chrono::minutes{5});
  EXPECT_EQ(one.commits.at(0).id, "abc");
  EXPECT_FALSE(dora::read_devlake_deployment(json::Object{{"id", "1"}}));
}

TEST(DevLakeWebhook, OfSeveralRepositoriesIsOneDeploymentThatEachServiceHas) {
  testing_world::World world;
  const auto body = json::parse(R"({"id":"m","startedDate":"2026-02-20T10:00:00Z","finishedDate":"2026-02-20T10:30:00Z","result":"success",
    "deploymentCommits":[{"repoUrl":"https://git.example/a/cart","commitSha":"c1"},{"repoUrl":"git@git.example:a/web.git","commitSha":"c2"},
    {"repoUrl":"https://git.example/a/cart/","commitSha":"c3"}]})")
                        .value();
  for (int times = 0; times < 2; ++times)
    world
        .as("cora",
            [&](Work& work) -> Result<dora::Taken> { return dora::take_deployments(work, TRY(dora::read_devlake_deployment(body))); })
        .value();
  const auto of = [&](const std::string& service) {
    return world.look([&](store::Tx& tx) {
      const auto o = definitions::current(tx).value();
      return dora::read_stored(tx, *o, {{world.clock.time - std::chrono::days{30}, world.clock.time}, service, ""}).facts.in_window;
    });
  };
  EXPECT_EQ(of(""), 1);
  EXPECT_EQ(of("cart"), 1);
  EXPECT_EQ(of("web"), 1);
}

TEST(DevLakeWebhook, AResultThatNobodyKnowsIsRefusedAndOneWithoutAnEndIsNoSuccess) {
  const auto result = [](const char* word) {
    return dora::read_devlake_deployment(json::Object{{"id", "1"}, {"finishedDate", "2026-02-20T10:30:00Z"}, {"result", word}});
  };
  EXPECT_EQ(result("Success")->front().result, dora::ToldResult::success);
  for (const auto* word : {"failure", "FAILURE", "ABORT", "CANCELLED", "MANUAL"})
    EXPECT_EQ(result(word)->front().result, dora::ToldResult::failure) << word;
  EXPECT_THAT(result("SUCCES").error().message,
              testing::HasSubstr("unknown result 'SUCCES'; expected one of success, failure, rolled_back"));
}

TEST(ToldAlerts, AGroupDoesNotLoseItsReadableAlerts) {
  testing_world::World world;
  const auto told = world.as(Member::health_monitor, [&](Work& work) {
    return take_alertmanager(work, json::parse(R"({"alerts":[{"status":"firing","labels":{"alertname":"Odd","service":"cart"},"startsAt":"",
      "fingerprint":"d"},{"status":"firing","labels":{"alertname":"Errors","service":"cart"},"startsAt":"2026-02-25T05:00:00Z","fingerprint":"c"},
      7]})")
                                       .value());
  });
  ASSERT_TRUE(told) << told.error().message;
  ASSERT_EQ(told->size(), 1u);
  EXPECT_EQ(told->front().title, "Errors");
  EXPECT_FALSE(world.as(Member::health_monitor, [&](Work& work) {
    return take_alertmanager(work, json::parse(R"({"alerts":[{"status":"firing","startsAt":""}]})").value());
  }));
}

TEST(InferredCause, BelongToTheNewestDeploymentOfTheirServiceThatHadStartedWithinReach) {
  testing_world::World world;
  const auto tell = [&](const char* id, const char* service, const char* started, const char* finished, dora::ToldResult result) {
    world
        .as("cora",
            [&](Work& work) {
              return dora::take_deployments(work, {{.id = id,
                                                    .service = service,
                                                    .started = parse_time(started).value(),
                                                    .finished = parse_time(finished).value(),
                                                    .result = result}});
            })
        .value();
  };
  tell("old", "cart", "2026-02-10T10:00:00Z", "2026-02-10T10:10:00Z", dora::ToldResult::success);
  tell("slow", "cart", "2026-02-20T10:00:00Z", "2026-02-20T12:00:00Z", dora::ToldResult::rolled_back);
  tell("other", "web", "2026-02-20T10:30:00Z", "2026-02-20T10:40:00Z", dora::ToldResult::success);
  const auto cause = [&](const char* at) {
    return world
        .as("cora",
            [&](Work& work) {
              return open_incident(work, {.title = at,
                                          .service = "cart",
                                          .source = Source::monitor,
                                          .started_at = parse_time(at).value(),
                                          .detected_at = parse_time(at).value()});
            })
        .value()
        .deployment_id;
  };
  EXPECT_EQ(cause("2026-02-20T11:00:00Z"), "told:slow") << "it had started, though not ended";
  EXPECT_EQ(cause("2026-02-17T09:00:00Z"), "told:old");
  EXPECT_EQ(cause("2026-02-17T11:00:00Z"), "") << "seven days are over";
  EXPECT_EQ(cause("2026-02-09T11:00:00Z"), "");
}

}  // namespace
}  // namespace evenkeel::incident
