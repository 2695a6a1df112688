#include "jobs/page_alertmanager.hpp"

#include "jobs/watch_health.hpp"
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
  Runner runner{*world.engine,
                {on<health::Page>([this](Claim& c, const auto& order) { return page(c, order, manager); }),
                 on<health::KeepPage>([this](Claim& c, const auto& order) { return keep_page(c, order, manager); })}};
  void run_due() {
    while (runner.run_one()) {}
  }
  void breach(const std::string& service = "cart", const std::string& watch = "wch_1") {
    world.must(world.as(Member::health_monitor, [&](Work& work) -> Result<void> {
      health::raise(work, world.release.id, {watch, service, service + " fails", work.now});
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

TEST(Addresses, OfAClusterAreSeparatedByCommasOrBlanks) {
  using definitions::addresses_in;
  EXPECT_THAT(addresses_in("http://one:9093"), testing::ElementsAre("http://one:9093"));
  EXPECT_THAT(addresses_in("http://one:9093, http://u:pw@two:9093/am/"),
              testing::ElementsAre("http://one:9093", "http://u:pw@two:9093/am/"));
  EXPECT_THAT(addresses_in(" ,\n"), testing::IsEmpty());
}
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
  Runner both{*cluster.engine,
              {on<health::Page>([&](Claim& c, const auto& order) { return page(c, order, members); }),
               on<health::KeepPage>([&](Claim& c, const auto& order) { return keep_page(c, order, members); })}};
  cluster.must(cluster.as(Member::health_monitor, [&](Work& work) -> Result<void> {
    health::raise(work, cluster.release.id, {"wch_1", "cart", "cart fails", work.now});
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

}  // namespace
}  // namespace evenkeel::jobs
