// The store: a thin layer over SQLite and PostgreSQL. The same SQL text runs on both ($1 parameters, ON CONFLICT, RETURNING);
// what they spell differently is in migrate.cpp and the few `dialect()` branches.
//
// SQLite: one writer connection behind a mutex, several readers, WAL, synchronous=FULL (nothing acknowledged is lost).
// PostgreSQL: a pool; write transactions take turns over all replicas (`Database::begin`): none decides on what another changes.
// A database that is gone, locked or full is a DatabaseError: requests fail with it, the process stays up and recovers by itself.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel::store {

struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Blob>;
using Args = std::vector<Value>;

/// One row of an answer, valid only during the callback.
struct Row {
  std::span<const Value> values;
  std::span<const std::string> names;

  bool null(std::size_t i) const { return std::holds_alternative<std::nullptr_t>(values[i]); }
  std::int64_t integer(std::size_t i) const { return std::get<std::int64_t>(values[i]); }
  const std::string& text(std::size_t i) const { return std::get<std::string>(values[i]); }
  const std::string& blob(std::size_t i) const { return std::get<Blob>(values[i]).bytes; }
};
using RowFn = std::function<void(const Row&)>;

enum class Fault { busy, full, gone, unique, refused, other };

/// The database could not do it. `fault` says whether trying again helps (busy, gone) or an operator must act (full).
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(Fault f, const std::string& what) : std::runtime_error(what), fault(f) {}
  Fault fault;
};

enum class Dialect { sqlite, postgres };

/// One connection; used by one thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Dialect dialect() const = 0;
  /// Runs one statement; `row` is called for each row of the answer. Returns rows changed. Throws DatabaseError.
  virtual std::int64_t exec(std::string_view sql, const Args& args, const RowFn& row) = 0;
  /// Several statements without parameters (migrations).
  virtual void script(const std::string& sql) = 0;
  virtual bool alive() const = 0;
};

/// A transaction as the areas see it.
class Tx {
 public:
  explicit Tx(Connection& connection) : connection_(connection) {}
  std::int64_t exec(std::string_view sql, const Args& args = {}, const RowFn& row = {}) { return connection_.exec(sql, args, row); }
  Dialect dialect() const { return connection_.dialect(); }
  /// Holds the row against other writers until the end (PostgreSQL; SQLite has one writer anyway). `table` is a literal.
  void lock(std::string_view table, const std::string& id);
  /// First column of the first row, or nothing.
  std::optional<Value> value(std::string_view sql, const Args& args = {});
  std::int64_t integer(std::string_view sql, const Args& args = {});  // 0 when there is no row or NULL
  /// The database's own clock, milliseconds UTC: leases are measured by it, so that replicas need not agree.
  std::int64_t database_now();

 private:
  Connection& connection_;
};

class Database {
 public:
  /// "postgres://user@host:port/name" or a file path (":memory:" for tests). Throws DatabaseError when it cannot be opened.
  static std::unique_ptr<Database> open(const std::string& url);
  virtual ~Database() = default;

  virtual Dialect dialect() const = 0;
  const std::string& url() const { return url_; }

  /// Runs `body(Tx&) -> Result<T>` in one write transaction: commits a value, rolls back an error or an exception.
  /// A busy database (deadlock, serialisation, lock) is tried again up to four times, so `body` must not act outside it.
  template <class F>
  auto write(F&& body) -> decltype(body(std::declval<Tx&>())) {
    for (int attempt = 1;; ++attempt) {
      Lease lease = writer();
      try {
        return in_transaction(lease.connection(), true, body);
      } catch (const DatabaseError& e) {
        if (e.fault != Fault::busy || attempt == 5) throw;
      }
    }
  }
  /// Runs `body(Tx&)` in one read transaction on a consistent view.
  template <class F>
  auto read(F&& body) -> decltype(body(std::declval<Tx&>())) {
    Lease lease = reader();
    return in_transaction(lease.connection(), false, body);
  }

  /// A connection outside any transaction (migrations, LISTEN).
  class Lease {
   public:
    Lease(Connection& c, std::function<void()> give_back) : connection_(&c), give_back_(std::move(give_back)) {}
    Lease(Lease&& other) noexcept : connection_(other.connection_), give_back_(std::exchange(other.give_back_, nullptr)) {}
    ~Lease() {
      if (give_back_) give_back_();
    }
    Connection& connection() { return *connection_; }

   private:
    Connection* connection_;
    std::function<void()> give_back_;
  };
  virtual Lease writer() = 0;
  virtual Lease reader() = 0;

 protected:
  std::string url_;

 private:
  static void begin(Connection& c, bool write);
  static void commit(Connection& c);
  static void rollback(Connection& c) noexcept;

  template <class F>
  auto in_transaction(Connection& c, bool write, F&& body) -> decltype(body(std::declval<Tx&>())) {
    begin(c, write);
    try {
      Tx tx{c};
      if constexpr (std::is_void_v<decltype(body(tx))>) {
        body(tx);
        commit(c);
      } else {
        auto result = body(tx);
        if constexpr (requires { result.error(); }) {
          if (!result) {
            rollback(c);
            return result;
          }
        }
        commit(c);
        return result;
      }
    } catch (...) {
      rollback(c);
      throw;
    }
  }
};

/// Keeps a pool of connections made by `make`; broken ones are replaced.
class Pool {
 public:
  Pool(std::size_t most, std::function<std::unique_ptr<Connection>()> make) : most_(most), make_(std::move(make)) {}
  Database::Lease take();

 private:
  void give_back(std::unique_ptr<Connection> c);
  std::size_t most_, out_ = 0;
  std::function<std::unique_ptr<Connection>()> make_;
  std::vector<std::unique_ptr<Connection>> free_;
  std::mutex mutex_;
  std::condition_variable returned_;
};

/// A consistent copy of a database file into a new one (mode 0600), while a server writes. Throws DatabaseError (it exists, disk).
void copy_sqlite(const std::string& from, const std::string& to);
std::unique_ptr<Database> open_sqlite(const std::string& path);
std::unique_ptr<Database> open_postgres(const std::string& url);

/// Brings the schema to this binary's version: each migration in one transaction. Refuses (Error: conflict) a database whose
/// `oldest_compatible` is above this binary's version, and says which binary is needed.
Result<void> migrate(Database& database);
/// Version of the schema this binary was built with.
int schema_version();

}  // namespace evenkeel::store
