// One service of the example shop: catalog, checkout or web. How it behaves is in its configuration file (service.json of the
// tagged version); the options override it for tests. web -> checkout -> catalog, each call through the router.
//
//   {"service": "checkout", "version": "1.4.0", "error_rate": 0.005, "latency_ms": 12,
//    "faults": [{"when_flag": "express", "error_rate": 0.2, "latency_ms": 80}]}
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>

#include "shop/net.hpp"

namespace {

constexpr const char* usage =
    "shop_service --service catalog|checkout|web [--config FILE] [--version V] [--instance canary|control|staging] [--environment E]\n"
    "             [--port N] [--port-file FILE] [--router PORT] [--flags FILE] [--error-rate R] [--latency-ms MS] [--seed N]\n";

constexpr std::array<double, 11> bounds = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1};

struct Fault {
  std::string when_flag;  // empty: always
  double error_rate = 0;
  double latency_ms = 0;
};

struct Behaviour {
  std::string service, version, role = "control", environment = "production", flags_file;
  int router = 0;
  std::vector<Fault> faults;
};

/// The counters of /metrics, all behind one mutex.
struct Metrics {
  std::mutex mutex;
  std::map<int, double> requests;
  std::array<double, bounds.size() + 1> buckets{};
  double seconds = 0, count = 0, started = 0, orders = 0;

  void add(int code, double took) {
    std::lock_guard lock(mutex);
    ++requests[code];
    for (std::size_t i = 0; i < bounds.size(); ++i)
      if (took <= bounds[i]) ++buckets[i];
    ++buckets.back(), seconds += took, ++count;
  }
  std::string text(const Behaviour& b) {
    std::lock_guard lock(mutex);
    const auto labels = "service=\"" + b.service + "\",version=\"" + b.version + "\",instance_role=\"" + b.role + "\",environment=\"" +
                        b.environment + "\"";
    std::string out = "# TYPE http_requests_total counter\n";
    const auto line = [&](const std::string& name, const std::string& more, double value) {
      out += name + "{" + labels + more + "} " + std::to_string(value) + "\n";
    };
    for (const auto& [code, n] : requests) line("http_requests_total", ",code=\"" + std::to_string(code) + "\"", n);
    if (!requests.contains(200)) line("http_requests_total", ",code=\"200\"", 0);
    out += "# TYPE http_request_duration_seconds histogram\n";
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      char le[32];
      std::snprintf(le, sizeof le, "%g", bounds[i]);
      line("http_request_duration_seconds_bucket", std::string(",le=\"") + le + "\"", buckets[i]);
    }
    line("http_request_duration_seconds_bucket", ",le=\"+Inf\"", buckets.back());
    line("http_request_duration_seconds_sum", "", seconds), line("http_request_duration_seconds_count", "", count);
    if (b.service == "checkout") {
      out += "# TYPE checkouts_started_total counter\n";
      line("checkouts_started_total", "", started);
      out += "# TYPE orders_total counter\n";
      line("orders_total", "", orders);
    }
    return out;
  }
};

double number_at(const boost::json::object& in, const char* name) {
  const auto* value = in.if_contains(name);
  return value && value->is_number() ? value->to_number<double>() : 0;
}

bool read_config(const std::string& path, Behaviour& b) {
  boost::system::error_code ec;
  const auto value = boost::json::parse(shop::read_file(path), ec);
  if (ec || !value.is_object()) {
    std::fprintf(stderr, "%s: not a JSON object\n", path.c_str());
    return false;
  }
  const auto& in = value.get_object();
  if (const auto* v = in.if_contains("service"); v && v->is_string()) b.service = v->get_string();
  if (const auto* v = in.if_contains("version"); v && v->is_string()) b.version = v->get_string();
  b.faults.push_back({"", number_at(in, "error_rate"), number_at(in, "latency_ms")});
  if (const auto* list = in.if_contains("faults"); list && list->is_array())
    for (const auto& f : list->get_array())
      if (f.is_object()) {
        const auto* flag = f.get_object().if_contains("when_flag");
        b.faults.push_back({flag && flag->is_string() ? std::string(flag->get_string()) : "", number_at(f.get_object(), "error_rate"),
                            number_at(f.get_object(), "latency_ms")});
      }
  return true;
}

