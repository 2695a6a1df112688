// One question to a language model, through an OpenAI- or Anthropic-compatible endpoint.
//   https://platform.openai.com/docs/api-reference/chat/create   https://docs.anthropic.com/en/api/messages
#pragma once
#include <stop_token>

#include "base/secret.hpp"
#include "capabilities/delivery.hpp"
#include "http/client.hpp"

namespace evenkeel::integrations {

using capabilities::Delivery;
using capabilities::DeliveryEnd;

enum class ModelApi { openai, anthropic };

struct ModelConfig {
  ModelApi api = ModelApi::openai;
  std::string url;  // "https://api.openai.com/v1"
  std::string model;
  Secret key;
};

/// Puts the key, and what else each expects, into the headers.
void sign(http::ClientRequest& request, const ModelConfig& config);

/// `delivery.receipt` is the answer's text. A question has no effect there, so one whose answer was lost is simply asked again. Reasons
/// hold neither key nor question.
Delivery ask_model(http::HttpClient& client, const ModelConfig& config, const std::string& question, SysTime now,
                   std::stop_token stop = {});

}  // namespace evenkeel::integrations
