#include "app/gate.hpp"

#include <gtest/gtest.h>

namespace evenkeel::app {
namespace {

http::Request post(http::Headers headers) {
  headers.add("Host", "releases.example.org");
  return http::make_request("POST", "/api/v1/releases", "{}", std::move(headers));
}
int answered(const std::optional<http::Response>& answer) { return answer ? answer->status : 0; }
const std::string cookie = "evenkeel_session";

TEST(Gate, APageOfAnotherSiteWritesNothing) {
  const auto with = [](http::Headers headers) { return answered(from_another_site(post(std::move(headers)), cookie, {})); };
  EXPECT_EQ(with({{"Cookie", "evenkeel_session=ek_1"}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(with({{"Cookie", "evenkeel_session=ek_1"}, {"Sec-Fetch-Site", "same-site"}}), 403) << "a neighbour is another site too";
  EXPECT_EQ(with({{"Cookie", "evenkeel_session=ek_1"}, {"Origin", "https://evil.example"}}), 403);
  EXPECT_EQ(with({{"Cookie", "evenkeel_session=ek_1"}, {"Origin", "null"}}), 403);
  EXPECT_EQ(with({{"Origin", "https://evil.example"}}), 403) << "nor signs anybody in";
  EXPECT_EQ(with({{"Cookie", "evenkeel_session=ek_1"}}), 403) << "a browser says where it comes from";
  EXPECT_EQ(with({{"Cookie", "evenkeel_session=ek_1"}, {"Origin", "https://releases.example.org.evil.example"}}), 403);
}
TEST(Gate, OurOwnPagesAndProgramsDo) {
  const auto with = [](http::Headers headers, std::vector<std::string> origins = {}) {
    return answered(from_another_site(post(std::move(headers)), cookie, origins));
  };
  EXPECT_EQ(with({{"Cookie", "evenkeel_session=ek_1"}, {"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://releases.example.org"}}), 0);
  EXPECT_EQ(with({{"Cookie", "evenkeel_session=ek_1"}, {"Origin", "https://releases.example.org:443"}}), 0);
  EXPECT_EQ(with({{"Origin", "https://front.example.org"}}, {"https://front.example.org/x"}), 0) << "the public address, behind a proxy";
  EXPECT_EQ(with({{"Authorization", "Bearer ek_1"}}), 0);
  EXPECT_EQ(with({}), 0) << "one click of a mail program";
  EXPECT_EQ(answered(from_another_site(http::make_request("GET", "/x", {}, {{"Cookie", "evenkeel_session=1"}}), cookie, {})), 0);
}
TEST(Gate, OnlyItsOwnNamesAreAnswered) {
  const auto asked = [](const char* host, const std::vector<std::string>& hosts) {
    return answered(wrong_host(http::make_request("GET", "/", {}, {{"Host", host}}), hosts));
  };
  const std::vector<std::string> hosts{"https://Releases.example.org/", "news.example.org", ""};
  for (const auto* ok :
       {"releases.example.org", "RELEASES.example.org:443", "news.example.org:8480", "127.0.0.1:8480", "localhost", "[::1]:80"})
    EXPECT_EQ(asked(ok, hosts), 0) << ok;
  for (const auto* no : {"evil.example", "releases.example.org.evil.example", "", "127.evil.example.org"})
    EXPECT_EQ(asked(no, hosts), 421) << no;
  EXPECT_EQ(asked("anything", {}), 0);
}

}  // namespace
}  // namespace evenkeel::app
