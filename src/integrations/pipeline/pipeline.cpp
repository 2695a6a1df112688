#include "integrations/pipeline/pipeline.hpp"

#include <fmt/format.h>

#include <set>

#include "base/json.hpp"

namespace evenkeel::integrations {
namespace {

using capabilities::HttpAnswer;
using capabilities::HttpCall;
using capabilities::PipelineLook;
using capabilities::PipelineStart;

class Caller final : public capabilities::HttpCaller {
 public:
  explicit Caller(http::HttpClient& http) : http_(http) {}
  Result<HttpAnswer> call(const HttpCall& call, std::stop_token stop) override {
    http::ClientRequest request{.method = call.method, .url = call.url, .body = call.body, .deadline = call.deadline};
    for (const auto& [name, value] : call.headers) request.headers.set(name, value);
    if (!call.key.empty()) request.headers.set("Idempotency-Key", call.key);
    if (!call.body.empty() && !request.headers.has("Content-Type")) request.headers.set("Content-Type", "application/json");
    auto answer = TRY(http_.send(request, std::move(stop)));
    return HttpAnswer{answer.status, std::move(answer.body)};
  }

 private:
  http::HttpClient& http_;
};

constexpr std::size_t most_said = 64 * 1024;
std::string said(const HttpAnswer& answer) { return fmt::format("HTTP {}\n{}", answer.status, answer.body.substr(0, most_said)); }

/// How the run stands: `conclusion` where there is one (a run that is "completed" may have failed), else `status`, else `state`.
std::string word_in(const std::string& text) {
  const auto body = json::parse(text);
  for (const auto* name : {"conclusion", "status", "state"}) {
    const auto* word = body && body->is_object() ? body->get_object().if_contains(name) : nullptr;
    if (word && word->is_string()) return std::string(word->get_string());
  }
  return "";
}

/// Each system has its own spelling: SUCCESS, timed_out, Canceled.
std::string in_small_letters(const std::string& word) {
  std::string out;
  for (const unsigned char c : word)
    if (std::isalnum(c)) out += char(std::tolower(c));
  return out;
}

/// `id` of the object, of the first of a list, or of the first of `runs`.
std::optional<std::string> id_in(const std::string& text) {
  const auto body = json::parse(text);
  if (!body) return {};
  const auto first = [](const json::Value* list) { return list->get_array().empty() ? nullptr : &list->get_array().front(); };
  const json::Value* one = &*body;
  if (one->is_array()) one = first(one);
  if (one && one->is_object())
    if (const auto* list = one->get_object().if_contains("runs"); list && list->is_array()) one = first(list);
  const auto* id = one && one->is_object() ? one->get_object().if_contains("id") : nullptr;
  if (!id) return {};
  return id->is_string() ? std::string(id->get_string()) : json::dump(*id);
}

class Generic final : public capabilities::Pipeline {
 public:
  explicit Generic(capabilities::HttpCaller& http) : http_(http) {}

  PipelineStart start(const HttpCall& trigger, int expect_status, std::stop_token stop) override {
    const auto answer = http_.call(trigger, std::move(stop));
    if (!answer)
      return {.kind = answer.error().kind == ErrorKind::unknown ? PipelineStart::unsure : PipelineStart::not_sent,
              .problem = answer.error().message};
    PipelineStart out{.said = said(*answer), .status = answer->status};
    const bool taken = expect_status != 0 ? answer->status == expect_status : answer->status >= 200 && answer->status < 300;
    const auto id = id_in(answer->body);
    if (!taken)
      out.problem = fmt::format("the trigger answered HTTP {}", answer->status);
    else if (!id)
      out.problem = "the trigger's answer holds no \"id\"";
    else
      out.kind = PipelineStart::started, out.run = *id;
    return out;
  }
  Result<std::string> find(const HttpCall& lookup, std::stop_token stop) override {
    const auto answer = TRY(http_.call(lookup, std::move(stop)));
    if (answer.status == 404) return not_found("no such run");
    if (answer.status != 200) return unavailable(fmt::format("HTTP {}", answer.status));
    if (auto id = id_in(answer.body)) return *id;
    return not_found("no such run");
  }
  PipelineLook look(const HttpCall& status, std::stop_token stop) override {
    const auto answer = http_.call(status, std::move(stop));
    if (!answer || answer->status >= 500) return {};
    PipelineLook out{.word = word_in(answer->body), .said = said(*answer)};
    static const std::set<std::string, std::less<>> good{"success", "succeeded", "successful", "completed", "passed"},
        bad{"failure", "failed",   "cancelled", "canceled", "aborted",        "abort",          "error",
            "errored", "timedout", "skipped",   "stale",    "startupfailure", "actionrequired", "neutral"};
    const auto word = in_small_letters(out.word);
    if (good.contains(word)) out.kind = PipelineLook::succeeded;
    if (bad.contains(word)) out.kind = PipelineLook::failed;
    return out;
  }

 private:
  capabilities::HttpCaller& http_;
};

}  // namespace

std::unique_ptr<capabilities::HttpCaller> http_caller(http::HttpClient& http) { return std::make_unique<Caller>(http); }
std::unique_ptr<capabilities::Pipeline> generic_pipeline(capabilities::HttpCaller& http) { return std::make_unique<Generic>(http); }

}  // namespace evenkeel::integrations
