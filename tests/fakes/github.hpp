// A repository host as far as files and pull requests go: refs, contents by branch, pulls. Any repository is there and has a branch main.
// The answer to the first writing of each thing gets lost on the way (502): it was done, and the caller cannot know.
#pragma once
#include <fmt/format.h>

#include <set>

#include "api/router.hpp"
#include "base/hex.hpp"
#include "fake.hpp"

namespace evenkeel::fakes {

struct HostedFile {
  std::string repository, branch, path, text;
};
BOOST_DESCRIBE_STRUCT(HostedFile, (), (repository, branch, path, text))
struct HostedPull {
  int number = 0;
  std::string repository, title, head, base, body, html_url;
};
BOOST_DESCRIBE_STRUCT(HostedPull, (), (number, repository, title, head, base, body, html_url))
struct HostedIssue {
  int number = 0;
  std::string repository, title, state = "open", html_url;
};
BOOST_DESCRIBE_STRUCT(HostedIssue, (), (number, repository, title, state, html_url))
struct HostState {
  std::vector<HostedFile> files;
  std::vector<HostedPull> pulls;
  std::vector<HostedIssue> issues;
  int writes = 0;
};
BOOST_DESCRIBE_STRUCT(HostState, (), (files, pulls, issues, writes))

class GitHub final : public Fake {
 public:
  http::Response act(const http::Request& request) override {
    const std::scoped_lock lock(mutex_);
    if (request.headers.get("Authorization") != "Bearer host-token") return api::problem(401, "Bad credentials");
    if (!request.path.starts_with("/repos/")) return api::problem(404, "Not Found");
    const auto second = request.path.find('/', request.path.find('/', 7) + 1);
    const auto repository = request.path.substr(7, second - 7);
    const auto rest = request.path.substr(second);
    const auto query = [&](const std::string& name) {
      const auto it = request.query.find(name);
      return it == request.query.end() ? std::string() : it->second;
    };
    if (request.method == "GET" && rest.starts_with("/git/ref/heads/")) return ref(repository, rest.substr(15));
    if (request.method == "GET" && rest.starts_with("/contents/")) return contents(repository, query("ref"), rest.substr(10));
    if (request.method == "GET" && rest.starts_with("/issues/")) return issue(repository, std::atoi(rest.c_str() + 8));
    if (request.method == "GET" && rest == "/pulls") return pulls(repository, query("head"));
    const auto body = json::parse(request.body);
    if (!body) return api::problem(400, "Problems parsing JSON");
    auto written = write(request, repository, rest, *body);
    if (written.status < 300 &&
        lost_.insert(request.method + rest + text(*body, "branch") + text(*body, "head") + text(*body, "ref")).second)
      return api::problem(502, "Bad Gateway");
    return written;
  }
  json::Value state() override {
    const std::scoped_lock lock(mutex_);
    return json::to_value(state_);
  }

