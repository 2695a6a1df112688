// A flag beats a variable beats a stored value: over every command and every option.
#include "cli/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/connection.hpp"
#include "cli/renderings.hpp"
#include "cli/terminal.hpp"

namespace evenkeel::cli {
namespace {

using testing::HasSubstr;

Environment with(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  };
}
std::vector<std::string> words_of(const std::string& path) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from < path.size();) {
    const auto end = std::min(path.find(' ', from), path.size());
    words.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return words;
}
/// The command with everything that it needs, but `left_out`.
std::vector<std::string> called(const Command& c, const std::string& left_out) {
  auto words = words_of(c.path);
  for (const auto& p : c.params)
    if (p.required && p.name != left_out) {
      if (p.kind != Param::positional && p.kind != Param::positional_list) words.push_back("--" + p.name);
      words.push_back("7");
    }
  return words;
}

TEST(OptionPrecedence, a_flag_beats_a_variable_for_every_option_of_every_command) {
  std::size_t tried = 0;
  for (const auto& c : commands())
    for (const auto& p : c.params) {
      if (p.env.empty()) continue;
      auto words = called(c, p.name);
      const auto from_variable = parse(words, with({{p.env, "of the variable"}}));
      ASSERT_TRUE(from_variable) << c.path << " --" << p.name << ": " << from_variable.error().message;
      EXPECT_EQ(from_variable->args.text(p.name), "of the variable") << c.path;
      EXPECT_EQ(from_variable->args.origin(p.name), Origin::variable) << c.path;
      words.insert(words.end(), {"--" + p.name, "of the flag"});
      const auto from_flag = parse(words, with({{p.env, "of the variable"}}));
      ASSERT_TRUE(from_flag) << c.path << " --" << p.name << ": " << from_flag.error().message;
      EXPECT_EQ(from_flag->args.text(p.name), "of the flag") << c.path;
      EXPECT_EQ(from_flag->args.list(p.name).size(), 1u) << c.path;
      ++tried;
    }
  EXPECT_GT(tried, 300u);
}

TEST(OptionPrecedence, a_default_holds_only_where_nothing_was_said) {
  for (const auto& c : commands())
    for (const auto& p : c.params) {
      if (p.fallback.empty() || p.kind == Param::positional) continue;
      auto words = called(c, p.name);
      EXPECT_EQ(parse(words, with({}))->args.text(p.name), p.fallback) << c.path;
      words.insert(words.end(), {"--" + p.name, "9"});
      EXPECT_EQ(parse(words, with({}))->args.text(p.name), "9") << c.path;
    }
}

/// Every command that talks to a server, with these flags and variables.
template <class Expect>
void for_every_connected(std::vector<std::string> flags, std::map<std::string, std::string> variables, Expect expect) {
  const Stored stored{"https://stored", {{"https://stored", "stored-token", "ada", {}}, {"https://other", "other-token", "ada", {}}}};
  std::size_t tried = 0;
  for (const auto& c : commands()) {
    const auto has = [&](const char* name) {
      return std::any_of(c.params.begin(), c.params.end(), [&](const Param& p) { return p.name == name; });
    };
    if (!has("server") || !has("db")) continue;
    auto words = called(c, "");
    words.insert(words.end(), flags.begin(), flags.end());
    const auto call = parse(words, with(variables));
    ASSERT_TRUE(call) << c.path << ": " << call.error().message;
    SCOPED_TRACE(c.path);
    expect(reach_of(call->args, stored));
    ++tried;
  }
  EXPECT_GT(tried, 100u);
}

TEST(OptionPrecedence, the_server_of_a_flag_of_a_variable_of_the_store) {
  for_every_connected({}, {}, [](const Result<Reach>& r) {
    EXPECT_EQ(r->server, "https://stored");
    EXPECT_EQ(r->token, "stored-token");
  });
  for_every_connected({}, {{"EVENKEEL_SERVER", "https://a/"}}, [](const Result<Reach>& r) {
    EXPECT_EQ(r->server, "https://a");
    EXPECT_EQ(r->token, "") << "a token goes to the server it was made for and to no other";
  });
  for_every_connected({"--server", "https://b"}, {{"EVENKEEL_SERVER", "https://a"}, {"EVENKEEL_TOKEN", "t"}}, [](const Result<Reach>& r) {
    EXPECT_EQ(r->server, "https://b");
    EXPECT_EQ(r->token, "t");
  });
  for_every_connected({"--server", "https://other"}, {}, [](const Result<Reach>& r) { EXPECT_EQ(r->token, "other-token"); });
  for_every_connected({"--token", "mine"}, {{"EVENKEEL_TOKEN", "t"}}, [](const Result<Reach>& r) { EXPECT_EQ(r->token, "mine"); });
}

