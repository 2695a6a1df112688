#include "jobs/record_keeping.hpp"

#include "comms/send.hpp"
#include "jobs/outcome.hpp"
#include "ledger/append.hpp"

namespace evenkeel::jobs {
namespace {

constexpr std::chrono::hours a_day{24};
constexpr int until_it_is_done = 1'000'000;

struct Kept {
  const char* of;
  Millis keep;
  const char* sql;  // $1: ms, before which it goes
};

/// What goes in this transaction. A kind of which nothing went leaves no entry.
void let_go(Work& work, const Kept& kept) {
  const auto before = to_millis(work.now - kept.keep);
  const auto gone = work.tx.exec(kept.sql, {before});
  if (gone == 0) return;
  work.record({.kind = "retention.applied",
               .subject = kept.of,
               .facts = {{"of", kept.of}, {"before_ms", std::to_string(before)}, {"count", std::to_string(gone)}}});
}

}  // namespace

Result<void> plan_record_keeping(Work& work) {
  work.enqueue(
      {.kind = "checkpoint", .payload = json::Object{}, .due = work.now, .dedup_key = "checkpoint", .max_attempts = until_it_is_done});
  work.enqueue({.kind = "retention",
                .payload = json::Object{},
                .due = work.now + a_day,
                .dedup_key = "retention",
                .max_attempts = until_it_is_done});
  return {};
}

Outcome make_checkpoint(Claim& claim, const std::function<Result<ledger::Key>()>& key) {
  const auto o = claim.engine.database.read([](store::Tx& tx) { return definitions::current(tx); });
  if (!o) return {.kind = Outcome::again, .wait = a_day};
  const auto& record = (*o)->record;
  const Outcome later{.kind = Outcome::again, .wait = record.checkpoint_every};
  if (record.checkpoint_channels.empty()) return later;
  const auto signing = key();
  if (!signing) return {Outcome::retry, signing.error().message};  // another replica may hold it
  const auto made = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    const auto head = ledger::head(work.tx);
    const auto text = ledger::sign_checkpoint({"evenkeel/" + (*o)->name, head.size, head.root}, *signing);
    work.record({.kind = "checkpoint.made",
                 .subject = fmt::format("{}", head.size),
                 .facts = {{"size", std::to_string(head.size)}, {"root", to_hex(head.root)}}});
    for (const auto& channel : record.checkpoint_channels)
      work.enqueue({.kind = "checkpoint_mail",
                    .payload = json::Object{{"text", text}, {"channel", channel}, {"size", head.size}},
                    .due = work.now,
                    .dedup_key = fmt::format("checkpoint:{}:{}", head.size, channel),
                    .max_attempts = 30});
    return {};
  });
  return made ? later : Outcome{Outcome::retry, made.error().message};
}

Outcome send_checkpoint(Claim& claim, const capabilities::Connections& outside) {
  const auto data = claim.job.data();
  const std::string text{data.at("text").as_string()}, name{data.at("channel").as_string()};
  const auto size = data.at("size").as_int64();
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
    work.record({.kind = "checkpoint.sent", .subject = std::to_string(size), .facts = {{"size", std::to_string(size)}, {"channel", name}}});
    return {};
  });
  return {};
}

Outcome apply_retention(Claim& claim) {
  const auto done = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    const auto o = TRY(definitions::current(work.tx));
    const auto& r = o->record;
    for (const Kept& kept :
         {Kept{"jobs", r.keep_jobs, "DELETE FROM job WHERE state = 'done' AND finished_at < $1"},
          Kept{"step_outputs", r.keep_step_outputs, "UPDATE step_attempt SET output = '' WHERE ended_at < $1 AND output <> ''"},
          Kept{"samples", r.keep_samples,
               "DELETE FROM judged_interval WHERE at < $1 AND watch_id IN (SELECT id FROM watch WHERE state = 'ended')"}})
      let_go(work, kept);
    return {};
  });
  if (!done && done.error().kind != ErrorKind::not_found) return {Outcome::retry, done.error().message};
  return {.kind = Outcome::again, .wait = a_day};
}

}  // namespace evenkeel::jobs
