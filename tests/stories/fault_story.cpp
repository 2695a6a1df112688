// A database that is locked, full or gone: requests fail with a clear error, the process stays up, recovers by itself, and what it
// acknowledged is there.
#include <sqlite3.h>
#include <sys/resource.h>
#include <fstream>
#include <thread>

#include "http/client.hpp"
#include "store/database.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class FaultStory : public testing::Test {
 protected:
  int planned = 0;

  Said plan(World& w) {
    const auto said = w.as("ada", {"release", "plan", "2.0." + std::to_string(planned), "--area", "shop", "--component",
                                   "catalog=0.9.0..2.0." + std::to_string(planned), "--window-start", "+1h", "--window-end", "+2h"});
    if (said.code == 0) ++planned;
    return said;
  }
  /// Refused with this sentence; the same request as HTTP is a 503 problem document that says when to come again.
  void expect_refused(World& w, const std::string& because) {
    const auto refused = plan(w);
    EXPECT_EQ(refused.code, 3) << "no data, try again: not a usage error, not a blocked gate";
    EXPECT_THAT(refused.err, HasSubstr(because));
    http::CurlClient client;
    http::ClientRequest request{.method = "POST",
                                .url = w.server_url + "/api/v1/releases",
                                .body = R"({"version":"9.9.9","area":"shop","components":[{"service":"catalog","version":"9.9.9"}]})"};
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Authorization", "Bearer " + w.token("ada"));
    const auto answer = client.send(request);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 503);
    EXPECT_EQ(answer->headers.get("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer->headers.get("Retry-After"), "5");
    EXPECT_THAT(answer->body, HasSubstr(because));
  }
  /// The same process answers again, has all it acknowledged, and its jobs run.
  void expect_well(World& w, int pid) {
    const auto said = plan(w);
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_EQ(w.server->pid(), pid);
    EXPECT_EQ(::kill(pid, 0), 0);
    EXPECT_EQ(w.get("/api/v1/releases").json().as_array().size(), std::size_t(planned))
        << "what was refused is not there, what was acknowledged is";
    w.advance("1m");
    EXPECT_EQ(w.stage("2.0." + std::to_string(planned - 1)), "assessment") << "events are handled again";
    EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
  }
};

