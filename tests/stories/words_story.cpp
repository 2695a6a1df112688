// Words: entries drafted from changes, notes that are approved as they stand, insiders before customers, and a file nothing is lost from.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class WordsStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"};

  std::string shop(const std::vector<std::string>& gates = {}) {
    return watched_shop(gates, metrics, mail) + R"yaml(channels:
  - {name: team, kind: smtp, to: [support@shop.test, success@shop.test]}
  - {name: newsletter, kind: smtp, to: [one@customer.test, two@customer.test]}
  - {name: page, kind: public_page}
  - {name: log, kind: git, path: "@DIR@/repo"}
audiences:
  - {name: insiders, kind: internal, channels: [team]}
  - {name: customers, kind: customers, channels: [newsletter, page, log], after: [insiders]}
)yaml";
  }
  static void approve(World& w) {
    EXPECT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
    EXPECT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  }
  static json::Value note(World& w, const std::string& audience) {
    const auto all = w.get("/api/v1/releases/1.0.0/notes").json();
    for (const auto& n : all.as_array())
      if (n.at("audience").as_string() == audience) return json::Value(n);
    ADD_FAILURE() << "no note for " << audience;
    return nullptr;
  }
  static void write_note(World& w, const std::string& login, const std::string& audience, const std::string& text, int code = 0) {
    std::ofstream(w.dir + "/note.md") << text;
    EXPECT_EQ(w.as(login, {"notes", "edit", "1.0.0", "--audience", audience, "--file", w.dir + "/note.md"}).code, code);
  }
  /// First recipients of the mails, in order of arrival.
  std::vector<std::string> mailed() const {
    std::vector<std::string> to;
    const auto state = mail.state();
    for (const auto& m : state.at("messages").as_array()) to.emplace_back(m.at("to").as_array()[0].as_string());
    return to;
  }
  static std::string file(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_P(WordsStory, CL1_a_component_may_have_a_changelog_of_its_own_beside_the_central_one) {
  const auto yaml =
      edited(edited(shop(), "  - {name: log,",
                    "  - {name: catalog log, kind: git, path: \"@DIR@/repo\", file: catalog/NEWS.md, service: catalog}\n"
                    "  - {name: web log, kind: file, path: \"@DIR@/web.md\", service: web}\n  - {name: log,"),
             "  - name: catalog\n",
             "  - {name: web, area: shop, owner: eli, path: \"web/**\"}\n"
             "  - {name: manual, area: shop, owner: eli, path: \"docs/**\", deploy: [{name: put, kind: command, command: [\"true\"]}], "
             "rollback: [{name: put back, kind: command, command: [\"true\"]}], "
             "verify_version: [{name: answers, kind: check, command: [echo, \"${expected}\"], expect: \"${expected}\"}]}\n"
             "  - name: catalog\n    path: \"src/**\"\n");
  World w{GetParam(), yaml};
  w.plan("1.0.0", "0.9.0", {"--component", "manual=0.9.0..1.0.0@sha256:1.0.0"});
  w.rehearse();
  EXPECT_EQ(w.as("rita", {"rollback", "rehearse", "manual", "--release", "1.0.0", "--env", "staging"}).code, 0);
  w.advance("10s");
  w.evidence();
  const std::vector<std::string> tests{"tests",    "record",       "1.0.0",   "--service",         "manual",
                                       "--digest", "sha256:1.0.0", "--junit", w.dir + "/junit.xml"};
  EXPECT_EQ(w.as("quinn", tests).code, 0);
  w.sign();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("30s");
  approve(w);
  w.advance("65m");
  const auto committed = [&](const std::string& name) { return run_process({"git", "-C", w.dir + "/repo", "show", "HEAD:" + name})->out; };
  EXPECT_THAT(committed("catalog/NEWS.md"), AllOf(HasSubstr("## [1.0.0] - "), HasSubstr("aster search"), Not(HasSubstr("xplain"))));
  EXPECT_THAT(committed("CHANGELOG.md"), AllOf(HasSubstr("## [1.0.0] - "), HasSubstr("aster search"), HasSubstr("xplain the search")));
  EXPECT_FALSE(std::filesystem::exists(w.dir + "/web.md")) << "web is not in this release";
  EXPECT_THAT(w.as("ada", {"comms", "list", "1.0.0"}).out, Not(HasSubstr("web log")));
}

TEST_P(WordsStory, CL1_entries_are_drafted_as_changes_come_in_and_the_file_is_committed_without_losing_a_byte) {
  World w{GetParam(), shop({"changelog_coverage"})};
  w.ready();
  const std::string before =
      "# News of the shop\r\n\r\nKept by hand.   \n\n## [Unreleased]\n\n## [0.9.0] - 2024-01-31\n* an odd bullet\n\n<!-- a remark -->\n";
  std::ofstream(w.dir + "/repo/CHANGELOG.md", std::ios::binary) << before;
  w.git("git add CHANGELOG.md; git commit -qm 'A changelog kept by hand'");
  w.advance("1s");
  const auto entries = w.get("/api/v1/releases/1.0.0/entries").json();
  ASSERT_EQ(entries.as_array().size(), 2u) << "every change has an entry, or the reason why not";
  EXPECT_EQ(entries.as_array()[0].at("type").as_string(), "added");
  EXPECT_THAT(std::string(entries.as_array()[0].at("text").as_string()), HasSubstr("aster search"));
  const std::string id{entries.as_array()[1].at("id").as_string()};
  EXPECT_EQ(w.as("alex", {"entries", "omit", id}).code, 2) << "leaving out needs a reason";
  ASSERT_EQ(w.as("alex", {"entries", "omit", id, "--because", "only a page of the manual"}).code, 0);
  w.advance("1s");
  EXPECT_EQ(w.gate("changelog_coverage").at("verdict").as_string(), "pass");
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("1s");
  approve(w);
  w.advance("62m");
  const auto after = file(w.dir + "/repo/CHANGELOG.md");
  EXPECT_THAT(after, AllOf(HasSubstr("## [1.0.0] - "), HasSubstr("aster search"), Not(HasSubstr("Explain the search"))));
  auto rest = after;  // without the lines that came, it is the file it was
  const auto from = rest.find("## [1.0.0]"), to = rest.find("## [0.9.0]");
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos && from < to);
  rest.erase(from, to - from);
  EXPECT_EQ(rest, before);
  w.git("test \"$(git log -1 --format=%an)\" = Evenkeel; git log -1 --format=%B | grep -q Evenkeel-Communication; git diff --quiet HEAD");
}

