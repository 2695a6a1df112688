// No command that changes something is silent, and what it says to type next can be typed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "catalogue/act.hpp"
#include "cli/parse.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

std::vector<std::string> words_of(std::string line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find(' ', at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

TEST(Spoken, every_act_that_changes_something_says_what_it_did_and_what_follows) {
  std::size_t seen = 0;
  for (const auto& act : acts()) {
    if (!act.writes() || act.commands.empty()) continue;
    ++seen;
    EXPECT_TRUE(act.print || !act.did.empty()) << act.id << " is silent";
    EXPECT_THAT(act.next, testing::StartsWith("evenkeel ")) << act.id << " says nothing to type next";
  }
  EXPECT_GT(seen, 45u);
}

TEST(Spoken, what_is_printed_to_be_typed_next_can_be_typed) {
  const std::regex open{R"(\{[a-z_]+\})"};
  for (const auto& act : acts()) {
    if (act.next.empty()) continue;
    auto words = words_of(std::regex_replace(act.next, open, "7"));
    words.erase(words.begin());
    const auto call = parse(words, [](const std::string&) { return std::nullopt; });
    EXPECT_TRUE(call) << act.id << ": " << act.next << ": " << (call ? "" : call.error().message);
  }
}

/// Each {x} of a sentence is a member of the input or the answer: else it would never be said.
TEST(Spoken, what_a_sentence_names_the_input_or_the_answer_has) {
  const std::regex open{R"(\{([a-z_]+)\})"};
  for (const auto& act : acts()) {
    json::Object components;
    std::string answer;
    if (act.output) answer = json::dump(act.output(components));
    answer += json::dump(json::Value(components));
    for (const auto& pattern : {act.did, act.next})
      for (std::sregex_iterator at(pattern.begin(), pattern.end(), open), end; at != end; ++at) {
        const auto name = (*at)[1].str();
        const auto asked = std::any_of(act.commands.begin(), act.commands.end(), [&](const catalogue::Words& w) {
          return w.fixed.contains(name) ||
                 std::any_of(w.arguments.begin(), w.arguments.end(), [&](const auto& a) { return a.field == name; });
        });
        EXPECT_TRUE(asked || answer.contains("\"" + name + "\"")) << act.id << ": {" << name << "} in: " << pattern;
      }
  }
}

}  // namespace
}  // namespace evenkeel::cli
