// A reference to a change is the beginning of its commit id, and no character of it stands for another.
#include <gmock/gmock.h>

#include "support/release_world.hpp"

namespace evenkeel::risk {
namespace {

class ChangeReference : public testing::Test {
 protected:
  testing_world::World w;
  Result<Change> tier(const std::string& reference) {
    return w.as("ria", [&](Work& work) { return override_tier(work, {reference, Tier::emergency, "because"}); });
  }
};

TEST_F(ChangeReference, wildcards_name_nothing) {
  w.change("feat: one");
  w.change("feat: two");
  for (const auto* reference : {"%%%%%%%", "_______", "%", "*******", "", "9999999", "abc"}) {
    const auto r = tier(reference);
    ASSERT_FALSE(r) << reference << " took " << r->title;
    EXPECT_EQ(r.error().kind, ErrorKind::not_found) << reference;
  }
}

TEST_F(ChangeReference, what_begins_several_is_refused_with_all_of_them) {
  w.change("feat: one");
  w.change("feat: two");
  w.database->write([](store::Tx& tx) -> Result<void> {
    tx.exec("UPDATE change SET external_id = 'abcdef0111' WHERE title LIKE '%one'");
    tx.exec("UPDATE change SET external_id = 'abcdef0222' WHERE title LIKE '%two'");
    return {};
  });
  const auto r = tier("abcdef0");
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::conflict);
  EXPECT_THAT(r.error().message, testing::AllOf(testing::HasSubstr("abcdef0111"), testing::HasSubstr("abcdef0222")));
  ASSERT_TRUE(tier("abcdef01"));
}

TEST_F(ChangeReference, is_found_by_its_first_seven_characters_without_reading_every_change) {
  std::string plan;
  w.database->read([&](store::Tx& tx) {
    tx.exec("EXPLAIN QUERY PLAN SELECT id FROM change WHERE substr(external_id, 1, 7) = substr($1, 1, 7)", {std::string("abcdef01")},
            [&](const store::Row& row) { plan += row.text(3); });
    return 0;
  });
  EXPECT_THAT(plan, testing::HasSubstr("USING INDEX change_begins"));
}

}  // namespace
}  // namespace evenkeel::risk
