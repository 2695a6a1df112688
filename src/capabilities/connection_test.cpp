#include "capabilities/connection.hpp"

#include <gmock/gmock.h>

#include "definitions/config.hpp"

namespace evenkeel::capabilities {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> complaints(const std::string& connection) {
  const auto read = definitions::read_yaml("name: Shop\nconnections:\n  - " + connection + "\n", "evenkeel.yaml");
  std::vector<std::string> out;
  if (!read)
    for (const auto& c : read.error().complaints) out.push_back(c.field + ": " + c.message);
  return out;
}

TEST(Connection, EachKindChecksItsOwnSettingsWhereTheyStand) {
  EXPECT_THAT(complaints("{name: p, kind: prometheus, url: \"http://p\"}"), IsEmpty());
  EXPECT_THAT(complaints("{name: p, kind: prometheus}"), ElementsAre("evenkeel.yaml:3:5 (connections[0].url): required"));
  EXPECT_THAT(complaints("{name: p, kind: prometheus, url: \"http://p\", secrt: x}"),
              ElementsAre("evenkeel.yaml:3:50 (connections[0].secrt): unknown key 'secrt'; did you mean 'secret'?"));
  EXPECT_THAT(
      complaints("{name: p, kind: promotheus, url: \"http://p\"}"),
      ElementsAre(HasSubstr("unknown value 'promotheus'; expected one of prometheus, smtp, pager, chat, flags, github, gitlab, openai, "
                            "anthropic, events, alertmanager, json, table")));
  EXPECT_THAT(
      complaints("{name: p, kind: pager, url: \"http://p\", secret: plain}"),
      ElementsAre(
          "evenkeel.yaml:3:45 (connections[0].secret): write ${env:NAME} or ${file:PATH}; the secret itself never stands in this file"));
  EXPECT_THAT(complaints("{name: p, kind: table, url: \"/t.xls\"}"), ElementsAre(HasSubstr("csv or jsonl")));
  EXPECT_THAT(complaints("{name: p, kind: chat, url: \"https://hooks.test/x\"}"), ElementsAre(HasSubstr("who knows the address")));
  EXPECT_THAT(complaints("{name: p, kind: smtp, url: 5, from: true}"), IsEmpty()) << "a plain scalar is text where text is asked for";
}
TEST(Connection, ASettingOfAnotherKindIsRefusedWithWhoseItIs) {
  EXPECT_THAT(
      complaints("{name: p, kind: prometheus, url: \"http://p\", headers: {X-Key: \"${env:K}\"}}"),
      ElementsAre(HasSubstr("unknown key 'headers' of a connection of kind prometheus; only a connection of kind json or table has it")));
  EXPECT_THAT(complaints("{name: p, kind: prometheus, url: \"http://p\", model: small}"), ElementsAre(HasSubstr("openai or anthropic")));
}
TEST(Connection, WhatWasWrittenWhenAllKindsHadAllKeysIsRead) {
  const auto stored =
      json::parse(R"({"name":"p","kind":"prometheus","url":"http://p","user":"","secret":"${env:T}","from":"","hook_secret":"",
    "model":"","headers":{},"times":"","values":"","samples":"counts","stamped":"begin","format":"by_name"})");
  const auto old = json::from_value<ConnectionDef>(*stored).value();
  EXPECT_EQ(json::write(old), R"({"name":"p","kind":"prometheus","url":"http://p","secret":"${env:T}"})");
  EXPECT_TRUE(json::from_value<ConnectionDef>(*stored, json::Unknown::refuse)) << "an older command line sends them all";
}
TEST(Connection, KindsAreCalledByWhatTheyAreAbleToDo) {
  EXPECT_EQ(kinds_able_to(Ability::metric_source), "prometheus, json or table");
  EXPECT_EQ(kinds_able_to(Ability::text_model), "openai or anthropic");
  EXPECT_EQ(kinds_able_to(Ability::pager), "pager or alertmanager");
}

}  // namespace
}  // namespace evenkeel::capabilities
