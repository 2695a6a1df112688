// A fresh database for a test, SQLite or PostgreSQL; the PostgreSQL that the test run has started is named in EVENKEEL_TEST_POSTGRES.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/hex.hpp"
#include "store/database.hpp"

namespace evenkeel::testing_database {

enum class On { sqlite, postgres };
inline std::string name_of(const testing::TestParamInfo<On>& info) { return info.param == On::sqlite ? "Sqlite" : "Postgres"; }
/// SQLite always; PostgreSQL where the run has started one.
inline std::vector<On> everywhere() {
  if (std::getenv("EVENKEEL_TEST_POSTGRES")) return {On::sqlite, On::postgres};
  return {On::sqlite};
}

/// Address of an empty database in the test run's PostgreSQL; it goes with its cluster.
inline std::string new_postgres_database() {
  const std::string admin = std::getenv("EVENKEEL_TEST_POSTGRES");
  const auto name = "test_" + to_hex(random_bytes(6));
  const auto database = store::Database::open(admin);
  auto lease = database->writer();
  lease.connection().script("CREATE DATABASE " + name);
  return admin.substr(0, admin.rfind('/') + 1) + name;
}

/// An empty database; its address opens it again. A SQLite file goes with this object, a PostgreSQL database with its cluster.
class Fresh {
 public:
  explicit Fresh(On on) {
    if (on == On::sqlite) {
      char name[] = "/tmp/evenkeel-contract-XXXXXX";
      folder_ = ::mkdtemp(name);
      url_ = folder_ + "/evenkeel.db";
    } else {
      url_ = new_postgres_database();
    }
  }
  ~Fresh() {
    std::error_code ec;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ec);
  }
  Fresh(const Fresh&) = delete;
  Fresh& operator=(const Fresh&) = delete;

  const std::string& url() const { return url_; }
  std::unique_ptr<store::Database> open() const { return store::Database::open(url_); }
  std::unique_ptr<store::Database> migrated() const {
    auto database = open();
    if (const auto done = store::migrate(*database); !done) throw std::runtime_error(done.error().message);
    return database;
  }

 private:
  std::string folder_, url_;
};

}  // namespace evenkeel::testing_database
