#include "api/throttle.hpp"

#include <gtest/gtest.h>

namespace evenkeel::api {
namespace {

http::Request from(std::string remote) {
  http::Request request = http::make_request("POST", "/");
  request.remote = std::move(remote);
  return request;
}

TEST(Throttle, the_try_after_the_last_allowed_one_waits_until_the_window_has_passed) {
  Throttle throttle{2, std::chrono::minutes{15}};
  const auto start = from_millis(1'000'000);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(throttle.check("rita", start));
    throttle.count("rita", start);
  }
  const auto refused = throttle.check("rita", start + std::chrono::minutes{5});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::too_many);
  EXPECT_EQ(refused.error().message, "that was tried 2 times; the next try is possible in 10m");
  EXPECT_TRUE(throttle.check("lee", start)) << "another caller is not meant";
  EXPECT_TRUE(throttle.check("rita", start + std::chrono::minutes{15}));
}

TEST(Throttle, success_forgets_the_tries_before_it) {
  Throttle throttle{1, std::chrono::minutes{15}};
  throttle.count("rita", from_millis(0));
  EXPECT_FALSE(throttle.check("rita", from_millis(1)));
  throttle.forget("rita");
  EXPECT_TRUE(throttle.check("rita", from_millis(1)));
}

TEST(Throttle, however_many_keys_are_tried_memory_stays_bounded_and_the_newest_count) {
  Throttle throttle{1, std::chrono::minutes{15}};
  for (int i = 0; i < 10'050; ++i) throttle.count(std::to_string(i), from_millis(i));
  EXPECT_TRUE(throttle.check("0", from_millis(10'050))) << "the oldest is forgotten";
  EXPECT_FALSE(throttle.check("10049", from_millis(10'050)));
}

TEST(Throttle, this_machine_is_who_connects_from_it_and_is_not_a_proxy) {
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
