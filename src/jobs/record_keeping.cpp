#include "jobs/record_keeping.hpp"

#include "base/log.hpp"
#include "capabilities/witness.hpp"
#include "comms/checkpoint_file.hpp"
#include "comms/send.hpp"
#include "health/watch.hpp"
#include "jobs/outcome.hpp"
#include "ledger/append.hpp"
#include "ledger/fsck.hpp"
#include "ledger/stored_tree.hpp"
#include "steps/run.hpp"
#include "work/events.hpp"

namespace evenkeel::jobs {
namespace {

constexpr std::chrono::hours a_day{24};

struct Kept {
  const char* of;
  Millis keep;
  std::int64_t (*forget)(store::Tx&, SysTime before);
};

/// What goes in this transaction. A kind of which nothing went leaves no entry.
void let_go(Work& work, const Kept& kept) {
  const auto before = work.now - kept.keep;
  const auto gone = kept.forget(work.tx, before);
  if (gone == 0) return;
  record(work, RetentionApplied{.of = kept.of, .before_ms = to_millis(before), .count = gone}, {.subject = kept.of});
}

}  // namespace

Result<void> plan_record_keeping(Work& work) {
  enqueue(work, MakeCheckpoint{}, {.at = work.now, .key = "checkpoint", .tries = Tries::until_done});
  enqueue(work, VerifyLedger{}, {.at = work.now + std::chrono::hours{1}, .key = "ledger_verify", .tries = Tries::until_done});
  enqueue(work, ApplyRetention{}, {.at = work.now + a_day, .key = "retention", .tries = Tries::until_done});
  return {};
}

namespace {

/// A witness has no other use: whoever is connected is shown each checkpoint.
std::vector<std::string> witnesses_of(const definitions::Organisation& o) {
  std::vector<std::string> out;
  for (const auto& c : o.connections)
    if (is_able_to(c, definitions::Ability::witness)) out.push_back(c.name);
  return out;
}

}  // namespace

Outcome make_checkpoint(Claim& claim, const std::function<Result<ledger::Key>()>& key) {
  const auto o = claim.engine.database.read([](store::Tx& tx) { return definitions::current(tx); });
  if (!o) return {.kind = Outcome::again, .wait = a_day};
  const auto& keeping = (*o)->record;
  const Outcome later{.kind = Outcome::again, .wait = keeping.checkpoint_every};
  const auto witnesses = witnesses_of(**o);
  if (keeping.checkpoint_channels.empty() && witnesses.empty()) return later;
  const auto signing = key();
  if (!signing) return {Outcome::retry, signing.error().message};  // another replica may hold it
  const auto made = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    const auto head = ledger::head(work.tx);
    const auto text = ledger::sign_checkpoint({"evenkeel/" + (*o)->name, head.size, head.root}, *signing);
    record(work, CheckpointMade{.size = std::int64_t(head.size), .root = to_hex(head.root)}, {.subject = fmt::format("{}", head.size)});
    for (const auto& channel : keeping.checkpoint_channels)
      enqueue(work, SendCheckpoint{text, channel, std::int64_t(head.size)},
              {.at = work.now, .key = fmt::format("checkpoint:{}:{}", head.size, channel), .tries = Tries::patient});
    for (const auto& witness : witnesses)
      enqueue(work, WitnessCheckpoint{text, witness, std::int64_t(head.size)},
              {.at = work.now, .key = fmt::format("witness:{}:{}", head.size, witness), .tries = Tries::patient});
    return {};
  });
  return made ? later : Outcome{Outcome::retry, made.error().message};
}

namespace {

capabilities::Delivery send_over(const definitions::Organisation& o, const definitions::ChannelDef& channel, const SendCheckpoint& order,
                                 const Claim& claim, const capabilities::Connections& outside, const OwnPlaces& places) {
  if (channel.kind == definitions::ChannelKind::git)
    return comms::append_checkpoint(channel, {order.text, order.size, claim.job.created_at}, places.publish_under, places.state_folder);
  const comms::Notice notice{
      fmt::format("checkpoint-{}", order.size), fmt::format("Checkpoint of the ledger of {}: {} entries", o.name, order.size),
      fmt::format(
          "Keep this outside: `evenkeel ledger verify --checkpoint FILE --key KEY` proves that the first {} entries are still those.\n\n"
          "```\n{}```\n",
          order.size, order.text),
      claim.job.created_at};
  return comms::send_notice(o, channel, notice, outside, claim.engine.clock.now(), claim.stop);
}

}  // namespace

Outcome send_checkpoint(Claim& claim, const SendCheckpoint& order, const capabilities::Connections& outside, const OwnPlaces& places) {
  const auto& name = order.channel;
  const auto o = claim.engine.database.read([](store::Tx& tx) { return definitions::current(tx); });
  if (!o) return {Outcome::dead, "the definitions are gone"};
  const auto* channel = definitions::find_channel(**o, name);
  if (!channel) return {Outcome::dead, fmt::format("channel {} is not defined any more", name)};
  const auto sent = send_over(**o, *channel, order, claim, outside, places);
  if (sent.end != capabilities::DeliveryEnd::delivered) return outcome_of(sent, "channel " + name);
  (void)claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    record(work, CheckpointSent{.size = order.size, .channel = name}, {.subject = std::to_string(order.size)});
    return {};
  });
  return {};
}

