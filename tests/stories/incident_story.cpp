// Incidents (DH9) and who noticed first (DH10).
#include <fstream>

#include "http/client.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

class IncidentStory : public Story {
 protected:
  static void deployed(World& w) {
    w.ready();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
    w.advance("30s");
  }
};

TEST_P(IncidentStory, DH9_an_incident_is_tied_to_what_changed_with_the_way_back_and_who_decides) {
  World w{GetParam()};
  auto before = w.ask("pia", {"report-issue", "search is slow", "--service", "catalog"});
  EXPECT_EQ(before.at("incident").at("cause").as_string(), "none") << "nothing had been deployed";
  deployed(w);
  w.advance("5m");
  const auto v = w.ask("pia", {"report-issue", "lists are empty", "--service", "catalog", "--ticket", "ZD-77"});
  EXPECT_EQ(v.at("incident").at("source").as_string(), "customer");
  EXPECT_EQ(v.at("incident").at("cause").as_string(), "inferred");
  ASSERT_EQ(v.at("changes").as_array().size(), 1u);
  const auto& change = v.at("changes").as_array()[0];
  EXPECT_EQ(change.at("version").as_string(), "1.0.0");
  EXPECT_THAT(std::string(change.at("undo").as_string()), HasSubstr("rollback start shop/1.0.0"));
  EXPECT_THAT(json::dump(change.at("decides")), testing::AllOf(HasSubstr("Eli Engineer (on call)"), HasSubstr("Ada Coordinator")));
  const std::string id{v.at("incident").at("id").as_string()};
  EXPECT_EQ(w.ask("pia", {"report-issue", "again", "--ticket", "ZD-77"}).at("incident").at("id").as_string(), id) << "one report, once";

  // times, with their source; nobody without a part in it may write them
  EXPECT_NE(w.as("lee", {"incident", "note", id, "acknowledged"}).code, 0);
  ASSERT_EQ(w.as("eli", {"incident", "note", id, "acknowledged"}).code, 0);
  w.advance("10m");
  EXPECT_THAT(w.as("eli", {"incident", "note", id, "mitigated", "--at", "2020-01-01"}).err, HasSubstr("before"));
  ASSERT_EQ(w.as("eli", {"incident", "cause", id, "confirmed"}).code, 0);
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "empty lists"}).code, 0);
  w.advance("30s");
  ASSERT_EQ(w.as("eli", {"incident", "note", id, "mitigated"}).code, 0);
  ASSERT_EQ(w.as("eli", {"incident", "note", id, "resolved"}).code, 0);
  const auto shown = w.ask("ada", {"incident", "show", id});
  EXPECT_EQ(shown.at("times").as_array().size(), 5u);
  EXPECT_THAT(std::string(shown.at("sentence").as_string()),
              testing::AllOf(HasSubstr("noticed first by customer"), HasSubstr("over after 10m")));
  EXPECT_THAT(std::string(shown.at("changes").as_array()[0].at("undo").as_string()), HasSubstr("already rolled back"));

  // DH10: the customer was first, although eli rolled back
  const auto d = w.ask("lee", {"detection"});
  EXPECT_EQ(d.at("failed").as_int64(), 1);
  EXPECT_EQ(d.at("customer_first").as_int64(), 1);
  EXPECT_TRUE(d.at("too_few").as_bool());
  EXPECT_NEAR(d.at("median_minutes").to_number<double>(), 5.5, 0.6);
  const auto r = w.ask("lee", {"dora", "report"});
  EXPECT_EQ(r.at("found_by_customers").as_int64(), 1);
  EXPECT_EQ(r.at("failed").as_int64(), 1) << "an incident and a rollback of one deployment are one failure";
  const auto verified = w.as("ada", {"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.out;
}

TEST_P(IncidentStory, DH10_a_rollback_that_nothing_preceded_was_noticed_by_who_ordered_it) {
  World w{GetParam()};
  deployed(w);
  w.advance("4m");
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "errors in the log"}).code, 0);
  w.advance("30s");
  EXPECT_EQ(w.ask("lee", {"detection"}).at("first_by").at("on_call").as_int64(), 1);
}

TEST_P(IncidentStory, DH9_incidents_come_from_devlakes_webhook_and_end_by_it) {
  World w{GetParam()};
  deployed(w);
  const auto post = [&](const std::string& path, const json::Object& body, const std::string& login = "ada") {
    http::CurlClient client;
    http::ClientRequest request{.method = "POST", .url = w.server_url + "/api/v1/hooks/devlake/" + path, .body = json::dump(body)};
    request.headers.set("Authorization", "Bearer " + w.token(login));
    request.headers.set("Content-Type", "application/json");
    const auto answer = client.send(request);
    return Said{answer ? answer->status : 0, answer ? answer->body : "", ""};
  };
  const json::Object issue{{"issueKey", "OPS-1"},     {"title", "lists are empty"}, {"type", "INCIDENT"},
                           {"status", "IN_PROGRESS"}, {"createdDate", w.now()},     {"component", "catalog"}};
  const auto opened = post("issues", issue);
  ASSERT_EQ(opened.code, 200) << opened.out;
  EXPECT_EQ(opened.json().at("service").as_string(), "catalog");
  EXPECT_EQ(post("issues", issue).json().at("id").as_string(), opened.json().at("id").as_string()) << "the same key is the same incident";
  w.advance("10m");
  EXPECT_EQ(post("issues/OPS-1/close", {}, "lee").code, 403) << "leadership reads";
  const auto closed = post("issues/OPS-1/close", {});
  EXPECT_EQ(closed.code, 200) << closed.out;
  EXPECT_EQ(closed.json().at("resolved_at").as_string(), w.now());
  EXPECT_EQ(post("issues/OPS-2/close", {}).code, 404);
  EXPECT_EQ(post("issues", {{"issueKey", "OPS-3"}, {"title", "new colours"}, {"type", "REQUIREMENT"}, {"createdDate", w.now()}}).code, 422);
  EXPECT_EQ(w.ask("lee", {"dora", "report"}).at("incidents").as_int64(), 1);
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(IncidentStory, DH6_a_rejected_cause_takes_the_failure_back_and_explain_says_so) {
  World w{GetParam()};
  deployed(w);
  const auto v = w.ask("eli", {"incident", "open", "disk full", "--service", "catalog"});
  EXPECT_EQ(w.ask("lee", {"dora", "report"}).at("failed").as_int64(), 1);
  const std::string id{v.at("incident").at("id").as_string()};
  EXPECT_EQ(w.as("eli", {"incident", "cause", id, "rejected"}).code, 2) << "a reason is needed";
  ASSERT_EQ(w.as("eli", {"incident", "cause", id, "rejected", "--reason", "the log partition filled up"}).code, 0);
  EXPECT_EQ(w.ask("lee", {"dora", "report"}).at("failed").as_int64(), 0);
  EXPECT_THAT(w.as("lee", {"dora", "explain"}).out, HasSubstr("somebody said that no deployment caused it"));
}

INSTANTIATE_TEST_SUITE_P(On, IncidentStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
