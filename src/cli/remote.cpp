#include "cli/remote.hpp"

#include "api/router.hpp"
#include "app/app.hpp"
#include "app/private_files.hpp"
#include "http/client.hpp"

namespace evenkeel::cli {
namespace {

class RemoteApi final : public Api {
 public:
  RemoteApi(std::string server, std::string token) : server_(std::move(server)), token_(std::move(token)) {}
  Result<json::Value> call(const std::string& method, const std::string& path, const json::Value& body) override {
    const auto text = TRY(send(method, path, body));
    return text.empty() ? Result<json::Value>(nullptr) : json::parse(text);
  }
  Result<std::string> fetch(const std::string& path) override { return send("GET", path, nullptr); }

 private:
  Result<std::string> send(const std::string& method, const std::string& path, const json::Value& body) {
    http::ClientRequest request{.method = method, .url = server_ + path, .deadline = std::chrono::seconds{60}};
    if (!token_.empty()) request.headers.set("Authorization", "Bearer " + token_);
    if (method != "GET") {
      request.headers.set("Content-Type", "application/json");
      request.headers.set("Idempotency-Key", to_hex(random_bytes(16)));
      request.body = body.is_null() ? "{}" : json::dump(body);
    }
    auto answer = client_.send(request);
    for (int attempt = 1; !answer && attempt < 3; ++attempt) answer = client_.send(request);  // same key: done once
    if (!answer) return fail(ErrorKind::unavailable, fmt::format("no answer from {}: {}", server_, answer.error().message));
    if (answer->status >= 400) return std::unexpected(refused(api::error_of(answer->status, answer->body), path));
    return std::move(answer->body);
  }
  /// Who is not signed in is told what to type; a password that is wrong stays what it is.
  Error refused(Error error, const std::string& path) const {
    if (error.kind != ErrorKind::unauthenticated || path.starts_with("/api/v1/session")) return error;
    error.message = token_.empty() ? fmt::format("you are not signed in to {}; type `evenkeel login --server {}`", server_, server_)
                                   : fmt::format("{}; `evenkeel login --server {}` signs in", error.message, server_);
    return error;
  }
  std::string server_, token_;
  http::CurlClient client_;
};

class LocalApi final : public Api {
 public:
  explicit LocalApi(std::unique_ptr<app::App> app) : app_(std::move(app)) {}
  Result<json::Value> call(const std::string& method, const std::string& path, const json::Value& body) override {
    auto request = http::make_request(method, path,
                                      method == "GET"  ? ""
                                      : body.is_null() ? "{}"
                                                       : json::dump(body),
                                      {{"Content-Type", "application/json"}});
    const auto answer = app_->router->dispatch(request);
    if (answer.status >= 400) return std::unexpected(api::error_of(answer.status, answer.body));
    if (method != "GET") app_->drain();
    return answer.body.empty() ? Result<json::Value>(nullptr) : json::parse(answer.body);
  }
  Result<std::string> fetch(const std::string& path) override {
    const auto answer = app_->router->dispatch(http::make_request("GET", path));
    if (answer.status >= 400) return std::unexpected(api::error_of(answer.status, answer.body));
    return answer.body;
  }

 private:
  std::unique_ptr<app::App> app_;
};

}  // namespace

std::unique_ptr<Api> api_of(const std::string& server, const std::string& token) { return std::make_unique<RemoteApi>(server, token); }

Result<json::Value> value_of(const Args& args, const std::string& name, As as) {
  const auto text = args.text(name);
  switch (as) {
    case As::text:
    case As::made:
      return json::Value(boost::json::string(text));
    case As::integer:
      return json::Value(TRY(args.number(name)));
    case As::number: {
      char* end = nullptr;
      const double number = std::strtod(text.c_str(), &end);
      if (text.empty() || *end) return invalid(fmt::format("--{}: '{}' is not a number", name, text), name);
      return json::Value(number);
    }
    case As::flag:
      return json::Value(args.flag(name));
    case As::list: {
      json::Array all;
      for (const auto& item : args.list(name)) all.push_back(boost::json::string(item));
      return json::Value(std::move(all));
    }
    case As::time: {  // a time, or a duration from now: "+2h"
      if (text.starts_with('+')) return json::Value(boost::json::string(to_iso(SystemClock{}.now() + TRY(parse_duration(text.substr(1))))));
      return json::Value(boost::json::string(to_iso(TRY(parse_time(text)))));
    }
    case As::duration:
      TRY(parse_duration(text));
      return json::Value(boost::json::string(text));
    case As::file:
      return json::Value(boost::json::string(TRY(read_input(text))));
    case As::bytes:
      return json::Value(boost::json::string(to_base64(TRY(read_input(text)))));
  }
  return json::Value(nullptr);
}

Result<std::unique_ptr<Api>> Api::open(const Args& args, Database made) {
  const auto reach = TRY(reach_of(args, TRY(read_stored())));
  if (reach.database.empty()) return api_of(reach.server, reach.token);
  if (made == Database::must_exist) TRY(app::find_database(reach.database));
  app::Options options;
  options.database = reach.database;
  return std::make_unique<LocalApi>(TRY(app::App::open(options)));
}

Command remote(std::string path, std::string help, std::string method, std::string url, std::vector<Field> fields,
               std::function<Result<int>(const Args&, const json::Value&)> show, std::string details) {
  Command command{std::move(path), std::move(help), {}, {}, std::move(details)};
  for (const auto& f : fields) command.params.push_back(f.param);
  command.params = with_connection(std::move(command.params));
  command.run = [method, url, fields, show](const Args& args) -> Result<int> {
    std::string target = url;
    json::Object body;
    for (const auto& f : fields) {
      const auto mark = "{" + f.param.name + "}";
      if (const auto at = target.find(mark); at != std::string::npos) {
        target.replace(at, mark.size(), http::percent_encode(args.text(f.param.name)));
        continue;
      }
      if (f.member == "-" || !args.has(f.param.name)) continue;
      auto name = f.member.empty() ? f.param.name : f.member;
      std::replace(name.begin(), name.end(), '-', '_');
      body[name] = TRY(value_of(args, f.param.name, f.as));
    }
    auto api = TRY(Api::open(args));
    const auto answer = TRY(api->call(method, target, method == "GET" ? json::Value(nullptr) : json::Value(std::move(body))));
    if (args.json) args.print_json(answer);
    return show ? show(args, answer) : Result<int>(0);
  };
  return command;
}

}  // namespace evenkeel::cli
