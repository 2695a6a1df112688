#include "steps/variables.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "base/process.hpp"
#include "support/git_repo.hpp"

namespace evenkeel::steps {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> hostile{
    "1.0.0; touch /tmp/x",
    "1.0.0$(id)",
    "`id`",
    "1.0.0\nid",
    "a b",
    "a|b",
    "a&b",
    "a>b",
    "'",
    "\"",
    "\\",
    "*",
    "~root#",
    "-rf",
    "--upload-pack=x",
    "../../etc",
    "a\tb",
    "${x}",
    "(x)",
    std::string("a\0b", 3),
    "a=b",
    "%00",
    "!",
    "\x1b[0m",
    "\xe2\x80\xae",
};

TEST(Variables, WhatAShellCouldReadNeverGetsIntoACommand) {
  for (const auto& value : hostile) {
    std::vector<std::string> secrets;
    const auto words = substitute_words({"sh", "-c", "deploy ${version}"}, {{"version", value}}, secrets);
    ASSERT_FALSE(words) << value;
    EXPECT_EQ(words.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(substitute_words({"deploy", "${version}"}, {{"version", value}}, secrets))
        << value << ": nor into a word that is passed on";
    EXPECT_FALSE(substitute_words({"deploy", "--to=${version}"}, {{"version", value}}, secrets)) << value;
  }
}
TEST(Variables, OrdinaryVersionsDigestsAndIdsDo) {
  std::vector<std::string> secrets;
  for (const auto* value :
       {"1.0.0", "1.0.0-rc.1+build.7", "sha256:0f3a", "registry.example.org/shop@sha256:ab", "2:1.0~beta1-2", "eu-west_1", "", "v1.2,v1.3"})
    EXPECT_EQ(substitute_words({"x", "a=${v}!"}, {{"v", value}}, secrets).value()[1], fmt::format("a={}!", value));
  EXPECT_THAT(substitute("${nothing}", {}, secrets).error().message, HasSubstr("there is no variable 'nothing'"));
}
TEST(Variables, AJsonBodyIsWrittenByAWriterOfJson) {
  const auto body = json::parse(R"({"version": "${v}", "list": ["a ${v}", 1], "${v}": true})").value();
  std::vector<std::string> secrets;
  for (auto value : hostile) {
    const auto made = json::dump(substitute_json(body, {{"v", value}}, secrets).value_or(json::Value("refused")));
    if (value.find('\0') != std::string::npos) {
      EXPECT_EQ(made, "\"refused\"");
      continue;
    }
    const auto read = json::parse(made).value();
    EXPECT_EQ(read.as_object().size(), 3u) << made;
    EXPECT_EQ(read.at("version").as_string(), value);
    EXPECT_EQ(read.at("list").at(0).as_string(), "a " + value);
  }
  EXPECT_EQ(json::dump(substitute_json(body, {{"v", R"(1","admin":true,"x":")"}}, secrets).value()).find("\"admin\":true"),
            std::string::npos);
}
TEST(Variables, AnAddressKeepsItsShape) {
  std::vector<std::string> secrets;
  const auto url = [&](const std::string& v) { return substitute("https://h/deploy/${v}?e=1", {{"v", v}}, secrets, Into::address); };
  EXPECT_EQ(url("1.0.0+b").value(), "https://h/deploy/1.0.0%2Bb?e=1");
  EXPECT_EQ(url("x?e=2&y#z@evil/..").value(), "https://h/deploy/x%3Fe%3D2%26y%23z%40evil%2F..?e=1");
  EXPECT_FALSE(url(".."));
  EXPECT_FALSE(substitute("Bearer ${v}", {{"v", "x\r\nX-Evil: 1"}}, secrets, Into::header));
}
TEST(Variables, ASecretInAScriptIsHeldToTheSameRuleAndNeverNamed) {
  ::setenv("EVENKEEL_TEST_SECRET", "p4ss'; rm -rf /;'", 1);
  std::vector<std::string> secrets;
  for (const auto& words : std::vector<std::vector<std::string>>{{"sh", "-c", "x ${env:EVENKEEL_TEST_SECRET}"},
                                                                 {"/bin/bash", "-euc", "x ${env:EVENKEEL_TEST_SECRET}"},
                                                                 {"python3.11", "-c", "x ${env:EVENKEEL_TEST_SECRET}"},
                                                                 {"docker", "exec", "web", "sh", "-lc", "${env:EVENKEEL_TEST_SECRET}"},
                                                                 {"eval", "eval", "${env:EVENKEEL_TEST_SECRET}"}}) {
    const auto made = substitute_words(words, {}, secrets);
    ASSERT_FALSE(made) << words[0];
    EXPECT_THAT(made.error().message, AllOf(HasSubstr("env:EVENKEEL_TEST_SECRET"), HasSubstr("under `env:`"), Not(HasSubstr("p4ss"))));
  }
  EXPECT_TRUE(substitute_words({"curl", "-H", "X: ${env:EVENKEEL_TEST_SECRET}"}, {}, secrets)) << "a word is a word";
}
TEST(Variables, AReferenceToNothingIsAnErrorAndNoEmptySecret) {
  ::unsetenv("EVENKEEL_TEST_NONE");
  ::setenv("EVENKEEL_TEST_EMPTY", "", 1);
  const testing_git::TempFolder folder;
  const auto empty = (folder.path() / "empty").string();
  std::ofstream(empty) << "\n";
  EXPECT_FALSE(resolve_secret("${env:EVENKEEL_TEST_NONE}"));
  EXPECT_THAT(resolve_secret("${env:EVENKEEL_TEST_EMPTY}").error().message, HasSubstr("is empty"));
  EXPECT_FALSE(resolve_secret("${file:" + empty + "}"));
  EXPECT_FALSE(resolve_secret("${file:/no/such/file}"));
  EXPECT_EQ(resolve_secret("").value(), "") << "no reference: nothing was asked for";
}

}  // namespace
}  // namespace evenkeel::steps
