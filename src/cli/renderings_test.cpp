#include "cli/renderings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/remote.hpp"
#include "definitions/key_help.hpp"

namespace evenkeel::cli {
namespace {

using testing::HasSubstr;

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return out;
}

/// What bash offers behind these words.
std::string offered(const std::string& words) {
  const auto path = testing::TempDir() + "evenkeel-completion.bash";
  std::ofstream(path) << completion("bash", commands()).value();
  return output_of("bash -c 'source " + path + "; COMP_WORDS=(evenkeel " + words +
                   " \"\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _evenkeel; echo \"${COMPREPLY[*]}\"'");
}

TEST(Renderings, bash_completes_words_options_and_closed_sets) {
  EXPECT_THAT(offered(""), HasSubstr("release"));
  EXPECT_THAT(offered("release"), HasSubstr("plan"));
  EXPECT_THAT(offered("release plan"), HasSubstr("--component"));
  EXPECT_THAT(offered("release plan 1.0.0"), HasSubstr("--component"));
  EXPECT_EQ(offered("signoff 1.0.0 --verdict"), "go no_go\n");
  EXPECT_THAT(offered("signoff 1.0.0 --role"), HasSubstr("engineering_lead"));
}

TEST(Renderings, every_command_that_is_shown_is_in_each_of_them) {
  const auto man = man_page(commands());
  const auto zsh = completion("zsh", commands()).value(), fish = completion("fish", commands()).value();
  for (const auto& c : commands()) {
    const auto shown = !c.help.starts_with("(internal)");
    EXPECT_EQ(zsh.contains("'" + c.path + "')"), shown) << c.path;
    EXPECT_EQ(fish.contains("__evenkeel_at '" + c.path + "'"), shown) << c.path;
    std::string in_troff = "evenkeel " + c.path;
    for (std::size_t at = 0; (at = in_troff.find('-', at)) != std::string::npos; at += 2) in_troff.replace(at, 1, "\\-");
    EXPECT_EQ(man.contains(".SS " + in_troff), shown) << c.path;
  }
  EXPECT_EQ(completion("tcsh", commands()).error().kind, ErrorKind::invalid);
}

/// The reference stands in the repository as it would be made now.
void expect_as_kept(const std::string& name, const std::string& text) {
  const auto path = std::string(REFERENCE_DIR) + "/" + name;
  if (std::getenv("UPDATE")) std::ofstream(path) << text;
  std::ifstream in(path);
  const std::string kept{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(kept == text) << path << " is not what the tables say now; UPDATE=1 writes it anew";
}
TEST(Renderings, the_reference_is_kept_as_it_would_be_made) {
  expect_as_kept("commands.md", command_reference(commands()));
  expect_as_kept("acts.md", act_reference(acts()));
  expect_as_kept("evenkeel-yaml.md", definitions::key_reference());
  expect_as_kept("../../web/src/generated/acts.json", act_forms(acts()));
  expect_as_kept("../../web/src/generated/definitions.json", definition_forms());
}

}  // namespace
}  // namespace evenkeel::cli
