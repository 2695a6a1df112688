// evenkeel ledger verify|checkpoint|key, evidence export|verify.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "ledger/evidence.hpp"
#include "work/ledger_key.hpp"

namespace evenkeel::cli {
namespace {

/// What is shown of an answer.
struct Key {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Key, (), (key))

Result<int> verify(const Args& args) {
  auto api = TRY(Api::open(args));
  std::string path = "/api/v1/ledger/verify";
  if (args.has("checkpoint")) {
    const auto text = TRY(read_input(args.text("checkpoint")));
    ledger::Checkpoint c;
    if (args.has("key"))
      c = TRY(ledger::open_checkpoint(text, TRY(ledger::parse_verifier_key(TRY(read_input(args.text("key")))))));
    else
      c = TRY(ledger::read_checkpoint(text));
    path += fmt::format("?size={}&root={}", c.size, to_hex(c.root));
  }
  const auto answer = TRY(api->call("GET", path));
  const auto report = TRY(json::from_value<ledger::fsck::Report>(answer));
  if (args.json)
    args.print_json(answer);
  else if (report.problems.empty())
    args.print(fmt::format("Intact: {} entries, root {}", report.entries, report.root));
  else {
    args.print(fmt::format("BROKEN: {} problems in {} entries", report.problems.size(), report.entries));
    for (const auto& p : report.problems) args.print(fmt::format("  {}: {}", p.kind, p.message));
  }
  return report.problems.empty() ? 0 : 1;
}

Result<int> export_evidence(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto zip = TRY(api->fetch("/api/v1/releases/" + http::percent_encode(args.text("release")) + "/evidence"));
  const auto file = args.has("output") ? args.text("output") : args.text("release") + "-evidence.zip";
  TRY(write_file(file, zip));
  if (args.json)
    args.print_json(json::Object{{"file", file}, {"bytes", zip.size()}});
  else
    args.print(fmt::format("{} ({} bytes). Anyone can verify it offline: evenkeel evidence verify {}", file, zip.size(), file));
  return 0;
}

Result<int> verify_evidence(const Args& args) {
  const auto key = args.has("key") ? TRY(read_input(args.text("key"))) : std::string{};
  const auto report = TRY(ledger::verify_pack(TRY(read_input(args.text("file"))), key));
  if (args.json)
    args.print_json(json::to_value(report));
  else {
    args.print(fmt::format("{}: {} entries, {} sealed rows; checkpoint {}", report.problems.empty() ? "Everything fits" : "DOES NOT FIT",
                           report.entries, report.rows, report.checkpoint));
    for (const auto& p : report.problems) args.print("  " + p.message);
    if (key.empty()) args.print("Checked against the key inside the pack; give --key to check against the one you trust.");
  }
  return report.problems.empty() ? 0 : 1;
}

}  // namespace

std::vector<Command> ledger_commands() {
  std::vector<Command> list;
  list.push_back(
      {"ledger verify", "Prove the ledger: every entry, every sealed row, both ways",
       with_connection({{"checkpoint", "An earlier checkpoint: a rewritten history is found"}, {"key", "Verifier key of the checkpoint"}}),
       verify});
  list.push_back(
      {"ledger checkpoint", "Print a signed checkpoint; keep it somewhere else", with_connection({}), [](const Args& args) -> Result<int> {
         auto api = TRY(Api::open(args));
         args.print(TRY(api->fetch("/api/v1/ledger/checkpoint")));
         return 0;
       }});
  list.push_back(
      {"ledger key", "Print the key that verifies checkpoints and packs", with_connection({}), [](const Args& args) -> Result<int> {
         auto api = TRY(Api::open(args));
         const auto answer = TRY(api->call("GET", "/api/v1/ledger/key"));
         if (args.json)
           args.print_json(answer);
         else
           args.print(TRY(json::from_value<Key>(answer)).key);
         return 0;
       }});
  list.push_back(remote("ledger rotate-key", "Sign with a new key from now on; the old one is kept beside it", "POST",
                        "/api/v1/ledger/key/rotate", {}, shown_as<PinnedKey>([](const Args& args, const PinnedKey& key) {
                          if (!args.json)
                            args.print(
                                fmt::format("From entry {} on checkpoints and packs are signed by {}\nGive it to who verifies them, and "
                                            "copy the key's file to the other replicas.",
                                            key.since_entry, key.id));
                          return 0;
                        })));
  list.push_back({"ledger prove", "Print the proof that an entry stands in the ledger (RFC 6962), as JSON",
                  with_connection({{"entry", "Index of the entry", Param::positional, true}}), [](const Args& args) -> Result<int> {
                    auto api = TRY(Api::open(args));
                    args.print_json(TRY(api->call("GET", "/api/v1/ledger/entries/" + http::percent_encode(args.text("entry")) + "/proof")));
                    return 0;
                  }});
  list.push_back({"evidence export", "Write a release's evidence pack",
                  with_connection({{"release", "Version, area/version or id", Param::positional, true},
                                   {"output", "File; default RELEASE-evidence.zip"}}),
                  export_evidence});
  list.push_back({"evidence verify",
                  "Verify an evidence pack offline",
                  {{"file", "The pack", Param::positional, true}, {"key", "Verifier key file to trust"}},
                  verify_evidence});
  return list;
}

}  // namespace evenkeel::cli
