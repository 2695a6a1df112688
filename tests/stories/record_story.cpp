// The record cannot be bent (O6, P2, DESIGN §4): each kind of row that tells what happened is changed behind the product's back, a thousand
// times in the slow test, and `ledger verify` finds each; what may go by law goes, and every proof stays.
#include <stdlib.h>

#include <fstream>
#include <random>

#include "base/hex.hpp"
#include "http/client.hpp"
#include "ledger/fsck.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

class RecordStory : public Story {};

/// One way to bend the record: statements, with ? for a random row's id of `table` (ordered by `id`).
struct Bend {
  const char* name;
  const char* table;
  const char* id;
  const char* sql;
};

// Kept as statements that a database administrator would type.
constexpr Bend bends[] = {
    {"an entry's bytes", "ledger_entry", "id", "UPDATE ledger_entry SET kind = kind || 'x' WHERE id = ?"},
    {"an entry is deleted", "ledger_entry", "id", "DELETE FROM ledger_entry WHERE id = ?"},
    {"the head is deleted", "ledger_head", "id", "DELETE FROM ledger_head WHERE id = ?"},
    {"the head is moved", "ledger_head", "id", "UPDATE ledger_head SET size = size - 1 WHERE id = ?"},
    {"a seal points elsewhere", "ledger_seal", "row_id", "UPDATE ledger_seal SET entry_id = entry_id + 1 WHERE row_id = ?"},
    {"a seal is deleted", "ledger_seal", "row_id", "DELETE FROM ledger_seal WHERE row_id = ?"},
    {"a text is reworded", "erasable_text", "id", "UPDATE erasable_text SET body = body || '!' WHERE id = ?"},
    {"a text is emptied in silence", "erasable_text", "id", "UPDATE erasable_text SET body = NULL, salt = NULL WHERE id = ?"},
    {"a text is deleted", "erasable_text", "id", "DELETE FROM erasable_text WHERE id = ?"},
    {"a vote is turned", "sign_off", "id", "UPDATE sign_off SET verdict = verdict || 'x' WHERE id = ?"},
    {"a vote is deleted", "sign_off", "id", "DELETE FROM sign_off WHERE id = ?"},
    {"what a step printed", "step_attempt", "id", "UPDATE step_attempt SET output = output || 'all good' WHERE id = ?"},
    {"how an attempt ended", "step_attempt", "id", "UPDATE step_attempt SET state = 'unknown' WHERE id = ?"},
    {"what a step was ordered to do", "step", "id",
     "UPDATE step SET spec = replace(spec, 'echo', 'printf') WHERE spec LIKE '%echo%' AND id = ?"},
    {"whose a step is", "step", "id", "UPDATE step SET owner = owner || 'x' WHERE id = ?"},
    {"a note's words", "note", "id", "UPDATE note SET body = body || ' and more' WHERE id = ?"},
    {"a note is deleted", "note", "id", "DELETE FROM note WHERE id = ?"},
    {"a release's outcome", "release", "id", "UPDATE release SET outcome = 'superseded' WHERE id = ?"},
    {"a release's stage", "release", "id", "UPDATE release SET stage = 'closed' WHERE id = ?"},
    {"a role is granted", "person", "id", "INSERT INTO grant_of_role (person_id, role, area) VALUES (?, 'auditor', 'shop')"},
    {"a role is taken", "grant_of_role", "person_id", "DELETE FROM grant_of_role WHERE person_id = ? AND NOT (role = 'admin')"},
    {"a token's scope", "api_token", "id", "UPDATE api_token SET scope = scope || 'er' WHERE id = ?"},
    {"a token is handed on", "api_token", "id",
     "UPDATE api_token SET person_id = (SELECT max(id) FROM person WHERE id <> api_token.person_id) WHERE id = ?"},
    {"who approved a note", "note_approval", "id", "UPDATE note_approval SET person = 'psn_x' WHERE id = ?"},
    {"the decision", "decision", "id", "UPDATE decision SET verdict = verdict || 'x' WHERE id = ?"},
    {"the definitions", "definitions", "id", "UPDATE definitions SET body = replace(body, 'catalog', 'katalog') WHERE id = ?"},
};

