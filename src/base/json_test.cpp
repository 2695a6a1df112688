#include "base/json.hpp"

#include <gtest/gtest.h>

namespace evenkeel {
namespace {

enum class Colour { red, default_ };
BOOST_DESCRIBE_ENUM(Colour, red, default_)
struct Inner {
  int n = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (n, name))
struct Outer {
  std::string title;
  Colour colour = Colour::default_;
  std::optional<SysTime> due;
  Millis wait = std::chrono::minutes{15};
  std::vector<Inner> inners;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (title, colour, due, wait, inners))

TEST(Json, NulIsRefusedAndTheEscapedWordIsNot) {
  EXPECT_FALSE(json::parse(R"({"a": ["x\u0000y"]})"));
  EXPECT_FALSE(json::parse(R"({"x\u0000": 1})"));
  EXPECT_TRUE(json::parse(R"({"a": "x\\u0000y"})")) << "a backslash and a word";
}
TEST(Json, DescribedTypesRoundTrip) {
  const Outer outer{"x \"quoted\"\n", Colour::red, parse_time("2026-03-01").value(), std::chrono::seconds{90}, {{3, "three"}}};
  const auto text = json::write(outer);
  EXPECT_EQ(text,
            R"({"title":"x \"quoted\"\n","colour":"red","due":"2026-03-01T00:00:00Z","wait":"90s","inners":[{"n":3,"name":"three"}]})");
  EXPECT_EQ(json::write(json::read_text<Outer>(text).value()), text);
}
TEST(Json, AllComplaintsAreCollectedWithTheirPaths) {
  const auto read = json::read_text<Outer>(R"({"colour":"blue","inners":[{"n":"x","name":"a"}],"titel":"t"})", json::Unknown::refuse);
  ASSERT_FALSE(read);
  std::vector<std::string> fields;
  for (const auto& c : read.error().complaints) fields.push_back(c.field);
  EXPECT_THAT(fields, testing::ElementsAre("title", "colour", "inners[0].n", "titel"));
  EXPECT_THAT(read.error().complaints[3].message, testing::HasSubstr("did you mean 'title'"));
}
TEST(Json, UnknownKeysFromOutsideAreSkippedAndDefaultsKept) {
  const auto read = json::read_text<Outer>(R"({"title":"t","new_vendor_field":{"a":1}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->colour, Colour::default_);
  EXPECT_EQ(json::enum_text(read->colour), "default");
}
TEST(Json, DepthIsLimitedAndDoublesAreShort) {
  EXPECT_FALSE(json::parse(std::string(100, '[') + std::string(100, ']')));
  EXPECT_EQ(json::dump(json::parse("[0.1,1e300]").value()), "[0.1,1e+300]");
}

TEST(Json, BytesThatAreNoUtf8AreReplacedWhenWritten) {
  EXPECT_EQ(json::dump(json::Value("ok \xc3\xa9 \xf0\x9f\x98\x80")), "\"ok \xc3\xa9 \xf0\x9f\x98\x80\"");
  EXPECT_EQ(json::dump(json::Value("\xe9t\xc3")), "\"\xef\xbf\xbdt\xef\xbf\xbd\"");
  EXPECT_EQ(json::dump(json::Value("\xc0\xaf\xed\xa0\x80")), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace evenkeel
