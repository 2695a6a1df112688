#include "work/ledger_key.hpp"

#include "ledger/append.hpp"
#include "work/events.hpp"

namespace evenkeel {
namespace {

template <class E>
PinnedKey pin(Work& work, const ledger::Key& key, std::optional<std::string> before = {}) {
  const PinnedKey pinned{ledger::verifier_key(key), ledger::head(work.tx).size, work.now};
  store::insert(work.tx, "ledger_key", pinned);
  record(work, E{.key = pinned.id, .before = std::move(before)}, {.subject = key.name, .seals = {{"ledger_key", pinned.id}}});
  return pinned;
}

std::string beside(const std::string& file, const std::string& id) { return fmt::format("{}.{}", file, id.substr(id.find('+') + 1, 8)); }

/// A server that died between the entry and the renaming of the files finds the pinned key beside the old one.
void finish_rotation(const std::string& file, const std::vector<PinnedKey>& pinned) {
  const auto next_file = file + ".next";
  if (pinned.size() < 2 || !std::filesystem::exists(next_file)) return;
  const auto next = ledger::load_or_make_key(next_file, "");
  if (!next || ledger::verifier_key(*next) != pinned.back().id) return;
  if (std::filesystem::exists(file)) std::filesystem::rename(file, beside(file, pinned[pinned.size() - 2].id));
  std::filesystem::rename(next_file, file);
}

}  // namespace

std::vector<PinnedKey> pinned_keys(store::Tx& tx) { return store::all<PinnedKey>(tx, "ledger_key", "ORDER BY since_entry, at, id"); }

Result<ledger::Key> ledger_key(Engine& engine, const std::string& file, const std::string& name) {
  const auto pinned = engine.database.read([](store::Tx& tx) { return pinned_keys(tx); });
  finish_rotation(file, pinned);
  if (!pinned.empty() && !std::filesystem::exists(file))
    return unavailable(
        fmt::format("this server does not hold the ledger's key {}: copy its file to {} (or name it with --ledger-key); all "
                    "replicas sign with one key",
                    pinned.back().id, file));
  auto key = TRY(ledger::load_or_make_key(file, name));
  const auto id = ledger::verifier_key(key);
  if (!pinned.empty() && pinned.back().id != id)
    return unavailable(
        fmt::format("{} holds the key {}, but this ledger is signed with {}: copy that key's file here", file, id, pinned.back().id));
  if (pinned.empty())
    TRY(engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
      if (const auto others = pinned_keys(work.tx); !others.empty())  // another replica was first
        return others.back().id == id ? Result<void>{}
                                      : unavailable("another replica has just pinned its key; copy that key's file to " + file);
      pin<KeyPinned>(work, key);
      return {};
    }));
  return key;
}

Result<PinnedKey> rotate_ledger_key(Engine& engine, const Actor& actor, const std::string& file, const std::string& name) {
  TRY(require_role(actor, {Role::admin}, "*", "rotating the ledger's key"));
  const auto before = TRY(ledger_key(engine, file, name));
  const auto next_file = file + ".next";
  std::filesystem::remove(next_file);  // of a rotation that did not come to its end
  const auto next = TRY(ledger::load_or_make_key(next_file, before.name));
  const auto pinned = TRY(
      engine.perform(actor, [&](Work& work) -> Result<PinnedKey> { return pin<KeyRotated>(work, next, ledger::verifier_key(before)); }));
  std::filesystem::rename(file, beside(file, ledger::verifier_key(before)));
  std::filesystem::rename(next_file, file);
  return pinned;
}

}  // namespace evenkeel
