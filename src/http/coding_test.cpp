#include "http/coding.hpp"

#include <gtest/gtest.h>

namespace evenkeel::http {
namespace {

const std::string long_text = [] {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "{\"id\": " + std::to_string(i) + "},";
  return text;
}();

Response answer(Response response, const char* accepted = "gzip, br") {
  Request request;
  request.headers.set("Accept-Encoding", accepted);
  compress(request, response);
  return response;
}

TEST(Compress, a_long_text_is_packed_for_who_accepts_it) {
  auto made = Response::json(long_text);
  made.headers.set("ETag", "\"7\"");
  made.headers.set("Vary", "Accept-Language");
  const auto packed = answer(made);
  EXPECT_EQ(packed.headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(packed.headers.get("Vary"), "Accept-Language, Accept-Encoding");
  EXPECT_EQ(packed.headers.get("ETag"), "W/\"7\"") << "other bytes";
  EXPECT_TRUE(etag_listed(packed.headers.get("ETag"), "\"7\"")) << "and it is the same version";
  EXPECT_LT(packed.body.size() * 3, long_text.size());
  EXPECT_EQ(gunzip(packed.body).value(), long_text);
}
TEST(Compress, everything_else_stays_as_it_is) {
  auto secret = Response::json(long_text);
  secret.headers.set("Cache-Control", "no-store");
  auto failed = Response::json(long_text, 503);
  auto image = Response{200, "image/png", long_text};
  for (const auto& made : {answer(secret), answer(failed), answer(image), answer(Response::json("{}")),
                           answer(Response::json(long_text), ""), answer(Response::json(long_text), "gzip;q=0")}) {
    EXPECT_FALSE(made.headers.has("Content-Encoding"));
    EXPECT_TRUE(made.body == long_text || made.body == "{}");
  }
}

}  // namespace
}  // namespace evenkeel::http