TEST(OptionPrecedence, a_database_and_a_server_at_different_levels_and_at_the_same) {
  for_every_connected({"--db", "x.db"}, {{"EVENKEEL_SERVER", "https://a"}}, [](const Result<Reach>& r) { EXPECT_EQ(r->database, "x.db"); });
  for_every_connected({"--server", "https://b"}, {{"EVENKEEL_DB", "x.db"}}, [](const Result<Reach>& r) {
    EXPECT_EQ(r->database, "");
    EXPECT_EQ(r->server, "https://b");
  });
  for_every_connected({}, {{"EVENKEEL_DB", "x.db"}}, [](const Result<Reach>& r) { EXPECT_EQ(r->database, "x.db"); });
  for_every_connected({"--server", "https://b", "--db", "x.db"}, {}, [](const Result<Reach>& r) {
    ASSERT_FALSE(r);
    EXPECT_EQ(exit_code(r.error().kind), 2);
    EXPECT_THAT(r.error().message, HasSubstr("--server and --db contradict each other"));
  });
  for_every_connected({}, {{"EVENKEEL_SERVER", "https://b"}, {"EVENKEEL_DB", "x.db"}},
                      [](const Result<Reach>& r) { EXPECT_EQ(exit_code(r.error().kind), 2); });
  for_every_connected({"--db", "x.db", "--token", "t"}, {}, [](const Result<Reach>& r) { EXPECT_EQ(exit_code(r.error().kind), 2); });
}

TEST(OptionPrecedence, without_any_server_it_is_said_what_to_type) {
  const auto call = parse({"whoami"}, with({}));
  const auto reach = reach_of(call->args, {});
  ASSERT_FALSE(reach);
  EXPECT_EQ(exit_code(reach.error().kind), 4);
  EXPECT_THAT(reach.error().message, HasSubstr("`evenkeel login --server URL`"));
}

TEST(Parse, help_is_given_for_everything_that_is_listed) {
  for (const auto& c : commands()) {
    auto words = words_of(c.path);
    words.push_back("--help");
    ASSERT_TRUE(parse(words, with({}))) << c.path;
    EXPECT_EQ(parse(words, with({}))->help_of, c.path);
    EXPECT_THAT(help(commands(), c.path, 80), HasSubstr("Usage: evenkeel " + c.path));
  }
  EXPECT_EQ(parse({}, with({}))->help_of, "");
  EXPECT_EQ(parse({"help", "release", "plan"}, with({}))->help_of, "release plan");
  EXPECT_EQ(parse({"release", "--help"}, with({}))->help_of, "release");
  EXPECT_THAT(parse({"relase"}, with({})).error().message, HasSubstr("did you mean 'release'"));
  EXPECT_THAT(parse({"release", "pln", "--help"}, with({})).error().message, HasSubstr("did you mean 'plan'"));
  EXPECT_THAT(parse({"release"}, with({})).error().message, HasSubstr("needs one of"));
  EXPECT_THAT(parse({"release", "plan"}, with({})).error().message, HasSubstr("VERSION is required"));
}

TEST(Parse, every_example_can_be_typed_and_there_are_two_of_each_command) {
  for (const auto& c : commands()) {
    const auto examples = examples_of(c);
    EXPECT_EQ(examples.size(), 2u);
    EXPECT_NE(examples[0], examples[1]) << c.path;
    for (const auto& words : examples) {
      const auto call = parse(words, with({}));
      ASSERT_TRUE(call) << c.path << ": " << call.error().message;
      EXPECT_EQ(call->command, &c) << c.path;
    }
  }
}

TEST(Parse, no_line_of_the_help_is_wider_than_the_terminal_where_words_allow_it) {
  for (const auto& c : commands()) {
    const auto text = help(commands(), c.path, 80);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      const auto line = text.substr(at, end - at);
      const bool is_to_be_copied = c.details.contains(line) || line.starts_with("  evenkeel ");
      if (!is_to_be_copied) { EXPECT_LE(columns_of(line), 80u) << line; }
      at = end + 1;
    }
  }
}

TEST(Parse, the_help_of_everything_lists_every_first_word_once) {
  std::multiset<std::string> listed;
  for (const auto& word : grouped_words()) listed.insert(word);
  for (const auto& c : commands()) {
    if (c.help.starts_with("(internal)")) continue;
    EXPECT_EQ(listed.count(c.path.substr(0, c.path.find(' '))), 1u) << c.path;
  }
}

TEST(Folded, long_lines_stand_below_their_own_indentation_and_commands_stay_whole) {
  EXPECT_EQ(folded("a bc def\n", 0), "a bc def\n");
  EXPECT_EQ(folded("  one two three\nshort\n\n", 10), "  one two\n  three\nshort\n\n");
  EXPECT_EQ(folded("next: evenkeel release show shop/1.4.0", 20), "next: evenkeel release show shop/1.4.0");
  EXPECT_EQ(folded("    ", 2), "    ");
  EXPECT_EQ(folded("\u00fc\u00fc \u00fc\u00fc", 5), "\u00fc\u00fc \u00fc\u00fc");
}

}  // namespace
}  // namespace evenkeel::cli
