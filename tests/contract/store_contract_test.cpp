// What the areas rely on from a store, the same on SQLite and PostgreSQL.
#include <gmock/gmock.h>

#include <thread>

#include "support/fresh_database.hpp"

namespace evenkeel::store {
namespace {

using testing_database::Fresh;
using testing_database::On;

class StoreContract : public testing::TestWithParam<On> {
 protected:
  Fresh fresh{GetParam()};
};

Fault fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const DatabaseError& e) { return e.fault; }
  ADD_FAILURE() << "nothing was refused";
  return Fault::other;
}

TEST_P(StoreContract, values_come_back_as_they_were_stored) {
  const auto database = fresh.open();
  const std::string text = "a 'quoted' \"text\" with $1, Gr\u00fc\u00dfe and \U0001F6F3";
  const Blob blob{std::string("\0\1\377\0", 4)};
  database->write([&](Tx& tx) -> Result<void> {
    tx.exec(tx.dialect() == Dialect::sqlite ? "CREATE TABLE t (i INTEGER, s TEXT, b BLOB, d REAL)"
                                            : "CREATE TABLE t (i BIGINT, s TEXT, b BYTEA, d DOUBLE PRECISION)");
    tx.exec("INSERT INTO t (i, s, b, d) VALUES ($1, $2, $3, $4)", {std::numeric_limits<std::int64_t>::max(), text, blob, 0.1});
    tx.exec("INSERT INTO t (i, s, b, d) VALUES ($1, $2, $3, $4)", {std::numeric_limits<std::int64_t>::min(), "", Blob{}, -0.0});
    tx.exec("INSERT INTO t (i, s, b, d) VALUES ($1, $2, $3, $4)", {nullptr, nullptr, nullptr, nullptr});
    return {};
  });
  int rows = 0;
  database->read([&](Tx& tx) {
    tx.exec("SELECT i, s, b, d FROM t ORDER BY coalesce(i, 0) DESC", {}, [&](const Row& row) {
      if (++rows == 1) {
        EXPECT_EQ(row.integer(0), std::numeric_limits<std::int64_t>::max());
        EXPECT_EQ(row.text(1), text);
        EXPECT_EQ(row.blob(2), blob.bytes);
        EXPECT_EQ(std::get<double>(row.values[3]), 0.1);
      } else if (rows == 2) {
        for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(row.null(i));
      } else {
        EXPECT_EQ(row.integer(0), std::numeric_limits<std::int64_t>::min());
        EXPECT_EQ(row.text(1), "");
      }
    });
  });
  EXPECT_EQ(rows, 3);
}

TEST_P(StoreContract, an_error_or_an_exception_leaves_nothing) {
  const auto database = fresh.migrated();
  const auto insert = [](Tx& tx) {
    tx.exec("INSERT INTO erasable_text (id, salt, body, written_at) VALUES ('a', $1, 'x', 0)", {Blob{"s"}});
  };
  EXPECT_FALSE(database->write([&](Tx& tx) -> Result<void> {
    insert(tx);
    return conflict("no");
  }));
  EXPECT_THROW(database->write([&](Tx& tx) -> Result<void> {
    insert(tx);
    throw std::runtime_error("broken");
  }),
               std::runtime_error);
  EXPECT_EQ(database->read([](Tx& tx) { return tx.integer("SELECT count(*) FROM erasable_text"); }), 0);
}

TEST_P(StoreContract, a_second_row_of_one_key_is_a_fault_of_its_own_kind) {
  const auto database = fresh.migrated();
  const auto insert = [&] {
    database->write([](Tx& tx) -> Result<void> {
      tx.exec("INSERT INTO erasable_text (id, salt, body, written_at) VALUES ('a', $1, 'x', 0)", {Blob{"s"}});
      return {};
    });
  };
  insert();
  EXPECT_EQ(fault_of(insert), Fault::unique);
}

