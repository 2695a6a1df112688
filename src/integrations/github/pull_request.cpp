#include "integrations/github/pull_request.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "integrations/common/webhook.hpp"

namespace evenkeel::integrations::github {
namespace {

constexpr const char* api_version = "2022-11-28";

/// What came back: a body, or how the delivery ended.
struct Answer {
  int status = 0;
  json::Value body;
  Delivery undone;  // when there is no answer to go on with
  bool ok() const { return status >= 200 && status < 300; }
};

class Api {
 public:
  Api(http::HttpClient& client, const Account& account, const PullRequest& p, SysTime now, std::stop_token stop)
      : client_(client), account_(account), base_("/repos/" + p.repository), now_(now), stop_(std::move(stop)) {}
  Answer get(const std::string& path) { return call("GET", path, ""); }
  Answer send(const std::string& method, const std::string& path, const json::Object& body) { return call(method, path, json::dump(body)); }

 private:
  Answer call(const std::string& method, const std::string& path, std::string body) {
    const auto request = request_to(account_, method, base_ + path, std::move(body));
    const auto answer = client_.send(request, stop_);
    Answer out;
    if (!answer) {
      out.undone = delivery_of(answer.error());
      out.undone.end = DeliveryEnd::retry;  // each step looks before it acts
      return out;
    }
    out.status = answer->status;
    out.undone = delivery_of(*answer, now_);
    if (auto parsed = json::parse(answer->body)) out.body = std::move(*parsed);
    return out;
  }

  http::HttpClient& client_;
  const Account& account_;
  std::string base_;
  SysTime now_;
  std::stop_token stop_;
};

std::string text_at(const json::Value& value, std::string_view name) {
  const auto* object = value.if_object();
  const auto* member = object ? object->if_contains(name) : nullptr;
  return member && member->is_string() ? std::string(member->get_string()) : "";
}
std::string sha_of_ref(const json::Value& ref) {
  const auto* object = ref.if_object();
  const auto* target = object ? object->if_contains("object") : nullptr;
  return target ? text_at(*target, "sha") : "";
}

/// Its path, segment by segment.
std::string in_path(const std::string& path) {
  std::string out;
  for (std::size_t from = 0; from <= path.size();) {
    const auto slash = std::min(path.find('/', from), path.size());
    out += "/" + http::percent_encode(path.substr(from, slash - from));
    from = slash + 1;
  }
  return out;
}

bool holds(const Answer& file, const std::string& text) {
  auto content = text_at(file.body, "content");
  std::erase(content, '\n');
  const auto bytes = from_base64(content);
  return bytes && *bytes == text;
}

Delivery without_pull(const Answer& failed, std::string_view what) {
  auto d = failed.undone;
  if (d.end == DeliveryEnd::delivered) d = {DeliveryEnd::refused, {}, "the answer has another form", {}};
  d.reason = fmt::format("{}: {}", what, d.reason);
  return d;
}

/// The pull request of the branch in this state ("open", "all"), else a new one.
Delivery with_pull(Api& api, const PullRequest& p, std::string_view state) {
  const auto owner = p.repository.substr(0, p.repository.find('/'));
  const auto known = api.get(fmt::format("/pulls?state={}&head={}", state, http::percent_encode(owner + ":" + p.branch)));
  if (!known.ok() || !known.body.is_array()) return without_pull(known, "looking for the pull request");
  if (!known.body.get_array().empty()) return {DeliveryEnd::delivered, text_at(known.body.get_array().front(), "html_url"), {}, {}};
  const auto made = api.send(
      "POST", "/pulls",
      {{"title", clean_text(p.title, longest_title)}, {"head", p.branch}, {"base", p.base}, {"body", clean_text(p.body, longest_body)}});
  if (!made.ok()) return without_pull(made, "opening the pull request");
  return {DeliveryEnd::delivered, text_at(made.body, "html_url"), {}, {}};
}

}  // namespace

http::ClientRequest request_to(const Account& account, std::string method, const std::string& path, std::string body) {
  auto base = account.url;
  while (base.ends_with('/')) base.pop_back();
  http::ClientRequest request{.method = std::move(method), .url = base + path, .body = std::move(body)};
  request.headers.set("Accept", "application/vnd.github+json");
  request.headers.set("X-GitHub-Api-Version", api_version);
  if (!request.body.empty()) request.headers.set("Content-Type", "application/json");
  if (!account.token.empty()) request.headers.set("Authorization", "Bearer " + account.token.reveal());
  return request;
}

Delivery open_pull_request(http::HttpClient& client, const Account& account, const PullRequest& p, const ProposedFile& file, SysTime now,
                           std::stop_token stop) {
  Api api(client, account, p, now, std::move(stop));
  const auto file_on = [&](const std::string& branch) {
    return api.get("/contents" + in_path(file.path) + "?ref=" + http::percent_encode(branch));
  };
  const auto on_base = file_on(p.base);
  if (on_base.ok() && holds(on_base, file.text)) return {DeliveryEnd::delivered, fmt::format("{} has it already", p.base), {}, {}};
  if (!on_base.ok() && on_base.status != 404) return without_pull(on_base, "reading the file");
  auto ours = api.get("/git/ref/heads" + in_path(p.branch));
  if (ours.status == 404) {
    const auto base = api.get("/git/ref/heads" + in_path(p.base));
    if (!base.ok()) return without_pull(base, fmt::format("reading the branch {}", p.base));
    ours = api.send("POST", "/git/refs", {{"ref", "refs/heads/" + p.branch}, {"sha", sha_of_ref(base.body)}});
  }
  if (!ours.ok()) return without_pull(ours, "making a branch");
  const auto on_ours = file_on(p.branch);
  if (!on_ours.ok() && on_ours.status != 404) return without_pull(on_ours, "reading the file");
  if (!on_ours.ok() || !holds(on_ours, file.text)) {
    json::Object put{{"message", p.title}, {"content", to_base64(file.text)}, {"branch", p.branch}};
    if (on_ours.ok()) put["sha"] = text_at(on_ours.body, "sha");
    if (const auto written = api.send("PUT", "/contents" + in_path(file.path), put); !written.ok())
      return without_pull(written, "writing the file");
  }
  return with_pull(api, p, "all");
}

Delivery keep_pull_request(http::HttpClient& client, const Account& account, const PullRequest& p, SysTime now, std::stop_token stop) {
  Api api(client, account, p, now, std::move(stop));
  return with_pull(api, p, "open");
}

}  // namespace evenkeel::integrations::github