/// Bends once, verifies, and takes it back. The problems' kinds; empty when the statement changed nothing.
std::optional<std::vector<std::string>> bent(store::Database& db, const Bend& bend, std::mt19937& random) {
  std::vector<std::string> ids, kinds;
  bool changed = false;
  (void)db.write([&](store::Tx& tx) -> Result<void> {
    for (const auto* table : {"ledger_entry", "ledger_seal", "sign_off", "note_approval", "decision", "definitions"})
      if (tx.dialect() == store::Dialect::postgres)
        tx.exec(fmt::format("DROP TRIGGER IF EXISTS {0}_insert_only ON {0}", table));
      else
        for (const auto* what : {"UPDATE", "DELETE"}) tx.exec(fmt::format("DROP TRIGGER IF EXISTS {}_no_{}", table, what));
    std::vector<store::Value> all;
    tx.exec(fmt::format("SELECT DISTINCT {0} FROM {1} ORDER BY {0}", bend.id, bend.table), {},
            [&](const store::Row& row) { all.push_back(row.values[0]); });
    if (all.empty()) return {};
    std::string sql = bend.sql;
    sql.replace(sql.find('?'), 1, "$1");
    changed = tx.exec(sql, {all[random() % all.size()]}) > 0;
    if (changed)
      for (const auto& p : ledger::fsck::verify(tx).problems) kinds.push_back(p.kind);
    return conflict("taken back");
  });
  return changed ? std::optional(kinds) : std::nullopt;
}

