#include "api/throttle.hpp"

#include <gtest/gtest.h>

#include "capabilities/mail.hpp"
#include "support/fresh_database.hpp"

namespace evenkeel::api {
namespace {

http::Request from(std::string remote) {
  http::Request request = http::make_request("POST", "/");
  request.remote = std::move(remote);
  return request;
}

struct Throttled : testing::TestWithParam<testing_database::On> {
  testing_database::Fresh fresh{GetParam()};
  std::unique_ptr<store::Database> database = fresh.migrated();
  Result<void> check(const Throttle& t, const std::string& key, SysTime now) {
    return database->read([&](store::Tx& tx) { return t.check(tx, key, now); });
  }
  void count(const Throttle& t, const std::string& key, SysTime now) {
    database->write([&](store::Tx& tx) { t.count(tx, key, now); });
  }
};

TEST_P(Throttled, TheTryAfterTheLastAllowedOneWaitsUntilTheWindowHasPassed) {
  const Throttle throttle{"sign-in", 2, std::chrono::minutes{15}}, other{"form", 2, std::chrono::minutes{15}};
  const auto start = from_millis(1'000'000);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(check(throttle, "rita", start));
    count(throttle, "rita", start);
  }
  const auto refused = check(throttle, "rita", start + std::chrono::minutes{5});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::too_many);
  EXPECT_EQ(refused.error().message, "that was tried 2 times; the next try is possible in 10m");
  EXPECT_TRUE(check(throttle, "lee", start)) << "another caller is not meant";
  EXPECT_TRUE(check(other, "rita", start)) << "nor another thing";
  EXPECT_TRUE(check(throttle, "rita", start + std::chrono::minutes{15}));
  const Throttle after_a_restart{"sign-in", 2, std::chrono::minutes{15}};
  EXPECT_FALSE(check(after_a_restart, "rita", start)) << "a replica, or this server started again, counts on";
}
TEST_P(Throttled, SuccessForgetsTheTriesBeforeItAndOldOnesGo) {
  const Throttle throttle{"sign-in", 1, std::chrono::minutes{15}};
  count(throttle, "rita", from_millis(0));
  EXPECT_FALSE(check(throttle, "rita", from_millis(1)));
  database->write([&](store::Tx& tx) { throttle.forget(tx, "rita"); });
  EXPECT_TRUE(check(throttle, "rita", from_millis(1)));
  for (int i = 0; i < 5; ++i) count(throttle, std::to_string(i), from_millis(i));
  count(throttle, "late", from_millis(0) + std::chrono::hours{1});
  EXPECT_EQ(database->read([](store::Tx& tx) { return tx.integer("SELECT count(*) FROM throttle"); }), 1);
}
INSTANTIATE_TEST_SUITE_P(Databases, Throttled, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

TEST(Throttle, OneMailboxIsOneWhateverIsWrittenAfterThePlus) {
  for (const auto* address : {"victim@example.org", "Victim+1@example.org", "victim+a+b@EXAMPLE.org"})
    EXPECT_EQ(mailbox_of(address), "victim@example.org");
  EXPECT_EQ(mailbox_of("V.ic.tim+x@googlemail.com"), "victim@gmail.com");
  EXPECT_NE(mailbox_of("v.ictim@example.org"), mailbox_of("victim@example.org"));
  for (const auto* second_spelling : {"victim@example.org.", "victim@.example.org", "victim@example..org", "\"victim\"@example.org",
                                      "<victim@example.org>", " victim@example.org", "victim@example.org\r\nBcc: x@y.z"})
    EXPECT_FALSE(capabilities::is_address(second_spelling)) << second_spelling;
  EXPECT_TRUE(capabilities::is_address("victim+1@mail.example.org"));
}
TEST(Throttle, OneCustomerOfIpv6IsOnePlace) {
  EXPECT_EQ(place_of(from("[2001:db8:1:2::7]:1")), place_of(from("[2001:db8:1:2:ffff::1]:2")));
  EXPECT_NE(place_of(from("[2001:db8:1:2::7]:1")), place_of(from("[2001:db8:1:3::7]:1")));
  EXPECT_EQ(place_of(from("192.0.2.7:1")), "192.0.2.7");
}

TEST(Throttle, ThisMachineIsWhoConnectsFromItAndIsNotAProxy) {
  EXPECT_TRUE(from_this_machine(from("127.0.0.1:5000")));
  EXPECT_TRUE(from_this_machine(from("[::1]:5000")));
  EXPECT_TRUE(from_this_machine(from("")));
  EXPECT_FALSE(from_this_machine(from("192.0.2.7:5000")));
  EXPECT_FALSE(from_this_machine(from("[2001:db8::7]:5000")));
  auto passed_on = from("127.0.0.1:5000");
  passed_on.headers.set("X-Forwarded-For", "192.0.2.7");
  EXPECT_FALSE(from_this_machine(passed_on));
  EXPECT_EQ(address_of(from("[2001:db8::7]:5000")), "2001:db8::7");
}

}  // namespace
}  // namespace evenkeel::api
