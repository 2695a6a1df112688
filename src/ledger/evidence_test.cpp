// Hostile packs: whoever holds a pack changes it, and the one who verifies it finds out.
#include "ledger/evidence.hpp"

#include <gmock/gmock.h>

#include <random>

#include "ledger/append.hpp"
#include "ledger/zip.hpp"
#include "store/database.hpp"

namespace evenkeel::ledger {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

class Pack : public testing::Test {
 protected:
  std::string folder = testing::TempDir() + "/pack-" + make_id("t", SystemClock{}.now());
  bool made = std::filesystem::create_directories(folder);
  std::unique_ptr<store::Database> database = store::Database::open(folder + "/ledger.db");
  Key key = load_or_make_key(folder + "/ledger.key", "evenkeel/shop").value();
  std::map<std::string, std::string> files;

  void SetUp() override {
    ASSERT_TRUE(store::migrate(*database));
    database->write([](store::Tx& tx) -> Result<void> {
      std::vector<Entry> entries;
      for (int i = 0; i < 34; ++i)
        entries.push_back({.at = from_millis(1'780'000'000'000 + i),
                           .kind = i == 0 ? "release.planned" : "step.ended",
                           .actor_kind = "person",
                           .actor = "psn_1",
                           .via = "cli",
                           .subject = fmt::format("x{}", i),
                           .release = i % 3 == 2 ? "rel_other" : "rel_1",
                           .facts = {{"name", "`</code># [a](b)\n- forged"}}});
      append(tx, entries);
      return {};
    });
    const auto pack = database->read([&](store::Tx& tx) {
      return export_pack(tx, "rel_1", "Shop 1.0.0\n# <b>Approved</b>", "Shop", key, from_millis(1'780'000'100'000));
    });
    ASSERT_TRUE(pack) << pack.error().message;
    files = unzip(*pack).value();
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::vector<fsck::Problem> problems_of(const std::map<std::string, std::string>& pack, const std::string& verifier = "") {
    const auto report = verify_pack(zip_of(pack), verifier);
    if (!report) return {{-1, "refused", report.error().message}};
    return report->problems;
  }
};

TEST_F(Pack, as_it_was_exported_fits) {
  EXPECT_THAT(problems_of(files), testing::IsEmpty());
  EXPECT_THAT(problems_of(files, verifier_key(key)), testing::IsEmpty());
}

TEST_F(Pack, each_entry_that_is_left_out_is_missed) {
  const auto& text = files["entries.jsonl"];
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at) + 1;
    auto less = files;
    less["entries.jsonl"].erase(at, end - at);
    EXPECT_THAT(problems_of(less), Contains(Field(&fsck::Problem::kind, "entry_missing")));
    at = end;
  }
}

TEST_F(Pack, no_word_beside_the_entries_can_be_forged) {
  for (const auto* name : {"story.md", "controls.md"}) {
    auto forged = files;
    forged[name] += "- 99: everything was approved\n";
    EXPECT_THAT(problems_of(forged), Contains(Field(&fsck::Problem::message, HasSubstr(name))));
    forged.erase(name);
    EXPECT_THAT(problems_of(forged), Contains(Field(&fsck::Problem::kind, "file_missing")));
  }
  auto more = files;
  more["approval.pdf"] = "approved";
  EXPECT_THAT(problems_of(more), Contains(Field(&fsck::Problem::kind, "file_added")));
  auto without = files;
  without.erase("manifest.txt");
  EXPECT_THAT(problems_of(without), Contains(Field(&fsck::Problem::kind, "manifest_missing")));
}

TEST_F(Pack, of_another_key_is_not_believed) {
  const auto stranger = load_or_make_key(folder + "/other.key", "evenkeel/shop").value();
  const auto forged = database->read([&](store::Tx& tx) { return export_pack(tx, "rel_1", "Shop", "Shop", stranger, from_millis(1)); });
  EXPECT_THAT(problems_of(unzip(*forged).value()), testing::IsEmpty()) << "it fits its own key";
  EXPECT_THAT(problems_of(unzip(*forged).value(), verifier_key(key)), Contains(Field(&fsck::Problem::kind, "checkpoint_mismatch")));
}

TEST_F(Pack, with_reasons_it_holds_what_was_written_and_each_word_is_proven) {
  database->write([](store::Tx& tx) -> Result<void> {
    const auto now = from_millis(1'780'000'050'000);
    const auto kept = write_text(tx, "reason", "tests run until noon", now), erased = write_text(tx, "reason", "names a customer", now);
    append(tx, {{.at = now,
                 .kind = "release.moved",
                 .actor_kind = "person",
                 .actor = "psn_1",
                 .via = "cli",
                 .subject = "rel_1",
                 .release = "rel_1",
                 .texts = {kept, erased}}});
    erase_text(tx, erased.id);
    return {};
  });
  const auto pack = database->read(
      [&](store::Tx& tx) { return export_pack(tx, "rel_1", "Shop", "Shop", key, from_millis(1'780'000'100'000), Reasons::included); });
  const auto told = unzip(*pack).value();
  const auto report = verify_pack(*pack, verifier_key(key)).value();
  EXPECT_THAT(report.problems, testing::IsEmpty());
  EXPECT_EQ(report.reasons, 1) << "what was erased is gone";
  EXPECT_THAT(told.at("reasons.jsonl"), HasSubstr("tests run until noon"));
  EXPECT_THAT(told.at("reasons.jsonl"), testing::Not(HasSubstr("customer")));
  EXPECT_FALSE(files.contains("reasons.jsonl")) << "only where it was asked for";
  auto forged = told;
  forged["reasons.jsonl"].replace(forged["reasons.jsonl"].find("noon"), 4, "dawn");
  EXPECT_THAT(problems_of(forged), Contains(Field(&fsck::Problem::kind, "text_changed")));
  forged = told;
  forged["reasons.jsonl"] += R"({"entry":0,"name":"reason","id":"txt_x","salt":"AAAA","text":"approved"})"
                             "\n";
  EXPECT_THAT(problems_of(forged), Contains(Field(&fsck::Problem::kind, "text_added")));
}

TEST_F(Pack, words_of_people_are_no_markup_of_the_story) {
  const auto& story = files["story.md"];
  EXPECT_THAT(story, testing::StartsWith("# `Shop 1.0.0 # <b>Approved</b>`\n"));
  EXPECT_THAT(story, testing::Not(HasSubstr("\n- forged")));
  EXPECT_THAT(story, HasSubstr("``name `</code># [a](b) - forged``"));
}

TEST_F(Pack, a_thousand_changed_bytes_of_each_file_are_all_found) {
  std::mt19937 random{7};
  for (const auto& [name, text] : files) {
    if (text.empty()) continue;
    for (int i = 0; i < 1000 / int(files.size()) + 1; ++i) {
      auto changed = files;
      auto& byte = changed[name][random() % text.size()];
      byte = char(byte ^ (1 << random() % 8));
      EXPECT_THAT(problems_of(changed, verifier_key(key)), testing::Not(testing::IsEmpty())) << name;
    }
  }
}

}  // namespace
}  // namespace evenkeel::ledger
