// The command line as a colleague: what was lost is said, errors are JSON where JSON was asked for, what a step printed can be read.
#include <fstream>

#include "catalogue/act.hpp"
#include "cli/remote.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

/// The command of each act that only reads, with what it needs.
std::vector<std::string> reading_commands() {
  std::vector<std::string> all;
  for (const auto& act : cli::acts()) {
    if (act.writes()) continue;
    for (const auto& words : act.commands) {
      auto line = words.path;
      for (const auto& a : words.arguments)
        if (a.needed)
          line += (a.kind == catalogue::Argument::option ? " --" + a.name : "") + (a.field == "release"    ? " 1.4.0"
                                                                                   : a.field == "service"  ? " catalog"
                                                                                   : a.field == "audience" ? " customers"
                                                                                                           : " 1");
      all.push_back(line);
    }
  }
  return all;
}

TEST(TerminalStory, what_is_higher_than_the_terminal_goes_through_a_pager) {
  World w{On::sqlite};
  w.plan("1.4.0", "1.3.0");
  const auto on_a_terminal = [&](const std::string& line) {
    return w.shell("ada", "script -qec 'stty rows 12 cols 60; " + line + "' /dev/null </dev/null").out;
  };
  const std::string through = "EVENKEEL_PAGER=\"sed s/^/paged:/\" evenkeel ";
  EXPECT_THAT(on_a_terminal(through + "help"), HasSubstr("paged:"));
  EXPECT_THAT(on_a_terminal(through + "release show 1.4.0"), HasSubstr("paged:"));
  EXPECT_THAT(on_a_terminal("PAGER=\"sed s/^/paged:/\" evenkeel release show 1.4.0"), HasSubstr("paged:"));
  EXPECT_THAT(on_a_terminal(through + "whoami"), testing::Not(HasSubstr("paged:"))) << "it fits";
  for (const auto& line : {through + "release show 1.4.0 --no-pager", through + "release show 1.4.0 | cat",
                           std::string("EVENKEEL_PAGER= evenkeel release show 1.4.0"), std::string("PAGER=cat evenkeel release show 1.4.0"),
                           std::string("EVENKEEL_PAGER=no-such-program evenkeel release show 1.4.0")})
    EXPECT_THAT(on_a_terminal(line), testing::AllOf(testing::Not(HasSubstr("paged:")), HasSubstr("1.4.0"))) << line;
}

TEST(TerminalStory, an_answer_that_could_not_be_written_is_an_error_for_every_command_that_prints) {
  World w{On::sqlite, World::small_shop(), true};
  w.plan("1.4.0", "1.3.0");
  auto lines = reading_commands();
  for (const auto* more : {"audit --repo repo",
                           "changelog generate --repo repo",
                           "config schema",
                           "completion bash",
                           "help --man",
                           "help",
                           "--version",
                           "version sort 1.0.0",
                           "risk features --repo repo",
                           "ledger checkpoint",
                           "ledger verify",
                           "token list",
                           "whoami",
                           "status",
                           "gate check 1.4.0",
                           "calendar export",
                           "diff evenkeel.yaml",
                           "config check evenkeel.yaml",
                           "health criteria default",
                           "connection list",
                           "dora trend"})
    lines.emplace_back(more);
  std::size_t printed = 0;
  for (const auto& line : lines) {
    const auto to_us = w.shell("ada", "evenkeel " + line);
    if (to_us.out.empty()) continue;  // it had nothing to print here
    ++printed;
    const auto lost = w.shell("ada", "evenkeel " + line + " >/dev/full");
    EXPECT_EQ(lost.code, 3) << line << ": " << lost.err;
    EXPECT_THAT(lost.err, HasSubstr("cannot write the answer")) << line;
  }
  EXPECT_GT(printed, 40u);
}

TEST(TerminalStory, where_json_was_asked_for_an_error_is_json) {
  World w{On::sqlite};
  for (const auto& [line, status] : std::vector<std::pair<std::string, int>>{{"release show 9.9.9 --json", 404},
                                                                             {"release plan --json", 422},
                                                                             {"relese --json", 422},
                                                                             {"release list --server http://127.0.0.1:1 --json", 503}}) {
    const auto said = w.shell("ada", "evenkeel " + line);
    EXPECT_NE(said.code, 0);
    EXPECT_EQ(said.out, "") << line;
    const auto error = json::parse(said.err);
    ASSERT_TRUE(error) << line << ": " << said.err;
    EXPECT_EQ(error->at("status").as_int64(), status) << line;
    EXPECT_FALSE(error->at("detail").as_string().empty());
  }
}

