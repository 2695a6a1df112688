// Deployment: what was sealed runs in order, survives kill -9 at any point, and is undone in reverse order.
#include <signal.h>

#include <fstream>
#include <thread>

#include "store/database.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class DeployStory : public Story {};

TEST_P(DeployStory, RC4_the_sealed_sequence_runs_and_is_rolled_back_with_proof) {
  World w{GetParam()};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("30s");
  EXPECT_EQ(w.ask("ada", {"deploy", "status", "1.0.0"}).at("state").as_string(), "done");
  EXPECT_EQ(read_file(w.dir + "/live.production"), "1.0.0\n");
  EXPECT_EQ(w.ask("ada", {"release", "show", "1.0.0"}).at("release").at("stage").as_string(), "validation");
  const auto rolled = w.as("eli", {"rollback", "start", "1.0.0", "--reason", "customers see empty lists"});
  ASSERT_EQ(rolled.code, 0) << rolled.err;
  w.advance("30s");
  EXPECT_EQ(read_file(w.dir + "/live.production"), "0.9.0\n");
  const auto page = w.ask("ada", {"release", "show", "1.0.0"});
  EXPECT_EQ(page.at("release").at("outcome").as_string(), "rolled_back");
  EXPECT_EQ(page.at("run").at("kind").as_string(), "rollback");
  const auto& steps = page.at("run").at("steps").as_array();
  EXPECT_EQ(steps[steps.size() - 1].at("phase").as_string(), "restore_proof");
  EXPECT_EQ(steps[steps.size() - 1].at("state").as_string(), "done");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(DeployStory, RC4_a_rollback_waits_for_what_is_under_way_even_over_a_kill) {
  World w{GetParam(), edited(World::small_shop(), "\"echo ${version} >",
                             "\"touch @DIR@/begun.${environment}; test ${environment} = staging || sleep 3; echo ${version} >")};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  {
    const auto moving = w.advancing("1s");
    ASSERT_TRUE(in_time([&] { return std::filesystem::exists(w.dir + "/begun.production"); }));
    ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "customers see empty lists"}).code, 0);
    w.crash();
  }
  w.advance("1m");
  EXPECT_EQ(w.ask("ada", {"deploy", "status", "1.0.0"}).at("kind").as_string(), "rollback");
  EXPECT_EQ(w.ask("ada", {"deploy", "status", "1.0.0"}).at("state").as_string(), "done");
  EXPECT_EQ(read_file(w.dir + "/live.production"), "0.9.0\n") << "the old version came after the new one was through";
}

