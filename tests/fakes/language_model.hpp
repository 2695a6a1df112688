// A language model behind both usual forms of endpoint: it answers every question with the same sentence, and remembers what it was asked
// by whom. Without the key "model-key" it refuses, as the real ones do.
#pragma once
#include <fmt/format.h>

#include <set>

#include "api/router.hpp"
#include "fake.hpp"

namespace evenkeel::fakes {

struct Asked {
  std::string form, model, question;
};
BOOST_DESCRIBE_STRUCT(Asked, (), (form, model, question))
struct ModelState {
  std::vector<Asked> asked;
  int refused = 0;
};
BOOST_DESCRIBE_STRUCT(ModelState, (), (asked, refused))

class LanguageModel final : public Fake {
 public:
  http::Response act(const http::Request& request) override {
    const std::scoped_lock lock(mutex_);
    const bool openai = request.path == "/v1/chat/completions";
    if (!openai && request.path != "/v1/messages") return api::problem(404, "no such endpoint");
    const auto key = openai ? request.headers.get("Authorization") : request.headers.get("x-api-key");
    if (key != (openai ? "Bearer model-key" : "model-key") || (!openai && request.headers.get("anthropic-version").empty())) {
      ++state_.refused;
      return api::problem(401, fmt::format("the key {} is not known", key));
    }
    const auto body = json::parse(request.body);
    if (!body || !body->at("max_tokens").is_int64()) return api::problem(400, "another form");
    const auto& message = body->at("messages").as_array().at(0);
    state_.asked.push_back(
        {openai ? "openai" : "anthropic", std::string(body->at("model").as_string()), std::string(message.at("content").as_string())});
    const std::string words = "You can now find what you look for at once. <!-- ent_made_up -->\n\nIs there anything else?";
    const json::Object answer =
        openai ? json::Object{{"choices", json::Array{json::Object{{"message", json::Object{{"role", "assistant"}, {"content", words}}}}}}}
               : json::Object{{"content", json::Array{json::Object{{"type", "text"}, {"text", words}}}}};
    return http::Response::json(json::dump(answer));
  }
  json::Value state() override {
    const std::scoped_lock lock(mutex_);
    return json::to_value(state_);
  }

 private:
  std::mutex mutex_;
  ModelState state_;
};

}  // namespace evenkeel::fakes
