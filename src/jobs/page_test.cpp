#include "jobs/page.hpp"

#include "app/integrations.hpp"
#include "support/release_world.hpp"

namespace evenkeel::jobs {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

/// Takes every post and answers as told.
struct Manager final : http::HttpClient {
  std::vector<std::string> posts;
  int status = 200;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    posts.push_back(request.body);
    return http::ClientResponse{status, {}, ""};
  }
};

struct PageAlertmanager : testing::Test {
  testing_world::World world{R"(
on_call: [{area: checkout, person: eve, pager: am}]
connections: [{name: am, kind: alertmanager, url: "http://am.test:9093"}]
)"};
  Manager manager;
  app::OpenConnections outside{manager};
  Runner runner{*world.engine,
                {on<health::Page>([this](Claim& c, const auto& order) { return page(c, order, outside); }),
                 on<health::KeepPage>([this](Claim& c, const auto& order) { return keep_page(c, order, outside); })}};
  void run_due() {
    while (runner.run_one()) {}
  }
  void breach(const std::string& service = "cart", const std::string& watch = "wch_1") {
    world.must(world.as(Member::health_monitor, [&](Work& work) -> Result<void> {
      health::raise(work, world.release.id, {WatchId{watch}, service, service + " fails", work.now});
      return {};
    }));
  }
  void over() {
    world.must(world.as(Member::health_monitor, [&](Work& work) -> Result<void> {
      health::resolve_alerts(work, world.release.id);
      return {};
    }));
  }
  static std::string ends(const std::string& post) { return std::string(json::parse(post).value().as_array()[0].at("endsAt").as_string()); }
};

TEST_F(PageAlertmanager, IsPostedAgainEveryMinuteWhileTheAlertIsOpenWithTheSameLabels) {
  breach();
  run_due();
  for (int minute = 0; minute < 3; ++minute) {
    world.clock.time += 1min;
    run_due();
  }
  ASSERT_THAT(manager.posts, SizeIs(4));
  const auto labels = json::dump(json::parse(manager.posts[0]).value().as_array()[0].at("labels"));
  EXPECT_THAT(labels, AllOf(HasSubstr("\"evenkeel\":\"evenkeel:" + world.release.id), HasSubstr("\"severity\":\"critical\"")));
  EXPECT_THAT(manager.posts, Each(HasSubstr(labels)));
  EXPECT_EQ(ends(manager.posts[3]), to_iso(world.clock.time + 5min));
}

TEST_F(PageAlertmanager, ANewComponentChangesTheWordsAndNotTheAlert) {
  breach();
  breach("search", "wch_2");
  run_due();
  ASSERT_THAT(manager.posts, SizeIs(2));
  const auto labels = json::dump(json::parse(manager.posts[0]).value().as_array()[0].at("labels"));
  EXPECT_THAT(manager.posts[1], AllOf(HasSubstr(labels), HasSubstr("2 components")));
}

TEST_F(PageAlertmanager, NothingIsPostedAsFiringAfterTheEnd) {
  breach();
  run_due();
  world.clock.time += 30s;
  over();
  run_due();
  ASSERT_THAT(manager.posts, SizeIs(2));
  EXPECT_EQ(ends(manager.posts[1]), to_iso(world.clock.time));
  for (int minute = 0; minute < 5; ++minute) {
    world.clock.time += 1min;
    run_due();
  }
  EXPECT_THAT(manager.posts, SizeIs(2));
}

TEST_F(PageAlertmanager, AMemberOfAClusterThatDoesNotTakeItIsToldAgainSoon) {
  testing_world::World cluster{R"(
on_call: [{area: checkout, person: eve, pager: am}]
connections: [{name: am, kind: alertmanager, url: "http://one.test:9093, http://two.test:9093"}]
)"};
  struct Members final : http::HttpClient {
    std::map<std::string, int> posts;
    bool two_is_up = false;
    Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
      const std::string member = request.url.find("one.test") != std::string::npos ? "one" : "two";
      ++posts[member];
      if (member == "two" && !two_is_up) return unavailable("two.test:9093: connection refused");
      return http::ClientResponse{200, {}, ""};
    }
  } members;
  const app::OpenConnections there{members};
  Runner both{*cluster.engine,
              {on<health::Page>([&](Claim& c, const auto& order) { return page(c, order, there); }),
               on<health::KeepPage>([&](Claim& c, const auto& order) { return keep_page(c, order, there); })}};
  cluster.must(cluster.as(Member::health_monitor, [&](Work& work) -> Result<void> {
    health::raise(work, cluster.release.id, {WatchId{"wch_1"}, "cart", "cart fails", work.now});
    return {};
  }));
  const auto run = [&](Millis later) {
    cluster.clock.time += later;
    while (both.run_one()) {}
  };
  run(0s);
  EXPECT_EQ(cluster.count("SELECT count(*) FROM job WHERE kind = 'page' AND state = 'done'"), 1) << "one has it: people are told";
  run(15s);
  EXPECT_EQ(members.posts["two"], 2);
  EXPECT_EQ(cluster.count("SELECT count(*) FROM job WHERE kind = 'keep_page' AND last_error LIKE '%two.test%refused%'"), 1)
      << "`evenkeel jobs list` says who was not told";
  members.two_is_up = true;
  run(15s);
  run(15s);
  EXPECT_EQ(members.posts["two"], 3) << "once all have it, a minute passes";
  EXPECT_EQ(members.posts["one"], 3);
}