TEST_P(WordsStory, CL2_customer_notes_say_what_is_hard_to_read_and_an_approval_is_of_the_words) {
  World w{GetParam(), shop({"notes_approved"})};
  w.ready();
  w.advance("1s");
  EXPECT_THAT(std::string(note(w, "customers").at("body").as_string()), HasSubstr("You now get faster search."));
  EXPECT_THAT(w.as("ada", {"decide", "1.0.0", "go"}).err, HasSubstr("the customers note is not approved as it stands"));
  write_note(w, "lee", "customers", "Anything", 1);
  write_note(
      w, "alex", "customers",
      "The latency of the search endpoint was reduced by refactoring SHOP-1234, which took us a long time because the old code had grown "
      "over many years and nobody who is still here had ever written a test for any of it, so that we went slowly.\n");
  std::set<std::string> rules;
  const auto hard = note(w, "customers");
  for (const auto& h : hard.at("hints").as_array()) rules.emplace(h.at("rule").as_string());
  EXPECT_THAT(rules, testing::IsSupersetOf({"internal_id", "jargon", "long_sentence", "passive_voice"}));
  write_note(w, "alex", "customers", "# New\n\nSearch answers faster.\n");
  EXPECT_TRUE(note(w, "customers").at("hints").as_array().empty());
  EXPECT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 1) << "authors do not approve for customers";
  approve(w);
  write_note(w, "alex", "customers", "# New\n\n\nSearch   answers faster.\n");
  EXPECT_TRUE(note(w, "customers").at("approved").as_bool()) << "white space is no other text";
  write_note(w, "alex", "customers", "# New\n\nSearch answers much faster.\n");
  EXPECT_FALSE(note(w, "customers").at("approved").as_bool()) << "a word is";
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 1);
  EXPECT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
}