TEST(TerminalStory, what_the_steps_of_a_run_printed_can_be_read) {
  World w{On::sqlite, World::small_shop(), true};
  w.plan("1.4.0", "1.3.0");
  w.rehearse("1.4.0");
  w.evidence("1.4.0");
  w.sign("1.4.0");
  ASSERT_EQ(w.as("ada", {"decide", "1.4.0", "go"}).code, 0);
  EXPECT_EQ(w.as("ada", {"deploy", "log", "1.4.0"}).code, 1) << "nothing was deployed yet";
  const auto started = w.as("ada", {"deploy", "start", "1.4.0"});
  EXPECT_THAT(started.out, HasSubstr("next: evenkeel deploy watch 1.4.0"));
  const auto watched = w.as("ada", {"deploy", "watch", "1.4.0"});
  EXPECT_EQ(watched.code, 0) << watched.out << watched.err;
  EXPECT_THAT(watched.out, HasSubstr("\u2713 1/"));
  const auto log = w.as("ada", {"deploy", "log", "1.4.0", "1"});
  EXPECT_EQ(log.code, 0) << log.err;
  EXPECT_THAT(log.out, HasSubstr("== 1/"));
  EXPECT_THAT(log.out, HasSubstr("attempt 1: succeeded"));
  EXPECT_EQ(w.as("ada", {"deploy", "log", "1.4.0", "77"}).code, 1);
  EXPECT_EQ(w.as("ada", {"deploy", "log", "1.4.0", "--follow"}).code, 0);
}

TEST(TerminalStory, a_failed_step_shows_what_it_printed_and_what_can_follow) {
  World w{On::sqlite,
          edited(World::small_shop(), "deploy: [{name: put, kind: command, command: [sh, -c, \"echo",
                 "deploy: [{name: put, kind: command, command: [sh, -c, \"[ ${environment} = production ] && echo the disk is full && exit "
                 "7; echo"),
          true};
  w.plan("1.4.0", "1.3.0");
  w.rehearse("1.4.0");
  w.evidence("1.4.0");
  w.sign("1.4.0");
  ASSERT_EQ(w.as("ada", {"decide", "1.4.0", "go"}).code, 0);
  const auto said = w.as("ada", {"deploy", "start", "1.4.0", "--wait"});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.out, HasSubstr("| the disk is full"));
  for (const auto* can_follow :
       {"evenkeel deploy retry 1.4.0 1", "evenkeel deploy skip 1.4.0 1 --reason", "evenkeel rollback start 1.4.0 --reason"})
    EXPECT_THAT(said.out, HasSubstr(can_follow));
  EXPECT_THAT(w.as("ada", {"deploy", "log", "1.4.0"}).out, HasSubstr("the disk is full"));
}

TEST(TerminalStory, a_difference_is_told_by_field_and_people_are_not_taken_away_by_a_slip) {
  World w{On::sqlite};
  const auto yaml = World::small_shop();
  const auto quinn = yaml.find("  - {login: quinn");
  ASSERT_NE(quinn, std::string::npos);
  auto fewer = yaml;
  fewer.erase(quinn, yaml.find('\n', quinn) + 1 - quinn);
  for (std::size_t at; (at = fewer.find("@DIR@")) != std::string::npos;) fewer.replace(at, 5, w.dir);
  std::ofstream(w.dir + "/fewer.yaml") << fewer;
  const auto refused = w.as("ada", {"apply", w.dir + "/fewer.yaml"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("people.quinn"));
  EXPECT_THAT(refused.err, HasSubstr("--yes"));
  const auto renamed = edited(fewer, "name: Ada Coordinator", "name: Ada Newname");
  std::ofstream(w.dir + "/renamed.yaml") << renamed;
  EXPECT_THAT(w.as("ada", {"diff", w.dir + "/renamed.yaml"}).out, HasSubstr("name: Ada Coordinator \u2192 Ada Newname"));
}

TEST(TerminalStory, what_was_done_is_said_with_what_follows) {
  World w{On::sqlite};
  w.plan("1.0.0", "0.9.0");
  const auto drafted = w.as("alex", {"entries", "draft", "1.0.0"});
  EXPECT_THAT(drafted.out, HasSubstr("next: evenkeel entries list 1.0.0"));
  w.as("alex", {"notes", "draft", "1.0.0"});
  const auto comment = w.as("pia", {"notes", "comment", "1.0.0", "--audience", "customers", "say when"});
  EXPECT_EQ(comment.code, 0) << comment.err;
  EXPECT_THAT(comment.out, HasSubstr("is kept beside the customers note of release 1.0.0"));
  EXPECT_THAT(comment.out, HasSubstr("next: evenkeel notes review 1.0.0 --audience customers"));
}

}  // namespace
}  // namespace evenkeel::stories