 private:
  http::Response write(const http::Request& request, const std::string& repository, const std::string& rest,
                       const json::Value& body_value) {
    const auto* body = &body_value;
    if (request.method == "POST" && rest == "/git/refs") return make_ref(repository, *body);
    if (request.method == "PUT" && rest.starts_with("/contents/")) return put(repository, rest.substr(10), *body);
    if (request.method == "POST" && rest == "/pulls") return open(repository, *body);
    if (request.method == "POST" && rest == "/issues") return open_issue(repository, *body);
    if (request.method == "PATCH" && rest.starts_with("/issues/")) return edit_issue(repository, std::atoi(rest.c_str() + 8), *body);
    return api::problem(404, "Not Found");
  }
  static std::string text(const json::Value& body, std::string_view name) {
    const auto* member = body.get_object().if_contains(name);
    return member && member->is_string() ? std::string(member->get_string()) : "";
  }
  static http::Response answer(int status, const json::Value& body) {
    auto response = http::Response::json(json::dump(body));
    response.status = status;
    return response;
  }
  static std::string sha_of(const std::string& bytes) { return to_hex(sha256(bytes)).substr(0, 40); }
  HostedFile* find(const std::string& repository, const std::string& branch, const std::string& path) {
    for (auto& f : state_.files)
      if (f.repository == repository && f.branch == branch && f.path == path) return &f;
    return nullptr;
  }
  http::Response ref(const std::string& repository, const std::string& branch) {
    if (branch != "main" && !branches_.contains(repository + "#" + branch)) return api::problem(404, "Not Found");
    return answer(200, json::Object{{"ref", "refs/heads/" + branch}, {"object", json::Object{{"sha", sha_of(repository)}}}});
  }
  http::Response make_ref(const std::string& repository, const json::Value& body) {
    ++state_.writes;
    const auto name = text(body, "ref").substr(11);
    if (text(body, "sha") != sha_of(repository)) return api::problem(422, "Object does not exist");
    if (!branches_.insert(repository + "#" + name).second) return api::problem(422, "Reference already exists");
    const auto files = state_.files;
    for (auto f : files)
      if (f.repository == repository && f.branch == "main") f.branch = name, state_.files.push_back(f);
    return answer(201, json::Object{{"ref", text(body, "ref")}});
  }
  http::Response contents(const std::string& repository, const std::string& branch, const std::string& path) {
    const auto* f = find(repository, branch, path);
    if (!f) return api::problem(404, "Not Found");
    auto content = to_base64(f->text);
    for (std::size_t at = 60; at < content.size(); at += 61) content.insert(at, "\n");  // lines, as the real one
    return answer(200, json::Object{{"sha", sha_of(f->text)}, {"content", content}, {"encoding", "base64"}});
  }
  http::Response put(const std::string& repository, const std::string& path, const json::Value& body) {
    ++state_.writes;
    const auto bytes = from_base64(text(body, "content"));
    if (!bytes) return api::problem(422, "content is not valid Base64");
    auto* f = find(repository, text(body, "branch"), path);
    if (f && text(body, "sha") != sha_of(f->text)) return api::problem(409, "sha does not match");
    if (f)
      f->text = *bytes;
    else
      state_.files.push_back({repository, text(body, "branch"), path, *bytes});
    return answer(f ? 200 : 201, json::Object{});
  }
  http::Response pulls(const std::string& repository, const std::string& head) {
    json::Array out;
    for (const auto& p : state_.pulls)
      if (p.repository == repository && repository.substr(0, repository.find('/')) + ":" + p.head == head) out.push_back(json::to_value(p));
    return answer(200, out);
  }
  // Issues and pull requests share their numbers; an issue that is a pull request says so.
  http::Response issue(const std::string& repository, int number) {
    for (const auto& i : state_.issues)
      if (i.repository == repository && i.number == number) return answer(200, json::to_value(i));
    for (const auto& p : state_.pulls)
      if (p.repository == repository && p.number == number)
        return answer(200, json::Object{{"number", number}, {"title", p.title}, {"state", "open"}, {"pull_request", json::Object{}}});
    return api::problem(404, "Not Found");
  }
  http::Response open_issue(const std::string& repository, const json::Value& body) {
    const int number = int(state_.pulls.size() + state_.issues.size()) + 1;
    state_.issues.push_back(
        {number, repository, text(body, "title"), "open", fmt::format("https://git.test/{}/issues/{}", repository, number)});
    return answer(201, json::to_value(state_.issues.back()));
  }
  http::Response edit_issue(const std::string& repository, int number, const json::Value& body) {
    for (auto& i : state_.issues)
      if (i.repository == repository && i.number == number) i.state = text(body, "state");
    return issue(repository, number);
  }
  http::Response open(const std::string& repository, const json::Value& body) {
    ++state_.writes;
    for (const auto& p : state_.pulls)
      if (p.repository == repository && p.head == text(body, "head")) return api::problem(422, "A pull request already exists");
    const int number = int(state_.pulls.size() + state_.issues.size()) + 1;
    state_.pulls.push_back({number, repository, text(body, "title"), text(body, "head"), text(body, "base"), text(body, "body"),
                            fmt::format("https://git.test/{}/pull/{}", repository, number)});
    return answer(201, json::to_value(state_.pulls.back()));
  }

  std::mutex mutex_;
  std::set<std::string> branches_, lost_;
  HostState state_;
};

}  // namespace evenkeel::fakes