TEST_F(PageAlertmanager, AnAnswerThatSaysNotNowIsTriedAgainAndOneThatRefusesIsADeadLetter) {
  manager.status = 503;
  breach();
  run_due();
  manager.status = 200;
  world.clock.time += 1min;
  run_due();
  EXPECT_EQ(world.count("SELECT count(*) FROM job WHERE kind = 'page' AND state = 'done'"), 1);
  manager.status = 503;
  world.clock.time += 1min;
  run_due();
  manager.status = 200;
  world.clock.time += 15s;
  const auto before = manager.posts.size();
  run_due();
  EXPECT_EQ(manager.posts.size(), before + 1) << "the keeping goes on soon, well before the alert ends there";
  manager.status = 400;
  over();
  run_due();
  EXPECT_EQ(world.count("SELECT count(*) FROM job WHERE kind = 'page' AND state = 'dead'"), 1);
}

/// A pager of webhooks, and who takes over when nobody answers.
struct Escalation : testing::Test {
  testing_world::World world{R"(
on_call: [{area: checkout, person: eve, deputy: ria, pager: p, escalate_after: 10m}]
connections: [{name: p, kind: pager, url: "http://pager.test/v2/enqueue"}]
)"};
  Manager manager;
  app::OpenConnections outside{manager};
  Runner runner{*world.engine,
                {on<health::Page>([this](Claim& c, const auto& order) { return page(c, order, outside); }),
                 on<health::EscalatePage>([this](Claim& c, const auto& order) { return escalate_page(c, order, outside); })}};
  Pump pump{*world.engine, {{"plan_escalations", Member::health_monitor, {"alert.opened"}, plan_escalation}}};

  void breach() {
    world.must(world.as(Member::health_monitor, [&](Work& work) -> Result<void> {
      health::raise(work, world.release.id, {WatchId{"wch_1"}, "cart", "cart fails", work.now});
      return {};
    }));
    run();
  }
  void run(Millis later = {}) {
    world.clock.time += later;
    for (bool more = true; more;) {
      more = pump.run_once();
      while (runner.run_one()) more = true;
    }
  }
  void over() {
    world.must(world.as(Member::health_monitor, [&](Work& work) -> Result<void> {
      health::resolve_alerts(work, world.release.id);
      return {};
    }));
    run();
  }
  bool acknowledge() {
    return world.must(
        world.as("cora", [&](Work& work) -> Result<bool> { return health::note_acknowledged(work, world.release.id, work.actor.id); }));
  }
  /// "trigger eve", "trigger ria", "resolve eve" ...: what the pager was told, and of whom.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const auto& post : manager.posts) {
      const auto body = json::parse(post).value();
      out.push_back(std::string(body.at("event_action").as_string()) + " " + std::string(body.at("payload").at("on_call").as_string()));
    }
    return out;
  }
  std::int64_t entered(const std::string& kind) { return world.count("SELECT count(*) FROM ledger_entry WHERE kind = $1", {kind}); }
};

TEST_F(Escalation, TheDeputyIsPagedOnceWhenNobodyAcknowledged) {
  breach();
  EXPECT_THAT(told(), testing::ElementsAre("trigger eve"));
  run(9min);
  EXPECT_THAT(told(), SizeIs(1));
  run(1min);
  EXPECT_THAT(told(), testing::ElementsAre("trigger eve", "trigger ria"));
  EXPECT_EQ(entered("alert.escalated"), 1);
  run(2h);
  EXPECT_THAT(told(), SizeIs(2));
  over();
  EXPECT_THAT(told(), testing::ElementsAre("trigger eve", "trigger ria", "resolve eve", "resolve ria"))
      << "the deputy's page ends with the alert";
}

TEST_F(Escalation, WhatIsAcknowledgedOrOverWakesNobodyElse) {
  breach();
  EXPECT_TRUE(acknowledge());
  EXPECT_FALSE(acknowledge()) << "once";
  run(1h);
  EXPECT_THAT(told(), testing::ElementsAre("trigger eve", "acknowledge eve"));
  EXPECT_EQ(entered("alert.acknowledged"), 1);
  over();
  breach();
  over();
  run(1h);
  EXPECT_EQ(entered("alert.escalated"), 0);
}

TEST_F(Escalation, APagerThatIsAwayIsAskedAgainAndTheDeputyIsStillPagedOnce) {
  breach();
  manager.status = 503;
  run(10min);
  EXPECT_EQ(entered("alert.escalated"), 0);
  manager.status = 200;
  run(10min);
  EXPECT_EQ(entered("alert.escalated"), 1);
  run(1h);
  EXPECT_EQ(std::count_if(manager.posts.begin(), manager.posts.end(),
                          [](const auto& post) { return post.find("\"on_call\":\"ria\"") != std::string::npos; }),
            2)
      << "one that was refused, one that was taken, under one key";
}

}  // namespace
}  // namespace evenkeel::jobs
