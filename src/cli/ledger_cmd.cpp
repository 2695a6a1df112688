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

/// All checkpoints of a file, each proven where a key is given.
Result<std::vector<ledger::Checkpoint>> kept_checkpoints(const Args& args) {
  std::vector<ledger::Checkpoint> out;
  if (!args.has("checkpoint")) return out;
  std::optional<ledger::Key> key;
  if (args.has("key")) key = TRY(ledger::parse_verifier_key(TRY(read_input(args.text("key")))));
  for (const auto& note : ledger::notes_in(TRY(read_input(args.text("checkpoint")))))
    out.push_back(key ? TRY(ledger::open_checkpoint(note, *key)) : TRY(ledger::read_checkpoint(note)));
  if (out.empty()) return invalid(args.text("checkpoint") + " holds no checkpoint", "checkpoint");
  return out;
}

/// The server says what a witness cosigned; whether the witness did, is seen by the key that the reader has from elsewhere.
Result<void> prove_witness(const ledger::fsck::Report& report, const std::string& key_text) {
  const auto key = TRY(parse_note_key(key_text, NoteAlgorithm::cosignature_ed25519));
  for (const auto& one : report.witnessed)
    if (one.witness == key.text()) {
      TRY(ledger::open_cosignature(one.note, key));
      return {};
    }
  return not_found(fmt::format("witness {} has cosigned nothing of this ledger", key.name));
}

/// So many checkpoints fit into one request's address.
constexpr std::size_t checkpoints_at_once = 40;

Result<json::Value> verified(Api& api, const std::vector<ledger::Checkpoint>& kept) {
  std::optional<json::Value> answer;
  for (std::size_t from = 0; !answer || from < kept.size(); from += checkpoints_at_once) {
    std::string sizes, roots;
    for (std::size_t i = from; i < std::min(kept.size(), from + checkpoints_at_once); ++i) {
      sizes += fmt::format("{}{}", i == from ? "" : ",", kept[i].size);
      roots += fmt::format("{}{}", i == from ? "" : ",", to_hex(kept[i].root));
    }
    auto next = TRY(api.call("GET", "/api/v1/ledger/verify" + (roots.empty() ? "" : fmt::format("?size={}&root={}", sizes, roots))));
    const bool broken = !next.at("problems").as_array().empty();
    answer = std::move(next);
    if (broken) break;
  }
  return *answer;
}

Result<int> verify(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto kept = TRY(kept_checkpoints(args));
  const auto answer = TRY(verified(*api, kept));
  const auto report = TRY(json::from_value<ledger::fsck::Report>(answer));
  if (args.has("witness")) TRY(prove_witness(report, TRY(read_input(args.text("witness")))));
  if (args.json)
    args.print_json(answer);
  else if (report.problems.empty()) {
    args.print(fmt::format("Intact: {} entries, root {}", report.entries, report.root));
    if (kept.size() > 1) args.print(fmt::format("All {} checkpoints of {} hold.", kept.size(), args.text("checkpoint")));
    for (const auto& one : report.witnessed)
      args.print(fmt::format("Witnessed: {} saw the first {} entries at {}", one.witness.substr(0, one.witness.find('+')), one.size,
                             to_iso(one.at)));
  } else {
    args.print(fmt::format("BROKEN: {} problems in {} entries", report.problems.size(), report.entries));
    for (const auto& p : report.problems) args.print(fmt::format("  {}: {}", p.kind, p.message));
  }
  return report.problems.empty() ? 0 : 1;
}

Result<int> export_evidence(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto zip = TRY(api->fetch("/api/v1/releases/" + http::percent_encode(args.text("release")) + "/evidence" +
                                  (args.flag("reasons") ? "?reasons=true" : "")));
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
    args.print(fmt::format("{}: {} entries, {} sealed rows{}; checkpoint {}", report.problems.empty() ? "Everything fits" : "DOES NOT FIT",
                           report.entries, report.rows, report.reasons ? fmt::format(", {} reasons", report.reasons) : "",
                           report.checkpoint));
    for (const auto& p : report.problems) args.print("  " + p.message);
    if (key.empty()) args.print("Checked against the key inside the pack; give --key to check against the one you trust.");
  }
  return report.problems.empty() ? 0 : 1;
}

}  // namespace

std::vector<Command> ledger_commands() {
  std::vector<Command> list;
  list.push_back({"ledger verify", "Prove the ledger: every entry, every sealed row, both ways",
                  with_connection({{"checkpoint", "A file of earlier checkpoints: a rewritten history is found"},
                                   {"key", "Verifier key of the checkpoints"},
                                   {"witness", "Verifier key of a witness: its cosignature must be there, and be its own"}}),
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
                                   {"output", "File; default RELEASE-evidence.zip"},
                                   {"reasons", "With the reasons that people gave, which stay in the file", Param::flag}}),
                  export_evidence});
  list.push_back({"evidence verify",
                  "Verify an evidence pack offline",
                  {{"file", "The pack", Param::positional, true}, {"key", "Verifier key file to trust"}},
                  verify_evidence});
  return list;
}

}  // namespace evenkeel::cli
