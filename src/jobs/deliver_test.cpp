#include "jobs/deliver.hpp"

#include <fstream>

#include "app/integrations.hpp"
#include "comms/comms.hpp"
#include "comms/send.hpp"
#include "support/release_world.hpp"

namespace evenkeel::comms {
namespace {

using namespace std::chrono_literals;
using planning::ReleaseOutcome;
using planning::Stage;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Takes every post and answers as told.
struct Receiver final : http::HttpClient {
  std::vector<http::ClientRequest> got;
  int status = 200;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    got.push_back(request);
    return http::ClientResponse{status, {}, ""};
  }
  std::vector<std::string> urls() const {
    std::vector<std::string> out;
    for (const auto& r : got) out.push_back(r.url);
    return out;
  }
};

struct Deliveries : testing::Test {
  testing_git::TempFolder folder;
  testing_world::World world{R"(
audiences:
  - {name: customers, kind: customers, channels: [newsletter, page, log], after: [success], lead: 2h}
  - {name: success, kind: internal, channels: [team]}
channels:
  - {name: team, kind: chat, url: "${env:EVENKEEL_TEST_CHAT}"}
  - {name: newsletter, kind: webhook, url: "https://news.example/hook"}
  - {name: page, kind: public_page}
  - {name: log, kind: file, path: ")" +
                             (folder.path() / "CHANGELOG.md").string() + R"("}
)"};
  Receiver receiver;
  app::OpenConnections outside{receiver};
  jobs::Runner runner{*world.engine, {jobs::on<comms::Deliver>([this](jobs::Claim& c, const auto& order) {
                        return jobs::deliver(c, order, outside, {}, {folder.path().string()});
                      })}};
  jobs::Pump pump{*world.engine,
                  {{"dispatch",
                    Member::notes_author,
                    {"note.approved", "communication.delivered", "communication.not_needed"},
                    [](Work& w, const ledger::Entry& e) { return dispatch(w, e.release); }}}};