TEST_P(WordsStory, CL3_insiders_get_technical_context_and_nobody_approves_their_own_words) {
  World w{GetParam(), shop({"notes_approved"})};
  w.ready();
  w.advance("1s");
  const std::string body{note(w, "internal").at("body").as_string()};
  EXPECT_THAT(body, AllOf(HasSubstr("catalog"), HasSubstr("1.0.0"), HasSubstr("0.9.0"), HasSubstr("aster search")));
  write_note(w, "alex", "internal",
             body + "\nKnown issue: the first search after the start takes a second. Ask the customer to try again.\n");
  EXPECT_THAT(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).err, HasSubstr("wrote"));
  EXPECT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 1) << "product approves what customers read";
  EXPECT_EQ(w.gate("notes_approved").at("verdict").as_string(), "fail");
}

TEST_P(WordsStory, I3_insiders_have_their_mail_before_a_customer_has_theirs) {
  World w{GetParam(), shop()};
  w.deploy();
  approve(w);
  mail.control(R"({"mode":"reject","status":451})");  // the mail server is not well when the time comes
  w.advance("65m");
  EXPECT_EQ(w.stage(), "communication");
  EXPECT_THAT(mailed(), ElementsAre());
  EXPECT_EQ(w.get("/changelog/1.0.0", "").code, 404) << "the page waits as well";
  const auto rows = w.as("ada", {"comms", "list", "1.0.0"});
  EXPECT_THAT(rows.out, HasSubstr("insiders have it first"));
  const auto all = w.get("/api/v1/releases/1.0.0/communications").json();
  const std::string insiders{all.as_array()[0].at("communication").at("id").as_string()};
  EXPECT_EQ(w.as("ada", {"comms", "skip", insiders, "--because", "they know"}).code, 1) << "their word is not left out to be quicker";
  mail.control(R"({"mode":"ok"})");
  w.advance("15m");
  EXPECT_THAT(mailed(), ElementsAre("support@shop.test", "one@customer.test", "two@customer.test"));
  EXPECT_EQ(w.get("/changelog/1.0.0", "").code, 200);
  const auto done = w.get("/api/v1/releases/1.0.0/communications").json();
  for (const auto& row : done.as_array()) EXPECT_EQ(row.at("receipts").as_array().size(), 1u);
  EXPECT_EQ(w.stage(), "review");
}

TEST_P(WordsStory, I3_kill_9_between_sending_and_the_answer_mails_nobody_twice) {
  World w{GetParam(), shop()};
  w.deploy();
  approve(w);
  for (int round = 0; round < 3; ++round) {
    mail.control(R"({"mode":"lose","times":1})");  // it takes the mail, and its answer never comes
    const auto before = mail.count("deliveries");
    const auto advancing = w.advancing("70m");
    (void)in_time([&] { return mail.count("deliveries") != before; });
    w.crash();
    mail.control(R"({"mode":"ok"})");
  }
  w.advance("3h");
  EXPECT_EQ(w.stage(), "review");
  EXPECT_EQ(mail.count("distinct_message_ids"), 3) << "one for the insiders, one for each customer";
  EXPECT_GT(mail.count("deliveries"), 3) << "some were sent again, as the same mail";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(WordsStory, P5_a_release_cannot_close_with_one_communication_undone) {
  World w{GetParam(), shop()};  // the gate is not named in the definitions: it is enforced all the same
  w.deploy();
  EXPECT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  w.advance("72h");
  EXPECT_EQ(w.stage(), "communication");
  const auto gate = w.gate("communications_done");
  EXPECT_TRUE(gate.at("blocks").as_bool());
  EXPECT_THAT(std::string(gate.at("next_step").as_string()), HasSubstr("the customers note of 1.0.0 is not approved"));
  EXPECT_THAT(w.as("rita", {"waive", "1.0.0", "communications_done", "--reason", "nobody asks", "--until", "+24h"}).err,
              HasSubstr("never waived"));
  const auto all = w.get("/api/v1/releases/1.0.0/communications").json();
  for (const auto& row : all.as_array()) {
    if (row.at("communication").at("audience").as_string() != "customers") continue;
    const std::string id{row.at("communication").at("id").as_string()};
    EXPECT_EQ(w.as("alex", {"comms", "skip", id}).code, 2) << "a reason is needed";
    EXPECT_EQ(w.as("alex", {"comms", "skip", id, "--because", "nothing for you, because nothing you see has changed"}).code, 0);
  }
  w.advance("1s");
  EXPECT_EQ(w.stage(), "closed") << "the day's report is there by now";
  EXPECT_THAT(mailed(), ElementsAre("support@shop.test"));
}

TEST_P(WordsStory, P5_a_rollback_owes_insiders_a_word_and_customers_no_announcement) {
  World w{GetParam(), shop()};
  w.deploy();
  approve(w);
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "the search finds nothing"}).code, 0);
  w.advance("1m");
  EXPECT_THAT(mailed(), ElementsAre("support@shop.test"));
  EXPECT_THAT(std::string(mail.state().at("messages").as_array()[0].at("subject").as_string()), HasSubstr("1.0.0 was rolled back"));
  EXPECT_EQ(w.get("/changelog/1.0.0", "").code, 404);
  const auto all = w.get("/api/v1/releases/1.0.0/communications").json();
  for (const auto& row : all.as_array())
    if (row.at("communication").at("audience").as_string() == "customers") {
      EXPECT_THAT(std::string(row.at("communication").at("nothing_because").as_string()), HasSubstr("rolled back"));
    }
}

