// What the ledger costs: a use case with its entry, beside a bare SQLite insert of the same bytes. One transaction each, WAL,
// synchronous=FULL on both sides: nothing acknowledged is lost. The rounds alternate, so that a busy disk meets both. Wall time.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <vector>

#include "measure.hpp"
#include "store/database.hpp"
#include "work/engine.hpp"

using namespace evenkeel;

namespace {

constexpr int commands_per_round = 300, rounds = 9;

/// The bare side: one table, one prepared statement.
class Bare {
 public:
  explicit Bare(const std::string& path) {
    run(sqlite3_open(path.c_str(), &db_));
    script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    run(sqlite3_prepare_v2(db_, "INSERT INTO t (bytes) VALUES (?)", -1, &insert_, nullptr));
  }
  ~Bare() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  void insert(const std::string& bytes) {
    script("BEGIN IMMEDIATE");
    sqlite3_bind_blob(insert_, 1, bytes.data(), int(bytes.size()), SQLITE_STATIC);
    sqlite3_step(insert_);
    run(sqlite3_reset(insert_));
    script("COMMIT");
  }

 private:
  void run(int code) const {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
  }
  void script(const char* sql) const { run(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

}  // namespace

int main() {
  const bench::Scratch scratch;
  const auto database = store::Database::open(scratch.file("evenkeel.db"));
  if (const auto ready = store::migrate(*database); !ready) return fmt::print(stderr, "{}\n", ready.error().message), 1;
  const SystemClock clock;
  Engine engine(*database, clock);
  const Actor actor{.kind = ActorKind::person, .id = "psn_bench"};
  const std::string reason = "The artefact was signed, its tests passed, and the window is free.";
  const auto command = [&](int i) {
    return engine.perform(actor, [&](Work& work) -> Result<void> {
      work.write_text("reason", reason);
      work.record(
          {.kind = "bench.done", .subject = fmt::format("sub_{}", i), .release = "rel_bench", .facts = {{"number", std::to_string(i)}}});
      return {};
    });
  };
  if (!command(0)) return 1;
  // The same bytes: the entry, its leaf, the text with its salt.
  const auto size = database->read(
      [](store::Tx& tx) { return tx.integer("SELECT length(bytes) + length(leaf) FROM ledger_entry ORDER BY id DESC LIMIT 1"); });
  const std::string bytes(std::size_t(size) + reason.size() + 16, 'x');
  Bare bare(scratch.file("bare.db"));

  std::vector<double> ours, reference;
  for (int round = 0; round < rounds; ++round) {
    auto start = bench::wall_seconds();
    for (int i = 0; i < commands_per_round; ++i) bare.insert(bytes);
    reference.push_back(commands_per_round / (bench::wall_seconds() - start));
    start = bench::wall_seconds();
    for (int i = 0; i < commands_per_round; ++i)
      if (!command(i)) return 1;
    ours.push_back(commands_per_round / (bench::wall_seconds() - start));
  }
  fmt::print("ledgered commands {:.0f}/s, bare SQLite inserts of the same {} bytes {:.0f}/s: {:.2f} x (at least 0.5 wanted)\n",
             median(ours), bytes.size(), median(reference), median(ours) / median(reference));
}
