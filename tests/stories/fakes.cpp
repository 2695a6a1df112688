#include "stories/fakes.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <thread>

#include "http/client.hpp"

namespace evenkeel::stories {

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  (void)::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  (void)::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

bool wait_until(std::chrono::seconds most, const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!holds())
    if (std::chrono::steady_clock::now() > end)
      return false;
    else
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
  return true;
}

FakeProgram::FakeProgram(const std::string& name) {
  char folder[] = "/tmp/evenkeel-story-fake-XXXXXX";
  dir_ = ::mkdtemp(folder);
  std::vector<std::string> argv{std::string(FAKES_DIR) + "/fake_" + name, "--port-file", dir_ + "/port"};
  if (name == "smtp") argv.insert(argv.end(), {"--smtp-port-file", dir_ + "/smtp"});
  program_ = std::make_unique<Program>(argv, dir_ + "/port", dir_ + "/log");
}

FakeProgram::~FakeProgram() {
  program_.reset();
  std::error_code ec;
  std::filesystem::remove_all(dir_, ec);
}

std::string FakeProgram::smtp_url() const {
  std::ifstream in(dir_ + "/smtp");
  std::string port;
  in >> port;
  return "smtp://127.0.0.1:" + port;
}

json::Value FakeProgram::state() const { return send("GET", "/__state"); }

json::Value FakeProgram::send(const std::string& method, const std::string& path, const std::string& body) const {
  http::CurlClient client;
  http::ClientRequest request{.method = method, .url = url() + path, .body = body};
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  const auto answer = client.send(request);
  if (!answer) throw std::runtime_error(answer.error().message);
  return answer->body.empty() ? json::Value(nullptr) : json::parse(answer->body).value();
}

// ---- metrics ---------------------------------------------------------------------------------------------------------

namespace {

constexpr double requests_per_second = 40;

/// Errors counted since the epoch, when the share changed at these moments.
double errors_until(const std::vector<std::pair<double, double>>& steps, double t) {
  double sum = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double end = i + 1 < steps.size() ? steps[i + 1].first : t;
    sum += std::max(0.0, std::min(end, t) - steps[i].first) * steps[i].second * requests_per_second;
  }
  return std::floor(sum);
}

}  // namespace

FakeMetrics::FakeMetrics() {
  sides_["canary"], sides_["control"];
  server_ = http::Server::start({.io_threads = 1}, [this](const http::Request& r) { return answer(r); }).value();
}

void FakeMetrics::errors(const std::string& side, SysTime from, double share) {
  const std::scoped_lock lock(mutex_);
  sides_[side].steps.emplace_back(double(to_millis(from)) / 1000, share);
}

void FakeMetrics::silent(const std::string& side, bool is) {
  const std::scoped_lock lock(mutex_);
  sides_[side].silent = is;
}

void FakeMetrics::begins(const std::string& side, SysTime from) {
  const std::scoped_lock lock(mutex_);
  sides_[side].begins = double(to_millis(from)) / 1000;
}
void FakeMetrics::ends(const std::string& side, SysTime until) {
  const std::scoped_lock lock(mutex_);
  sides_[side].ends = double(to_millis(until)) / 1000;
}

std::string FakeMetrics::series_of(const std::string& name, const http::Request& request) const {
  const auto& side = sides_.at(name);
  const auto query = request.query.at("query");
  const double start = std::stod(request.query.at("start")), end = std::stod(request.query.at("end")),
               step = std::stod(request.query.at("step"));
  const bool errors = query.find("=~\"5..") != std::string::npos, good = query.find("!~\"5..") != std::string::npos;
  std::string values, series;
  const int n = hosts;
  for (double t = start; t <= end + 1e-6; t += step) {
    if (t < side.begins || t > side.ends) continue;
    const double all = std::floor(t * requests_per_second), bad = errors_until(side.steps, t);
    values += fmt::format("{}[{:.3f},\"{}\"]", values.empty() ? "" : ",", t, std::floor((errors ? bad : good ? all - bad : all) / n));
  }
  for (int host = 1; host <= n && !side.silent && !values.empty(); ++host)
    series += fmt::format(R"({}{{"metric":{{"job":"shop","instance":"{}:{}"}},"values":[{}]}})", host > 1 ? "," : "", name, host, values);
  return series;
}

http::Response FakeMetrics::answer(const http::Request& request) {
  if (down) return http::Response::json(R"({"status":"error","errorType":"unavailable","error":"shutting down"})", 503);
  const auto query = request.query.at("query");
  const auto names = [&](const char* text) { return query.find(text) != std::string::npos; };
  const std::scoped_lock lock(mutex_);
  auto series = series_of(names("\"canary\"") || names("\"1.0.0\"") ? "canary" : "control", request);
  if (names("!=\"\"")) {
    const auto fresh = series_of("canary", request);
    series += (series.empty() || fresh.empty() ? "" : ",") + fresh;
  }
  return http::Response::json(fmt::format(R"({{"status":"success","data":{{"resultType":"matrix","result":[{}]}}}})", series));
}

std::string watched_shop(const std::vector<std::string>& gates, const FakeMetrics& metrics, const FakeProgram& mail) {
  return World::strict_shop(gates) + error_rate_criteria() +
         fmt::format(R"yaml(connections:
  - {{name: prometheus, kind: prometheus, url: "{}"}}
  - {{name: mail, kind: smtp, url: "{}", from: evenkeel@shop.test}}
)yaml",
                     metrics.url(), mail.smtp_url());
}
std::string error_rate_criteria() {
  return R"yaml(    health:
      name: catalog
      interval_seconds: 60
      window_intervals: 20
      burn_in_intervals: 0
      criteria:
        - {name: error rate, kind: rate, queries: {total: "http_requests_total{$side}", events: "http_requests_total{code=~\"5..\",$side}"}}
      not_applicable:
        - {covers: latency, because: "the catalog answers from memory"}
        - {covers: business, because: "nothing is bought in the catalog"}
)yaml";
}

// ---- receiver --------------------------------------------------------------------------------------------------------

Receiver::Receiver(Millis pause) {
  server_ = http::Server::start({.io_threads = 1}, [this, pause](const http::Request& r) {
              {
                const std::scoped_lock lock(mutex_);
                keys_[r.path].emplace_back(r.headers.get("Idempotency-Key"));
                bodies_[r.path].emplace_back(r.body, r.headers.get("X-Evenkeel-Signature-256"));
              }
              std::this_thread::sleep_for(pause);
              return http::Response::json("{}", refuse-- > 0 ? 503 : 200);
            }).value();
}

std::vector<std::pair<std::string, std::string>> Receiver::bodies(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  return bodies_[path];
}

std::vector<std::string> Receiver::keys(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  return keys_[path];
}

}  // namespace evenkeel::stories
