// How fast the independent verifier walks a ledger, beside hashing the same bytes alone (the least any proof must do). CPU time, one core.
//   bench_ledger_verify [ENTRIES]
#include <fmt/format.h>
#include <openssl/sha.h>

#include <cstdlib>

#include "ledger/append.hpp"
#include "ledger/fsck.hpp"
#include "measure.hpp"
#include "store/database.hpp"

using namespace evenkeel;

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 300'000;
  const bench::Scratch scratch;
  const auto database = store::Database::open(scratch.file("evenkeel.db"));
  if (const auto ready = store::migrate(*database); !ready) return fmt::print(stderr, "{}\n", ready.error().message), 1;
  for (int done = 0; done < count; done += 5000)
    database->write([&](store::Tx& tx) -> Result<void> {
      std::vector<ledger::Entry> batch;
      for (int i = done; i < std::min(count, done + 5000); ++i)
        batch.push_back({.at = from_millis(1'700'000'000'000 + i),
                         .kind = "step.ended",
                         .actor_kind = "member",
                         .actor = "member:release_coordinator",
                         .on_behalf_of = "psn_0192f0c4a1b27c3d8e4f5a6b7c8d9e0f",
                         .via = "schedule",
                         .subject = fmt::format("stp_{:032x}", i),
                         .release = fmt::format("rel_{:032x}", i / 40),
                         .facts = {{"state", "done"}, {"attempt", fmt::format("att_{:032x}", i)}, {"took_ms", "1250"}},
                         .sealed = {},
                         .texts = {}});
      ledger::append(tx, batch);
      return {};
    });
  auto start = bench::cpu_seconds();
  const auto report = database->read([](store::Tx& tx) { return ledger::fsck::verify(tx); });
  const double verifying = bench::cpu_seconds() - start;
  if (!report.problems.empty() || report.entries != count) return fmt::print(stderr, "the ledger does not verify\n"), 1;
  start = bench::cpu_seconds();
  unsigned char digest[32];
  std::size_t bytes = 0;
  database->read([&](store::Tx& tx) {
    tx.exec("SELECT bytes FROM ledger_entry ORDER BY id", {}, [&](const store::Row& row) {
      bytes += row.blob(0).size();
      SHA256(reinterpret_cast<const unsigned char*>(row.blob(0).data()), row.blob(0).size(), digest);
    });
  });
  const double hashing = bench::cpu_seconds() - start;
  fmt::print(
      "ledger verify: {:.0f} entries/s over {} entries, {} bytes each (at least 300000 wanted); reading and hashing alone {:.0f}/s: {:.2f} "
      "x\n",
      count / verifying, count, bytes / std::size_t(count), count / hashing, hashing / verifying);
}
