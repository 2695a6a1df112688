#include "work/pump.hpp"

#include "base/log.hpp"

namespace evenkeel::jobs {
namespace {

constexpr std::int64_t page = 200;

/// The cursor of a subscriber, held against other replicas until the end of the transaction; nothing when another replica holds it.
std::optional<std::int64_t> hold_cursor(store::Tx& tx, const std::string& name) {
  tx.exec("INSERT INTO event_cursor (id, next_entry) VALUES ($1, 0) ON CONFLICT (id) DO NOTHING", {name});
  std::string sql = "SELECT next_entry FROM event_cursor WHERE id = $1";
  if (tx.dialect() == store::Dialect::postgres) sql += " FOR UPDATE SKIP LOCKED";
  const auto value = tx.value(sql, {name});
  if (!value) return {};
  return std::get<std::int64_t>(*value);
}

bool wants(const Subscriber& s, const ledger::Entry& e) {
  return s.kinds.empty() ? !e.release.empty() : std::find(s.kinds.begin(), s.kinds.end(), e.kind) != s.kinds.end();
}

}  // namespace

bool Pump::step(const Subscriber& s) {
  bool moved = false;
  bool failed = false;
  const auto handle = [&](bool skip_errors) {
    return engine_.perform(member(s.who), [&](Work& work) -> Result<void> {
      const auto next = hold_cursor(work.tx, s.name);
      if (!next) return {};
      std::vector<std::pair<std::int64_t, ledger::Entry>> entries;
      work.tx.exec("SELECT id, bytes FROM ledger_entry WHERE id >= $1 ORDER BY id LIMIT $2", {*next, page}, [&](const store::Row& row) {
        if (auto e = ledger::parse_entry(row.blob(1))) entries.emplace_back(row.integer(0), std::move(*e));
      });
      if (entries.empty()) return {};
      auto position = *next;
      for (const auto& [id, entry] : entries) {
        position = id + 1;
        if (!wants(s, entry)) continue;
        if (skip_errors) {
          skip_errors = false;
          break;
        }  // this one failed before: pass over it alone
        TRY(s.handle(work, entry));
        break;  // one handled entry a transaction
      }
      work.tx.exec("UPDATE event_cursor SET next_entry = $2 WHERE id = $1", {s.name, position});
      moved = true;
      return {};
    });
  };
  if (auto done = handle(false); !done) {
    failed = true;
    log(LogLevel::error, "an event could not be handled", {{"subscriber", s.name}, {"error", done.error().message}});
  }
  if (failed) (void)handle(true);
  return moved;
}

bool Pump::run_once() {
  bool any = false;
  for (const auto& s : subscribers_)
    while (step(s)) any = true;
  return any;
}

void Pump::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto seen = engine_.bell.count();
    bool more = false;
    try {
      more = run_once();
    } catch (const store::DatabaseError& e) { log(LogLevel::error, "events wait for the database", {{"error", e.what()}}); }
    if (!more) engine_.bell.wait(seen, Millis{1000}, stop);
  }
}

}  // namespace evenkeel::jobs
