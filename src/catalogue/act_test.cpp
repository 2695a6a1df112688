#include "catalogue/act.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::catalogue {
namespace {

using testing::HasSubstr;

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)
struct Base {
  std::string note = "";
};
BOOST_DESCRIBE_STRUCT(Base, (), (note))
struct Paint : Base {
  static constexpr std::string_view required[] = {"wall"};
  std::string wall;
  Colour colour = Colour::red;
  std::optional<SysTime> at;
  std::vector<std::string> helpers;
  bool twice = false;
  std::int64_t layers = 1;
};
BOOST_DESCRIBE_STRUCT(Paint, (Base), (wall, colour, at, helpers, twice, layers))
struct Painted {
  std::string wall;
  std::int64_t layers = 0;
};
BOOST_DESCRIBE_STRUCT(Painted, (), (wall, layers))

Result<Painted> paint(Work&, const Paint& in) { return Painted{in.wall, in.layers}; }

Act painting() {
  return act("wall.paint", "Paint a wall", paint)
      .decides()
      .for_roles({Role::admin})
      .http("POST", "/api/v1/walls/{wall}/paint", "walls")
      .words("wall paint")
      .takes({positional(&Paint::wall, "Which"), option(&Paint::colour, "Its colour")});
}
std::string wrong_with(std::vector<Act> acts) {
  try {
    check(acts);
  } catch (const std::logic_error& e) { return e.what(); }
  return {};
}

TEST(Act, how_a_word_is_read_follows_from_the_type_of_its_field) {
  const auto colour = option(&Paint::colour, "");
  EXPECT_EQ(colour.as, ReadAs::text);
  EXPECT_EQ(colour.choices, (std::vector<std::string>{"red", "green"}));
  EXPECT_EQ(option(&Paint::at, "").as, ReadAs::time);
  EXPECT_EQ(option(&Paint::helpers, "").kind, Argument::option_list);
  EXPECT_EQ(option(&Paint::twice, "").kind, Argument::flag);
  EXPECT_EQ(option(&Paint::layers, "").as, ReadAs::integer);
  EXPECT_EQ(option(&Paint::note, "").field, "note") << "of a base";
  EXPECT_TRUE(positional(&Paint::wall, "").needed);
  EXPECT_FALSE(option(&Paint::wall, "").needed);
}

TEST(Act, input_is_read_whole_before_anything_is_done) {
  const auto a = painting();
  EXPECT_TRUE(a.prepare(json::Object{{"wall", "north"}}).has_value());
  const auto wrong = a.prepare(json::Object{{"colour", "blue"}, {"wal", "north"}});
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().kind, ErrorKind::invalid);
  EXPECT_EQ(wrong.error().complaints.size(), 3u) << "colour, wall missing, wal unknown";
}

TEST(Act, its_members_and_what_its_path_names) {
  const auto a = painting();
  EXPECT_EQ(a.named(), std::vector<std::string>{"wall"});
  const auto members = a.members();
  ASSERT_EQ(members.size(), 7u);
  const auto at = std::find_if(members.begin(), members.end(), [](const auto& m) { return m.name == "at"; });
  EXPECT_FALSE(at->required);
  EXPECT_EQ(json::dump(at->schema), R"({"type":"string","format":"date-time"})") << "of its value, not of null";
}

TEST(Act, a_row_that_does_not_hold_together_is_refused_when_the_program_starts) {
  EXPECT_EQ(wrong_with({painting()}), "");
  EXPECT_THAT(wrong_with({painting(), painting()}), HasSubstr("there are two of command wall paint"));
  EXPECT_THAT(wrong_with({painting().http("POST", "/api/v1/{house}", "")}), HasSubstr("the path names {house}, which is no field"));
  EXPECT_THAT(wrong_with({painting().takes({})}), HasSubstr("'wall paint' has no argument for {wall}"));
  EXPECT_THAT(wrong_with({painting().takes({positional(&Paint::wall, ""), positional(&Painted::layers, "").named("wall")})}),
              HasSubstr("two arguments are called 'wall'"));
  EXPECT_THAT(wrong_with({act("wall.paint", "", paint).http("GET", "/walls", "").reads()}), HasSubstr("it does not say who may"));
  EXPECT_THAT(wrong_with({painting().http("GET", "/walls", "")}), HasSubstr("a GET changes nothing"));
  EXPECT_THAT(wrong_with({painting().then_prints("wall.show", [](const Painted& p) { return p.wall; })}),
              HasSubstr("it is followed by wall.show, which is not there"));
  EXPECT_THROW(painting().prints([](const Paint&) { return std::string(); }), std::logic_error) << "the answer is Painted";
}

TEST(Act, an_answer_is_printed_from_its_type) {
  const auto a =
      painting().prints([](const Painted& p) { return Shown{fmt::format("{}: {} layers", p.wall, p.layers), p.layers > 1 ? 1 : 0}; });
  const auto shown = a.print(json::Object{{"wall", "north"}, {"layers", 2}, {"of a newer server", true}}).value();
  EXPECT_EQ(shown.text, "north: 2 layers");
  EXPECT_EQ(shown.code, 1);
  EXPECT_FALSE(a.print(json::Object{{"layers", 2}}).has_value());
}

}  // namespace
}  // namespace evenkeel::catalogue
