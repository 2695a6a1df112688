// evenkeel backup, restore: a copy of the embedded database while it is in use, and back, proven before anybody relies on it.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/fsck.hpp"
#include "work/ledger_key.hpp"

namespace evenkeel::cli {
namespace {

struct Proven {
  std::string file;
  std::int64_t entries = 0;
  std::string root, key;  // key: verifier of the one that signs; empty: nothing was ever signed
  std::vector<ledger::fsck::Problem> problems;
};
BOOST_DESCRIBE_STRUCT(Proven, (), (file, entries, root, key, problems))

Result<void> embedded_only(const std::string& database, const char* tool) {
  if (!database.starts_with("postgres")) return {};
  return invalid(fmt::format("{} is a PostgreSQL database: use {} of PostgreSQL, then `evenkeel ledger verify`", database, tool), "db");
}

Result<Proven> prove(const std::string& file) {
  auto database = store::Database::open(file);
  auto proven = database->read([&](store::Tx& tx) -> Result<Proven> {
    auto report = ledger::fsck::verify(tx);
    const auto keys = pinned_keys(tx);
    return Proven{file, report.entries, report.root, keys.empty() ? "" : keys.back().id, std::move(report.problems)};
  });
  database.reset();
  std::error_code ec;
  std::filesystem::remove(file + ".lock", ec);
  return proven;
}

Result<int> show(const Args& args, const Proven& p, const char* done) {
  if (args.json) {
    args.print_json(json::to_value(p));
    return p.problems.empty() ? 0 : 1;
  }
  args.print(fmt::format("{} {}: {} entries, root {}", done, p.file, p.entries, p.root));
  args.print(p.key.empty() ? "Nothing was signed yet." : "Signed with the key " + p.key + "; its file is not part of this: keep it apart.");
  for (const auto& problem : p.problems) args.print(fmt::format("  {}: {}", problem.kind, problem.message));
  if (!p.problems.empty()) args.print("DOES NOT VERIFY: do not rely on it.");
  return p.problems.empty() ? 0 : 1;
}

Result<int> backup(const Args& args) try {
  const auto from = args.text("db"), to = args.text("file");
  TRY(embedded_only(from, "pg_dump"));
  if (!std::filesystem::exists(from)) return not_found(fmt::format("there is no database {}", from));
  store::copy_sqlite(from, to);
  TRY(write_file(from + ".backed-up", to + "\n"));  // `evenkeel doctor` says how old it is
  return show(args, TRY(prove(to)), "Backed up into");
} catch (const store::DatabaseError& e) { return unavailable(e.what()); }

Result<int> restore(const Args& args) try {
  const auto from = args.text("file"), to = args.text("db");
  TRY(embedded_only(to, "pg_restore"));
  if (!std::filesystem::exists(from)) return not_found(fmt::format("there is no backup {}", from));
  const auto proven = TRY(prove(from));
  if (args.has("key")) {
    const auto wanted = ledger::verifier_key(TRY(ledger::parse_verifier_key(TRY(read_input(args.text("key"))))));
    if (wanted != proven.key)
      return conflict(
          fmt::format("{} is signed with {}, not with the key you trust ({})", from, proven.key.empty() ? "no key" : proven.key, wanted));
  }
  if (!proven.problems.empty() && !args.flag("although-it-does-not-verify")) {
    TRY(show(args, proven, "Not restored from"));
    return 1;
  }
  store::copy_sqlite(from, to);
  TRY(write_file(from + ".backed-up", to + "\n"));  // `evenkeel doctor` says how old it is
  return show(args, {to, proven.entries, proven.root, proven.key, proven.problems}, "Restored into");
} catch (const store::DatabaseError& e) { return unavailable(e.what()); }

}  // namespace

std::vector<Command> backup_commands() {
  std::vector<Command> list;
  list.push_back(
      {"backup",
       "Copy the embedded database while it is in use, and prove the copy",
       {{"file", "The new file", Param::positional, true}, {"db", "Database file", Param::option, false, "evenkeel.db", "EVENKEEL_DB"}},
       backup,
       "Example:\n  evenkeel backup /backup/evenkeel-2026-03-01.db --db /var/lib/evenkeel/evenkeel.db\n"});
  list.push_back({"restore",
                  "Prove a backup, and make a database of it where there is none",
                  {{"file", "The backup", Param::positional, true},
                   {"db", "The new database file", Param::option, false, "evenkeel.db", "EVENKEEL_DB"},
                   {"key", "Verifier key file to trust: refused when the backup is signed with another"},
                   {"although-it-does-not-verify", "Restore what is broken too; it says what is", Param::flag}},
                  restore,
                  "Example:\n  evenkeel restore /backup/evenkeel-2026-03-01.db --db /var/lib/evenkeel/evenkeel.db --key key.txt\n"});
  return list;
}

}  // namespace evenkeel::cli
