#include "store/database.hpp"

namespace evenkeel::store {

std::unique_ptr<Database> Database::open(const std::string& url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://") ? open_postgres(url) : open_sqlite(url);
}

/// Write transactions run one after the other, over all replicas, as in SQLite: whoever decides on what it has read decides on what is so.
/// The lock comes before the first look at the data; each statement then sees all that was committed before. (Serialisable isolation would
/// make any two of them collide at the ledger's head, which all of them move.) See docs/decisions/0010-write-transactions-take-turns.md.
void Database::begin(Connection& c, bool write) {
  if (c.dialect() == Dialect::sqlite) {
    c.exec(write ? "BEGIN IMMEDIATE" : "BEGIN", {}, {});
    return;
  }
  c.exec(write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {}, {});
  try {
    if (write) c.exec("SELECT pg_advisory_xact_lock(7331948)", {}, {});
  } catch (...) {
    rollback(c);
    throw;
  }
}
void Database::commit(Connection& c) { c.exec("COMMIT", {}, {}); }
void Database::rollback(Connection& c) noexcept {
  try {
    c.exec("ROLLBACK", {}, {});
  } catch (const DatabaseError&) { return; }  // the connection is broken or SQLite has rolled back by itself: nothing is left to undo
}

void Tx::lock(std::string_view table, const std::string& id) {
  if (dialect() == Dialect::postgres) exec("SELECT 1 FROM " + std::string(table) + " WHERE id = $1 FOR UPDATE", {std::string(id)});
}

std::optional<Value> Tx::value(std::string_view sql, const Args& args) {
  std::optional<Value> found;
  exec(sql, args, [&](const Row& row) {
    if (!found) found = row.values[0];
  });
  return found;
}

std::int64_t Tx::integer(std::string_view sql, const Args& args) {
  const auto found = value(sql, args);
  return found && std::holds_alternative<std::int64_t>(*found) ? std::get<std::int64_t>(*found) : 0;
}

std::int64_t Tx::database_now() {
  return integer(dialect() == Dialect::sqlite ? "SELECT CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER)"
                                              : "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)");
}

/// All connections are out with a database that stands still: whoever waits longer is better told.
constexpr std::chrono::seconds longest_wait{10};

Database::Lease Pool::take() {
  std::unique_ptr<Connection> c;
  {
    std::unique_lock lock{mutex_};
    if (!returned_.wait_for(lock, longest_wait, [&] { return !free_.empty() || out_ < most_; }))
      throw DatabaseError(Fault::gone, "every connection to the database has been in use for a while");
    if (!free_.empty()) {
      c = std::move(free_.back());
      free_.pop_back();
    }
    ++out_;
  }
  try {
    if (!c) c = make_();
  } catch (...) {
    give_back(nullptr);
    throw;
  }
  auto* raw = c.release();
  return {*raw, [this, raw] { give_back(std::unique_ptr<Connection>(raw)); }};
}

void Pool::give_back(std::unique_ptr<Connection> c) {
  const std::lock_guard lock{mutex_};
  --out_;
  if (c && c->alive()) free_.push_back(std::move(c));
  returned_.notify_one();
}

}  // namespace evenkeel::store
