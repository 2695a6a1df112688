// What is connected, whether it works, and keys of evenkeel.yaml that act: checklist items that tick themselves and evidence that the
// testing gate asks for.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ConnectionStory : public Story {};
class ChecklistStory : public Story {};
class EvidenceStory : public Story {};

TEST_P(ConnectionStory, a_connection_is_tested_and_says_what_to_change) {
  FakeProgram flags{"flags"}, pager{"pager"};
  World w{GetParam(),
          World::small_shop() + fmt::format("connections:\n  - {{name: flags, kind: flags, url: \"{}\"}}\n"
                                            "  - {{name: wake, kind: pager, url: \"{}/alerts\", secret: \"${{file:@DIR@/key}}\"}}\n"
                                            "  - {{name: gone, kind: prometheus, url: \"http://127.0.0.1:{}\"}}\n",
                                            flags.url(), pager.url(), free_port())};
  const auto list = w.as("rita", {"connection", "list"});
  EXPECT_THAT(list.out, AllOf(HasSubstr("flag_switch"), HasSubstr("metric_source, histograms"), HasSubstr(flags.url())));
  const auto works = w.as("eli", {"connection", "test", "flags"});
  EXPECT_EQ(works.code, 0) << works.out << works.err;
  EXPECT_THAT(works.out, HasSubstr("flags: reachable"));
  EXPECT_EQ(flags.state().at("flags").as_array().size(), 0U) << "nothing was set";
  const auto gone = w.as("ada", {"connection", "test", "gone"});
  EXPECT_EQ(gone.code, 1);
  EXPECT_THAT(gone.out, AllOf(HasSubstr("Failed to connect"), HasSubstr("change: correct `url` of connection gone")));
  EXPECT_EQ(w.as("rita", {"connection", "test", "flags"}).code, 1) << "neither an admin nor a lead";
  EXPECT_THAT(w.as("ada", {"connection", "test", "nope"}).err, HasSubstr("`evenkeel connection list` names them"));

  const auto no_key = w.as("ada", {"connection", "test", "wake"});
  EXPECT_EQ(no_key.code, 1);
  EXPECT_THAT(no_key.out, AllOf(HasSubstr("the secret of connection wake"), HasSubstr(w.dir + "/key")));
  std::ofstream(w.dir + "/key") << "k3y-of-the-pager";
  EXPECT_EQ(w.as("ada", {"connection", "test", "wake"}).code, 0);
  EXPECT_EQ(pager.count("deliveries"), 0) << "unasked, no message goes out";
  const auto sent = w.as("ada", {"connection", "test", "wake", "--send"});
  EXPECT_EQ(sent.code, 0) << sent.out << sent.err;
  EXPECT_EQ(pager.count("deliveries"), 2) << "a page, and it is taken back";
  EXPECT_EQ(pager.count("open"), 0);
  const auto ledger = w.ledger();
  EXPECT_THAT(ledger, AllOf(HasSubstr("connection.tested"), Not(HasSubstr("k3y-of-the-pager"))));
  const auto first = ledger.find("connection.tested"), last = ledger.rfind("connection.tested");
  EXPECT_EQ(ledger.substr(first, last - first).find('\n'), std::string::npos) << "only the message is entered";
}

TEST_P(ChecklistStory, items_with_a_command_or_an_address_tick_themselves) {
  Receiver receiver;
  World w{GetParam(),
          World::strict_shop({"checklist_done"}) +
              fmt::format("release_checklist:\n"
                          "  - {{name: schema, command: [sh, -c, \"echo looked at $EVENKEEL_RELEASE; test -f @DIR@/schema\"]}}\n"
                          "  - {{name: status page, url: \"{}/page\"}}\n",
                          receiver.url())};
  receiver.refuse = 1;
  w.ready("1.0.0");
  w.advance("1s");
  const auto open = w.gate("checklist_done");
  EXPECT_EQ(open.at("verdict").as_string(), "fail");
  EXPECT_THAT(std::string(open.at("value").as_string()), AllOf(HasSubstr("schema (exit code 1)"), HasSubstr("status page (HTTP 503)")));
  EXPECT_THAT(std::string(open.at("next_step").as_string()), HasSubstr("make schema hold"));
  std::ofstream(w.dir + "/schema") << "there";
  w.advance("1m");
  EXPECT_EQ(w.gate("checklist_done").at("verdict").as_string(), "pass");
  const auto view = w.ask("ada", {"release", "show", "1.0.0"});
  for (const auto& item : view.at("checklist").as_array()) {
    EXPECT_EQ(item.at("state").as_string(), "done");
    EXPECT_EQ(item.at("output_hash").as_string().size(), 64U);
  }
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  EXPECT_THAT(w.ledger(), HasSubstr("output_hash"));
}

TEST_P(EvidenceStory, the_testing_gate_wants_each_kind_of_evidence_that_is_named) {
  World w{GetParam(), World::small_shop() + "go_no_go: {testing_evidence: [junit, integration]}\n"};
  w.ready("1.0.0");
  const auto missing = w.gate("testing");
  EXPECT_EQ(missing.at("verdict").as_string(), "unknown");
  EXPECT_THAT(std::string(missing.at("value").as_string()), HasSubstr("no integration test report for catalog"));
  auto next = std::string(missing.at("next_step").as_string());
  EXPECT_THAT(next, HasSubstr("--kind integration"));
  std::ofstream(w.dir + "/report.xml") << "<testsuite><testcase name='a'/></testsuite>";
  next = next.substr(1, next.size() - 2);
  const auto recorded = w.shell("quinn", edited(next, "FILE", w.dir + "/report.xml"));
  EXPECT_EQ(recorded.code, 0) << recorded.err;
  EXPECT_EQ(w.gate("testing").at("verdict").as_string(), "pass");
  std::ofstream(w.dir + "/wrong.yaml") << World::small_shop() + "go_no_go: {testing_evidence: [integraton]}\n";
  const auto refused = w.as("ada", {"config", "check", w.dir + "/wrong.yaml"});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.out + refused.err,
              AllOf(HasSubstr("did you mean 'integration'"), HasSubstr("known are junit"), HasSubstr("(go_no_go.testing_evidence[0])")));
}

INSTANTIATE_TEST_SUITE_P(On, ConnectionStory, testing::ValuesIn(databases()), name_of);
INSTANTIATE_TEST_SUITE_P(On, ChecklistStory, testing::ValuesIn(databases()), name_of);
INSTANTIATE_TEST_SUITE_P(On, EvidenceStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
