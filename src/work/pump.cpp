#include "work/pump.hpp"

#include "base/log.hpp"

namespace evenkeel::jobs {
namespace {

/// The cursor of a subscriber, held against other replicas until the end of the transaction; nothing when another replica holds it.
std::optional<std::int64_t> hold_cursor(store::Tx& tx, const std::string& name) {
  tx.exec("INSERT INTO event_cursor (id, next_entry) VALUES ($1, 0) ON CONFLICT (id) DO NOTHING", {name});
  std::string sql = "SELECT next_entry FROM event_cursor WHERE id = $1";
  if (tx.dialect() == store::Dialect::postgres) sql += " FOR UPDATE SKIP LOCKED";
  const auto value = tx.value(sql, {name});
  if (!value) return {};
  return std::get<std::int64_t>(*value);
}

std::int64_t ledger_size(store::Tx& tx) { return tx.integer("SELECT size FROM ledger_head WHERE id = 1"); }

struct Wanted {
  std::int64_t index = 0;
  Result<ledger::Entry> entry;
};

/// The first entry from `from` on that the subscriber wants. One that cannot be read is the verifier's to name; it is passed over alone.
std::optional<Wanted> next_wanted(store::Tx& tx, const Subscriber& s, std::int64_t from) {
  std::string wanted = "release_id <> ''";
  store::Args args{from};
  if (!s.kinds.empty()) {
    wanted = "kind IN (";
    for (const auto& kind : s.kinds) {
      args.emplace_back(kind);
      wanted += fmt::format("{}${}", args.size() == 2 ? "" : ", ", args.size());
    }
    wanted += ")";
  }
  std::optional<Wanted> found;
  tx.exec("SELECT id, bytes FROM ledger_entry WHERE id >= $1 AND " + wanted + " ORDER BY id LIMIT 1", args,
          [&](const store::Row& row) { found = Wanted{row.integer(0), ledger::parse_entry(row.blob(1))}; });
  return found;
}

}  // namespace

/// One read for all of them, so that an idle server writes nothing.
std::vector<const Subscriber*> Pump::behind() {
  return engine_.database.read([&](store::Tx& tx) {
    const auto size = ledger_size(tx);
    std::set<std::string> done;
    tx.exec("SELECT id FROM event_cursor WHERE next_entry >= $1", {size}, [&](const store::Row& row) { done.insert(row.text(0)); });
    std::vector<const Subscriber*> out;
    for (const auto& s : subscribers_)
      if (size > 0 && !done.contains(s.name)) out.push_back(&s);
    return out;
  });
}

/// Handles the next entry that the subscriber wants, in one transaction with its cursor. False when it has come to the end.
bool Pump::step(const Subscriber& s) {
  bool moved = false;
  const auto move_on = [&](bool pass_over) {
    return engine_.perform(member(s.who), [&](Work& work) -> Result<void> {
      moved = false;
      const auto next = hold_cursor(work.tx, s.name);
      const auto size = ledger_size(work.tx);
      if (!next || *next >= size) return {};
      const auto wanted = next_wanted(work.tx, s, *next);
      if (wanted && wanted->entry && !pass_over) TRY(s.handle(work, *wanted->entry));
      work.tx.exec("UPDATE event_cursor SET next_entry = $2 WHERE id = $1", {s.name, wanted ? wanted->index + 1 : size});
      moved = true;
      return {};
    });
  };
  if (const auto done = move_on(false); !done) {
    log(LogLevel::error, "an event could not be handled", {{"subscriber", s.name}, {"error", done.error().message}});
    (void)move_on(true);
  }
  return moved;
}

bool Pump::run_once(const std::stop_token& stop) {
  bool any = false;
  for (const auto* s : behind())
    while (!stop.stop_requested() && step(*s)) any = true;
  return any;
}

void Pump::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto seen = engine_.bell.count();
    bool more = false;
    try {
      more = run_once(stop);
    } catch (const store::DatabaseError& e) { log(LogLevel::error, "events wait for the database", {{"error", e.what()}}); }
    if (!more) engine_.bell.wait(seen, Millis{1000}, stop);
  }
}

}  // namespace evenkeel::jobs
