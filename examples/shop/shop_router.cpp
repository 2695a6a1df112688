// The shop's router: /SERVICE/... goes to that service's live instance, or for its share of requests to the canary. The routing
// file is read again whenever it changes, so a deployment switches traffic by renaming one file into place.
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <mutex>

#include "shop/net.hpp"

namespace {

struct Route {
  int live = 0, canary = 0;
  double share = 0;
};

class Routes {
 public:
  explicit Routes(std::string file) : file_(std::move(file)) {}

  /// The port for the n-th request to a service; 0: no such service. The golden ratio spreads the canary's share evenly.
  int port_for(const std::string& service) {
    std::lock_guard lock(mutex_);
    reload();
    const auto found = routes_.find(service);
    if (found == routes_.end()) return 0;
    const double turn = std::fmod(double(++turns_[service]) * 0.6180339887498949, 1.0);
    return found->second.canary && turn < found->second.share ? found->second.canary : found->second.live;
  }

 private:
  void reload() {
    struct stat info{};
    if (::stat(file_.c_str(), &info) != 0) return;
    const auto stamp = std::tuple(info.st_ino, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    if (stamp == stamp_) return;
    boost::system::error_code ec;
    const auto value = boost::json::parse(shop::read_file(file_), ec);
    if (ec || !value.is_object()) return;
    stamp_ = stamp;
    routes_.clear();
    for (const auto& [service, entry] : value.get_object()) {
      if (!entry.is_object()) continue;
      const auto port = [&](const char* name) {
        const auto* one = entry.get_object().if_contains(name);
        const auto* p = one && one->is_object() ? one->get_object().if_contains("port") : nullptr;
        return p && p->is_int64() ? int(p->get_int64()) : 0;
      };
      Route route{port("live"), port("canary")};
      if (route.canary)
        if (const auto* share = entry.get_object().at("canary").as_object().if_contains("share"); share && share->is_number())
          route.share = share->to_number<double>();
      routes_[std::string(service)] = route;
    }
  }

  std::string file_;
  std::mutex mutex_;
  std::map<std::string, Route> routes_;
  std::map<std::string, unsigned long> turns_;
  std::tuple<ino_t, time_t, long> stamp_{};
};

}  // namespace

int main(int argc, char** argv) {
  const char* usage = "shop_router --routes FILE [--port N] [--port-file FILE]\n";
  const auto options = shop::parse_options(argc, argv, {"routes=", "port=", "port-file=", "help"}, usage);
  if (!options.has("routes")) return std::fputs(usage, stderr), 2;
  shop::stop_on_signals();
  Routes routes(options.text("routes"));
  const auto handler = [&](const shop::Request& request) -> shop::Reply {
    if (request.path == "/healthz") return {200, "ok\n"};
    const auto slash = request.path.find('/', 1);
    const auto service = request.path.substr(1, slash == std::string::npos ? slash : slash - 1);
    const auto rest = (slash == std::string::npos ? "/" : request.path.substr(slash)) + (request.query.empty() ? "" : "?" + request.query);
    const int port = routes.port_for(service);
    if (port == 0) return {404, "no route to '" + service + "'\n"};
    auto reply = shop::call(port, request.method, rest, request.body);
    return reply ? *reply : shop::Reply{502, "'" + service + "' does not answer\n"};
  };
  return shop::serve(int(options.number("port", 0)), handler, shop::stopping,
                     [&](int port) {
                       std::printf("router on 127.0.0.1:%d\n", port), std::fflush(stdout);
                       if (options.has("port-file")) shop::write_file(options.text("port-file"), std::to_string(port) + "\n");
                     })
             ? 0
             : 1;
}