  void SetUp() override {
    ::setenv("EVENKEEL_TEST_CHAT", "https://chat.example/hook", 1);
    world.change("feat: add wish lists");
    world.must(world.as(Member::notes_author, [&](Work& w) -> Result<changelog::Drafted> {
      auto d = TRY(changelog::draft_entries_of(w, world.release.id));
      TRY(changelog::draft_notes(w, world.release.id));
      TRY(plan_communications(w, world.release.id));
      return d;
    }));
  }
  void approve(const std::string& who, changelog::NoteAudience audience) {
    world.must(world.as(who, [&](Work& w) { return changelog::approve_note(w, {world.release.id, audience}); }));
  }
  void approve_both() {
    approve("pat", changelog::NoteAudience::customers);
    approve("sue", changelog::NoteAudience::internal);
  }
  void communicate(ReleaseOutcome outcome) {
    world.put(Stage::communication, outcome);
    world.must(world.as(Member::notes_author, [&](Work& w) { return dispatch(w, world.release.id); }));
  }
  void drain() {
    for (bool more = true; more;) {
      more = pump.run_once();
      while (runner.run_one()) more = true;
    }
  }
  std::vector<Communication> rows() {
    return world.look([&](store::Tx& tx) { return communications_of(tx, world.release.id); });
  }
  std::vector<std::string> states() {
    std::vector<std::string> out;
    for (const auto& r : rows()) out.push_back(fmt::format("{} {} {}", json::enum_text(r.kind), r.channel, json::enum_text(r.state)));
    return out;
  }
  planning::Finding gate() {
    return world.look([&](store::Tx& tx) { return comms_gates().at(1).check(tx, world.release, world.clock.time); });
  }
};

TEST_F(Deliveries, PlansInsidersBeforeCustomersAndOnlyOnce) {
  EXPECT_THAT(states(), ElementsAre("notes team planned", "notes newsletter planned", "notes page planned", "changelog_file log planned"));
  world.must(world.as(Member::notes_author, [&](Work& w) { return plan_communications(w, world.release.id); }));
  EXPECT_EQ(rows().size(), 4u);
  communicate(ReleaseOutcome::open);
  EXPECT_EQ(world.count("SELECT count(*) FROM job"), 0);
}
TEST_F(Deliveries, CustomersHearOnlyAfterInsidersAndTheLead) {
  approve_both();
  communicate(ReleaseOutcome::shipped);
  drain();
  EXPECT_THAT(receiver.urls(), ElementsAre("https://chat.example/hook"));
  EXPECT_THAT(states(),
              ElementsAre("notes team delivered", "notes newsletter sending", "notes page sending", "changelog_file log sending"));
  EXPECT_EQ(gate().verdict, planning::GateVerdict::fail);
  world.clock.time += 2h;
  drain();
  EXPECT_THAT(receiver.urls(), ElementsAre("https://chat.example/hook", "https://news.example/hook"));
  EXPECT_THAT(receiver.got[0].body, HasSubstr("wish lists"));
  EXPECT_EQ(receiver.got[1].headers.get("Idempotency-Key"), rows()[1].id.text);
  EXPECT_THAT(receiver.got[1].body, Not(HasSubstr("ent_")));
  EXPECT_EQ(gate().verdict, planning::GateVerdict::pass);
  EXPECT_EQ(world.count("SELECT count(*) FROM public_note WHERE version = '2.0.0' AND withdrawn_at IS NULL"), 1);
  std::ifstream in(folder.path() / "CHANGELOG.md");
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(in), {}), HasSubstr("## [2.0.0] - 2026-02-25\n\n### Added\n\n- Add wish lists\n"));
  EXPECT_EQ(world.count("SELECT count(*) FROM ledger_seal WHERE table_name = 'publication'"), 4);
  drain();
  EXPECT_EQ(receiver.got.size(), 2u);
}
TEST_F(Deliveries, EntriesThatNobodyApprovedDoNotGoIntoTheChangelogFile) {
  approve_both();
  const auto entry = world.look([&](store::Tx& tx) { return changelog::entries_of(tx, world.release); }).at(0).id;
  world.must(world.as("ann", [&](Work& w) { return changelog::edit_entry(w, {.entry = entry, .human_text = "Buy at evil.example"}); }));
  communicate(ReleaseOutcome::shipped);
  drain();
  world.clock.time += 2h;
  drain();
  std::ifstream in(folder.path() / "CHANGELOG.md");
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(in), {}), Not(HasSubstr("evil")));
  EXPECT_THAT(receiver.urls(), IsEmpty());
}
TEST_F(Deliveries, WordsOfCommitsAreReadAsTheyWereWritten) {
  world.change("fix: List<Order> and __init__.py <!-- x");
  world.must(world.as(Member::notes_author, [&](Work& w) -> Result<changelog::Drafted> {
    auto d = TRY(changelog::draft_entries_of(w, world.release.id));
    TRY(changelog::draft_notes(w, world.release.id));
    return d;
  }));
  world.must(world.as("eve", [&](Work& w) {  // no rule tells customers of code; its author may
    const auto all = changelog::entries_of(w.tx, world.release);
    const auto& entry = *std::ranges::find(all, true, &changelog::EntryView::lacks_words);
    return changelog::edit_entry(w, {.entry = entry.id, .customer_text = entry.text});
  }));
  world.must(world.as(Member::notes_author, [&](Work& w) { return changelog::draft_notes(w, world.release.id); }));
  approve_both();
  communicate(ReleaseOutcome::shipped);
  drain();
  world.clock.time += 2h;
  drain();
  std::ifstream in(folder.path() / "CHANGELOG.md");
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(in), {}), HasSubstr("- List\\<Order> and \\_\\_init\\_\\_.py \\<!-- x\n"));
  EXPECT_THAT(receiver.got.at(0).body, HasSubstr("List&lt;Order&gt; and __init__.py &lt;!-- x")) << "a chat";
  EXPECT_THAT(receiver.got.at(1).body, HasSubstr("List&lt;Order&gt; and __init__.py &lt;!-- x")) << "the HTML of a post";
}
TEST_F(Deliveries, TheOrderIsEnforcedAgainRightBeforeSending) {
  approve_both();
  communicate(ReleaseOutcome::shipped);
  // Somebody puts the customers' row into the outbox by another way, before insiders have theirs.
  world.as(Member::notes_author, [&](Work& w) -> Result<int> {
    auto row = rows()[1];
    row.state = CommunicationState::sending;
    store::update(w.tx, "communication", row);
    w.tx.exec("UPDATE job SET due_at = due_at + 60000");
    enqueue(w, comms::Deliver{row.id}, {.at = w.now, .key = "by hand"});
    return 1;
  });
  EXPECT_TRUE(runner.run_one());
  EXPECT_THAT(receiver.got, IsEmpty());
  EXPECT_EQ(states()[1], "notes newsletter planned");
}
TEST_F(Deliveries, UnapprovedWordsAreNeverSent) {
  approve("sue", changelog::NoteAudience::internal);
  communicate(ReleaseOutcome::shipped);
  drain();
  world.clock.time += 3h;
  drain();
  EXPECT_EQ(receiver.got.size(), 1u);
  EXPECT_EQ(states()[1], "notes newsletter planned");
  approve("pat", changelog::NoteAudience::customers);
  drain();
  EXPECT_EQ(receiver.got.size(), 2u);
}
TEST_F(Deliveries, WordsChangedAfterTheirApprovalWaitForTheNext) {
  approve_both();
  communicate(ReleaseOutcome::shipped);
  drain();
  world.must(world.as("ann", [&](Work& w) {
    return changelog::edit_note(w, {world.release.id, changelog::NoteAudience::customers, "You can keep a list of wishes."});
  }));
  world.clock.time += 3h;
  drain();
  EXPECT_EQ(receiver.got.size(), 1u);
  approve("pat", changelog::NoteAudience::customers);
  drain();
  ASSERT_EQ(receiver.got.size(), 2u);
  EXPECT_THAT(receiver.got[1].body, HasSubstr("a list of wishes"));
}
TEST_F(Deliveries, ARollbackOwesTheInternalWordAndNothingToCustomers) {
  approve_both();
  communicate(ReleaseOutcome::rolled_back);
  drain();
  EXPECT_THAT(states(), ElementsAre("notes team not_needed", "notes newsletter not_needed", "notes page not_needed",
                                    "changelog_file log not_needed", "status_rollback team delivered"));
  EXPECT_EQ(rows()[1].nothing_because, "nothing for you, because the release was rolled back");
  ASSERT_EQ(receiver.got.size(), 1u);
  EXPECT_THAT(receiver.got[0].body, HasSubstr("cart: 1.9.0 instead of 2.0.0"));
  EXPECT_EQ(gate().verdict, planning::GateVerdict::pass);
}
TEST_F(Deliveries, WhatWasPublishedIsCorrected) {
  approve_both();
  communicate(ReleaseOutcome::shipped);
  drain();
  world.clock.time += 3h;
  drain();
  communicate(ReleaseOutcome::rolled_back);
  drain();
  world.clock.time += 3h;
  drain();
  EXPECT_THAT(states(), testing::IsSupersetOf({"status_rollback team delivered", "correction newsletter delivered",
                                               "correction page delivered", "correction log delivered"}));
  EXPECT_EQ(receiver.urls(), (std::vector<std::string>{"https://chat.example/hook", "https://news.example/hook",
                                                       "https://chat.example/hook", "https://news.example/hook"}));
  EXPECT_EQ(world.count("SELECT count(*) FROM public_note WHERE withdrawn_at IS NOT NULL"), 1);
  std::ifstream in(folder.path() / "CHANGELOG.md");
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(in), {}), HasSubstr("[YANKED]"));
}
TEST_F(Deliveries, ARefusedDeliveryFailsVisiblyHoldsCustomersBackAndCanBeRetried) {
  approve_both();
  communicate(ReleaseOutcome::shipped);
  receiver.status = 410;
  drain();
  EXPECT_EQ(states()[0], "notes team failed");
  EXPECT_THAT(gate().next_step, HasSubstr("jobs retry " + rows()[0].job_id));
  world.clock.time += 24h;
  drain();
  EXPECT_EQ(receiver.got.size(), 1u);
  receiver.status = 200;
  ASSERT_TRUE(world.as("cora", [&](Work& w) { return jobs::retry(w, rows()[0].job_id); }));
  drain();
  EXPECT_EQ(states()[0], "notes team delivered");
}
TEST_F(Deliveries, InsidersAreLeftOutOnlyAfterTheirDeliveryFailed) {
  approve_both();
  communicate(ReleaseOutcome::shipped);
  const auto leave_out = [&](const std::string& who, std::size_t i, const std::string& because) {
    return world.as(who, [&](Work& w) { return skip(w, {rows()[i].id, because}); });
  };
  EXPECT_EQ(leave_out("cora", 0, "x").error().kind, ErrorKind::conflict);
  EXPECT_EQ(leave_out("sue", 3, "x").error().kind, ErrorKind::forbidden);
  EXPECT_EQ(leave_out("ann", 3, "").error().kind, ErrorKind::invalid);
  EXPECT_TRUE(leave_out("ann", 3, "the file is kept by hand"));
  receiver.status = 410;
  drain();
  EXPECT_EQ(leave_out("ann", 0, "x").error().kind, ErrorKind::forbidden);
  EXPECT_TRUE(leave_out("cora", 0, "the chat is gone; told by phone"));
  drain();
  EXPECT_EQ(rows()[1].state, CommunicationState::failed);  // its turn came, and it was refused too
}

}  // namespace
}  // namespace evenkeel::comms
