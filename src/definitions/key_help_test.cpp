// Every key of evenkeel.yaml has its sentence, and every sentence its key.
#include "definitions/key_help.hpp"

#include <gmock/gmock.h>

#include "definitions/config.hpp"

namespace evenkeel::definitions {
namespace {

using testing::HasSubstr;

void expect_described(const std::string& type, const json::Object& schema) {
  EXPECT_TRUE(schema.contains("description") || schema.contains("title")) << type;
  if (const auto* kinds = schema.if_contains("oneOf"))
    for (const auto& kind : kinds->get_array()) expect_described(std::string(kind.at("title").get_string()), kind.get_object());
  const auto* properties = schema.if_contains("properties");
  if (!properties) return;
  for (const auto& [name, property] : properties->get_object())
    EXPECT_TRUE(property.get_object().contains("description")) << type << "." << std::string_view(name);
}

TEST(KeyHelp, each_key_has_its_sentence_and_each_sentence_its_key) {
  const auto schema = json_schema().get_object();
  expect_described("the file", schema);
  for (const auto& [name, def] : schema.at("$defs").get_object()) expect_described(std::string(name), def.get_object());
  EXPECT_THAT(sentences_without_key(schema), testing::IsEmpty());
}
TEST(KeyHelp, a_path_says_what_stands_there_and_what_it_is_when_left_out) {
  EXPECT_THAT(key_help("", 0).value(), testing::AllOf(HasSubstr("services"), HasSubstr("needed"), HasSubstr("help yaml KEY")));
  const auto step = key_help("services.deploy", 0).value();
  EXPECT_THAT(step,
              testing::AllOf(HasSubstr("Steps that put ${version}"), HasSubstr("timeout"), HasSubstr("10m"), HasSubstr("command | http")));
  EXPECT_THAT(key_help("services.health.criteria.kind", 0).value(), HasSubstr("slo_burn"));
  EXPECT_THAT(key_help("services.helth", 0).error().message, HasSubstr("'services.health'?"));
  EXPECT_EQ(key_help("services.name.more", 0).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace evenkeel::definitions
