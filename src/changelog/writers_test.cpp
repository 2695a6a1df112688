#include "changelog/writers.hpp"

#include "support/release_world.hpp"

namespace evenkeel::changelog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Writers : testing::Test {
  testing_world::World world;
  std::vector<std::string> others(const std::string& who, bool writing) {
    std::vector<std::string> names;
    for (const auto& w : world.must(world.as(who, [&](Work& work) {
           return sign_of_writing(work,
                                  {.release = std::string(world.release.id), .audience = NoteAudience::customers, .writing = writing});
         })))
      names.push_back(w.person);
    return names;
  }
  std::string id(const std::string& who) {
    return world.must(world.as(who, [](Work& work) -> Result<std::string> { return work.actor.id; }));
  }
};

TEST_F(Writers, AreToldToWhoeverOpensTheTextAndNotToThemselves) {
  EXPECT_THAT(others("ann", true), IsEmpty());
  EXPECT_THAT(others("ann", true), IsEmpty());
  EXPECT_THAT(others("pat", false), ElementsAre(id("ann")));
  EXPECT_THAT(others("ann", false), IsEmpty()) << "reading is not writing";
  EXPECT_THAT(others("pat", false), IsEmpty()) << "who is done is not told of";
}
TEST_F(Writers, SinceIsWhenTheyBegan) {
  const auto began = world.clock.time;
  others("ann", true);
  world.clock.time += std::chrono::seconds{40};
  others("ann", true);
  const auto told = world.must(world.as("pat", [&](Work& work) {
    return sign_of_writing(work, {.release = std::string(world.release.id), .audience = NoteAudience::customers});
  }));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].since, began);
}
TEST_F(Writers, WithoutASignForAMinuteTheyAreForgotten) {
  others("ann", true);
  world.clock.time += std::chrono::seconds{61};
  EXPECT_THAT(others("pat", false), IsEmpty());
}
TEST_F(Writers, ATextThatIsNotThereIsSaid) {
  const auto none = world.as("ann", [](Work& work) { return sign_of_writing(work, {.entry = "ent_none", .writing = true}); });
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_found);
  EXPECT_EQ(world.as("ann", [](Work& work) { return sign_of_writing(work, {}); }).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace evenkeel::changelog
