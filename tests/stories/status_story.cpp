// Status updates (P5, DH9): short words while a deployment or an incident lasts, and communications that are late.
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class StatusStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"}, chat{"chat"};

  std::string shop() {
    ::setenv("EVENKEEL_STORY_CHAT", (chat.url() + "/messages").c_str(), 1);  // the address of a chat is a secret
    return watched_shop({}, metrics, mail) + R"yaml(channels:
  - {name: team, kind: smtp, to: [support@shop.test]}
  - {name: room, kind: chat, url: "${env:EVENKEEL_STORY_CHAT}", to: ["#ops"]}
  - {name: status page, kind: chat, url: "${env:EVENKEEL_STORY_CHAT}", to: ["#status"]}
  - {name: page, kind: public_page}
audiences:
  - {name: insiders, kind: internal, channels: [team], status: [room], status_every: 30m, due: 4h, owner: eli}
  - {name: customers, kind: customers, channels: [page], status: [status page], after: [insiders]}
)yaml";
  }
  /// First lines of what stands in a room of the chat, without their stars.
  std::vector<std::string> said(const std::string& room) const {
    std::vector<std::string> out;
    const auto state = chat.state();
    for (const auto& m : state.at("messages").as_array())
      if (m.at("channel").as_string() == room) {
        std::string text{m.at("text").as_string()};
        out.push_back(text.substr(1, text.find("*\n") - 1));
      }
    return out;
  }
};

TEST_P(StatusStory, P5_each_turn_of_a_deployment_is_told_once_to_insiders_and_in_plain_words_to_customers) {
  World w{GetParam(), shop()};
  w.ready();
  w.advance("1s");
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  w.advance("1s");
  const auto planned = w.ask("ada", {"comms", "status", "1.0.0"});
  ASSERT_EQ(planned.as_array().size(), 6u) << "three turns for each of two audiences";
  for (const auto& row : planned.as_array()) EXPECT_EQ(row.at("state").as_string(), "planned");
  EXPECT_THAT(said("#ops"), IsEmpty());
  chat.control(R"({"mode":"lose","times":1})");  // it posts, and its answer gets lost
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("5m");
  EXPECT_THAT(said("#ops"), ElementsAre("shop 1.0.0 is being deployed", "shop 1.0.0 is out and is being watched"));
  EXPECT_THAT(said("#status"), ElementsAre("Shop is being updated", "Shop: the update is out"));
  EXPECT_GT(chat.count("deliveries"), chat.count("distinct_keys")) << "some were sent again";
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  w.advance("65m");
  EXPECT_THAT(said("#status"), ElementsAre("Shop is being updated", "Shop: the update is out", "Shop: the update is complete"));
  EXPECT_EQ(w.stage(), "review");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(StatusStory, P5_an_organisation_words_its_turns_itself) {
  World w{GetParam(), shop() + R"yaml(words:
  status:
    - {moment: deployment_started, subject: "${product} gets better right now", body: "Nothing to do for you."}
    - {moment: deployment_started, audience: internal, subject: "Hands off ${area}: ${version} is on its way"}
)yaml"};
  w.deploy();
  EXPECT_THAT(said("#ops"), ElementsAre("Hands off shop: 1.0.0 is on its way", "shop 1.0.0 is out and is being watched"));
  EXPECT_THAT(said("#status"), ElementsAre("Shop gets better right now", "Shop: the update is out"));
}

TEST_P(StatusStory, P5_a_release_cannot_close_with_a_status_update_undone) {
  World w{GetParam(), shop()};
  w.deploy();
  chat.control(R"({"mode":"reject","status":400})");  // the rooms are gone
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "the search finds nothing"}).code, 0);
  w.advance("5m");
  EXPECT_EQ(w.stage(), "communication");
  const auto gate = w.gate("communications_done");
  EXPECT_THAT(std::string(gate.at("value").as_string()), HasSubstr("status update rollback_started"));
  EXPECT_THAT(std::string(gate.at("next_step").as_string()), HasSubstr("evenkeel comms skip-status"));
  const auto rows = w.ask("ada", {"comms", "status", "1.0.0"});
  int failed = 0, not_needed = 0;
  for (const auto& row : rows.as_array()) {
    not_needed += row.at("state").as_string() == "not_needed";
    if (row.at("state").as_string() != "failed") continue;
    ++failed;
    const std::string id{row.at("id").as_string()};
    EXPECT_EQ(w.as("lee", {"comms", "skip-status", id, "--because", "nobody reads it"}).code, 1) << "needs a part in it";
    EXPECT_EQ(w.as("ada", {"comms", "skip-status", id, "--because", "the rooms are gone"}).code, 0);
  }
  EXPECT_EQ(failed, 4) << "two turns for two audiences";
  EXPECT_EQ(not_needed, 2) << "it was never declared healthy";
  w.advance("1m");
  EXPECT_EQ(w.gate("communications_done").at("verdict").as_string(), "pass");
}

