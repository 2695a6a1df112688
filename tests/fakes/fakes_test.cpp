// The fakes themselves: what they keep, what they count, how they fail when told to.
#include <gtest/gtest.h>

#include "chat.hpp"
#include "flags.hpp"
#include "integrations/common/webhook.hpp"
#include "pager.hpp"
#include "pipeline.hpp"

namespace evenkeel::fakes {
namespace {

http::Response ask(Fake& fake, std::string method, std::string target, std::string body = {}, http::Headers headers = {}) {
  return fake.answer(http::make_request(std::move(method), std::move(target), std::move(body), std::move(headers)));
}
template <class S>
S state(Fake& fake) {
  return json::from_value<S>(fake.state()).value();
}

std::string event(std::string action, std::string key) {
  return json::write(AlertEvent{std::move(action), std::move(key), AlertDetails{"checkout errors", "evenkeel"}});
}
TEST(FakePager, OneAlertAKeyHoweverOftenItIsSent) {
  Pager pager{Secret{}};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(pager, "POST", "/v2/enqueue", event("trigger", "rel_1/errors")).status, 202);
  EXPECT_EQ(ask(pager, "POST", "/alerts", event("trigger", "rel_1/latency")).status, 202);
  EXPECT_EQ(ask(pager, "POST", "/alerts", event("resolve", "rel_1/errors")).status, 202);
  const auto s = state<PagerState>(pager);
  EXPECT_EQ(s.deliveries, 5);
  EXPECT_EQ(s.distinct_keys, 2);
  EXPECT_EQ(s.open, 1);
  EXPECT_EQ(s.alerts.at(0).triggers, 3);
  EXPECT_EQ(s.alerts.at(0).state, "resolved");
}
TEST(FakePager, UnsignedAndMalformedEventsAreRefused) {
  Pager pager{Secret{"s"}};
  const auto body = event("trigger", "k");
  EXPECT_EQ(ask(pager, "POST", "/alerts", body).status, 401);
  EXPECT_EQ(
      ask(pager, "POST", "/alerts", body, {{"X-Evenkeel-Signature-256", integrations::webhook_signature(Secret{"other"}, body)}}).status,
      401);
  EXPECT_EQ(ask(pager, "POST", "/alerts", body, {{"X-Evenkeel-Signature-256", integrations::webhook_signature(Secret{"s"}, body)}}).status,
            202);
  const auto bad = event("explode", "k");
  EXPECT_EQ(ask(pager, "POST", "/alerts", bad, {{"X-Evenkeel-Signature-256", integrations::webhook_signature(Secret{"s"}, bad)}}).status,
            422);
  EXPECT_EQ(state<PagerState>(pager).refused, 3);
  EXPECT_EQ(state<PagerState>(pager).deliveries, 1);
}
TEST(FakeChat, ARepeatedKeyPostsNothing) {
  Chat chat;
  const auto post = [&](std::string key, std::string text) {
    return ask(chat, "POST", "/messages", json::write(ChatPost{"#releases", text}), {{"Idempotency-Key", key}});
  };
  EXPECT_EQ(post("k1", "going live").status, 201);
  EXPECT_EQ(post("k1", "going live").status, 200);
  EXPECT_EQ(post("k1", "something else").status, 409);
  EXPECT_EQ(post("k2", "live").status, 201);
  EXPECT_EQ(ask(chat, "PATCH", "/messages/msg-2", R"({"text":"live since 14:00"})").status, 200);
  const auto s = state<ChatState>(chat);
  EXPECT_EQ(s.messages.size(), 2u);
  EXPECT_EQ(s.deliveries, 4);
  EXPECT_EQ(s.distinct_keys, 2);
  EXPECT_EQ(s.messages[1].text, "live since 14:00");
}
TEST(FakePipeline, ARunIsTriggeredOnceFoundByItsKeyAndEndsAsPlanned) {
  Pipeline pipeline;
  EXPECT_EQ(ask(pipeline, "PUT", "/__plan", R"({"pipeline":"checkout","result":"failed","polls":1})").status, 204);
  const auto trigger = [&](std::string name, std::string key) {
    return json::read_text<PipelineRun>(
               ask(pipeline, "POST", "/runs", json::write(RunRequest{name, "v2", {{"env", "production"}}}), {{"Idempotency-Key", key}})
                   .body)
        .value()
        .id;
  };
  EXPECT_EQ(trigger("checkout", "att_1"), trigger("checkout", "att_1"));
  EXPECT_NE(trigger("search", "att_2"), "run-1");
  const auto poll = [&](std::string id) { return json::read_text<PipelineRun>(ask(pipeline, "GET", "/runs/" + id).body).value().state; };
  EXPECT_EQ(poll("run-1"), "running");
  EXPECT_EQ(poll("run-1"), "failed");
  EXPECT_EQ(poll("run-1"), "failed");
  EXPECT_EQ((std::vector{poll("run-2"), poll("run-2"), poll("run-2")}), (std::vector<std::string>{"running", "running", "succeeded"}));
  EXPECT_EQ(json::read_text<std::vector<PipelineRun>>(ask(pipeline, "GET", "/runs?key=att_2").body).value().at(0).id, "run-2");
  EXPECT_EQ(ask(pipeline, "GET", "/runs?key=att_9").body, "[]");
  EXPECT_EQ(state<PipelineState>(pipeline).triggers, 3);
}
TEST(FakeFlags, AFlagIsPerEnvironmentAndCountsRealChanges) {
  Flags flags;
  EXPECT_EQ(ask(flags, "GET", "/flags/new-cart").status, 404);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ask(flags, "PUT", "/flags/new-cart", R"({"enabled":true,"rollout":25})").status, 200);
  ask(flags, "PUT", "/flags/new-cart?environment=staging", R"({"enabled":false})");
  const auto flag = json::read_text<Flag>(ask(flags, "GET", "/flags/new-cart").body).value();
  EXPECT_TRUE(flag.enabled);
  EXPECT_EQ(flag.rollout, 25);
  EXPECT_EQ(flag.writes, 2);
  EXPECT_EQ(flag.changes, 1);
  EXPECT_EQ(json::read_text<std::vector<Flag>>(ask(flags, "GET", "/flags").body).value().size(), 2u);
  EXPECT_EQ(ask(flags, "PUT", "/flags/x", R"({"enabled":true,"rollout":101})").status, 422);
}
TEST(Faults, RejectCountsDownAndLoseActsWithoutAnAnswer) {
  Chat chat;
  EXPECT_EQ(ask(chat, "POST", "/__control", R"({"mode":"reject","status":429,"retry_after":3,"times":1})").status, 204);
  const auto refused = ask(chat, "POST", "/messages", R"({"channel":"a","text":"b"})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("Retry-After"), "3");
  EXPECT_EQ(ask(chat, "POST", "/messages", R"({"channel":"a","text":"b"})").status, 201);
  EXPECT_EQ(ask(chat, "POST", "/__control", R"({"mode":"explode"})").status, 422);
  ask(chat, "POST", "/__control", R"({"mode":"lose"})");
  std::atomic<bool> answered = false;
  std::jthread caller{[&] {
    ask(chat, "POST", "/messages", R"({"channel":"a","text":"c"})");
    answered = true;
  }};
  while (state<ChatState>(chat).deliveries < 2) std::this_thread::yield();
  EXPECT_FALSE(answered);
  ask(chat, "POST", "/__control", R"({"mode":"ok"})");
  caller.join();
  EXPECT_EQ(state<ChatState>(chat).messages.size(), 2u);
}

}  // namespace
}  // namespace evenkeel::fakes
