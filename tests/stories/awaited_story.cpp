// What waits for people (RC7): one list that is true, told at once, reminded, then told to those who own it; it closes itself.
#include "base/id.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class AwaitedStory : public Story {
 protected:
  static std::string telling(const FakeProgram& mail, const std::string& more = "") {
    return World::strict_shop({"teams_confirmed"}) + fmt::format(
                                                         "connections: [{{name: mail, kind: smtp, url: \"{}\", from: ek@shop.test}}]\n"
                                                         "escalation: {{mail: true, remind_after: 30m, escalate_after: 1h{}}}\n",
                                                         mail.smtp_url(), more);
  }
  /// "to: subject", in the order in which they arrived since the last look.
  std::vector<std::string> letters(const FakeProgram& mail) {
    std::vector<std::string> out;
    const auto state = mail.state();
    const auto& all = state.at("messages").as_array();
    for (; read_ < all.size(); ++read_) {
      const auto& message = all[read_].as_object();
      out.push_back(
          fmt::format("{}: {}", message.at("to").as_array().at(0).as_string().c_str(), message.at("subject").as_string().c_str()));
    }
    std::ranges::sort(out);
    return out;
  }

 private:
  std::size_t read_ = 0;
};

TEST_P(AwaitedStory, RC7_today_says_to_each_what_waits_for_them_and_its_command_does_it) {
  World w{GetParam(), World::strict_shop({"teams_confirmed"})};
  EXPECT_THAT(w.as("quinn", {"today"}).out, AllOf(HasSubstr("Nothing waits for you."), Not(HasSubstr("Waits for others"))));
  w.plan();
  const auto eli = w.as("eli", {"today"});
  ASSERT_EQ(eli.code, 0) << eli.err;
  EXPECT_THAT(eli.out, AllOf(HasSubstr("Waits for you"), HasSubstr("Confirm freeze date and window for catalog"),
                             HasSubstr("evenkeel release confirm shop/1.0.0 catalog"), HasSubstr("Rehearse the rollback of catalog"),
                             HasSubstr("Waits for others"), HasSubstr("waits for Quinn Quality")));
  ASSERT_EQ(w.shell("eli", "evenkeel release confirm shop/1.0.0 catalog").code, 0);
  EXPECT_THAT(w.as("eli", {"today"}).out, Not(HasSubstr("Confirm freeze date"))) << "done is gone";
  EXPECT_THAT(w.as("quinn", {"today"}).out, HasSubstr("Record the test reports"));
  w.rehearse();
  w.evidence();
  w.sign();
  const auto ada = w.as("ada", {"today"});
  EXPECT_THAT(ada.out, AllOf(HasSubstr("Decide: every gate holds"), HasSubstr("evenkeel decide shop/1.0.0 go")));
  ASSERT_EQ(w.shell("ada", "evenkeel decide shop/1.0.0 go").code, 0);
  EXPECT_THAT(w.as("ada", {"today"}).out, HasSubstr("Start the deployment: its window is open"));
  ASSERT_EQ(w.shell("ada", "evenkeel deploy start shop/1.0.0").code, 0);
  EXPECT_THAT(w.as("ada", {"today"}).out, Not(HasSubstr("Start the deployment")));
}

TEST_P(AwaitedStory, RC7_who_is_asked_is_told_once_reminded_and_then_their_owners_hear_of_it) {
  FakeProgram mail{"smtp"};
  World w{GetParam(), telling(mail)};
  w.advance("1m");
  EXPECT_THAT(letters(mail), IsEmpty());
  w.plan();
  w.advance("1m");
  const auto first = letters(mail);
  EXPECT_THAT(first, testing::Contains(HasSubstr("eli@shop.test: ")));
  EXPECT_THAT(first, testing::Contains("quinn@shop.test: shop 1.0.0: Record the test reports: no test report for catalog 1.0.0 (artefact "
                                       "sha256:1.0.0)"));
  w.advance("10m");
  EXPECT_THAT(letters(mail), IsEmpty()) << "nobody is told twice";
  ASSERT_EQ(w.as("eli", {"release", "confirm", "1.0.0", "catalog"}).code, 0);
  w.advance("20m");
  EXPECT_THAT(letters(mail), testing::Contains("eli@shop.test: Reminder: shop 1.0.0: Rehearse the rollback of catalog: the rollback of "
                                               "catalog was never rehearsed"))
      << "what is done is not reminded of";
  w.advance("30m");
  const auto owners = letters(mail);
  EXPECT_THAT(owners, testing::Contains(HasSubstr("ada@shop.test: Still open: "))) << "who owns the release";
  EXPECT_THAT(json::dump(mail.state()), HasSubstr("It has waited for Quinn Quality since"));
  EXPECT_THAT(owners, Not(testing::Contains(HasSubstr("lee@shop.test"))));
  w.advance("1h");
  EXPECT_THAT(letters(mail), testing::Contains(HasSubstr("lee@shop.test: Still open: "))) << "silence escalates further";
  w.advance("3h");
  EXPECT_THAT(letters(mail), Not(testing::Contains(HasSubstr("lee@shop.test")))) << "once";
  w.crash();
  w.advance("5m");
  EXPECT_THAT(letters(mail), IsEmpty());
  EXPECT_THAT(w.ledger(), HasSubstr("awaited.escalated"));
}

TEST_P(AwaitedStory, RC7_who_has_it_in_hand_is_left_alone_and_at_night_nobody_is_told) {
  FakeProgram mail{"smtp"};
  World w{GetParam(), telling(mail)};
  w.plan();
  w.advance("1m");
  (void)letters(mail);
  const auto mine = w.ask("quinn", {"today"}).at("yours").as_array();
  ASSERT_EQ(mine.size(), 1u);
  const std::string key{mine.front().at("key").as_string()};
  EXPECT_EQ(w.as("pia", {"awaited", "take", key}).code, 1) << "it waits for somebody else";
  const auto taken = w.as("quinn", {"awaited", "take", key});
  EXPECT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("You have it in hand: Record the test reports"));
  w.advance("70m");
  EXPECT_THAT(letters(mail), Not(testing::Contains(HasSubstr("quinn@shop.test"))));

  FakeProgram night{"smtp"};
  World asleep{GetParam(), telling(night, ", quiet_from: \"00:00\", quiet_until: \"23:59\"")};
  asleep.plan();
  const auto later = parse_time(asleep.now()).value() + std::chrono::hours{48};
  ASSERT_EQ(asleep.as("ada", {"release", "move", "1.0.0", "--window-start", to_iso(later)}).code, 0);
  asleep.advance("10m");
  EXPECT_EQ(night.state().at("messages").as_array().size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(On, AwaitedStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
