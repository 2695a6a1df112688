#include "jobs/record_keeping.hpp"

#include "comms/send.hpp"
#include "health/watch.hpp"
#include "jobs/outcome.hpp"
#include "ledger/append.hpp"
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
  enqueue(work, ApplyRetention{}, {.at = work.now + a_day, .key = "retention", .tries = Tries::until_done});
  return {};
}

Outcome make_checkpoint(Claim& claim, const std::function<Result<ledger::Key>()>& key) {
  const auto o = claim.engine.database.read([](store::Tx& tx) { return definitions::current(tx); });
  if (!o) return {.kind = Outcome::again, .wait = a_day};
  const auto& keeping = (*o)->record;
  const Outcome later{.kind = Outcome::again, .wait = keeping.checkpoint_every};
  if (keeping.checkpoint_channels.empty()) return later;
  const auto signing = key();
  if (!signing) return {Outcome::retry, signing.error().message};  // another replica may hold it
  const auto made = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    const auto head = ledger::head(work.tx);
    const auto text = ledger::sign_checkpoint({"evenkeel/" + (*o)->name, head.size, head.root}, *signing);
    record(work, CheckpointMade{.size = std::int64_t(head.size), .root = to_hex(head.root)}, {.subject = fmt::format("{}", head.size)});
    for (const auto& channel : keeping.checkpoint_channels)
      enqueue(work, SendCheckpoint{text, channel, std::int64_t(head.size)},
              {.at = work.now, .key = fmt::format("checkpoint:{}:{}", head.size, channel), .tries = Tries::patient});
    return {};
  });
  return made ? later : Outcome{Outcome::retry, made.error().message};
}

Outcome send_checkpoint(Claim& claim, const SendCheckpoint& order, const capabilities::Connections& outside) {
  const auto& [text, name, size] = order;
  const auto o = claim.engine.database.read([](store::Tx& tx) { return definitions::current(tx); });
  if (!o) return {Outcome::dead, "the definitions are gone"};
  const auto* channel = definitions::find_channel(**o, name);
  if (!channel) return {Outcome::dead, fmt::format("channel {} is not defined any more", name)};
  const comms::Notice notice{
      fmt::format("checkpoint-{}", size), fmt::format("Checkpoint of the ledger of {}: {} entries", (*o)->name, size),
      fmt::format(
          "Keep this outside: `evenkeel ledger verify --checkpoint FILE --key KEY` proves that the first {} entries are still those.\n\n"
          "```\n{}```\n",
          size, text),
      claim.job.created_at};
  const auto sent = comms::send_notice(**o, *channel, notice, outside, claim.engine.clock.now(), claim.stop);
  if (sent.end != capabilities::DeliveryEnd::delivered) return outcome_of(sent, "channel " + name);
  (void)claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    record(work, CheckpointSent{.size = size, .channel = name}, {.subject = std::to_string(size)});
    return {};
  });
  return {};
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