TEST_P(StatusStory, DH9_word_of_an_incident_goes_out_by_plan_until_it_ends) {
  World w{GetParam(), shop()};
  w.deploy();
  w.advance("2m");
  const auto before = said("#ops").size();
  const auto opened = w.ask("eli", {"incident", "open", "lists are empty", "--service", "catalog"});
  const std::string id{opened.at("incident").at("id").as_string()};
  w.advance("70m");
  ASSERT_EQ(w.as("eli", {"incident", "note", id, "mitigated"}).code, 0);
  ASSERT_EQ(w.as("eli", {"incident", "note", id, "resolved"}).code, 0);
  w.advance("3h");
  auto ops = said("#ops");
  ops.erase(ops.begin(), ops.begin() + std::ptrdiff_t(before));
  std::erase_if(ops, [](const auto& text) { return text.find("healthy") != std::string::npos; });
  EXPECT_THAT(ops, ElementsAre("Incident: lists are empty (catalog)", "Incident, update 1: lists are empty (catalog)",
                               "Incident, update 2: lists are empty (catalog)", "Mitigated: lists are empty (catalog)",
                               "Resolved: lists are empty (catalog)"));
  EXPECT_THAT(said("#status"), AllOf(testing::Contains("A problem with Shop"), testing::Contains("A problem with Shop: solved")));
  EXPECT_THAT(json::dump(chat.state()), HasSubstr("The next word comes by "));
  for (const auto& text : said("#status")) EXPECT_THAT(text, Not(HasSubstr("lists are empty"))) << "insiders' words";
  EXPECT_THAT(w.as("eli", {"incident", "status", id}).out, HasSubstr("incident_resolved"));
}

TEST_P(StatusStory, P5_a_late_communication_is_on_record_with_who_sees_to_it) {
  World w{GetParam(), shop()};
  w.deploy();
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  w.advance("5h");  // nobody approves the internal note; the window ends after two hours, and insiders are due four hours later
  EXPECT_THAT(w.as("ada", {"comms", "list", "1.0.0"}).out, Not(HasSubstr("overdue")));
  w.advance("2h");
  const auto rows = w.get("/api/v1/releases/1.0.0/communications").json();
  EXPECT_TRUE(rows.as_array()[0].at("overdue").as_bool());
  EXPECT_EQ(rows.as_array()[0].at("owner").as_string(), "Eli Engineer");
  EXPECT_FALSE(rows.as_array()[1].at("overdue").as_bool()) << "customers are due a day after the window";
  const auto entered = [&] {
    const auto page = w.get("/api/v1/releases/1.0.0").json();
    const auto& all = page.at("activity").as_array();
    return std::count_if(all.begin(), all.end(), [](const auto& row) { return row.at("kind").as_string() == "communication.overdue"; });
  };
  EXPECT_EQ(entered(), 1);
  w.advance("48h");
  EXPECT_EQ(entered(), 2) << "once a row: customers wait for insiders";
}

INSTANTIATE_TEST_SUITE_P(On, StatusStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
