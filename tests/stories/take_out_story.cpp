// A change leaves a release that was voted on: reverted, or dark behind a flag. What it did not touch stands.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TakeOutStory : public Story {
 protected:
  FakeProgram flags{"flags"};

  /// Catalog and cart, each with its own part of the repository.
  std::string two_components() {
    auto yaml = edited(World::small_shop(), "    criticality: high", "    path: \"src/**\"\n    criticality: high");
    yaml += R"yaml(  - name: cart
    area: shop
    owner: eli
    path: "cart/**"
    deploy: [{name: put, kind: command, command: ["true"]}]
    rollback: [{name: put back, kind: command, command: ["true"]}]
    verify_version: [{name: answers, kind: check, command: [echo, "${expected}"], expect: "${expected}"}]
)yaml";
    return yaml + fmt::format("connections: [{{name: switches, kind: flags, url: \"{}\"}}]\n", flags.url());
  }
  std::string commit_of(World& w, const std::string& title) {
    auto said = w.shell("ada", "cd repo && git log --format=%h --abbrev=10 -1 --grep '" + title + "'").out;
    while (said.ends_with('\n')) said.pop_back();
    return said;
  }
  /// A change of the catalog, and one of the cart.
  void planned(World& w) {
    w.shell(
        "ada",
        "mkdir -p repo/src repo/cart; cd repo; git init -q -b main; git config user.name Dev; git config user.email dev@shop.test; echo a "
        "> src/a; echo a > cart/a; git add .; git commit -qm Start; git tag v0.9.0; echo b >> src/a; git commit -qam 'feat: faster "
        "search'; echo b >> cart/a; git commit -qam 'feat: gift cards'");
    w.plan("1.0.0", "0.9.0", {"--component", "cart=0.9.0..1.0.0@sha256:cart"});
  }
  /// The same, voted on by everybody.
  void voted(World& w) {
    planned(w);
    ASSERT_EQ(w.as("eli", {"release", "confirm", "1.0.0", "catalog"}).code, 0);
    ASSERT_EQ(w.as("eli", {"release", "confirm", "1.0.0", "cart"}).code, 0);
    w.rehearse();
    ASSERT_EQ(w.as("rita", {"rollback", "rehearse", "cart", "--release", "1.0.0", "--env", "staging"}).code, 0);
    w.advance("10s");
    w.evidence();
    w.sign();
    w.advance("1s");
    ASSERT_EQ(w.gate("quorum").at("verdict").as_string(), "pass");
  }
  /// The note for customers as it stands.
  static std::string for_customers(World& w) {
    const auto notes = w.get("/api/v1/releases/1.0.0/notes").json();
    for (const auto& n : notes.as_array())
      if (n.at("audience").as_string() == "customers") return std::string(n.at("body").as_string());
    return {};
  }
};

