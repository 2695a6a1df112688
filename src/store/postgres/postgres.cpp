// PostgreSQL behind store::Connection, over libpq. Statements are prepared once a connection and kept by their text.
//
// Nothing waits for ever: a server that stands still (a stopped process, a network that swallows) keeps its sockets open and says nothing,
// so connecting has a limit, and so has the silence while an answer is awaited. A connection that met such a silence is not used again:
// what became of its last statement is not known.
#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>
#include <charconv>

#include "base/hex.hpp"
#include "store/database.hpp"

namespace evenkeel::store {
namespace {

/// SQLSTATE classes: https://www.postgresql.org/docs/15/errcodes-appendix.html
Fault fault_of(std::string_view state) {
  if (state == "23505") return Fault::unique;
  if (state == "40001" || state == "40P01" || state == "55P03") return Fault::busy;
  if (state.starts_with("53")) return Fault::full;
  if (state.starts_with("08") || state.starts_with("57P") || state.empty()) return Fault::gone;
  if (state.starts_with("23") || state == "P0001") return Fault::refused;
  return Fault::other;
}

struct Answer {
  PGresult* result;
  ~Answer() { PQclear(result); }
};

constexpr Millis longest_silence = std::chrono::seconds{10};
constexpr Millis longest_migration = std::chrono::minutes{30};  // a new index over years of entries says nothing either

PGconn* connect(const std::string& url) {
  const char* names[] = {"connect_timeout", "keepalives_idle", "tcp_user_timeout", "dbname", nullptr};
  const char* values[] = {"5", "10", "10000", url.c_str(), nullptr};  // what the address says of them comes last, and counts
  return PQconnectdbParams(names, values, 1);
}

class PostgresConnection final : public Connection {
 public:
  explicit PostgresConnection(const std::string& url) : connection_(connect(url)) {
    if (PQstatus(connection_) != CONNECTION_OK) {
      std::string why = PQerrorMessage(connection_);
      PQfinish(connection_);
      while (why.ends_with('\n')) why.pop_back();
      throw DatabaseError(Fault::gone, "cannot reach PostgreSQL: " + why);
    }
    PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
    try {
      prepare_session();
    } catch (...) {
      PQfinish(connection_);
      throw;
    }
  }
  ~PostgresConnection() override { PQfinish(connection_); }
  Dialect dialect() const override { return Dialect::postgres; }
  bool alive() const override {
    return !given_up_ && PQstatus(connection_) == CONNECTION_OK && PQtransactionStatus(connection_) == PQTRANS_IDLE;
  }

  std::int64_t exec(std::string_view sql, const Args& args, const RowFn& row) override {
    if (!sql.starts_with("BEGIN")) return run(sql, args, row);
    try {
      return run(sql, args, row);
    } catch (const DatabaseError& e) {  // it was cut since its last transaction: nothing is lost yet, so a new one is as good
      if (e.fault != Fault::gone || given_up_) throw;
      names_.clear();
      PQreset(connection_);
      if (PQstatus(connection_) != CONNECTION_OK) throw;
      prepare_session();
      return run(sql, args, row);
    }
  }
  void script(const std::string& sql) override { run_script(sql, longest_migration); }

