#include "accounts/second_factor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/base32.hpp"
#include "support/release_world.hpp"

namespace evenkeel::accounts {
namespace {

/// RFC 6238, appendix B (SHA-1), the last six of its eight digits.
TEST(SecondFactor, CodesAreThoseOfTheStandard) {
  const std::string secret = "12345678901234567890";
  const auto at = [&](std::int64_t seconds) { return one_time_password(secret, step_at(from_millis(seconds * 1000))); };
  EXPECT_EQ(at(59), "287082");
  EXPECT_EQ(at(1111111109), "081804");
  EXPECT_EQ(at(1111111111), "050471");
  EXPECT_EQ(at(1234567890), "005924");
  EXPECT_EQ(at(2000000000), "279037");
  EXPECT_EQ(at(20000000000), "353130");
}
/// RFC 4648, section 10, without padding.
TEST(SecondFactor, SecretsAreToldInBase32) {
  EXPECT_EQ(to_base32(""), "");
  EXPECT_EQ(to_base32("f"), "MY");
  EXPECT_EQ(to_base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
}

class EnrolledPerson : public testing::Test {
 protected:
  EnrolledPerson() {
    person = *world.look([](store::Tx& tx) { return find_person(tx, "cora"); });
    secret = from_base32(world.as("cora", [&](Work& work) { return enrol(work, person, password); }).value().secret);
  }
  std::string code(int steps_on = 0) const { return one_time_password(secret, step_at(world.clock.now()) + steps_on); }
  bool takes(const std::string& said, const std::string& with = password) {
    return world.as("cora", [&](Work& work) { return take_code(work, person, with, said); }).has_value();
  }
  bool enrolled() {
    return world.look([&](store::Tx& tx) { return has_second_factor(tx, person.id); });
  }
  void pass(std::chrono::seconds s) { world.clock.time += s; }

  static const std::string password;
  testing_world::World world;
  Person person;
  std::string secret;
};
const std::string EnrolledPerson::password = "correct horse battery";

TEST_F(EnrolledPerson, CountsOnceItIsConfirmedAndACodeIsGoodOnce) {
  EXPECT_FALSE(enrolled());
  EXPECT_TRUE(takes("")) << "nothing is asked before it is confirmed";
  EXPECT_FALSE(world.as("cora", [&](Work& work) { return confirm(work, person, password, "000000"); }));
  const auto codes = world.as("cora", [&](Work& work) { return confirm(work, person, password, code()); }).value().recovery_codes;
  EXPECT_TRUE(enrolled());
  EXPECT_FALSE(takes(""));
  EXPECT_FALSE(takes(code())) << "it was used to confirm";
  EXPECT_TRUE(takes(code(1))) << "half a minute early";
  EXPECT_FALSE(takes(code(1)));
  EXPECT_FALSE(takes(code())) << "an older one is not good any more";
  pass(std::chrono::seconds{90});
  EXPECT_FALSE(takes(code(), "another password")) << "the secret opens with the person's password alone";
  EXPECT_TRUE(takes(code()));
  EXPECT_FALSE(takes(code(2)));
  ASSERT_EQ(codes.size(), 10u);
  EXPECT_TRUE(takes(codes[3]));
  EXPECT_FALSE(takes(codes[3])) << "a recovery code is good once";
  EXPECT_TRUE(takes(codes[4]));
}

TEST_F(EnrolledPerson, GoesWithANewPasswordOfOnesOwnAndIsGoneWithOneThatAnAdminSets) {
  world.as("cora", [&](Work& work) { return confirm(work, person, password, code()); }).value();
  const auto changed = [&](const std::string& before, const std::string& after) {
    ASSERT_TRUE(world.as("cora", [&](Work& work) -> Result<void> {
      password_changed(work, person, before, after);
      return {};
    }));
  };
  changed(password, "a second password");
  pass(std::chrono::seconds{60});
  EXPECT_TRUE(takes(code(), "a second password"));
  changed("", "a third password");
  EXPECT_FALSE(enrolled());
}

TEST_F(EnrolledPerson, IsRemovedByItsOwnerWithACodeOrByAnAdmin) {
  world.as("cora", [&](Work& work) { return confirm(work, person, password, code()); }).value();
  const auto remove = [&](const std::string& by, const std::string& said) {
    return world.as(by, [&](Work& work) { return remove_second_factor(work, person, password, said); });
  };
  EXPECT_EQ(remove("ria", code(1)).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(remove("cora", "").error().kind, ErrorKind::unauthenticated);
  pass(std::chrono::seconds{60});
  EXPECT_TRUE(remove("cora", code()));
  EXPECT_FALSE(enrolled());
}

TEST(SecondFactorRule, IsAskedOfWhoDecidesWhereTheDefinitionsSaySo) {
  definitions::Organisation o;
  const auto actor = [](Role role, const std::string& area) {
    Actor a{.id = "psn_1"};
    a.grants.insert({role, area});
    return a;
  };
  EXPECT_FALSE(needs_second_factor(o, actor(Role::admin, "*")));
  o.gates.push_back({.name = "second_factor", .areas = {"shop"}});
  EXPECT_TRUE(needs_second_factor(o, actor(Role::admin, "*")));
  EXPECT_TRUE(needs_second_factor(o, actor(Role::qa, "shop"))) << "of the quorum";
  EXPECT_FALSE(needs_second_factor(o, actor(Role::qa, "billing")));
  EXPECT_FALSE(needs_second_factor(o, actor(Role::author, "shop")));
}

}  // namespace
}  // namespace evenkeel::accounts