TEST_P(DeployStory, RC4_a_command_may_print_what_is_no_text) {
  World w{GetParam(), edited(World::small_shop(), "\"echo ${version} >", "\"printf 'caf\\\\351 done'; echo ${version} >")};
  w.deploy();
  const auto run = w.ask("ada", {"deploy", "status", "1.0.0"});
  EXPECT_EQ(run.at("state").as_string(), "done");
  EXPECT_THAT(w.get("/api/v1/runs/" + std::string(run.at("id").as_string()) + "/attempts").out, HasSubstr("caf\xef\xbf\xbd done"));
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(DeployStory, RC4_a_failing_step_holds_the_run_and_a_person_decides) {
  auto yaml = World::small_shop();
  yaml = edited(yaml, "deploy: [{name: put,",
                "deploy: [{name: fails, kind: command, command: [sh, -c, \"test -e @DIR@/fixed\"]}, {name: put,");
  World w{GetParam(), yaml};
  w.plan();
  std::ofstream(w.dir + "/fixed") << "";
  w.rehearse();
  w.evidence();
  w.sign();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  std::filesystem::remove(w.dir + "/fixed");
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("10s");
  EXPECT_EQ(w.as("ada", {"deploy", "status", "1.0.0"}).code, 1);
  EXPECT_THAT(w.as("ada", {"deploy", "resume", "1.0.0"}).err, HasSubstr("step 1 (fails) failed; retry it, skip it with a reason"));
  EXPECT_EQ(w.as("ada", {"deploy", "skip", "1.0.0", "1"}).code, 2) << "a reason is needed";
  EXPECT_EQ(w.as("lee", {"deploy", "retry", "1.0.0", "1"}).code, 1) << "leadership reads trends";
  std::ofstream(w.dir + "/fixed") << "";
  ASSERT_EQ(w.as("eli", {"deploy", "retry", "1.0.0", "1"}).code, 0);
  w.advance("30s");
  EXPECT_EQ(w.as("ada", {"deploy", "status", "1.0.0"}).code, 0);
}

TEST_P(DeployStory, RC7_the_state_of_a_release_is_its_own_word) {
  World w{GetParam(), edited(World::small_shop(), "deploy: [{name: put,",
                             "deploy: [{name: look, kind: manual, prompt: \"Is the dashboard green?\"}, {name: put,")};
  const auto state = [&](const std::string& version) {
    const auto shown = w.ask("ada", {"release", "show", version});
    return std::string(shown.at("state").as_string()) + ": " + std::string(shown.at("sentence").as_string());
  };
  w.ready();
  w.advance("1s");
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  w.advance("1s");
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("5s");
  EXPECT_THAT(state("1.0.0"), AllOf(testing::StartsWith("needs: Deploying"), HasSubstr("Is the dashboard green?")));
  ASSERT_EQ(w.as("ada", {"deploy", "deny", "1.0.0", "1"}).code, 0);
  w.advance("5s");
  EXPECT_THAT(state("1.0.0"), testing::StartsWith("failed: Deploying"));
  w.plan("2.0.0");
  ASSERT_EQ(w.as("ada", {"release", "cancel", "2.0.0", "--reason", "not now"}).code, 0);
  EXPECT_EQ(state("2.0.0"), "cancelled: Cancelled");
}

TEST_P(DeployStory, RC4_a_manual_step_waits_for_its_owner_and_a_person_can_always_end_it) {
  auto yaml = World::small_shop();
  yaml = edited(yaml, "deploy: [{name: put,", "deploy: [{name: look, kind: manual, prompt: \"Is the dashboard green?\"}, {name: put,");
  World w{GetParam(), yaml};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("10m");
  EXPECT_EQ(read_file(w.dir + "/live.production"), "0.9.0\n");
  EXPECT_THAT(w.as("ada", {"deploy", "status", "1.0.0"}).out, HasSubstr("Is the dashboard green?"));
  EXPECT_EQ(w.as("ada", {"deploy", "abandon", "1.0.0", "--reason", "it is not"}).code, 0);
  EXPECT_EQ(w.as("eli", {"deploy", "confirm", "1.0.0", "1"}).code, 1);
}

TEST_P(DeployStory, O6_a_changed_byte_an_added_and_a_deleted_row_are_found_and_named) {
  World w{GetParam()};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  const auto checkpoint = w.as("ada", {"ledger", "checkpoint"});
  std::ofstream(w.dir + "/checkpoint.txt") << checkpoint.out;
  ASSERT_EQ(w.as("ada", {"ledger", "verify", "--checkpoint", w.dir + "/checkpoint.txt"}).code, 0);
  const auto exported = w.as("ada", {"evidence", "export", "1.0.0", "-o", w.dir + "/pack.zip"});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(w.as("", {"evidence", "verify", w.dir + "/pack.zip"}).code, 0);
  auto pack = read_file(w.dir + "/pack.zip");
  pack[pack.size() / 2] = char(pack[pack.size() / 2] ^ 1);
  std::ofstream(w.dir + "/bad.zip", std::ios::binary) << pack;
  EXPECT_NE(w.as("", {"evidence", "verify", w.dir + "/bad.zip"}).code, 0);
  w.server.reset();

  const auto tamper = [&](const std::string& sql) {
    auto db = store::Database::open(w.database());
    auto lease = db->writer();
    for (const auto* table : {"decision", "sign_off", "ledger_entry"})
      if (GetParam() == On::postgres)
        lease.connection().script(fmt::format("DROP TRIGGER IF EXISTS {0}_insert_only ON {0}", table));
      else
        for (const auto* what : {"UPDATE", "DELETE"})
          lease.connection().script(fmt::format("DROP TRIGGER IF EXISTS {}_no_{}", table, what));
    lease.connection().script(sql);
  };
  const auto found = [&](const std::string& kind) {
    w.restart();
    const auto verified = w.as("ada", {"ledger", "verify", "--json"});
    w.server.reset();
    EXPECT_EQ(verified.code, 1);
    return verified.out.find("\"" + kind + "\"") != std::string::npos;
  };
  tamper("UPDATE decision SET verdict = 'no_go'");
  EXPECT_TRUE(found("row_changed"));
  tamper("UPDATE decision SET verdict = 'go'");
  tamper(
      "INSERT INTO sign_off SELECT 'sgn_forged', release_id, 'security', person, verdict, scope_hash, reason_text, at FROM sign_off LIMIT "
      "1");
  EXPECT_TRUE(found("row_unsealed"));
  tamper("DELETE FROM sign_off WHERE id = 'sgn_forged'; DELETE FROM sign_off WHERE id = (SELECT min(id) FROM sign_off)");
  EXPECT_TRUE(found("row_missing"));
  tamper(fmt::format("UPDATE ledger_entry SET bytes = {} WHERE id = 3",
                     GetParam() == On::postgres ? "set_byte(bytes, 20, get_byte(bytes, 20) # 1)" : "zeroblob(length(bytes))"));
  EXPECT_TRUE(found("entry_changed"));
}

INSTANTIATE_TEST_SUITE_P(On, DeployStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
