#include "integrations/language_model/language_model.hpp"

#include <fmt/format.h>

#include "integrations/common/webhook.hpp"

namespace evenkeel::integrations {
namespace {

constexpr int most_tokens = 400;
constexpr const char* anthropic_version = "2023-06-01";

http::ClientRequest request_of(const ModelConfig& config, const std::string& question) {
  auto base = config.url;
  while (base.ends_with('/')) base.pop_back();
  const bool openai = config.api == ModelApi::openai;
  http::ClientRequest request{
      .method = "POST",
      .url = base + (openai ? "/chat/completions" : "/messages"),
      .body = json::dump(json::Object{{"model", config.model},
                                      {"max_tokens", most_tokens},
                                      {"messages", json::Array{json::Object{{"role", "user"}, {"content", question}}}}}),
      .deadline = std::chrono::seconds{60},
      .max_body = 1u << 20};
  request.headers.set("Content-Type", "application/json");
  sign(request, config);
  return request;
}

/// choices[0].message.content, or the first text among content[].
std::optional<std::string> answer_in(ModelApi api, const json::Value& body) {
  const auto* object = body.if_object();
  const auto* list = object ? object->if_contains(api == ModelApi::openai ? "choices" : "content") : nullptr;
  if (!list || !list->is_array()) return {};
  for (const auto& one : list->get_array()) {
    const auto* part = one.if_object();
    if (part && api == ModelApi::openai) {
      const auto* message = part->if_contains("message");
      part = message ? message->if_object() : nullptr;
    }
    const auto* text = part ? part->if_contains(api == ModelApi::openai ? "content" : "text") : nullptr;
    if (text && text->is_string()) return std::string(text->get_string());
  }
  return {};
}

}  // namespace

void sign(http::ClientRequest& request, const ModelConfig& config) {
  const bool openai = config.api == ModelApi::openai;
  if (!openai) request.headers.set("anthropic-version", anthropic_version);
  if (!config.key.empty()) request.headers.set(openai ? "Authorization" : "x-api-key", (openai ? "Bearer " : "") + config.key.reveal());
}

Delivery ask_model(http::HttpClient& client, const ModelConfig& config, const std::string& question, SysTime now, std::stop_token stop) {
  const auto answer = client.send(request_of(config, question), std::move(stop));
  if (!answer) {
    auto lost = delivery_of(answer.error());
    if (lost.end == DeliveryEnd::unconfirmed) lost.end = DeliveryEnd::retry;
    return lost;
  }
  if (answer->status < 200 || answer->status > 299) {
    auto refused = delivery_of(*answer, now);
    refused.reason = fmt::format("the model's server answered HTTP {}", answer->status);  // its words may repeat the question or the key
    return refused;
  }
  const auto body = json::parse(answer->body);
  auto text = body ? answer_in(config.api, *body) : std::nullopt;
  if (!text) return {DeliveryEnd::refused, {}, "the model's server answered in another form", {}};
  return {DeliveryEnd::delivered, std::move(*text), {}, {}};
}

}  // namespace evenkeel::integrations
