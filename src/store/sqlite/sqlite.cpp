// SQLite behind store::Connection. Statements are prepared once and kept by their text.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "store/database.hpp"

namespace evenkeel::store {
namespace {

Fault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Fault::busy;
    case SQLITE_FULL:
      return Fault::full;
    case SQLITE_IOERR:
      // A quota or a file-size limit comes as a failed write.
      return code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_TRUNCATE ? Fault::full : Fault::gone;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Fault::gone;
    case SQLITE_CONSTRAINT:
      return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ? Fault::unique : Fault::refused;
    default:
      return Fault::other;
  }
}

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(const std::string& path, bool writer) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | (writer ? SQLITE_OPEN_CREATE : 0);
    if (const int rc = sqlite3_open_v2(path.c_str(), &db_, flags, nullptr); rc != SQLITE_OK) {
      const std::string why = db_ ? sqlite3_errmsg(db_) : sqlite3_errstr(rc);
      sqlite3_close(db_);
      throw DatabaseError(fault_of(rc), fmt::format("cannot open the database {}: {}", path, why));
    }
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, 1000);  // a transaction is tried five times: see Database::write
    exec("PRAGMA foreign_keys = ON", {}, {});
    exec("PRAGMA journal_mode = WAL", {}, {});
    exec("PRAGMA synchronous = FULL", {}, {});  // what was acknowledged survives a power cut
    exec("PRAGMA cache_size = -8192", {}, {});
    if (!writer) exec("PRAGMA query_only = ON", {}, {});
  }
  ~SqliteConnection() override {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close_v2(db_);
  }
  Dialect dialect() const override { return Dialect::sqlite; }
  bool alive() const override { return true; }

  std::int64_t exec(std::string_view sql, const Args& args, const RowFn& row) override {
    if (sql.starts_with("BEGIN") || sql == "COMMIT") must_be_in_its_place();
    sqlite3_stmt* statement = prepare(sql);
    const Reset reset{statement};
    bind(statement, args);
    std::vector<Value> values;
    const std::vector<std::string>* names = nullptr;
    for (;;) {
      const int rc = sqlite3_step(statement);
      if (rc == SQLITE_DONE) break;
      if (rc != SQLITE_ROW) fail(rc, sql);
      if (!row) continue;
      if (!names) names = &names_of(statement);
      read(statement, values);
      row(Row{values, *names});
    }
    return sqlite3_changes64(db_);
  }

  void script(const std::string& sql) override {
    char* message = nullptr;
    const int rc = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &message);
    const std::string why = message ? message : "";
    sqlite3_free(message);
    if (rc != SQLITE_OK) throw DatabaseError(fault_of(rc), "database: " + why);
  }

 private:
  struct Reset {
    sqlite3_stmt* statement;
    ~Reset() {
      sqlite3_reset(statement);
      sqlite3_clear_bindings(statement);
    }
  };
  /// A file that was deleted or replaced still takes what is written, and is gone with the process: nothing is acknowledged any more.
  void must_be_in_its_place() {
    int moved = 0;
    if (sqlite3_file_control(db_, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || !moved) return;
    throw DatabaseError(Fault::gone, fmt::format("the database file {} was deleted, moved or replaced while it was open; put it back",
                                                 sqlite3_db_filename(db_, "main")));
  }
  [[noreturn]] void fail(int rc, std::string_view sql) {
    throw DatabaseError(fault_of(rc), fmt::format("database: {} (in: {})", sqlite3_errmsg(db_), sql.substr(0, 120)));
  }
  sqlite3_stmt* prepare(std::string_view sql) {
    if (const auto found = statements_.find(std::string(sql)); found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    if (const int rc = sqlite3_prepare_v3(db_, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        rc != SQLITE_OK)
      fail(rc, sql);
    statements_.emplace(sql, statement);
    return statement;
  }
  static void bind(sqlite3_stmt* statement, const Args& args) {
    for (std::size_t i = 0; i < args.size(); ++i) {
      // By name, not by position: SQLite numbers "$n" by first appearance.
      const int at = sqlite3_bind_parameter_index(statement, ("$" + std::to_string(i + 1)).c_str());
      if (at == 0) continue;
      std::visit(
          [&](const auto& v) {
            using V = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<V, std::nullptr_t>)
              sqlite3_bind_null(statement, at);
            else if constexpr (std::is_same_v<V, std::int64_t>)
              sqlite3_bind_int64(statement, at, v);
            else if constexpr (std::is_same_v<V, double>)
              sqlite3_bind_double(statement, at, v);
            else if constexpr (std::is_same_v<V, std::string>)
              sqlite3_bind_text64(statement, at, v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
            else
              sqlite3_bind_blob64(statement, at, v.bytes.data(), v.bytes.size(), SQLITE_STATIC);
          },
          args[i]);
    }
  }
  static void read(sqlite3_stmt* statement, std::vector<Value>& values) {
    const int n = sqlite3_column_count(statement);
    values.resize(std::size_t(n));
    for (int i = 0; i < n; ++i) {
      auto& value = values[std::size_t(i)];
      switch (sqlite3_column_type(statement, i)) {
        case SQLITE_INTEGER:
          value = static_cast<std::int64_t>(sqlite3_column_int64(statement, i));
          break;
        case SQLITE_FLOAT:
          value = sqlite3_column_double(statement, i);
          break;
        case SQLITE_TEXT: {
          const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
          const auto size = std::size_t(sqlite3_column_bytes(statement, i));
          if (auto* last = std::get_if<std::string>(&value))
            last->assign(text, size);  // into the room that the row before had
          else
            value = std::string(text, size);
          break;
        }
        case SQLITE_BLOB:
          value = Blob{
              std::string(static_cast<const char*>(sqlite3_column_blob(statement, i)), std::size_t(sqlite3_column_bytes(statement, i)))};
          break;
        default:
          value = nullptr;
      }
    }
  }
  const std::vector<std::string>& names_of(sqlite3_stmt* statement) {
    auto& names = names_[statement];
    if (names.empty())
      for (int i = 0; i < sqlite3_column_count(statement); ++i) names.emplace_back(sqlite3_column_name(statement, i));
    return names;
  }

  sqlite3* db_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
  std::unordered_map<sqlite3_stmt*, std::vector<std::string>> names_;
};

/// One process at a time owns the file: a server, or a command with --db. Kept with flock beside the database.
class FileLock {
 public:
  explicit FileLock(const std::string& path) {
    fd_ = ::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) throw DatabaseError(Fault::gone, fmt::format("cannot open the database {}: {}", path, std::strerror(errno)));
    for (int tries = 0; ::flock(fd_, LOCK_EX | LOCK_NB) != 0; ++tries) {
      if (tries == 20) {
        ::close(fd_);
        throw DatabaseError(Fault::busy, fmt::format("{} is in use by a running evenkeel; talk to it with --server instead of --db", path));
      }
      ::usleep(50'000);
    }
  }
  ~FileLock() { ::close(fd_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const std::string& path)
      : lock_(path),
        path_(path),
        writer_(std::make_unique<SqliteConnection>(path, true)),
        readers_(8, [this] { return std::make_unique<SqliteConnection>(path_, false); }) {
    url_ = path;
  }
  Dialect dialect() const override { return Dialect::sqlite; }
  Lease writer() override {
    writing_.lock();
    return {*writer_, [this] { writing_.unlock(); }};
  }
  Lease reader() override { return readers_.take(); }

 private:
  FileLock lock_;
  std::string path_;
  std::unique_ptr<Connection> writer_;
  std::mutex writing_;
  Pool readers_;
};

}  // namespace

void copy_sqlite(const std::string& from, const std::string& to) {
  if (std::filesystem::exists(to)) throw DatabaseError(Fault::refused, to + " is there already; a copy overwrites nothing");
  const auto mask = ::umask(0077);
  sqlite3* db = nullptr;
  int rc = sqlite3_open_v2(from.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);  // a reader of a WAL writes its index
  if (rc == SQLITE_OK) {
    sqlite3_busy_timeout(db, 10'000);
    sqlite3_stmt* copy = nullptr;
    rc = sqlite3_prepare_v2(db, "VACUUM INTO ?1", -1, &copy, nullptr);
    if (rc == SQLITE_OK) {
      sqlite3_bind_text(copy, 1, to.c_str(), -1, SQLITE_TRANSIENT);
      rc = sqlite3_step(copy) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(db);
    }
    sqlite3_finalize(copy);
  }
  const std::string why = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);
  sqlite3_close_v2(db);
  ::umask(mask);
  if (rc == SQLITE_OK) return;
  std::error_code ec;
  std::filesystem::remove(to, ec);
  throw DatabaseError(fault_of(rc), fmt::format("cannot copy the database {} to {}: {}", from, to, why));
}

std::unique_ptr<Database> open_sqlite(const std::string& path) { return std::make_unique<SqliteDatabase>(path); }

}  // namespace evenkeel::store
