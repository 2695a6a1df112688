// Load for the shop: requests at a steady rate, targets drawn by weight from a fixed seed. Open loop: a slow answer does not
// slow the rate down as long as a worker is free. Ends after --duration seconds or at Ctrl-C, with a summary either way.
#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>

#include "shop/net.hpp"

namespace {

constexpr const char* usage =
    "shop_load --port ROUTER_PORT [--target METHOD:/PATH:WEIGHT]... [--rate 50] [--duration 0 (until stopped)] [--workers 32] [--seed 1] "
    "[--json]\n"
    "  default targets: GET:/web/:3 and GET:/web/buy:7\n";

struct Target {
  std::string method, path;
  double weight = 1;
};
struct Seen {
  double sent = 0, failed = 0;
  std::map<int, double> codes;
  std::vector<float> seconds;
};

bool parse_target(const std::string& text, Target& out) {
  const auto first = text.find(':'), last = text.rfind(':');
  if (first == std::string::npos || last == first) return false;
  out = {text.substr(0, first), text.substr(first + 1, last - first - 1), std::atof(text.c_str() + last + 1)};
  return out.weight > 0 && out.path.starts_with('/');
}

float quantile(std::vector<float>& seconds, double q) {
  if (seconds.empty()) return 0;
  std::sort(seconds.begin(), seconds.end());
  return seconds[std::min(seconds.size() - 1, std::size_t(double(seconds.size()) * q))];
}

}  // namespace

int main(int argc, char** argv) {
  const auto options =
      shop::parse_options(argc, argv, {"port=", "target=", "rate=", "duration=", "workers=", "seed=", "json", "help"}, usage);
  std::vector<Target> targets;
  const auto range = options.values.equal_range("target");
  for (auto at = range.first; at != range.second; ++at) {
    Target target;
    if (!parse_target(at->second, target))
      return std::fprintf(stderr, "--target: '%s' is not METHOD:/PATH:WEIGHT\n", at->second.c_str()), 2;
    targets.push_back(target);
  }
  if (targets.empty()) targets = {{"GET", "/web/", 3}, {"GET", "/web/buy", 7}};
  const int port = int(options.number("port", 0));
  const double rate = options.number("rate", 50), duration = options.number("duration", 0);
  if (port <= 0 || rate <= 0) return std::fputs(usage, stderr), 2;
  shop::stop_on_signals();

  // Which target the n-th request goes to depends on the seed alone, not on which worker sends it.
  const auto seed = std::uint64_t(options.number("seed", 1));
  double weights = 0;
  for (const auto& t : targets) weights += t.weight;
  const auto target_of = [&](std::uint64_t n) {
    std::mt19937_64 random(seed * 0x9e3779b97f4a7c15ull + n);
    double at = std::uniform_real_distribution<double>{0, weights}(random);
    std::size_t i = 0;
    while (i + 1 < targets.size() && (at -= targets[i].weight) > 0) ++i;
    return i;
  };
  std::mutex mutex;
  std::vector<Seen> seen(targets.size());
  std::atomic<std::uint64_t> next = 0;
  const auto begin = std::chrono::steady_clock::now();
  const auto work = [&] {
    for (;;) {
      const auto n = next++;
      const auto at = begin + std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(double(n) / rate));
      if (duration > 0 && double(n) / rate >= duration) return;
      while (!shop::stopping && std::chrono::steady_clock::now() < at)
        std::this_thread::sleep_until(std::min(at, std::chrono::steady_clock::now() + std::chrono::milliseconds{100}));
      if (shop::stopping) return;
      const auto i = target_of(n);
      const auto sent = std::chrono::steady_clock::now();
      const auto reply = shop::call(port, targets[i].method, targets[i].path);
      const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - sent).count();
      std::lock_guard lock(mutex);
      ++seen[i].sent, ++seen[i].codes[reply ? reply->status : 0], seen[i].seconds.push_back(float(took));
      if (!reply || reply->status >= 500) ++seen[i].failed;
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < std::max(1, int(options.number("workers", 32))); ++i) workers.emplace_back(work);
  for (auto& w : workers) w.join();

  boost::json::array summary;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    auto& s = seen[i];
    boost::json::object codes;
    for (const auto& [code, n] : s.codes) codes[code ? std::to_string(code) : "no answer"] = std::int64_t(n);
    summary.push_back(boost::json::object{{"target", targets[i].method + " " + targets[i].path},
                                          {"sent", std::int64_t(s.sent)},
                                          {"failed", std::int64_t(s.failed)},
                                          {"codes", codes},
                                          {"p50_ms", 1000 * quantile(s.seconds, 0.5)},
                                          {"p99_ms", 1000 * quantile(s.seconds, 0.99)}});
    if (!options.has("json"))
      std::printf("%-24s %7.0f sent %6.0f failed (%.2f%%)  p50 %.0f ms  p99 %.0f ms\n", (targets[i].method + " " + targets[i].path).c_str(),
                  s.sent, s.failed, s.sent > 0 ? 100 * s.failed / s.sent : 0, 1000 * quantile(s.seconds, 0.5),
                  1000 * quantile(s.seconds, 0.99));
  }
  if (options.has("json")) std::puts(boost::json::serialize(summary).c_str());
  return 0;
}
