// What a run has told agrees with itself, however it went (DH4, DH7, DH8, DH9): five runs, each read as a whole at its end.
#include "stories/agreement.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class AgreementStory : public Story {
 protected:
  ToldShop shop;

  static void start(World& w) {
    w.ready();
    w.advance("1s");
    approve(w);
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  }
  static void approve(World& w) {
    const auto customers = w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"});
    ASSERT_EQ(customers.code, 0) << customers.err;
    ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  }
  void agree(World& w) { expect_agreement(w, "1.0.0", {"0.9.0", "1.0.0"}, &shop.pager, shop.receivers()); }
  static json::Value page(World& w) { return w.get("/api/v1/releases/1.0.0").json(); }
  static json::Value report(World& w, const std::string& checkpoint) {
    return json::Value(w.get("/api/v1/releases/1.0.0/reports/" + checkpoint).json().at("body"));
  }
  /// Who got a mail whose subject says this.
  std::vector<std::string> mailed(const std::string& subject) const {
    std::vector<std::string> to;
    const auto state = shop.mail.state();
    for (const auto& m : state.at("messages").as_array())
      if (std::string(m.at("subject").as_string()).find(subject) != std::string::npos)
        to.emplace_back(m.at("to").as_array()[0].as_string());
    std::ranges::sort(to);
    return to;
  }
};

TEST_P(AgreementStory, DH4_a_breach_in_the_canary) {
  World w{GetParam(), shop.yaml(true)};
  start(w);
  shop.errors_from_now(w, "canary", 0.05);
  w.advance("25m");
  ASSERT_FALSE(page(w).at("recommendation").is_null());
  agree(w);
  ASSERT_EQ(w.as("ada", {"recommendation", "accept", "1.0.0"}).code, 0);
  w.advance("10m");
  EXPECT_EQ(page(w).at("release").at("outcome").as_string(), "rolled_back");
  agree(w);
}

TEST_P(AgreementStory, DH8_a_breach_at_hour_five_and_the_day_that_closes_with_it) {
  World w{GetParam(), shop.yaml(false)};
  start(w);
  w.advance("5h");
  ASSERT_EQ(page(w).at("release").at("outcome").as_string(), "shipped");
  shop.errors_from_now(w, "control", 0.3);
  w.advance("20m");
  EXPECT_EQ(shop.pager.count("open"), 1);
  agree(w);
  shop.errors_from_now(w, "control", 0.002);
  w.advance("30m");
  EXPECT_EQ(shop.pager.count("open"), 0);
  w.advance("19h");
  const auto day = report(w, "24h");
  bool said = false;
  for (const auto& row : day.at("rows").as_array())
    if (row.at("criterion").as_string() == "error limit") {
      said = true;
      EXPECT_EQ(row.at("state").as_string(), "worse") << "it was paged, though the share over the whole day is small";
      EXPECT_THAT(std::string(row.at("said").as_string()), HasSubstr("since 14:"));
      EXPECT_EQ(row.at("limit").as_string(), "at most 1 %") << "in the unit of the value";
    }
  EXPECT_TRUE(said);
  ASSERT_EQ(day.at("pages").as_array().size(), 1u);
  EXPECT_THAT(std::string(day.at("closing").as_string()),
              AllOf(HasSubstr("the last report of 1.0.0"), HasSubstr("paged once; nothing of it goes on")));
  agree(w);
}

TEST_P(AgreementStory, DH9_a_rollback_after_the_release_was_everywhere) {
  World w{GetParam(), shop.yaml(false)};
  start(w);
  w.advance("2m");
  shop.errors_from_now(w, "control", 0.05);
  w.advance("8m");
  ASSERT_FALSE(page(w).at("recommendation").is_null());
  w.advance("10m");
  agree(w);
  ASSERT_EQ(w.as("ada", {"recommendation", "accept", "1.0.0"}).code, 0);
  w.advance("10m");
  EXPECT_EQ(page(w).at("release").at("outcome").as_string(), "rolled_back");
  EXPECT_EQ(shop.pager.count("open"), 0);
  agree(w);
}