class Bent {
 public:
  explicit Bent(On on) : world(on) {
    world.ready();
    EXPECT_EQ(world.as("quinn", {"signoff", "1.0.0", "--role", "qa", "--verdict", "no_go", "--reason", "the report is of yesterday"}).code,
              0);
    EXPECT_EQ(world.as("quinn", {"signoff", "1.0.0", "--role", "qa"}).code, 0);
    world.advance("1s");
    EXPECT_EQ(world.as("ada", {"decide", "1.0.0", "go", "--reason", "all is ready"}).code, 0);
    EXPECT_EQ(world.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
    world.advance("5m");
    std::ofstream(world.dir + "/note.md") << "Faster search.\n";
    EXPECT_EQ(world.as("alex", {"notes", "edit", "1.0.0", "--audience", "customers", "--file", world.dir + "/note.md"}).code, 0);
    EXPECT_EQ(world.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
    world.advance("1m");
    world.server.reset();
    database = store::Database::open(world.database());
  }
  void try_each(int times) {
    ASSERT_THAT(database->read([](store::Tx& tx) { return ledger::fsck::verify(tx).problems; }), testing::IsEmpty());
    std::mt19937 random{11};
    for (const auto& bend : bends) {
      int tried = 0, missed = 0;
      for (int i = 0; i < times * 3 && tried < times; ++i)
        if (const auto kinds = bent(*database, bend, random)) {
          ++tried;
          missed += kinds->empty() ? 1 : 0;
        }
      EXPECT_GT(tried, 0) << bend.name << ": nothing to bend, so nothing was shown";
      EXPECT_EQ(missed, 0) << bend.name << ": " << missed << " of " << tried << " not found";
    }
  }
  World world;
  std::unique_ptr<store::Database> database;
};

TEST_P(RecordStory, O6_whatever_is_bent_behind_its_back_is_found) { Bent{GetParam()}.try_each(8); }

TEST_P(RecordStory, O6_a_thousand_changes_of_each_kind_are_found_slow) {
  if (!std::getenv("EVENKEEL_SLOW")) GTEST_SKIP() << "long: EVENKEEL_SLOW=1";
  Bent{GetParam()}.try_each(1000);
}

TEST_P(RecordStory, O6_the_key_is_pinned_shared_and_rotated) {
  World w{GetParam()};
  const auto key = w.ask("ada", {"ledger", "key"});
  ASSERT_EQ(w.as("ada", {"ledger", "checkpoint"}).code, 0);
  std::ofstream(w.dir + "/old.txt") << std::string(key.at("key").as_string());
  std::ofstream(w.dir + "/checkpoint.txt") << w.as("ada", {"ledger", "checkpoint"}).out;
  EXPECT_EQ(w.as("lee", {"ledger", "rotate-key"}).code, 1) << "leadership reads";
  const auto rotated = w.as("ada", {"ledger", "rotate-key"});
  ASSERT_EQ(rotated.code, 0) << rotated.err;
  const auto keys = w.ask("ada", {"ledger", "key"});
  EXPECT_NE(keys.at("key").as_string(), key.at("key").as_string());
  EXPECT_EQ(keys.at("pinned").as_array().size(), 2u) << "the old one is known, so what it signed can be verified";
  const auto then = w.as("ada", {"ledger", "verify", "--checkpoint", w.dir + "/checkpoint.txt", "--key", w.dir + "/old.txt"});
  EXPECT_EQ(then.code, 0) << then.err << then.out;
  // A server whose key file is another's does not sign: it says which key is wanted.
  std::filesystem::remove(w.dir + "/state/ledger.key");
  const auto without = w.as("ada", {"ledger", "checkpoint"});
  EXPECT_EQ(without.code, 3);
  EXPECT_THAT(without.err, HasSubstr("this server does not hold the ledger's key"));
  EXPECT_THAT(without.err, HasSubstr("--ledger-key"));
}

TEST_P(RecordStory, O6_proofs_are_served_for_whoever_keeps_checkpoints) {
  World w{GetParam()};
  w.plan();
  const auto proof = w.get("/api/v1/ledger/entries/2/proof").json();
  std::vector<ledger::fsck::Digest> path;
  for (const auto& h : proof.at("path").as_array()) path.push_back(ledger::fsck::digest_of(std::string(h.as_string())).value());
  const auto digest = [](const json::Value& v) { return ledger::fsck::digest_of(std::string(v.as_string())).value(); };
  EXPECT_TRUE(ledger::fsck::proves(2, proof.at("size").as_int64(), digest(proof.at("leaf")), path, digest(proof.at("root"))));
  const auto grown = w.get("/api/v1/ledger/consistency?from=3").json();
  path.clear();
  for (const auto& h : grown.at("path").as_array()) path.push_back(ledger::fsck::digest_of(std::string(h.as_string())).value());
  EXPECT_TRUE(ledger::fsck::extends(3, grown.at("to").as_int64(), digest(grown.at("from_root")), digest(grown.at("to_root")), path));
  EXPECT_EQ(w.get("/api/v1/ledger/entries/999999/proof").code, 404);
  EXPECT_EQ(w.get("/api/v1/ledger/consistency?from=999999").code, 422);
  EXPECT_EQ(w.get("/api/v1/ledger/consistency?from=x").code, 422);
}

TEST_P(RecordStory, O6_checkpoints_leave_the_house_by_themselves) {
  FakeProgram mail{"smtp"};
  World w{GetParam(), World::small_shop() + fmt::format("connections: [{{name: mail, kind: smtp, url: \"{}\", from: evenkeel@shop.test}}]\n"
                                                        "channels: [{{name: auditors, kind: smtp, to: [audit@shop.test]}}]\n"
                                                        "record: {{checkpoint_channels: [auditors], checkpoint_every: 24h}}\n",
                                                        mail.smtp_url())};
  w.advance("1m");
  EXPECT_EQ(mail.count("distinct_message_ids"), 1);
  w.plan();
  w.advance("24h");
  EXPECT_EQ(mail.count("distinct_message_ids"), 2) << "daily";
  const auto verified = w.as("ada", {"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.out;
}

/// A repository that is served as git://127.0.0.1, and takes pushes.
class GitDaemon {
 public:
  explicit GitDaemon(const std::string& folder) : folder_(folder), port_(free_port()) {
    shell(
        fmt::format("git daemon --detach --pid-file={0}/daemon.pid --reuseaddr --listen=127.0.0.1 --port={1} --base-path={0} --export-all "
                    "--enable=receive-pack {0}",
                    folder, port_));
    EXPECT_TRUE(wait_until(std::chrono::seconds{20}, [&] { return std::filesystem::exists(folder_ + "/daemon.pid"); }));
  }
  ~GitDaemon() { shell(fmt::format("kill $(cat {}/daemon.pid)", folder_)); }
  GitDaemon(const GitDaemon&) = delete;
  GitDaemon& operator=(const GitDaemon&) = delete;
  int port() const { return port_; }
  static std::string shell(const std::string& line) {
    const auto done = run_process({"bash", "-ec", line});
    EXPECT_TRUE(done && done->ok()) << line << "\n" << (done ? done->err : done.error().message);
    return done ? done->out : "";
  }

 private:
  std::string folder_;
  int port_;
};

TEST_P(RecordStory, O6_checkpoints_are_appended_in_git_repositories_by_path_and_by_address) {
  char name[] = "/tmp/evenkeel-story-git-XXXXXX";
  const std::string far = ::mkdtemp(name);
  GitDaemon::shell("git init -q --bare " + far + "/far.git");
  {
    GitDaemon daemon{far};
    World w{GetParam(),
            World::small_shop() +
                fmt::format("channels:\n  - {{name: here, kind: git, path: \"@DIR@/here.git\", file: checkpoints.txt}}\n"
                            "  - {{name: there, kind: git, path: \"git://127.0.0.1:{}/far.git#log\", file: record/checkpoints.txt}}\n"
                            "record: {{checkpoint_channels: [here, there], checkpoint_every: 24h}}\n",
                            daemon.port())};
    GitDaemon::shell(
        fmt::format("git init -q --bare {0}/here.git; printf '#!/bin/sh\\necho ran >> {0}/hook\\n' > "
                    "{0}/here.git/hooks/reference-transaction; chmod 755 {0}/here.git/hooks/reference-transaction",
                    w.dir));
    w.advance("1m");
    w.plan();
    w.advance("24h");
    const auto here = GitDaemon::shell("git -C " + w.dir + "/here.git show main:checkpoints.txt");
    EXPECT_EQ(GitDaemon::shell("git -C " + far + "/far.git show log:record/checkpoints.txt"), here);
    EXPECT_EQ(GitDaemon::shell("git -C " + w.dir + "/here.git rev-list --count main"), "2\n") << "one commit each";
    EXPECT_FALSE(std::filesystem::exists(w.dir + "/hook")) << "no hook of the repository runs as the server";
    std::ofstream(w.dir + "/kept.txt") << here;
    std::ofstream(w.dir + "/key.txt") << w.as("ada", {"ledger", "key"}).out;
    const auto verified = w.as("ada", {"ledger", "verify", "--checkpoint", w.dir + "/kept.txt", "--key", w.dir + "/key.txt"});
    EXPECT_EQ(verified.code, 0) << verified.err << verified.out;
    EXPECT_THAT(verified.out, HasSubstr("All 2 checkpoints of"));
    // Every one of the file counts, not the newest alone.
    const auto root = here.find('\n', here.find('\n') + 1) + 1;
    std::ofstream(w.dir + "/other.txt") << std::string(here).replace(root, 4, here.substr(root, 4) == "AAAA" ? "BBBB" : "AAAA");
    const auto other = w.as("ada", {"ledger", "verify", "--checkpoint", w.dir + "/other.txt"});
    EXPECT_EQ(other.code, 1);
    EXPECT_THAT(other.out, HasSubstr("are not those that the checkpoint saw"));
    EXPECT_NE(w.as("ada", {"ledger", "verify", "--checkpoint", w.dir + "/other.txt", "--key", w.dir + "/key.txt"}).code, 0);
  }
  std::filesystem::remove_all(far);
}

TEST_P(RecordStory, O6_a_witness_outside_cosigns_what_continues_and_nothing_else) {
  FakeProgram witness{"witness"}, stranger{"witness"};
  World w{GetParam(), World::small_shop() + fmt::format("connections: [{{name: w1, kind: witness, url: \"{}\", verifier: \"{}\"}}]\n"
                                                        "record: {{checkpoint_every: 24h}}\n",
                                                        witness.url(), std::string(witness.state().at("verifier").as_string()))};
  const auto key = std::string(w.ask("ada", {"ledger", "key"}).at("key").as_string());
  const auto trust = [&](std::int64_t size, const std::string& root) {
    witness.send("POST", "/__trust",
                 json::dump(json::Object{{"origin", "evenkeel/Small shop"}, {"key", key}, {"size", size}, {"root", root}}));
  };
  const auto seen = [&] { return witness.state().at("logs").as_array().at(0); };
  const auto retry_what_gave_up = [&] {
    const auto jobs = w.get("/api/v1/jobs").json();
    for (const auto& job : jobs.as_array())
      if (job.at("kind").as_string() == "checkpoint_witness" && job.at("state").as_string() == "dead") {
        EXPECT_EQ(w.as("ada", {"jobs", "retry", std::string(job.at("id").as_string())}).code, 0);
      }
    w.advance("1m");
  };
  w.advance("1m");
  EXPECT_THAT(w.as("ada", {"jobs", "list"}).out, HasSubstr("does not know this log"));
  trust(0, "");
  retry_what_gave_up();
  EXPECT_EQ(witness.count("cosigned"), 1);
  w.plan();
  w.advance("24h");
  EXPECT_EQ(witness.count("cosigned"), 2) << "from where it was, with a proof";
  EXPECT_EQ(witness.count("elsewhere"), 0);

  // Somebody else showed it a later one: it says how far it is, and is shown the way from there.
  const auto before = seen().at("size").as_int64();
  const auto later = w.as("ada", {"ledger", "checkpoint"}).out;
  const auto size = std::atoll(later.c_str() + later.find('\n') + 1);
  ASSERT_GT(size, before);
  std::string body = fmt::format("old {}\n", before);
  const auto proof = w.get(fmt::format("/api/v1/ledger/consistency?from={}&to={}", before, size)).json();
  for (const auto& hash : proof.at("path").as_array()) body += to_base64(from_hex(std::string(hash.as_string())).value()) + "\n";
  http::CurlClient client;
  EXPECT_EQ(client.send({.method = "POST", .url = witness.url() + "/add-checkpoint", .body = body + "\n" + later})->status, 200);
  w.advance("24h");
  EXPECT_EQ(witness.count("elsewhere"), 1);
  EXPECT_EQ(witness.count("cosigned"), 4);

  std::ofstream(w.dir + "/witness.txt") << std::string(witness.state().at("verifier").as_string());
  std::ofstream(w.dir + "/stranger.txt") << std::string(stranger.state().at("verifier").as_string());
  const auto verified = w.as("ada", {"ledger", "verify", "--witness", w.dir + "/witness.txt"});
  EXPECT_EQ(verified.code, 0) << verified.err << verified.out;
  EXPECT_THAT(verified.out, HasSubstr(fmt::format("witness.example/fake saw the first {} entries", seen().at("size").as_int64())));
  EXPECT_NE(w.as("ada", {"ledger", "verify", "--witness", w.dir + "/stranger.txt"}).code, 0) << "nothing of the stranger's is there";

  // It has seen another history, or more of it: what a rewritten or cut ledger meets.
  const auto honest = seen();
  for (const auto far : {honest.at("size").as_int64(), std::int64_t{1'000'000}}) {
    trust(far, to_hex(sha256("another history")));
    w.advance("24h");
    const auto convicted = w.as("ada", {"ledger", "verify"});
    EXPECT_EQ(convicted.code, 1);
    EXPECT_THAT(convicted.out, HasSubstr("witness_contradicts"));
    EXPECT_THAT(w.as("ada", {"jobs", "list"}).out, HasSubstr("has seen another history"));
    trust(honest.at("size").as_int64(), std::string(honest.at("root").as_string()));
    retry_what_gave_up();
    EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0) << "it cosigns again";
  }

  w.server.reset();
  auto db = store::Database::open(w.database());
  (void)db->write([](store::Tx& tx) -> Result<void> {
    if (tx.dialect() == store::Dialect::postgres)
      tx.exec("DROP TRIGGER cosignature_insert_only ON cosignature");
    else
      tx.exec("DROP TRIGGER cosignature_no_update");
    tx.exec("UPDATE cosignature SET witnessed_at = witnessed_at + 1000 WHERE id = (SELECT max(id) FROM cosignature)");
    std::vector<std::string> kinds;
    for (const auto& p : ledger::fsck::verify(tx).problems) kinds.push_back(p.kind);
    EXPECT_THAT(kinds, testing::UnorderedElementsAre("cosignature_false", "row_changed"));
    return conflict("taken back");
  });
}

TEST_P(RecordStory, O6_what_need_not_stay_goes_and_the_ledger_says_so) {
  World w{GetParam(), World::small_shop() + "record: {keep_jobs: 1h, keep_step_outputs: 1h}\n"};
  w.deploy();
  w.advance("3d");
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").code, 200);
  const auto verified = w.as("ada", {"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.out;
  w.server.reset();
  store::Database::open(w.database())->read([](store::Tx& tx) {
    EXPECT_EQ(tx.integer("SELECT count(*) FROM step_attempt WHERE output <> ''"), 0);
    EXPECT_GT(tx.integer("SELECT count(*) FROM step_result"), 0);
    EXPECT_GT(tx.integer("SELECT count(*) FROM ledger_entry WHERE kind = 'retention.applied'"), 0);
  });
}

TEST(BackupStory, P6_a_database_is_copied_while_it_is_in_use_and_proven_before_it_is_relied_on) {
  World w{On::sqlite};
  w.plan();
  std::ofstream(w.dir + "/key.txt") << w.as("ada", {"ledger", "key"}).out;
  const auto copy = w.dir + "/backup.db", back = w.dir + "/restored.db";
  const auto made = w.as("", {"backup", copy, "--db", w.database()});
  ASSERT_EQ(made.code, 0) << made.err << made.out;
  EXPECT_THAT(made.out, HasSubstr("Backed up into"));
  EXPECT_EQ(std::filesystem::status(copy).permissions() & std::filesystem::perms::others_read, std::filesystem::perms::none);
  EXPECT_EQ(w.as("", {"backup", copy, "--db", w.database()}).code, 3) << "overwrites nothing";
  w.advance("1s");
  EXPECT_EQ(w.stage(), "assessment") << "the server has gone on";
  const auto restored = w.as("", {"restore", copy, "--db", back, "--key", w.dir + "/key.txt"});
  ASSERT_EQ(restored.code, 0) << restored.err << restored.out;
  World other{On::sqlite};
  std::ofstream(w.dir + "/other.txt") << other.as("ada", {"ledger", "key"}).out;
  EXPECT_THAT(w.as("", {"restore", copy, "--db", back + "2", "--key", w.dir + "/other.txt"}).err, HasSubstr("not with the key you trust"));
  {
    auto db = store::Database::open(copy);
    db->writer().connection().script("UPDATE release SET outcome = 'superseded'");
  }
  const auto bent = w.as("", {"restore", copy, "--db", back + "2"});
  EXPECT_EQ(bent.code, 1);
  EXPECT_THAT(bent.out, HasSubstr("DOES NOT VERIFY"));
  EXPECT_FALSE(std::filesystem::exists(back + "2"));
}

TEST_P(RecordStory, P2_a_person_can_be_erased_and_every_proof_stays) {
  World w{GetParam()};
  w.plan();
  ASSERT_EQ(w.as("eli", {"token", "create", "--login", "eli", "--name", "laptop"}).code, 0);
  w.rehearse();
  w.evidence();
  ASSERT_EQ(w.as("eli", {"risk", "show", "1.0.0"}).code, 0);
  ASSERT_EQ(
      w.as("eli", {"signoff", "1.0.0", "--role", "engineering_lead", "--verdict", "no_go", "--reason", "Eli Engineer of Elm Road says no"})
          .code,
      0);
  EXPECT_THAT(w.as("ada", {"person", "erase", "eli", "--reason", "asked to be forgotten"}).err, HasSubstr("take them out"));
  auto yaml =
      edited(World::small_shop(),
             "  - {login: eli, name: Eli Engineer, email: eli@shop.test, roles: [{role: engineering_lead}, {role: on_call}]}\n", "");
  yaml = edited(edited(yaml, "person: eli", "person: rita"), "owner: eli", "owner: rita");
  w.apply(yaml);
  EXPECT_EQ(w.as("rita", {"person", "erase", "eli", "--reason", "x"}).code, 1) << "an admin's act";
  const auto erased = w.as("ada", {"person", "erase", "eli", "--words", "--reason", "asked to be forgotten"});
  ASSERT_EQ(erased.code, 0) << erased.err;
  EXPECT_THAT(erased.out, HasSubstr("texts were emptied"));
  const auto verified = w.as("ada", {"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.out;
  w.server.reset();
  const auto left = [&](const std::string& words) {
    return store::Database::open(w.database())->read([&](store::Tx& tx) {
      std::vector<std::string> tables;
      tx.exec(tx.dialect() == store::Dialect::postgres
                  ? "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
                  : "SELECT name FROM sqlite_master WHERE type = 'table'",
              {}, [&](const store::Row& row) { tables.push_back(row.text(0)); });
      std::vector<std::string> found;
      for (const auto& table : tables)
        tx.exec("SELECT * FROM " + table, {}, [&](const store::Row& row) {
          for (const auto& v : row.values) {
            const auto* t = std::get_if<std::string>(&v);
            const auto* b = std::get_if<store::Blob>(&v);
            if ((t && t->find(words) != std::string::npos) || (b && b->bytes.find(words) != std::string::npos)) found.push_back(table);
          }
        });
      return found;
    });
  };
  EXPECT_THAT(left("Eli Engineer"), testing::IsEmpty()) << "in no table, sealed or not";
  EXPECT_THAT(left("eli@shop.test"), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(On, RecordStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
