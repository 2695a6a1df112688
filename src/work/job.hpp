// Jobs as types: a job's payload is a described struct with its kind, declared in `<area>/jobs.hpp` beside who leaves it behind.
//
//   struct DriveRun {
//     static constexpr std::string_view kind = "drive_run";
//     std::string run;
//   };
//   BOOST_DESCRIBE_STRUCT(DriveRun, (), (run))
//
//   enqueue(work, DriveRun{run.id}, {.at = work.now, .key = "drive:" + run.id});
//   jobs::on<DriveRun>([](Claim& claim, const DriveRun& order) -> Outcome { ... })
//
// Kinds and members are frozen (docs/reference/events.md, kept by a test): a job that waits over an upgrade is still understood.
#pragma once
#include <concepts>

#include "work/runner.hpp"
#include "work/work.hpp"

namespace evenkeel {

template <class P>
concept JobPayload = json::Described<P> && requires {
  { P::kind } -> std::convertible_to<std::string_view>;
};

/// How often a job is tried before a person is asked. Back-off doubles to ten minutes, so `patient` bears with a receiver that is away for
/// some hours, `persistent` for a week; a poll goes on until it says that it is done.
enum class Tries : int { few = 5, usual = 12, patient = 30, persistent = 1000, until_done = 1'000'000 };

struct Due {
  SysTime at;
  std::string key;  // a second job with this key is not made
  std::string release = {};
  Tries tries = Tries::usual;
};

/// Makes the job unless one with its key exists. Returns its id, or the existing one's.
template <JobPayload P>
JobId enqueue(Work& work, const P& payload, Due due) {
  return work.enqueue({.kind = std::string(P::kind),
                       .payload = json::to_value(payload),
                       .due = due.at,
                       .dedup_key = std::move(due.key),
                       .release = std::move(due.release),
                       .max_attempts = int(due.tries)});
}

namespace jobs {

template <JobPayload P>
Result<P> payload_of(const Job& job) {
  return json::read_text<P>(job.payload);
}

/// The handler of the jobs of one payload. A payload that cannot be read is a dead letter that says why.
template <JobPayload P>
std::pair<const std::string, Handler> on(std::function<Outcome(Claim&, const P&)> run, Millis lease = std::chrono::seconds{60}) {
  return {std::string(P::kind), Handler{[run = std::move(run)](Claim& claim) -> Outcome {
                                          const auto payload = payload_of<P>(claim.job);
                                          if (!payload) return {Outcome::dead, "its payload: " + payload.error().message};
                                          return run(claim, *payload);
                                        },
                                        lease}};
}

}  // namespace jobs
}  // namespace evenkeel