TEST_P(TakeOutStory, CR1_a_reverted_change_leaves_and_voids_what_was_said_of_its_component_alone) {
  World w{GetParam(), two_components()};
  voted(w);
  const auto gift = commit_of(w, "gift cards");
  EXPECT_EQ(w.as("pia", {"change", "take-out", gift, "--reverted-by", "abcdef1234", "--because", "it loses money"}).code, 1);
  EXPECT_THAT(w.as("ada", {"change", "take-out", gift, "--because", "it loses money"}).err, HasSubstr("--reverted-by COMMIT, or --behind"));
  const auto listed = w.as("ada", {"change", "take-out", gift, "--reverted-by", "abcdef1234", "--because", "it loses money"});
  EXPECT_EQ(listed.code, 4);
  EXPECT_THAT(listed.out, AllOf(HasSubstr("the vote of Quinn Quality as qa for cart"),
                                HasSubstr("the confirmation of cart by Eli Engineer"), HasSubstr("the risk assessment"),
                                HasSubstr("the artefact of cart"), Not(HasSubstr("for catalog")), HasSubstr("--confirm")));
  EXPECT_EQ(w.gate("quorum").at("verdict").as_string(), "pass") << "nothing has changed yet";
  const auto done = w.as("ada", {"change", "take-out", gift, "--reverted-by", "abcdef1234", "--because", "it loses money", "--confirm"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("gift cards left release shop/1.0.0"));
  w.advance("1s");
  const auto page = w.as("ada", {"release", "show", "1.0.0"}).out;
  EXPECT_THAT(page, AllOf(HasSubstr("faster search"), HasSubstr("it loses money")));
  EXPECT_THAT(std::string(w.gate("quorum").at("value").as_string()), HasSubstr("qa for cart")) << "catalog's votes stand";
  EXPECT_THAT(w.as("quinn", {"today"}).out, HasSubstr("vote as qa: cart changed since"));
  EXPECT_THAT(for_customers(w), AllOf(HasSubstr("aster search"), Not(HasSubstr("ift cards"))));
  ASSERT_EQ(w.as("ada", {"release", "artefact", "1.0.0", "cart", "--digest", "sha256:without"}).code, 0);
  ASSERT_EQ(w.as("rita", {"risk", "assess", "1.0.0"}).code, 0);
  w.sign();
  EXPECT_EQ(w.gate("quorum").at("verdict").as_string(), "pass");
  EXPECT_THAT(w.ledger(), HasSubstr("change.taken_out"));
}

TEST_P(TakeOutStory, CR1_what_left_does_not_come_back_with_the_same_history) {
  World w{GetParam(), two_components()};
  planned(w);
  const auto scope = [&] { return w.ask("ada", {"release", "show", "1.0.0"}).at("scope").as_array().size(); };
  ASSERT_EQ(scope(), 2u);
  const auto out =
      w.as("ada", {"change", "take-out", commit_of(w, "gift cards"), "--reverted-by", "abcdef1234", "--because", "not now", "--confirm"});
  ASSERT_EQ(out.code, 0) << out.err;
  ASSERT_EQ(scope(), 1u);
  const auto again = w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(scope(), 1u);
}

TEST_P(TakeOutStory, CL3_what_stays_dark_leaves_the_notes_that_a_person_wrote) {
  World w{GetParam(), two_components()};
  voted(w);
  const auto body = for_customers(w);
  ASSERT_THAT(body, HasSubstr("ift cards"));
  std::ofstream(w.dir + "/note.md") << "Hello from Alex.\n\n" << body;
  ASSERT_EQ(w.as("alex", {"notes", "edit", "1.0.0", "--audience", "customers", "--file", w.dir + "/note.md"}).code, 0);
  const auto gift = commit_of(w, "gift cards");
  EXPECT_THAT(w.as("ada", {"change", "take-out", gift, "--behind", "gift@nowhere", "--because", "not ready"}).err,
              HasSubstr("there is no flag connection 'nowhere'"));
  const auto dark = w.as("ada", {"change", "take-out", gift, "--behind", "gift@switches", "--because", "not ready", "--confirm"});
  ASSERT_EQ(dark.code, 0) << dark.err;
  w.advance("2s");
  const auto told = for_customers(w);
  EXPECT_THAT(told, AllOf(HasSubstr("Hello from Alex."), HasSubstr("aster search"), Not(HasSubstr("ift cards"))));
  EXPECT_THAT(w.as("ada", {"release", "show", "1.0.0"}).out, HasSubstr("dark behind gift@switches"));
  EXPECT_THAT(w.as("ada", {"change", "take-out", gift, "--behind", "gift@switches", "--because", "again", "--confirm"}).err,
              HasSubstr("is dark already"));
}

TEST_P(TakeOutStory, I4_anyone_marks_a_change_as_one_for_security) {
  World w{GetParam(), two_components()};
  voted(w);
  const auto gift = commit_of(w, "gift cards");
  EXPECT_EQ(w.gate("security_reviewed").at("verdict").as_string(), "pass");
  const auto marked = w.as("pia", {"change", "security", gift, "--because", "it reads card numbers"});
  ASSERT_EQ(marked.code, 0) << marked.err;
  EXPECT_NE(w.gate("security_reviewed").at("verdict").as_string(), "pass");
  ASSERT_EQ(w.as("sam", {"security", "review", gift, "--reason", "they are masked"}).code, 0);
  EXPECT_EQ(w.gate("security_reviewed").at("verdict").as_string(), "pass");
}

TEST_P(TakeOutStory, RC6_a_late_change_is_admitted_by_a_second_person_and_voids_its_component_alone) {
  World w{GetParam(), two_components()};
  voted(w);
  w.shell("ada",
          "cd repo && echo c >> cart/a && git commit -qam 'fix: gift cards expire' && echo c >> src/a && git commit -qam 'feat: more'");
  const auto late = commit_of(w, "gift cards expire");
  const auto closed = w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"});
  EXPECT_EQ(closed.code, 1);
  EXPECT_THAT(closed.err, HasSubstr("evenkeel change late shop/1.0.0 COMMIT --because"));
  EXPECT_THAT(w.as("ada", {"change", "late", "1.0.0", "fix", "--because", "x"}).err, HasSubstr("'fix' is no commit"));
  const auto asked = w.as("rita", {"change", "late", "1.0.0", late, "--because", "cards would expire at once"});
  ASSERT_EQ(asked.code, 0) << asked.err;
  const auto id = asked.out.substr(0, asked.out.find(' '));
  EXPECT_EQ(w.as("rita", {"change", "admit", id}).code, 1) << "not who asked";
  EXPECT_EQ(w.as("ada", {"change", "admit", id}).code, 1) << "not a coordinator";
  EXPECT_THAT(w.as("pia", {"today"}).out, AllOf(HasSubstr("Admit the late change " + late), HasSubstr("evenkeel change admit " + id)));
  EXPECT_EQ(w.gate("quorum").at("verdict").as_string(), "pass") << "nothing has come in yet";
  ASSERT_EQ(w.as("pia", {"change", "admit", id}).code, 0);
  EXPECT_THAT(w.as("ada", {"today"}).out, HasSubstr("Take in the late change " + late));
  const auto taken = w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"});
  ASSERT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.out, AllOf(HasSubstr("1 changes added"), HasSubstr("1 of other services or too late"), Not(HasSubstr("feat: more"))));
  EXPECT_THAT(std::string(w.gate("quorum").at("value").as_string()), AllOf(HasSubstr("for cart"), Not(HasSubstr("catalog"))));
  EXPECT_THAT(std::string(w.gate("teams_confirmed").at("value").as_string()), HasSubstr("owners of cart"));
  EXPECT_THAT(std::string(w.gate("testing").at("value").as_string()), HasSubstr("the artefact of cart is not named"));
  EXPECT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 1) << "it is closed again";
}

INSTANTIATE_TEST_SUITE_P(On, TakeOutStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