TEST_P(StoreContract, sealed_tables_refuse_change_and_deletion) {
  const auto database = fresh.migrated();
  const auto run = [&](const char* sql) {
    return [&database, sql] {
      database->write([&](Tx& tx) -> Result<void> {
        tx.exec(sql);
        return {};
      });
    };
  };
  run("INSERT INTO ledger_seal (table_name, row_id, entry_id) VALUES ('decision', 'd', 1)")();
  EXPECT_EQ(fault_of(run("UPDATE ledger_seal SET entry_id = 2")), Fault::refused);
  EXPECT_EQ(fault_of(run("DELETE FROM ledger_seal")), Fault::refused);
  EXPECT_EQ(database->read([](Tx& tx) { return tx.integer("SELECT entry_id FROM ledger_seal"); }), 1);
}

TEST_P(StoreContract, writers_that_meet_lose_no_update) {
  const auto database = fresh.migrated();
  database->write([](Tx& tx) -> Result<void> {
    tx.exec("INSERT INTO erasable_text (id, salt, body, written_at) VALUES ('n', $1, '', 0)", {Blob{"s"}});
    return {};
  });
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 8; ++w)
      writers.emplace_back([&] {
        for (int i = 0; i < 25; ++i)
          database->write([](Tx& tx) -> Result<void> {
            tx.lock("erasable_text", "n");
            const auto n = tx.integer("SELECT written_at FROM erasable_text WHERE id = 'n'");
            tx.exec("UPDATE erasable_text SET written_at = $1 WHERE id = 'n'", {n + 1});
            return {};
          });
      });
  }
  EXPECT_EQ(database->read([](Tx& tx) { return tx.integer("SELECT written_at FROM erasable_text WHERE id = 'n'"); }), 200);
}

TEST_P(StoreContract, a_reader_sees_one_moment) {
  const auto database = fresh.migrated();
  const auto add = [&](const std::string& id) {
    database->write([&](Tx& tx) -> Result<void> {
      tx.exec("INSERT INTO erasable_text (id, salt, body, written_at) VALUES ($1, $2, '', 0)", {id, Blob{"s"}});
      return {};
    });
  };
  add("a");
  database->read([&](Tx& tx) {
    const auto before = tx.integer("SELECT count(*) FROM erasable_text");
    std::jthread([&] { add("b"); }).join();
    EXPECT_EQ(tx.integer("SELECT count(*) FROM erasable_text"), before);
  });
  EXPECT_EQ(database->read([](Tx& tx) { return tx.integer("SELECT count(*) FROM erasable_text"); }), 2);
}

TEST_P(StoreContract, migrating_again_changes_nothing_and_newer_data_are_refused) {
  auto database = fresh.migrated();
  EXPECT_TRUE(migrate(*database));
  database->write([](Tx& tx) -> Result<void> {
    tx.exec("UPDATE schema_info SET version = $1, oldest_compatible = $1", {std::int64_t{schema_version()} + 1});
    return {};
  });
  const auto refused = migrate(*database);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_THAT(refused.error().message, testing::HasSubstr(std::to_string(schema_version() + 1)));
  // A newer schema that still bears this binary is left alone.
  database->write([](Tx& tx) -> Result<void> {
    tx.exec("UPDATE schema_info SET oldest_compatible = $1", {std::int64_t{schema_version()}});
    return {};
  });
  EXPECT_TRUE(migrate(*database));
}

TEST_P(StoreContract, servers_that_start_together_migrate_once) {
  if (GetParam() == On::sqlite) {  // a file has one server: the second is told so, and how to reach the first
    const auto first = fresh.migrated();
    EXPECT_THAT([&] { (void)fresh.open(); }, testing::ThrowsMessage<DatabaseError>(testing::HasSubstr("in use by a running evenkeel")));
    return;
  }
  const auto first = fresh.open(), second = fresh.open();
  std::atomic<int> good = 0;
  {
    std::jthread a([&] { good += migrate(*first).has_value(); }), b([&] { good += migrate(*second).has_value(); });
  }
  EXPECT_EQ(good, 2);
  EXPECT_EQ(first->read([](Tx& tx) { return tx.integer("SELECT version FROM schema_info"); }), schema_version());
}

INSTANTIATE_TEST_SUITE_P(On, StoreContract, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

}  // namespace
}  // namespace evenkeel::store
