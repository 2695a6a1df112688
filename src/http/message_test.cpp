#include "http/message.hpp"

#include <gtest/gtest.h>

namespace evenkeel::http {
namespace {

TEST(Message, TargetsAreSplitAndQueriesDecoded) {
  const auto r = make_request("GET", "/a%2Fb/c?x=1&y=a+b%26&x=2&=no&broken=%4&flag");
  EXPECT_EQ(r.path, "/a%2Fb/c");
  EXPECT_EQ(r.query, (Query{{"x", "2"}, {"y", "a b&"}, {"flag", ""}}));
  EXPECT_EQ(make_request("GET", "http://host/p?q=1").path, "/p");
  EXPECT_EQ(make_request("GET", "http://host").path, "/");
  EXPECT_EQ(make_request("OPTIONS", "*").path, "*");
}
TEST(Message, HeadersCompareWithoutCase) {
  Headers h{{"Content-Type", "a"}, {"X", "1"}};
  h.set("content-type", "b");
  EXPECT_EQ(h.get("CONTENT-TYPE"), "b");
  EXPECT_EQ(h.size(), 2u);
  EXPECT_EQ(h.get("absent"), "");
}
TEST(Message, EscapesRoundTripAndBrokenOnesAreRefused) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += char(c);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  for (const auto* bad : {"%", "%4", "%zz", "a%0g"}) EXPECT_FALSE(percent_decode(bad)) << bad;
}
TEST(Message, CookiesAndTokensAreFound) {
  const auto r = make_request("GET", "/", "", {{"Cookie", "a=1; session=xyz; sessions=no"}, {"Authorization", "bearer tok"}});
  EXPECT_EQ(cookie(r, "session"), "xyz");
  EXPECT_EQ(cookie(r, "b"), "");
  EXPECT_EQ(bearer_token(r), "tok");
  EXPECT_EQ(bearer_token(make_request("GET", "/", "", {{"Authorization", "Basic abc"}})), "");
}
TEST(Message, TagsInListsMatchWholly) {
  EXPECT_TRUE(etag_listed(R"("a", W/"b")", R"("b")"));
  EXPECT_TRUE(etag_listed("*", R"("b")"));
  EXPECT_FALSE(etag_listed(R"("ab")", R"("b")"));
}
TEST(Message, DatesRoundTrip) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  for (const auto* bad : {"", "120", "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, xx Nov 1994 08:49:37 GMT"})
    EXPECT_FALSE(parse_http_date(bad)) << bad;
}
TEST(Message, PagesGetTheStrictPolicyUnlessTheyBringTheirOwn) {
  auto page = Response::html("x");
  add_security_headers(page);
  EXPECT_THAT(std::string(page.headers.get("Content-Security-Policy")), testing::HasSubstr("script-src 'self'"));
  Response worker{200, "text/javascript; charset=utf-8"}, data = Response::json("{}");
  add_security_headers(worker);
  add_security_headers(data);
  EXPECT_THAT(std::string(worker.headers.get("Content-Security-Policy")), testing::HasSubstr("connect-src 'self'"));
  EXPECT_EQ(data.headers.get("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
  auto own = Response::html("x");
  own.headers.set("content-security-policy", "default-src 'none'");
  add_security_headers(own);
  EXPECT_EQ(own.headers.get("Content-Security-Policy"), "default-src 'none'");
}

}  // namespace
}  // namespace evenkeel::http
