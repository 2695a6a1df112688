#include "gitlog/conventional_commit.hpp"
#include "support/data.hpp"

namespace evenkeel::gitlog {
namespace {

namespace data = testing_data;

TEST(CommitConformance, TheExamplesOfTheSpecificationAreReadAsItSays) {
  const auto files = data::json_with("data/changelog-cases", "cases");
  SKIP_WITHOUT(files);
  int examples = 0;
  for (const auto& [name, file] : files)
    for (const auto& item : file.at("cases").as_array()) {
      if (!item.is_object() || !item.get_object().contains("message")) continue;
      ++examples;
      const auto commit = json::to_value(parse_commit_message(data::text_of(item.at("message")))).as_object();
      for (const auto& [field, expected] : item.at("expected").as_object())
        EXPECT_EQ(json::dump(commit.at(field)), json::dump(expected)) << name << ": " << item.at("message") << ": " << field;
    }
  if (examples == 0) GTEST_SKIP() << "skipped: the data hold no examples of the specification";
}

std::vector<std::string> texts(const json::Object& options, const char* key, std::vector<std::string> otherwise) {
  if (!options.contains(key) || !options.at(key).is_array()) return otherwise;
  otherwise.clear();
  for (const auto& text : options.at(key).as_array()) otherwise.push_back(data::text_of(text));
  return otherwise;
}

/// Rows where a peer and the specification differ, or the specification is silent, each with its reason: "file/test".
std::set<std::string> explained_differences() {
  std::set<std::string> out;
  const auto table =
      boost::json::parse(data::read(std::filesystem::path(EVENKEEL_SOURCE_DIR) / "tests/conformance/commit_differences.json"));
  for (const auto& row : table.as_array()) {
    EXPECT_GT(data::text_of(row.at("reason")).size(), 40u) << "a difference needs its reason";
    out.insert(data::text_of(row.at("file")) + "/" + data::text_of(row.at("test")));
  }
  return out;
}

/// Rows of peers that carry the peer's options. Type, scope, description and notes are compared where the specification speaks; each
/// difference is printed, and the share of rows without one must not fall.
TEST(CommitConformance, PeersRowsAgreeWhereTheSpecificationSpeaks) {
  const auto files = data::json_with("data/changelog-cases", "cases");
  SKIP_WITHOUT(files);
  const auto explained = explained_differences();
  int rows = 0, equal = 0, told = 0, default_rows = 0, default_equal = 0, rows_with_references = 0, references_equal = 0;
  for (const auto& [name, file] : files)
    for (const auto& item : file.at("cases").as_array()) {
      if (!item.is_object() || !item.get_object().contains("test") || !item.get_object().contains("options") ||
          !item.at("input").is_string())
        continue;
      const auto& options = item.at("options").as_object();
      const auto& expected = item.at("expected").as_object();
      MessageHabits habits;
      habits.issue_prefixes = texts(options, "issuePrefixes", habits.issue_prefixes);
      habits.breaking_tokens = texts(options, "noteKeywords", habits.breaking_tokens);
      habits.reference_actions =
          texts(options, "referenceActions", options.empty() ? habits.reference_actions : std::vector<std::string>{});
      if (const auto c = options.contains("commentChar") ? data::text_of(options.at("commentChar")) : ""; !c.empty())
        habits.comment_char = c[0];
      const auto commit = parse_commit_message(data::text_of(item.at("input")), habits);

      std::string differences;
      const auto differ = [&](const char* what, const json::Value& ours, const json::Value& theirs) {
        differences += std::string("\n    ") + what + ": ours " + json::dump(ours) + ", theirs " + json::dump(theirs);
      };
      const auto field = [&](const char* key) { return expected.contains(key) ? expected.at(key) : json::Value(nullptr); };
      if (json::to_value(commit.type) != field("type")) differ("type", json::to_value(commit.type), field("type"));
      if (commit.type && field("scope") != json::to_value(commit.scope)) differ("scope", json::to_value(commit.scope), field("scope"));
      if (commit.type && field("subject") != json::to_value(commit.description))
        differ("description", json::to_value(commit.description), field("subject"));
      json::Array notes;
      for (const auto& footer : commit.footers)
        if (std::find(habits.breaking_tokens.begin(), habits.breaking_tokens.end(), footer[0]) != habits.breaking_tokens.end())
          notes.push_back(json::Object{{"title", footer[0]}, {"text", footer[1]}});
      if (!options.contains("breakingHeaderPattern") && json::Value(notes) != field("notes")) differ("notes", notes, field("notes"));
      if (json::to_value(commit.revert) != field("revert")) differ("revert", json::to_value(commit.revert), field("revert"));
      ++rows;
      equal += differences.empty();
      const bool known = !differences.empty() && explained.contains(name + "/" + data::text_of(item.at("test")));
      told += known;
      if (options.empty()) {
        ++default_rows;
        default_equal += differences.empty() || known;
      }
      if (!field("references").as_array().empty()) {
        ++rows_with_references;
        const bool same = json::to_value(commit.references) == field("references");
        references_equal += same;
        if (!same) differ("references (the specification is silent)", json::to_value(commit.references), field("references"));
      }
      if (!differences.empty() && !known)
        std::cout << "  " << name << ": " << item.at("test") << " " << json::dump(item.at("input")).substr(0, 200) << differences << "\n";
    }
  std::cout << "rows " << rows << ", equal where the specification speaks " << equal << "; with references " << rows_with_references
            << ", equal " << references_equal << "\n";
  std::cout << "differences explained " << told << "; with default options " << default_equal << " of " << default_rows
            << " equal or against the specification\n";
  EXPECT_GT(rows, 0);
  EXPECT_GE((equal + told) * 100, rows * 98);
  EXPECT_GE(default_equal * 100, default_rows * 98);
  EXPECT_EQ(references_equal, rows_with_references);
}

}  // namespace
}  // namespace evenkeel::gitlog
