#include <regex>

#include "changelog/customer_sentence.hpp"
#include "changelog/draft.hpp"
#include "gitlog/repository.hpp"
#include "support/histories.hpp"

namespace evenkeel {
namespace {

using changelog::Type;

/// What no customer is told, whatever the history: each shape with what is wrong about it.
struct Forbidden {
  const char* wrong;
  std::regex shape;
};
const std::vector<Forbidden>& forbidden() {
  static const auto shape = [](const char* s) { return std::regex(s, std::regex::optimize); };
  static const std::vector<Forbidden> all = {
      {"a label in front", shape(R"(^(New|Fixed|Better|Faster|Safer|Removed|Changed|Added|Going away|No longer available)\b)")},
      {"the heading's word", shape(R"(^We (added|now support) (a )?new\b)")},
      {"a verb behind the verb",
       shape(
           R"(^We (added|closed|improved|corrected) (the )?(add|allow|fix|remove|use|make|set|update|support|handle|avoid|ensure|implement|move|change)\b)")},
      {"Conventional Commits", shape(R"(\b(feat|fix|chore|docs|refactor|perf|ci|test|build)(\([^)]*\))?!?:)")},
      {"a reference", shape(R"(#[0-9]+|\b[A-Z]{2,}-[0-9]+\b)")},
      {"a commit id", shape(R"(\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b)")},
      {"a path or an address", shape(R"([\w.-]*/[\w.-]+)")},
      {"a file name",
       shape(R"(\b[\w-]+\.(c|cc|cpp|h|hpp|py|rs|go|js|ts|tsx|jsx|json|ya?ml|toml|md|txt|lock|sh|ninja|html|css|sql|proto)\b)")},
      {"a flag", shape(R"((^|\s)--?\w)")},
      {"snake_case", shape(R"([A-Za-z0-9]_[A-Za-z0-9])")},
      {"camelCase", shape(R"(\b(?!(iPhone|iPad|macOS|iOS)\b)[a-z]+[A-Z]\w*)")},
      {"PascalCase",
       shape(R"(\b(?!(GitHub|GitLab|PayPal|YouTube|LinkedIn|WhatsApp|JavaScript|OAuth|URLs|PDFs|IDs|APIs)\b)[A-Z]+[a-z]+[A-Z]\w*)")},
      {"an enum", shape(R"(\b[A-Z0-9]+_[A-Z0-9_]+\b)")},
      {"a::b or a.b()", shape(R"(::|\(\)|\w\.\w|`|\\)")},
      {"a version", shape(R"(\b[vV]?[0-9]+\.[0-9]+)")},
      {"a version bump", shape(R"(\b([Bb]ump|[Uu]pgrade)s? .*\b(to|from) v?[0-9])")},
      {"a merge", shape(R"([Cc]onflicts?:|\b[Mm]erge (branch|conflict|pull request))")},
      {"the pipeline or the tests", shape(R"(\b(CI|unit tests?|flaky|lint(er|ing)?|lock ?file|workflows?)\b)")},
      {"a fault told as if it came", shape(R"(^(Crash|Hang|Error|Panic|Bug)\b)")}};
  return all;
}
/// The name of a public weakness is no reference that only insiders can look up.
std::string without_weakness(std::string text) {
  if (const auto name = changelog::weakness_named(text); !name.empty()) text.erase(text.find(name), name.size());
  return text;
}

struct Count {
  std::size_t notable = 0, sentences = 0, wrong = 0;
};
Count read_drafts(const std::string& name, const std::string& dir) {
  const auto repository = gitlog::Repository::open(dir).value();
  std::vector<changelog::MergedChange> changes;
  EXPECT_TRUE(repository.walk_numstat({}, [&](gitlog::Commit c) {
    changelog::MergedChange change{.id = c.sha, .message = c.message, .parents = c.parents};
    for (const auto& file : c.files) change.files.push_back(file.path);
    changes.push_back(std::move(change));
    return true;
  }));
  Count count;
  for (const auto& change : changes)  // one by one: what the rules say of a change, not what later ones took back
    for (const auto& entry : changelog::draft_entries({change})) {
      if (!entry.type) continue;
      ++count.notable;
      const bool weak = !changelog::weakness_named(change.message.substr(0, change.message.find('\n'))).empty();
      EXPECT_TRUE(!weak || entry.type != Type::fixed) << name << ": " << change.message;
      const auto said = changelog::customer_sentence(*entry.type, entry.text);
      if (!said) continue;
      ++count.sentences;
      if (std::getenv("SHOW")) std::cout << "    " << *said << "   <<< " << entry.text << "\n";
      EXPECT_TRUE(std::regex_search(*said, std::regex(R"(^[A-Z][^\n]* [^\n]*\.$)"))) << name << ": " << *said;
      for (const auto& f : forbidden())
        if (std::regex_search(without_weakness(*said), f.shape))
          ADD_FAILURE() << name << ": " << f.wrong << ": \"" << *said << "\" of \"" << entry.text << '"', ++count.wrong;
    }
  return count;
}

/// What customers would read of real histories, before anybody has written a word. Histories of tools for developers are the hardest case:
/// most of their entries need words. A rule that said nothing would hold no forbidden shape either, hence the floor.
TEST(DraftConformance, DraftsOfEveryHistoryCanBeReadOrSayThatTheyNeedWords) {
  const auto files = testing_data::files("data/histories", ".fi.gz");
  SKIP_WITHOUT(files);
  Count all;
  testing_data::each_history([&](const std::string& name, const std::string& dir) {
    const auto c = read_drafts(name, dir);
    std::printf("  %s: %zu notable, %zu sentences, %.1f %% need words\n", name.c_str(), c.notable, c.sentences,
                100.0 * double(c.notable - c.sentences) / double(std::max<std::size_t>(c.notable, 1)));
    EXPECT_GT(c.sentences, 0u) << name << ": no entry of it is said";
    all.notable += c.notable, all.sentences += c.sentences, all.wrong += c.wrong;
  });
  EXPECT_EQ(all.wrong, 0u);
  EXPECT_GE(double(all.sentences), 0.02 * double(all.notable)) << "rules that say nothing are no rules";
}

}  // namespace
}  // namespace evenkeel