TEST_P(WordsStory, A3_A4_A5_A6_every_text_is_a_page_markdown_json_and_a_page_to_print) {
  World w{GetParam(), shop()};
  w.plan();
  w.git("echo b >> src/a; git commit -qam 'feat!: Orders need a currency' -m 'BREAKING CHANGE: send currency with every order'");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  w.advance("1s");
  ASSERT_EQ(w.as("alex", {"notes", "draft", "1.0.0"}).code, 0);
  const std::string release = "/api/v1/releases/1.0.0";
  for (const auto* audience : {"customers", "internal", "migration"}) {
    const auto at = release + "/notes/" + audience + "/note";
    EXPECT_THAT(w.get(at + ".md").out, AllOf(HasSubstr("rders need a currency"), Not(HasSubstr("<!--")))) << audience;
    EXPECT_THAT(w.get(at + ".html").out, AllOf(HasSubstr("<h1>shop 1.0.0: "), HasSubstr("(not approved)"), Not(HasSubstr("<script"))));
    EXPECT_EQ(w.get(at + ".md", "").code, 401) << "not for people outside";
    EXPECT_FALSE(note(w, audience).at("body").as_string().empty());
  }
  EXPECT_THAT(w.get(release + "/changelog.md").out,
              AllOf(HasSubstr("## [1.0.0]\n"), HasSubstr("### Added"), HasSubstr("- **Breaking:** Orders need a currency")));
  EXPECT_THAT(w.get(release + "/changelog.html").out, HasSubstr("<h1>Changelog of shop 1.0.0</h1>"));
  EXPECT_EQ(w.get(release + "/notes/nobody/note.md").code, 422);
}

TEST_P(WordsStory, I2_product_managers_write_and_approve_what_customers_read_and_never_their_own_words) {
  World w{GetParam(), shop()};
  w.plan();
  w.advance("1s");
  ASSERT_EQ(w.as("alex", {"notes", "draft", "1.0.0"}).code, 0);
  write_note(w, "pia", "customers", "You find things faster.\n");
  EXPECT_THAT(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).err, HasSubstr("somebody else approves it"));
  write_note(w, "lee", "customers", "Buy more.\n", 1);
  write_note(w, "alex", "customers", "You find things twice as fast.\n");
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  EXPECT_EQ(note(w, "customers").at("approved").as_bool(), true);
}

TEST_P(WordsStory, G3_a_newcomer_has_a_changelog_and_the_line_that_keeps_it_current) {
  World w{GetParam(), shop()};
  w.plan();
  const auto made = w.shell("alex", "cd repo && evenkeel changelog init");
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("evenkeel changelog capture --commit"));
  const auto from = made.out.find("evenkeel changelog add");
  const auto first = w.shell("alex", "cd repo && " + made.out.substr(from, made.out.find('\n', from) - from));
  EXPECT_EQ(first.code, 0) << "what it says to run runs: " << first.err;
  w.git("echo g >> src/a; git commit -qam 'feat: gift cards'");
  ASSERT_EQ(w.shell("alex", "cd repo && evenkeel changelog capture").code, 0);
  EXPECT_THAT(file(w.dir + "/repo/CHANGELOG.md"), AllOf(HasSubstr("## [Unreleased]"), HasSubstr("Gift cards")));
}

INSTANTIATE_TEST_SUITE_P(On, WordsStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
