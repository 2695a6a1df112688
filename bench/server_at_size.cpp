// The server with years behind it: 10,000 releases and 1,000,000 ledger entries. Start to the first answer, idle memory, and the release
// page's 99th percentile beside that of a server with one release. Wall time; both servers run side by side and are asked in turn.
//   bench_server_at_size [RELEASES] [ENTRIES]
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "accounts/sign_in.hpp"
#include "accounts/tokens.hpp"
#include "definitions/apply.hpp"
#include "definitions/config.hpp"
#include "measure.hpp"
#include "planning/planning.hpp"
#include "server.hpp"
#include "work/engine.hpp"

using namespace evenkeel;

namespace {

constexpr const char* organisation = R"yaml(
name: Bench
people: [{login: ada, name: Ada, email: ada@bench.test, roles: [{role: coordinator}, {role: admin}]}]
areas: [{name: shop, title: Shop, coordinator: ada}]
environments: [{name: staging}, {name: production, production: true}]
services:
  - {name: catalog, area: shop, owner: ada, deploy: [{name: put, kind: command, command: ["true"]}], rollback: [{name: back, kind: command, command: ["true"]}]}
)yaml";

/// An organisation, an admin with a token, `releases` planned releases and `entries` more entries spread over them.
/// Returns the token and the id of the middle release.
std::pair<std::string, std::string> fill(const std::string& path, int releases, int entries) {
  const auto database = store::Database::open(path);
  store::migrate(*database).value();
  const SystemClock clock;
  Engine engine(*database, clock);
  const Actor nobody{.kind = ActorKind::member, .id = "member:release_coordinator"};
  const auto person =
      engine.perform(nobody, [](Work& w) { return accounts::set_up_admin(w, "ada", "Ada", "ada@bench.test", "a lamp in every room"); })
          .value();
  auto actor = engine.look(nobody, [&](Work& w) -> Result<Actor> { return accounts::as_actor(w.tx, person, Via::cli); }).value();
  const auto token = engine.perform(actor, [](Work& w) { return accounts::issue_token(w, {.login = "ada", .name = "bench"}); }).value();
  const auto parsed = definitions::read_yaml(organisation, "evenkeel.yaml").value();
  engine.perform(actor, [&](Work& w) { return definitions::apply(w, parsed, "evenkeel.yaml"); }).value();
  actor = engine.look(nobody, [&](Work& w) -> Result<Actor> { return accounts::as_actor(w.tx, person, Via::cli); }).value();
  std::vector<std::string> ids;
  for (int done = 0; done < releases; done += 500)
    engine
        .perform(actor,
                 [&](Work& w) -> Result<void> {
                   for (int i = done; i < std::min(releases, done + 500); ++i) {
                     const auto from = w.now + std::chrono::hours{24 + i % 1000};
                     ids.push_back(
                         TRY(planning::plan_release(
                                 w, {.version = fmt::format("1.{}.0", i),
                                     .area = "shop",
                                     .window_start = from,
                                     .window_end = from + std::chrono::hours{1},
                                     .components = {{.service = "catalog", .version = fmt::format("1.{}.0", i), .from_version = "1.0.0"}}}))
                             .id);
                   }
                   return {};
                 })
        .value();
  for (int done = 0; done < entries; done += 5000)
    engine
        .perform(actor,
                 [&](Work& w) -> Result<void> {
                   for (int i = done; i < std::min(entries, done + 5000); ++i)
                     w.record({.kind = "step.ended",
                               .subject = fmt::format("stp_{}", i),
                               .release = ids[std::size_t(i) % ids.size()],
                               .facts = {{"state", "done"}}});
                   return {};
                 })
        .value();
  return {token.secret, ids[ids.size() / 2]};
}

/// Until every subscriber has seen the whole ledger, as it has where the years have really passed.
void wait_for_events(const std::string& path) {
  sqlite3* beside = nullptr;  // not through our own door: it keeps a second process out
  if (sqlite3_open_v2(path.c_str(), &beside, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
    throw std::runtime_error("cannot look into " + path);
  const auto behind = [&] {
    int count = 1;  // also while it cannot be read
    const auto take = [](void* out, int, char** values, char**) { return *static_cast<int*>(out) = std::atoi(values[0]), 0; };
    sqlite3_exec(beside, "SELECT count(*) FROM event_cursor WHERE next_entry < (SELECT size FROM ledger_head WHERE id = 1)", take, &count,
                 nullptr);
    return count;
  };
  for (int still = 0; still < 10; still = behind() > 0 ? 0 : still + 1)  // one subscriber after the other: none behind may be a gap
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  sqlite3_close(beside);
}

struct Asked {
  bench::Server& server;
  std::string path, token;
  std::vector<double> took = {};
  void ask() {
    const double start = bench::wall_seconds();
    if (server.get(path, token) != 200) throw std::runtime_error("GET " + path + " failed");
    took.push_back((bench::wall_seconds() - start) * 1000);
  }
  double quantile(double q) {
    std::sort(took.begin(), took.end());
    return took[std::size_t(double(took.size() - 1) * q)];
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const int releases = argc > 1 ? std::atoi(argv[1]) : 10'000, entries = argc > 2 ? std::atoi(argv[2]) : 1'000'000;
  const bench::Scratch scratch;
  const auto program = std::filesystem::path(argv[0]).parent_path().parent_path() / "evenkeel";
  const auto [small_token, small_release] = fill(scratch.file("small.db"), 1, 0);
  const auto [token, release] = fill(scratch.file("large.db"), releases, entries);
  std::vector<double> starts;
  for (int i = 0; i < 9; ++i) starts.push_back(bench::Server(program, scratch.file("large.db"), scratch.file("state")).start_ms());
  std::sort(starts.begin(), starts.end());
  fmt::print("start to first answer with {} releases and {} entries: median {:.0f} ms, worst of 9 {:.0f} ms (at most 150 wanted)\n",
             releases, entries, starts[4], starts.back());
  bench::Server small(program, scratch.file("small.db"), scratch.file("small-state")),
      large(program, scratch.file("large.db"), scratch.file("state"));
  wait_for_events(scratch.file("large.db"));
  std::this_thread::sleep_for(std::chrono::seconds{3});
  fmt::print("idle memory {:.1f} MB (at most 40 wanted)\n", large.resident_mb());
  Asked reference{small, "/api/v1/releases/" + small_release, small_token}, ours{large, "/api/v1/releases/" + release, token};
  for (int i = 0; i < 2100; ++i) {                            // in turn: whatever else the machine does meets both
    if (i == 100) reference.took.clear(), ours.took.clear();  // both warm
    reference.ask();
    ours.ask();
  }
  const auto line = [&](const char* name, double q) {
    return fmt::format("{} {:.2f} ms, with one release and no history {:.2f} ms: {:.2f} x", name, ours.quantile(q), reference.quantile(q),
                       ours.quantile(q) / reference.quantile(q));
  };
  fmt::print("release page API: {} (at most 2 wanted); {}\n", line("p99", 0.99), line("median", 0.5));
  double start = bench::wall_seconds();
  (void)large.get("/api/v1/today", token);
  fmt::print("what waits for people: {:.0f} ms (at most 50 wanted)\n", (bench::wall_seconds() - start) * 1000);
  start = bench::wall_seconds();
  (void)large.get("/api/v1/releases", token);
  fmt::print("list of releases: {:.0f} ms, then {:.1f} MB\n", (bench::wall_seconds() - start) * 1000, large.resident_mb());
}
