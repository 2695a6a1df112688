#include "app/pulse.hpp"

#include "api/router.hpp"
#include "store/migrate.hpp"

namespace evenkeel::app {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds every{500}, fresh_for{3000};

std::int64_t steady_now() { return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

Pulse::Pulse(store::Database& database) : database_(database) {
  thread_ = std::jthread([this](std::stop_token stop) { beat(stop); });
}
Pulse::~Pulse() { stop(); }
void Pulse::stop() { thread_.request_stop(); }

void Pulse::beat(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any pause;
  while (!stop.stop_requested()) {
    try {
      database_.read([](store::Tx& tx) { return tx.integer("SELECT 1"); });
      seen_ = steady_now();
      answers_ = true;
    } catch (const store::DatabaseError&) { answers_ = false; }
    std::unique_lock lock(mutex);
    pause.wait_for(lock, stop, every, [] { return false; });
  }
}

std::optional<http::Response> Pulse::answer(const http::Request& request) const {
  const bool live = request.path == "/healthz/live";
  if (!live && request.path != "/healthz" && request.path != "/healthz/ready") return {};
  if (request.method != "GET" && request.method != "HEAD") return {};
  http::Response response;
  if (live || (answers_ && steady_now() - seen_ < fresh_for.count()))
    response = http::Response::json(json::dump(json::Object{{"status", "ok"}, {"schema", store::schema_version()}}));
  else
    response = api::problem(503, "the database does not answer; the server goes on by itself when it is back");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace evenkeel::app
