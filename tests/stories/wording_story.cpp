// A language model may propose a wording (CL2): off by default, asked by a person, taken over by an author, never published by itself.
#include <fstream>

#include "store/database.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class WordingStory : public Story {
 protected:
  FakeProgram model{"language_model"};

  std::string yaml(const std::string& drafting) {
    return World::small_shop() + fmt::format(R"yaml(connections:
  - {{name: open, kind: openai, url: "{0}/v1", model: small-1, secret: "${{file:@DIR@/key}}"}}
  - {{name: other, kind: anthropic, url: "{0}/v1", model: tall-2, secret: "${{file:@DIR@/key}}"}}
words: {{drafting: "{1}", jargon: [{{word: refactoring}}]}}
)yaml",
                                             model.url(), drafting);
  }
  static std::string planned(World& w) {
    std::ofstream(w.dir + "/key") << "model-key";
    w.plan();
    w.advance("1s");
    return std::string(w.ask("alex", {"entries", "list", "1.0.0"}).as_array()[0].at("id").as_string());
  }
  static std::string customer_text(World& w) {
    return std::string(w.ask("alex", {"entries", "list", "1.0.0"}).as_array()[0].at("customer_text").as_string());
  }
};

TEST_P(WordingStory, CL2_drafting_is_off_by_default_and_the_rules_write_without_it) {
  World w{GetParam(), World::small_shop()};
  const auto entry = planned(w);
  EXPECT_THAT(w.as("alex", {"entries", "propose", entry}).err, HasSubstr("drafting by a language model is off"));
  EXPECT_THAT(customer_text(w), HasSubstr("You now get faster search."));
  EXPECT_EQ(model.state().at("asked").as_array().size(), 0u);
}

TEST_P(WordingStory, CL2_a_proposal_stands_beside_the_entry_until_an_author_takes_it_and_what_was_sent_is_on_record) {
  for (const std::string which : {"open", "other"}) {
    World w{GetParam(), yaml(which)};
    const auto entry = planned(w);
    const auto before = customer_text(w);
    EXPECT_EQ(w.as("lee", {"entries", "propose", entry}).code, 1) << "needs an author";
    ASSERT_EQ(w.as("alex", {"entries", "propose", entry}).code, 0);
    w.advance("1s");
    const auto proposals = w.ask("alex", {"entries", "proposals", entry});
    ASSERT_EQ(proposals.as_array().size(), 1u);
    const auto& p = proposals.as_array()[0];
    EXPECT_EQ(p.at("state").as_string(), "proposed");
    EXPECT_EQ(p.at("wording").as_string(), "You can now find what you look for at once.") << "one paragraph, and no entry is named by it";
    EXPECT_EQ(customer_text(w), before) << "nothing is written by itself";
    EXPECT_THAT(w.as("alex", {"notes", "show", "1.0.0"}).out, Not(HasSubstr("find what you look for")));
    const auto asked = model.state().at("asked").as_array().back();
    const std::string question{asked.at("question").as_string()};
    EXPECT_EQ(p.at("sent").as_string(), question) << "what is on record is what was sent";
    EXPECT_THAT(question, AllOf(HasSubstr("aster search"), HasSubstr("refactoring"), Not(HasSubstr("Alex"))));
    EXPECT_EQ(w.as("pia", {"entries", "take", std::string(p.at("id").as_string())}).code, 1) << "taking it over is an edit";
    ASSERT_EQ(w.as("alex", {"entries", "take", std::string(p.at("id").as_string())}).code, 0);
    EXPECT_EQ(customer_text(w), "You can now find what you look for at once.");
    EXPECT_THAT(w.shell("ada", "cat server.log").out, Not(HasSubstr("model-key")));
    EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
    w.server.reset();  // its file is its own while it runs
    EXPECT_EQ(store::Database::open(w.database())->read([&](store::Tx& tx) {
      return tx.integer("SELECT count(*) FROM wording_proposal WHERE asked_hash = $1", {to_hex(sha256(question))});
    }),
              1);
  }
  const auto state = model.state();
  EXPECT_EQ(state.at("asked").as_array()[0].at("form").as_string(), "openai");
  EXPECT_EQ(state.at("asked").as_array()[1].at("form").as_string(), "anthropic");
  EXPECT_EQ(state.at("asked").as_array()[1].at("model").as_string(), "tall-2");
}

TEST_P(WordingStory, CL2_a_model_that_refuses_fails_the_proposal_without_showing_the_key_and_a_stalled_one_is_asked_again) {
  World w{GetParam(), yaml("open")};
  const auto entry = planned(w);
  std::ofstream(w.dir + "/key") << "stolen-key";
  ASSERT_EQ(w.as("alex", {"entries", "propose", entry}).code, 0);
  w.advance("1s");
  const auto refused = w.as("alex", {"entries", "proposals", entry});
  EXPECT_THAT(refused.out, AllOf(HasSubstr("failed"), HasSubstr("HTTP 401"), Not(HasSubstr("stolen-key"))));
  std::ofstream(w.dir + "/key") << "model-key";
  model.control(R"({"mode":"reject","status":429,"retry_after":30,"times":2})");
  ASSERT_EQ(w.as("alex", {"entries", "propose", entry}).code, 0);
  EXPECT_THAT(w.as("alex", {"entries", "propose", entry}).err, HasSubstr("is being asked for"));
  w.advance("10m");
  EXPECT_THAT(w.as("alex", {"entries", "proposals", entry}).out, HasSubstr("proposed"));
  EXPECT_THAT(w.shell("ada", "cat server.log").out, AllOf(Not(HasSubstr("stolen-key")), Not(HasSubstr("model-key"))));
}

INSTANTIATE_TEST_SUITE_P(On, WordingStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