TEST_P(AgreementStory, DH7_a_healthy_release_whose_reports_reach_who_answers_for_it) {
  World w{GetParam(), shop.yaml(false)};
  start(w);
  w.advance("25h");
  EXPECT_EQ(w.stage(), "closed");
  for (const auto* checkpoint : {"15m", "30m", "1h", "24h"})
    EXPECT_THAT(mailed(fmt::format("Health of shop 1.0.0 at {}", checkpoint)), testing::ElementsAre("ada@shop.test", "eli@shop.test"))
        << "owner and coordinator, and who is on call";
  EXPECT_THAT(json::dump(shop.chat.state()), AllOf(HasSubstr("Health of shop 1.0.0 at 24h"), HasSubstr("Held at 24h: 2 of 2 criteria")));
  EXPECT_THAT(std::string(report(w, "24h").at("closing").as_string()), HasSubstr("Nobody was paged."));
  EXPECT_TRUE(report(w, "1h").at("closing").is_null()) << "the day goes on";
  agree(w);
}

TEST_P(AgreementStory, DH8_silence) {
  World w{GetParam(), shop.yaml(false)};
  start(w);
  w.advance("2m");
  shop.metrics.silent("control", true);
  w.advance("65m");
  EXPECT_EQ(w.stage(), "validation") << "what cannot be seen is not healthy";
  const auto hour = report(w, "1h");
  for (const auto& row : hour.at("rows").as_array()) EXPECT_NE(row.at("state").as_string(), "holds");
  agree(w);
}

/// A suspicion ends when what made it ends.
TEST_P(AgreementStory, DH3_a_suspicion_ends_with_what_made_it) {
  World w{GetParam(), edited(shop.yaml(false), "limit: 0.01", "limit: 0.2")};
  start(w);
  w.advance("4h");
  shop.errors_from_now(w, "control", 0.008);
  w.advance("3h");
  EXPECT_EQ(shop.pager.count("open"), 1);
  agree(w);
  shop.errors_from_now(w, "control", 0.002);
  w.advance("30m");
  EXPECT_EQ(shop.pager.count("open"), 0) << "not only when the watch ends";
  EXPECT_THAT(w.as("ada", {"release", "show", "1.0.0"}).out, HasSubstr("as usual again for 15m"));
  const auto pages = w.get("/api/v1/releases/1.0.0/pages").json();
  EXPECT_EQ(pages.as_array()[0].at("state").as_string(), "resolved");
  agree(w);
}
INSTANTIATE_TEST_SUITE_P(On, AgreementStory, testing::ValuesIn(databases()), name_of);

// ---- the reader itself finds what it is for ---------------------------------------------------------------------------

TEST(Disagreements, AreFoundInFiguresLimitsTimesAndVersions) {
  const auto of = [](const std::string& a, const std::string& b) {
    return disagreements({{"page", a}, {"report", b}}, {"catalog"}, {"0.9.0", "1.0.0"});
  };
  const std::string page = "catalog 1.0.0: 52 % of 1,204 requests fail (limit 1 %) since 14:05Z. evenkeel release show 1.0.0";
  EXPECT_THAT(of(page, "error limit of catalog: 52 % of 1,204 requests fail (limit 1 %) since 14:05Z."), IsEmpty());
  EXPECT_THAT(of(page, "error limit of catalog: 53 % of 1,204 requests fail (limit 1 %) since 14:05Z."),
              testing::ElementsAre(AllOf(HasSubstr("52 %"), HasSubstr("53 %"), HasSubstr("in report"))));
  EXPECT_THAT(of(page, "error limit of catalog: 53 % of 900 requests fail (limit 1 %) since 15:05Z."), IsEmpty()) << "another one";
  EXPECT_THAT(of(page, "roll catalog 0.8.0 back"), testing::ElementsAre(HasSubstr("names version 0.8.0")));
}

}  // namespace
}  // namespace evenkeel::stories