namespace {

constexpr int most_moves = 3;  // of a witness that others show checkpoints to as well

/// Stored once it is proven; a second job that shows the same leaves no second row.
Outcome keep_cosignature(Claim& claim, const WitnessCheckpoint& order, const NoteKey& key, const std::string& lines) {
  const auto note = order.text + lines;
  const auto seen = ledger::open_cosignature(note, key);
  if (!seen) return {Outcome::dead, fmt::format("witness {}: {}; correct its `verifier`", order.witness, seen.error().message)};
  const auto root = to_hex(ledger::read_checkpoint(order.text).value().root);
  (void)claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    const Cosignature row{work.new_id("cos"), key.text(), order.size, root, note, *seen, work.now};
    store::insert(work.tx, "cosignature", row);
    record(work, CheckpointWitnessed{.size = order.size, .root = root, .witness = order.witness},
           {.subject = std::to_string(order.size), .seals = {{"cosignature", row.id}}});
    return {};
  });
  return {};
}

/// `seen`: how many entries the witness knows of.
Outcome contradicted(Claim& claim, const WitnessCheckpoint& order, std::int64_t seen) {
  (void)claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    record(work, CheckpointContradicted{.size = order.size, .seen = seen, .witness = order.witness},
           {.subject = std::to_string(order.size)});
    return {};
  });
  return {Outcome::dead, fmt::format("witness {} has seen another history of {} entries under this name: entries were rewritten or cut off "
                                     "after it saw them, or another ledger signs with this key",
                                     order.witness, seen)};
}

}  // namespace

Outcome witness_checkpoint(Claim& claim, const WitnessCheckpoint& order, const capabilities::Connections& outside) {
  const auto read = [&](auto look) { return claim.engine.database.read(look); };
  const auto o = read([](store::Tx& tx) { return definitions::current(tx); });
  const auto* connection = o ? definitions::find_connection(**o, order.witness) : nullptr;
  if (!connection) return {Outcome::dead, fmt::format("witness {} is not defined any more", order.witness)};
  const auto opened = outside.open(*connection);
  if (!opened) return {Outcome::retry, opened.error().message};
  if (!opened->witness) return {Outcome::dead, fmt::format("connection {} is no witness any more", order.witness)};
  auto& witness = *opened->witness;
  const auto key = parse_note_key(witness.verifier(), NoteAlgorithm::cosignature_ed25519);
  if (!key) return {Outcome::dead, key.error().message};
  auto old = read([&](store::Tx& tx) { return tx.integer("SELECT max(size) FROM cosignature WHERE witness = $1", {key->text()}); });
  for (int moved = 0; moved <= most_moves; ++moved) {
    if (old > order.size) {  // it has seen a later checkpoint of ours, unless we have no such entry
      const auto size = read([](store::Tx& tx) { return std::int64_t(ledger::head(tx).size); });
      return old > size ? contradicted(claim, order, old) : Outcome{};
    }
    const auto proof =
        read([&](store::Tx& tx) { return ledger::stored_tree(tx, order.size).consistency_path(static_cast<std::size_t>(old)); });
    const auto answer = witness.show(old, proof, order.text, claim.engine.clock.now(), claim.stop);
    using enum capabilities::WitnessEnd;
    if (answer.end == cosigned) return keep_cosignature(claim, order, *key, answer.lines);
    if (answer.end == contradicts || (answer.end == elsewhere && answer.size == old)) return contradicted(claim, order, old);
    if (answer.end != elsewhere)
      return {answer.end == refused ? Outcome::dead : Outcome::retry, fmt::format("witness {}: {}", order.witness, answer.problem),
              answer.retry_after.value_or(Millis{0})};
    old = answer.size;
  }
  return {Outcome::retry, fmt::format("witness {} is shown other checkpoints of this log at the same time", order.witness)};
}

Outcome verify_ledger(Claim& claim) {
  const auto report = claim.engine.database.read([](store::Tx& tx) { return ledger::fsck::verify(tx); });
  for (const auto& p : report.problems) log(LogLevel::error, "the ledger does not verify", {{"problem", p.kind}, {"what", p.message}});
  const auto noted = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    const LedgerCheck row{work.new_id("chk"), report.entries, std::int64_t(report.problems.size()), report.root, work.now};
    store::insert(work.tx, "ledger_check", row);
    record(work, LedgerVerified{.entries = row.entries, .problems = row.problems},
           {.subject = row.id, .seals = {{"ledger_check", row.id}}});
    return {};
  });
  if (!noted) return {Outcome::retry, noted.error().message};
  return {.kind = Outcome::again, .wait = a_day};
}

Outcome apply_retention(Claim& claim) {
  const auto done = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    const auto o = TRY(definitions::current(work.tx));
    const auto& r = o->record;
    for (const Kept& kept : {Kept{"jobs", r.keep_jobs, forget_ended}, Kept{"step_outputs", r.keep_step_outputs, steps::forget_outputs},
                             Kept{"samples", r.keep_samples, health::forget_samples}})
      let_go(work, kept);
    return {};
  });
  if (!done && done.error().kind != ErrorKind::not_found) return {Outcome::retry, done.error().message};
  return {.kind = Outcome::again, .wait = a_day};
}

}  // namespace evenkeel::jobs