TEST_F(FaultStory, a_sqlite_file_that_another_process_has_locked) {
  World w{On::sqlite};
  const auto pid = w.server->pid();
  ASSERT_EQ(plan(w).code, 0);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(w.database().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  expect_refused(w, "the database is locked by another process");
  EXPECT_EQ(w.get("/api/v1/releases").code, 200) << "reading goes on";
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  expect_well(w, pid);
}

TEST_F(FaultStory, a_database_file_that_is_deleted_or_replaced_acknowledges_nothing) {
  World w{On::sqlite};
  const auto pid = w.server->pid();
  ASSERT_EQ(plan(w).code, 0);
  std::filesystem::rename(w.database(), w.database() + ".away");
  expect_refused(w, "the database does not answer");
  std::ofstream(w.database()) << "another file";
  expect_refused(w, "the database does not answer");
  std::filesystem::remove(w.database());
  std::filesystem::rename(w.database() + ".away", w.database());
  expect_well(w, pid);
}

TEST_F(FaultStory, a_disk_that_is_full) {
  World w{On::sqlite};
  const auto pid = w.server->pid();
  ASSERT_EQ(plan(w).code, 0);
  const auto size = std::max(std::filesystem::file_size(w.database()), std::filesystem::file_size(w.database() + "-wal"));
  const rlimit full{size, RLIM_INFINITY}, free{RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(pid, RLIMIT_FSIZE, &full, nullptr), 0);
  for (int i = 0; i < 30 && plan(w).code == 0; ++i) {}  // what fits in the room that is left
  expect_refused(w, "the database cannot be written, its disk is full");
  EXPECT_EQ(w.get("/api/v1/releases").code, 200) << "reading goes on";
  ASSERT_EQ(::prlimit(pid, RLIMIT_FSIZE, &free, nullptr), 0);
  expect_well(w, pid);
}

class PostgresFaultStory : public FaultStory {
 protected:
  std::unique_ptr<store::Database> admin;
  void SetUp() override {
    const auto* url = std::getenv("EVENKEEL_TEST_POSTGRES");
    if (!url) GTEST_SKIP() << "needs PostgreSQL: tools/with-postgres.sh";
    admin = store::Database::open(url);
  }
  void script(const std::string& sql) {
    auto lease = admin->writer();
    lease.connection().script(sql);
  }
  static std::string name_of(const World& w) { return w.database().substr(w.database().rfind('/') + 1); }
};

TEST_F(PostgresFaultStory, a_database_that_is_gone_and_back) {
  World w{On::postgres};
  const auto pid = w.server->pid();
  ASSERT_EQ(plan(w).code, 0);
  script("ALTER DATABASE " + name_of(w) + " ALLOW_CONNECTIONS false");
  script("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name_of(w) + "'");
  expect_refused(w, "the database does not answer");
  EXPECT_EQ(w.get("/api/v1/releases").code, 503);
  script("ALTER DATABASE " + name_of(w) + " ALLOW_CONNECTIONS true");
  expect_well(w, pid);
}

TEST_F(PostgresFaultStory, connections_that_were_cut_cost_no_request) {
  World w{On::postgres};
  const auto pid = w.server->pid();
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(plan(w).code, 0);
    script("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name_of(w) + "'");
  }
  expect_well(w, pid);
}

TEST_F(PostgresFaultStory, a_table_that_another_session_has_locked) {
  World w{On::postgres};
  const auto pid = w.server->pid();
  ASSERT_EQ(plan(w).code, 0);
  {
    auto other = store::Database::open(w.database());
    auto lease = other->writer();
    lease.connection().script("BEGIN; LOCK TABLE release IN SHARE MODE");
    expect_refused(w, "the database is locked by another process");
    EXPECT_EQ(w.get("/api/v1/releases").code, 200) << "reading goes on";
    lease.connection().script("ROLLBACK");
  }
  expect_well(w, pid);
}

/// A PostgreSQL of this story alone, so that it can be stopped whole.
class OwnPostgres {
 public:
  OwnPostgres() : shared_(std::getenv("EVENKEEL_TEST_POSTGRES")) {
    char name[] = "/tmp/evenkeel-story-pg-XXXXXX";
    dir_ = ::mkdtemp(name);
    runs_ = std::jthread([this] {
      (void)run_process({"bash", "-c",
                         fmt::format("exec {0}/tools/with-postgres.sh bash -c 'echo $EVENKEEL_TEST_POSTGRES > {1}/url~; mv "
                                     "{1}/url~ {1}/url; while [ -e {1}/url ]; do sleep 0.2; done'",
                                     EVENKEEL_SOURCE_DIR, dir_)},
                        {.deadline = std::chrono::minutes{10}});
    });
    for (int i = 0; i < 600 && !std::filesystem::exists(dir_ + "/url"); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{100});
    std::ifstream(dir_ + "/url") >> url_;
    ::setenv("EVENKEEL_TEST_POSTGRES", url_.c_str(), 1);
    store::Database::open(url_)->read([&](store::Tx& tx) {
      std::ifstream(std::get<std::string>(*tx.value("SELECT current_setting('data_directory')")) + "/postmaster.pid") >> postmaster_;
    });
  }
  ~OwnPostgres() {
    signal("CONT");
    ::setenv("EVENKEEL_TEST_POSTGRES", shared_.c_str(), 1);
    std::filesystem::remove(dir_ + "/url");
    runs_.join();
    std::filesystem::remove_all(dir_);
  }
  OwnPostgres(const OwnPostgres&) = delete;
  OwnPostgres& operator=(const OwnPostgres&) = delete;
  bool runs() const { return postmaster_ > 1; }
  /// To the server and to every process of it.
  void signal(const std::string& name) const {
    (void)run_process({"bash", "-c", fmt::format("kill -{0} {1} $(pgrep -P {1})", name, postmaster_)});
  }

 private:
  std::string shared_, dir_, url_;
  int postmaster_ = 0;
  std::jthread runs_;
};

TEST_F(PostgresFaultStory, a_server_that_stands_still_is_said_to_and_loses_nothing) {
  OwnPostgres postgres;
  ASSERT_TRUE(postgres.runs());
  World w{On::postgres};
  const auto pid = w.server->pid();
  ASSERT_EQ(plan(w).code, 0);
  ASSERT_EQ(plan(w).code, 0);
  postgres.signal("STOP");
  const auto quick = [&](const std::string& path) {
    const auto began = std::chrono::steady_clock::now();
    const auto code = w.get(path).code;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{1}) << path;
    return code;
  };
  std::this_thread::sleep_for(std::chrono::seconds{4});
  EXPECT_EQ(quick("/healthz"), 503);
  EXPECT_EQ(quick("/healthz/live"), 200);
  const auto began = std::chrono::steady_clock::now();
  expect_refused(w, "the database does not answer");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{60}) << "two requests";
  EXPECT_EQ(quick("/healthz"), 503);
  EXPECT_EQ(quick("/healthz/live"), 200);
  postgres.signal("CONT");
  for (int i = 0; i < 100 && w.get("/healthz").code != 200; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{100});
  EXPECT_EQ(quick("/healthz"), 200);
  expect_well(w, pid);
  w.server.reset();
}

TEST_F(FaultStory, two_servers_do_not_share_a_state_folder) {
  World w{On::sqlite};
  const auto second = run_process({evenkeel_binary(), "serve", "--db", w.dir + "/other.db", "--state", w.dir + "/state", "--port", "0"},
                                  {.deadline = std::chrono::seconds{20}});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->exit_code, 3);
  EXPECT_THAT(second->err + second->out, HasSubstr("another evenkeel uses this state folder"));
}

}  // namespace
}  // namespace evenkeel::stories
