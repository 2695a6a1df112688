// A million deployments brought along: how long the backfill takes, and the delivery figures over all of them, read from the database and
// computed: from the rows at first, then from the days that have been put together. CPU time of this process (with PostgreSQL the server's
// own time is not in it; the wall time beside it is).
//
//   bench_dora_stored [COMMITS a deployment, default 1] [DATABASE, default a SQLite file]
#include <fmt/format.h>

#include <cstdlib>

#include "definitions/apply.hpp"
#include "definitions/config.hpp"
#include "dora/intake.hpp"
#include "dora/report.hpp"
#include "measure.hpp"
#include "store/migrate.hpp"
#include "work/engine.hpp"

using namespace evenkeel;

namespace {

constexpr int count = 1'000'000, at_once = 5000;
constexpr const char* shop = R"(
name: Bench
people: [{login: ada, name: Ada, email: ada@bench.test, roles: [{role: admin}]}]
areas: [{name: shop}]
environments: [{name: production, production: true}]
services: [{name: catalog, area: shop, owner: ada}]
)";

template <class T>
T must(Result<T> r) {
  if (!r) throw std::runtime_error(r.error().message);
  return std::move(*r);
}

struct Timed {
  double wall = bench::wall_seconds(), cpu = bench::cpu_seconds();
  std::string text() const { return fmt::format("{:.2f} s CPU, {:.2f} s wall", bench::cpu_seconds() - cpu, bench::wall_seconds() - wall); }
};

dora::ToldDeployment told(int i, int commits, SysTime t0) {
  dora::ToldDeployment d{.id = fmt::format("d{}", i), .service = "catalog", .version = fmt::format("1.{}", i)};
  d.finished = t0 + Millis{31'000ll * i};
  d.started = d.finished - std::chrono::minutes{4};
  if (i % 50 == 0) d.result = dora::ToldResult::rolled_back, d.restored = d.finished + std::chrono::minutes{20};
  d.unplanned = i % 70 == 0;
  for (int c = 0; c < commits; ++c) d.commits.push_back({fmt::format("c{}-{}", i, c), d.finished - std::chrono::hours{5 + i % 90}});
  return d;
}

}  // namespace

int main(int argc, char** argv) {
  const int commits = argc > 1 ? std::atoi(argv[1]) : 1;
  const bench::Scratch folder;
  auto database = store::Database::open(argc > 2 ? argv[2] : folder.file("evenkeel.db"));
  if (const auto migrated = store::migrate(*database); !migrated) throw std::runtime_error(migrated.error().message);
  const SystemClock clock;
  Engine engine{*database, clock};
  Actor admin{.kind = ActorKind::person, .id = "local:bench"};
  admin.grants.insert({Role::admin, "*"});
  must(engine.perform(admin, [&](Work& work) { return definitions::apply(work, must(definitions::read_yaml(shop, "bench")), "file"); }));
  const auto t0 = clock.now() - Millis{31'000ll * count} - std::chrono::hours{1};

  const Timed filling;
  std::string hash;
  for (int from = 0; from < count; from += at_once) {
    dora::BackfillPart part{"bench", from, from + at_once, "", {}};
    for (int i = from; i < from + at_once; ++i) part.deployments.push_back(told(i, commits, t0));
    part.prefix_hash = hash = dora::hash_line(hash, std::to_string(from));
    must(engine.perform(admin, [&](Work& work) { return dora::take_backfill(work, part); }));
  }
  fmt::print("backfill of {} deployments with {} commit{} each: {}\n", count, commits, commits == 1 ? "" : "s", filling.text());

  const auto o = must(database->read([](store::Tx& tx) { return definitions::current(tx); }));
  const dora::Scope all{{t0, clock.now()}, "", ""};
  const auto read_and_compute = [&](const char* from) {
    const Timed both;
    const Timed reading;
    const auto stored = database->read([&](store::Tx& tx) { return dora::read_stored(tx, *o, all); });
    const auto read = reading.text();
    const Timed computing;
    const auto figures = dora::compute(stored.facts, dora::Definition::dora_2025);
    fmt::print("from {}: read {}; dora-2025 computed {} ({} figures); together {}\n", from, read, computing.text(), figures.size(),
               both.text());
  };
  read_and_compute("the rows");
  const Timed putting_together;
  const auto apart = database->read([&](store::Tx& tx) { return dora::days_apart(tx, "production", clock.now()); });
  for (std::size_t at = 0; at < apart.size(); at += 30)
    database->write([&](store::Tx& tx) {
      dora::put_days_together(tx, "production", std::span(apart).subspan(at, std::min<std::size_t>(30, apart.size() - at)));
    });
  fmt::print("{} days put together: {}\n", apart.size(), putting_together.text());
  for (int again = 0; again < 3; ++again) read_and_compute("the days");
  for (const auto* definition : {"dora-2025", "devlake-2023", "fourkeys"}) {
    const Timed report;
    const auto r = must(database->read(
        [&](store::Tx& tx) { return dora::stored_report(tx, {.definition = definition, .from = t0, .to = clock.now()}, clock.now()); }));
    fmt::print("the whole report by {}: {}; {} (at most 1 s wanted for read and compute)\n", definition, report.text(), r.sentence);
  }
  const Timed month;
  must(database->read([&](store::Tx& tx) { return dora::stored_report(tx, {}, clock.now()); }));
  fmt::print("a month of it: {}\n", month.text());
}
