// OpenAI and Anthropic, and what speaks as they do, as connections.
#include <fmt/format.h>

#include "capabilities/text_model.hpp"
#include "integrations/common/probe.hpp"
#include "integrations/language_model/language_model.hpp"

namespace evenkeel::integrations {
namespace {

struct ModelSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address of its API, as https://api.openai.com/v1"},
                                  {"secret", "The key, as ${env:NAME} or ${file:PATH}; never the key itself"},
                                  {"model", "Which model drafts"}};
  std::string url;
  std::string secret;
  std::string model;
};
BOOST_DESCRIBE_STRUCT(ModelSettings, (), (url, secret, model))

class Model final : public capabilities::TextModel {
 public:
  Model(ModelApi api, ModelSettings s, Wire wire) : api_(api), settings_(std::move(s)), wire_(std::move(wire)) {}

  Delivery ask(const std::string& model, const std::string& question, SysTime now, std::stop_token stop) override {
    return ask_model(*wire_.http, config(model), question, now, std::move(stop));
  }
  /// The list of models, which both have under the same path; no question is asked.
  Tested test(const TestAsk& ask) {
    http::ClientRequest request{.url = base_of(settings_.url) + "/models", .max_body = 1u << 20};
    sign(request, config(""));
    auto found = probe(wire_, std::move(request), !settings_.secret.empty(), ask.stop);
    if (found.tested.saw.starts_with("HTTP 404")) {
      found.tested.problem.clear();
      found.tested.next_step = "it has no list of models, so the key was not tried; `evenkeel entries propose` asks a question";
      return found.tested;
    }
    if (!found.ok()) return found.tested;
    if (!settings_.model.empty() && !found.answer.body.contains('"' + settings_.model + '"')) {
      found.tested.problem = fmt::format("its list of models does not hold {}", settings_.model);
      found.tested.next_step = fmt::format("correct `model` of connection {}", wire_.name);
      return found.tested;
    }
    found.tested.may = {settings_.model.empty() ? "draft words" : fmt::format("draft words with {}", settings_.model)};
    return found.tested;
  }

 private:
  ModelConfig config(const std::string& model) const { return {api_, settings_.url, model, Secret{settings_.secret}}; }
  ModelApi api_;
  ModelSettings settings_;
  Wire wire_;
};

template <ModelApi api>
Result<Integration> open(const ModelSettings& s, const Wire& wire) {
  const auto model = std::make_shared<Model>(api, s, wire);
  return Integration{.text_model = model, .test = [model](const TestAsk& ask) { return model->test(ask); }};
}

}  // namespace

Vendors language_model_vendors() {
  return {vendor_of("openai", {Ability::text_model}, open<ModelApi::openai>),
          vendor_of("anthropic", {Ability::text_model}, open<ModelApi::anthropic>)};
}

}  // namespace evenkeel::integrations