 private:
  /// A replica that stands still in the middle of a write holds up every other one (Database::begin): it loses its transaction.
  void prepare_session() {
    PQsetnonblocking(connection_, 1);
    run_script(
        "SET synchronous_commit = on; SET TIME ZONE 'UTC'; SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '30s'; SET "
        "client_min_messages = warning",
        longest_silence);
  }
  void run_script(const std::string& sql, Millis silence) {
    const Answer answer{awaited(PQsendQuery(connection_, sql.c_str()), sql, silence)};
    check(answer.result, sql);
  }
  /// The answer to what was sent; of several the first that failed, else the last. The whole of it has come, or an error is thrown.
  PGresult* awaited(int sent, std::string_view sql, Millis silence = longest_silence) {
    if (given_up_) give_up(sql);
    PGresult* answer = nullptr;
    for (bool more = sent == 1; more;) {
      for (int left = PQflush(connection_); left == 1 || PQisBusy(connection_);) {
        if (!ready(left == 1, silence)) {
          PQclear(answer);
          give_up(sql);
        }
        if (!PQconsumeInput(connection_)) break;
        if (left == 1) left = PQflush(connection_);
      }
      PGresult* next = PQgetResult(connection_);
      more = next != nullptr;
      if (!next) break;
      const auto status = answer ? PQresultStatus(answer) : PGRES_COMMAND_OK;
      const bool failed = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
      PQclear(failed ? next : answer);
      if (!failed) answer = next;
      if (PQstatus(connection_) != CONNECTION_OK) break;
    }
    return answer;
  }
  bool ready(bool to_write, Millis silence) const {
    pollfd wait{PQsocket(connection_), static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN), 0};
    for (;;) {
      const int rc = ::poll(&wait, 1, static_cast<int>(silence.count()));
      if (rc >= 0 || errno != EINTR) return rc > 0;
    }
  }
  [[noreturn]] void give_up(std::string_view sql) {
    given_up_ = true;
    throw DatabaseError(Fault::gone, fmt::format("PostgreSQL does not answer (in: {})", sql.substr(0, 120)));
  }
  std::int64_t run(std::string_view sql, const Args& args, const RowFn& row) {
    const auto& name = prepare(sql);
    std::vector<std::string> texts;
    std::vector<const char*> pointers;
    texts.reserve(args.size());
    for (const auto& value : args) {
      texts.push_back(text_of(value));
      pointers.push_back(std::holds_alternative<std::nullptr_t>(value) ? nullptr : texts.back().c_str());
    }
    const Answer answer{
        awaited(PQsendQueryPrepared(connection_, name.c_str(), int(args.size()), pointers.data(), nullptr, nullptr, 0), sql)};
    check(answer.result, sql);
    if (row) deliver(answer.result, row);
    const char* changed = PQcmdTuples(answer.result);
    return *changed ? std::stoll(changed) : 0;
  }
  void check(const PGresult* result, std::string_view sql) {
    const auto status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
    const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    std::string why = result ? PQresultErrorMessage(result) : PQerrorMessage(connection_);
    while (why.ends_with('\n')) why.pop_back();
    throw DatabaseError(PQstatus(connection_) == CONNECTION_OK ? fault_of(state ? state : "") : Fault::gone,
                        fmt::format("database: {} (in: {})", why, sql.substr(0, 120)));
  }
  const std::string& prepare(std::string_view sql) {
    if (const auto found = names_.find(std::string(sql)); found != names_.end()) return found->second;
    auto name = "s" + std::to_string(names_.size());
    const Answer answer{awaited(PQsendPrepare(connection_, name.c_str(), std::string(sql).c_str(), 0, nullptr), sql)};
    check(answer.result, sql);
    return names_.emplace(sql, std::move(name)).first->second;
  }
  static std::string text_of(const Value& value) {
    if (const auto* n = std::get_if<std::int64_t>(&value)) return std::to_string(*n);
    if (const auto* d = std::get_if<double>(&value)) return fmt::format("{}", *d);
    if (const auto* s = std::get_if<std::string>(&value)) return *s;
    if (const auto* b = std::get_if<Blob>(&value)) return "\\x" + to_hex(b->bytes);
    return {};
  }
  static Value value_of(const PGresult* result, int r, int c) {
    if (PQgetisnull(result, r, c)) return nullptr;
    const std::string_view text{PQgetvalue(result, r, c), std::size_t(PQgetlength(result, r, c))};
    switch (PQftype(result, c)) {
      case 20:
      case 21:
      case 23: {  // int8, int2, int4
        std::int64_t n = 0;
        std::from_chars(text.data(), text.data() + text.size(), n);
        return n;
      }
      case 16:
        return std::int64_t{text == "t"};
      case 700:
      case 701: {
        double d = 0;
        std::from_chars(text.data(), text.data() + text.size(), d);
        return d;
      }
      case 17:
        return Blob{from_hex(text.substr(2)).value_or("")};  // bytea as \x...
      default:
        return std::string(text);
    }
  }
  static void deliver(const PGresult* result, const RowFn& row) {
    const int columns = PQnfields(result);
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(columns));
    for (int c = 0; c < columns; ++c) names.emplace_back(PQfname(result, c));
    std::vector<Value> values(static_cast<std::size_t>(columns));
    for (int r = 0; r < PQntuples(result); ++r) {
      for (int c = 0; c < columns; ++c) values[std::size_t(c)] = value_of(result, r, c);
      row(Row{values, names});
    }
  }

  PGconn* connection_;
  bool given_up_ = false;
  std::unordered_map<std::string, std::string> names_;
};

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const std::string& url) : pool_(12, [url] { return std::make_unique<PostgresConnection>(url); }) {
    url_ = url;
    (void)pool_.take();  // says at once when it cannot be reached
  }
  Dialect dialect() const override { return Dialect::postgres; }
  Lease writer() override { return pool_.take(); }
  Lease reader() override { return pool_.take(); }

 private:
  Pool pool_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& url) { return std::make_unique<PostgresDatabase>(url); }

}  // namespace evenkeel::store
