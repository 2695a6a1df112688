// A chat: messages in channels. A repeated Idempotency-Key gives the first message again and posts nothing.
#pragma once
#include <set>

#include "api/router.hpp"
#include "fake.hpp"

namespace evenkeel::fakes {

struct ChatPost {
  std::string channel;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ChatPost, (), (channel, text))
struct ChatEdit {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ChatEdit, (), (text))
struct ChatMessage {
  std::string id;
  std::string channel;
  std::string text;
  std::string key;
  int edits = 0;
};
BOOST_DESCRIBE_STRUCT(ChatMessage, (), (id, channel, text, key, edits))
struct ChatState {
  std::vector<ChatMessage> messages;
  int deliveries = 0, distinct_keys = 0;
};
BOOST_DESCRIBE_STRUCT(ChatState, (), (messages, deliveries, distinct_keys))

class Chat final : public Fake {
 public:
  http::Response act(const http::Request& request) override {
    const std::scoped_lock lock(mutex_);
    return router_.dispatch(request);
  }
  json::Value state() override {
    const std::scoped_lock lock(mutex_);
    std::set<std::string> keys;
    for (const auto& m : messages_) keys.insert(m.key.empty() ? m.id : m.key);
    return json::to_value(ChatState{messages_, deliveries_, int(keys.size())});
  }

 private:
  Result<ChatMessage> post(api::Call& call, const ChatPost& in) {
    ++deliveries_;
    const std::string key{call.request.headers.get("Idempotency-Key")};
    for (const auto& m : messages_)
      if (!key.empty() && m.key == key) {
        if (m.channel != in.channel || m.text != in.text) return conflict("the key '" + key + "' was used for another message");
        return m;
      }
    call.reply_status = 201;
    return messages_.emplace_back("msg-" + std::to_string(messages_.size() + 1), in.channel, in.text, key);
  }
  Result<ChatMessage> edit(api::Call& call, const ChatEdit& in) {
    for (auto& m : messages_)
      if (m.id == call.param("id")) {
        m.text = in.text;
        ++m.edits;
        return m;
      }
    return not_found("there is no message '" + call.param("id") + "'");
  }
  std::vector<api::Endpoint> table() {
    std::vector<api::Endpoint> all;
    all.push_back(api::endpoint<ChatPost, ChatMessage>("POST", "/messages", "Post",
                                                       [this](api::Call& c, const ChatPost& in) { return post(c, in); }));
    all.push_back(api::endpoint<ChatEdit, ChatMessage>("PATCH", "/messages/{id}", "Edit",
                                                       [this](api::Call& c, const ChatEdit& in) { return edit(c, in); }));
    return all;
  }
  std::mutex mutex_;
  std::vector<ChatMessage> messages_;
  int deliveries_ = 0;
  api::Router router_{table(), {}};
};

}  // namespace evenkeel::fakes
