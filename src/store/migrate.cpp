#include "store/migrate.hpp"

#include "store/database.hpp"

namespace evenkeel::store {
namespace {

/// {int} {blob} {real} {strict}: the few words the two databases spell differently.
std::string spelled(std::string sql, Dialect dialect) {
  const bool sqlite = dialect == Dialect::sqlite;
  const std::pair<std::string_view, std::string_view> words[] = {{"{int}", sqlite ? "INTEGER" : "BIGINT"},
                                                                 {"{blob}", sqlite ? "BLOB" : "BYTEA"},
                                                                 {"{real}", sqlite ? "REAL" : "DOUBLE PRECISION"},
                                                                 {"{strict}", sqlite ? "STRICT" : ""}};
  for (const auto& [word, text] : words)
    for (std::size_t at = 0; (at = sql.find(word, at)) != std::string::npos;) sql.replace(at, word.size(), text);
  // "--sqlite: ..." and "--postgres: ..." at the beginning of a line: what only one of the two has (full-text search).
  for (const std::string_view mark : {sqlite ? "\n--sqlite:" : "\n--postgres:"})
    for (std::size_t at = 0; (at = sql.find(mark, at)) != std::string::npos; ++at) sql.erase(at + 1, mark.size() - 1);
  return sql;
}

/// "-- insert_only: table" lines: the table's rows can be neither changed nor deleted by any statement of ours.
std::string insert_only_triggers(const std::string& sql, Dialect dialect) {
  std::string out;
  constexpr std::string_view mark = "-- insert_only: ";
  for (std::size_t at = 0; (at = sql.find(mark, at)) != std::string::npos;) {
    at += mark.size();
    const auto table = sql.substr(at, sql.find('\n', at) - at);
    if (dialect == Dialect::sqlite) {
      for (const auto* what : {"UPDATE", "DELETE"})
        out +=
            fmt::format("CREATE TRIGGER {0}_no_{1} BEFORE {1} ON {0} BEGIN SELECT RAISE(ABORT, '{0} is insert-only'); END;\n", table, what);
    } else {
      out += fmt::format(
          "CREATE TRIGGER {0}_insert_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION evenkeel_insert_only();\n", table);
    }
  }
  return out;
}

constexpr const char* postgres_prelude =
    "CREATE OR REPLACE FUNCTION evenkeel_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME; END $$;";

/// The oldest binary (by schema version) that can still work on the data after this binary's migrations: one version back.
constexpr int oldest_compatible = 1;

}  // namespace

int schema_version() { return migrations().back().number; }

Result<void> migrate(Database& database) {
  auto lease = database.writer();
  auto& c = lease.connection();
  const bool sqlite = c.dialect() == Dialect::sqlite;
  c.exec(sqlite ? "BEGIN IMMEDIATE" : "BEGIN", {}, {});
  try {
    // Replicas that start together migrate one after the other; without the lock even "IF NOT EXISTS" fails for one of them.
    // Whoever comes second waits for as long as it takes.
    if (!sqlite) c.script("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(7331947)");
    c.exec(spelled("CREATE TABLE IF NOT EXISTS schema_info (id {int} PRIMARY KEY, version {int} NOT NULL, oldest_compatible {int} NOT "
                   "NULL) {strict}",
                   c.dialect()),
           {}, {});
    std::int64_t version = 0, oldest = 0;
    c.exec("SELECT version, oldest_compatible FROM schema_info WHERE id = 1", {}, [&](const Row& row) {
      version = row.integer(0);
      oldest = row.integer(1);
    });
    if (oldest > schema_version()) {
      c.exec("ROLLBACK", {}, {});
      return conflict(fmt::format("this database needs a binary with schema version {} or newer; this one has {}. Start the newer evenkeel",
                                  oldest, schema_version()));
    }
    if (!sqlite && version == 0) c.script(postgres_prelude);
    for (const auto& m : migrations()) {
      if (m.number <= version) continue;
      c.script(spelled(m.sql, c.dialect()));
      if (const auto triggers = insert_only_triggers(m.sql, c.dialect()); !triggers.empty()) c.script(triggers);
    }
    if (version < schema_version())
      c.exec(
          "INSERT INTO schema_info (id, version, oldest_compatible) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET version = "
          "excluded.version, oldest_compatible = excluded.oldest_compatible",
          {std::int64_t{schema_version()}, std::int64_t{oldest_compatible}}, {});
    c.exec("COMMIT", {}, {});
  } catch (...) {
    const auto why = std::current_exception();
    try {
      c.exec("ROLLBACK", {}, {});
    } catch (const DatabaseError&) { std::rethrow_exception(why); }  // what went wrong first is what is told
    throw;
  }
  return {};
}

}  // namespace evenkeel::store
