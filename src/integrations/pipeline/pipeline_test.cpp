#include "integrations/pipeline/pipeline.hpp"

#include <gmock/gmock.h>

#include "support/canned_client.hpp"

namespace evenkeel::integrations {
namespace {

using capabilities::PipelineLook;
using capabilities::PipelineStart;

struct GenericPipeline : testing::Test {
  testing_http::CannedClient client;
  std::unique_ptr<capabilities::HttpCaller> http = http_caller(client);
  std::unique_ptr<capabilities::Pipeline> pipeline = generic_pipeline(*http);
};

TEST_F(GenericPipeline, TheIdOfARunIsFoundInEachForm) {
  for (const auto* body : {R"({"id":"7"})", R"({"id":7})", R"([{"id":7}])", R"({"runs":[{"id":7}]})"}) {
    client.says(201, body);
    const auto started = pipeline->start({.method = "POST", .url = "https://ci.test/run", .key = "att_1"}, 0);
    EXPECT_EQ(started.kind, PipelineStart::started) << body;
    EXPECT_EQ(started.run, "7") << body;
    EXPECT_EQ(pipeline->find({.url = "https://ci.test/runs?key=att_1"}).error().kind, ErrorKind::unavailable)
        << "201 is no answer to a question";
  }
  EXPECT_EQ(client.asked[0].headers.get("Idempotency-Key"), "att_1");
  for (const auto* body : {"{}", "[]", R"({"runs":[]})", "<html>"}) {
    client.says(200, body);
    EXPECT_EQ(pipeline->start({.url = "https://ci.test"}, 0).kind, PipelineStart::refused) << body;
    EXPECT_EQ(pipeline->find({.url = "https://ci.test"}).error().kind, ErrorKind::not_found) << body;
  }
  client.says(202, R"({"id":1})");
  EXPECT_EQ(pipeline->start({.url = "https://ci.test"}, 201).problem, "the trigger answered HTTP 202");
}
TEST_F(GenericPipeline, ARunThatIsCompletedMayHaveFailed) {
  const auto kind = [&](int status, const std::string& body) {
    client.says(status, body);
    return pipeline->look({.url = "https://ci.test/run/7"}).kind;
  };
  EXPECT_EQ(kind(200, R"({"status":"completed","conclusion":"failure"})"), PipelineLook::failed);
  EXPECT_EQ(kind(200, R"({"status":"completed","conclusion":"success"})"), PipelineLook::succeeded);
  EXPECT_EQ(kind(200, R"({"state":"success"})"), PipelineLook::succeeded);
  EXPECT_EQ(kind(200, R"({"status":"in_progress"})"), PipelineLook::running);
  EXPECT_EQ(kind(503, ""), PipelineLook::running);
}

}  // namespace
}  // namespace evenkeel::integrations