/// The flags file, read at each request so that a switch acts at once.
bool flag_on(const Behaviour& b, const std::string& name) {
  if (name.empty()) return true;
  boost::system::error_code ec;
  const auto value = boost::json::parse(b.flags_file.empty() ? "{}" : shop::read_file(b.flags_file), ec);
  const auto* flag = !ec && value.is_object() ? value.get_object().if_contains(name) : nullptr;
  return flag && flag->is_bool() && flag->get_bool();
}

struct Dice {
  std::mutex mutex;
  std::mt19937_64 random;
  double throw_one() {
    std::lock_guard lock(mutex);
    return std::uniform_real_distribution<double>{}(random);
  }
};

/// The service's own part of a request: what its version is made to do.
int behave(const Behaviour& b, Dice& dice) {
  double fine = 1, latency = 0;
  for (const auto& f : b.faults)
    if (flag_on(b, f.when_flag)) fine *= 1 - f.error_rate, latency += f.latency_ms;
  // Half of the latency is fixed, half exponential: a tail like that of a real service.
  if (latency > 0)
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(latency * (0.5 - 0.5 * std::log(1 - dice.throw_one()))));
  return dice.throw_one() < 1 - fine ? 500 : 200;
}

bool upstream(const Behaviour& b, const std::string& method, const std::string& target) {
  if (b.router == 0) return true;
  const auto reply = shop::call(b.router, method, target);
  return reply && reply->status < 500;
}

shop::Reply answer(const Behaviour& b, const shop::Request& request, Dice& dice, Metrics& metrics) {
  const bool ordering = b.service == "checkout" && request.path == "/checkout";
  if (ordering) {
    std::lock_guard lock(metrics.mutex);
    ++metrics.started;
  }
  int status = 404;
  if (b.service == "catalog" && request.path.starts_with("/items")) status = behave(b, dice);
  if (ordering) status = upstream(b, "GET", "/catalog/items/1") ? behave(b, dice) : 502;
  if (b.service == "web" && request.path == "/") status = behave(b, dice);
  if (b.service == "web" && request.path == "/buy")
    status = behave(b, dice) == 500 ? 500 : upstream(b, "POST", "/checkout/checkout") ? 200 : 502;
  if (ordering && status == 200) {
    std::lock_guard lock(metrics.mutex);
    ++metrics.orders;
  }
  return {status, "{\"service\":\"" + b.service + "\",\"version\":\"" + b.version + "\",\"status\":" + std::to_string(status) + "}\n",
          "application/json"};
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = shop::parse_options(argc, argv,
                                           {"service=", "config=", "version=", "instance=", "environment=", "port=", "port-file=",
                                            "router=", "flags=", "error-rate=", "latency-ms=", "seed=", "help"},
                                           usage);
  Behaviour b;
  if (options.has("config") && !read_config(options.text("config"), b)) return 2;
  b.service = options.text("service", b.service), b.version = options.text("version", b.version.empty() ? "0.0.0" : b.version);
  b.role = options.text("instance", b.role), b.environment = options.text("environment", b.environment),
  b.flags_file = options.text("flags");
  b.router = int(options.number("router", 0));
  if (options.has("error-rate") || options.has("latency-ms"))
    b.faults.push_back({"", options.number("error-rate", 0), options.number("latency-ms", 0)});
  if (b.service != "catalog" && b.service != "checkout" && b.service != "web") return std::fputs(usage, stderr), 2;
  shop::stop_on_signals();
  Dice dice;
  dice.random.seed(std::uint64_t(options.number("seed", 1)));
  Metrics metrics;
  const auto handler = [&](const shop::Request& request) -> shop::Reply {
    if (request.path == "/healthz") return {200, "ok\n"};
    if (request.path == "/version")
      return {200, "{\"service\":\"" + b.service + "\",\"version\":\"" + b.version + "\",\"instance\":\"" + b.role + "\"}\n",
              "application/json"};
    if (request.path == "/metrics") return {200, metrics.text(b), "text/plain; version=0.0.4"};
    const auto begin = std::chrono::steady_clock::now();
    auto reply = answer(b, request, dice, metrics);
    metrics.add(reply.status, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return reply;
  };
  return shop::serve(int(options.number("port", 0)), handler, shop::stopping,
                     [&](int port) {
                       std::printf("%s %s on 127.0.0.1:%d\n", b.service.c_str(), b.version.c_str(), port), std::fflush(stdout);
                       if (options.has("port-file")) shop::write_file(options.text("port-file"), std::to_string(port) + "\n");
                     })
             ? 0
             : 1;
}
