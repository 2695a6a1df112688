// The job runner: claims what is due, under a lease, and runs its handler.
//
// A lease is measured by the database's clock, being due by the business clock. Every completing update carries the lease's token: a
// runner that lost its lease cannot complete (its transaction rolls back). Where replicas share a database a lease is short, and beaten
// again while its runner lives: what a killed replica held is taken over within seconds. A runner that could not look at the database for
// a while takes over nothing at first: the others were kept from theirs too, and are alive. Back-off doubles from one second to ten
// minutes, with jitter; a receiver's Retry-After wins. What fails for good becomes a dead letter, visible, and can be retried by a person.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "work/engine.hpp"

namespace evenkeel::jobs {

enum class JobState { waiting, running, done, dead, unconfirmed };
BOOST_DESCRIBE_ENUM(JobState, waiting, running, done, dead, unconfirmed)

struct Job {
  JobId id;
  std::string kind, payload;
  ReleaseId release_id;
  SysTime due_at;
  JobState state = JobState::waiting;
  std::int64_t attempts = 0, max_attempts = 1;
  std::optional<std::string> lease_token;
  std::optional<std::int64_t> lease_until;
  std::string dedup_key, last_error;
  SysTime created_at;
  std::optional<SysTime> finished_at;

  json::Value data() const { return json::parse(payload).value(); }
};
BOOST_DESCRIBE_STRUCT(Job, (),
                      (id, kind, payload, release_id, due_at, state, attempts, max_attempts, lease_token, lease_until, dedup_key,
                       last_error, created_at, finished_at))

/// How an attempt ended. `again`: try later (after `wait`, or by back-off when zero; a later attempt of a poll does not count as failed).
/// `unconfirmed`: the receiver may or may not have it and cannot be asked; a person decides.
struct Outcome {
  enum Kind { done, retry, again, dead, unconfirmed } kind = done;
  std::string error = {};
  Millis wait{0};
};

/// What a handler works with. It must call `complete` inside the transaction that stores its effect, when it stores one.
class Claim {
 public:
  /// `promised`: steady milliseconds until which the attempt has said that it lives.
  Claim(Engine& e, Job j, std::stop_token s, std::shared_ptr<std::atomic<std::int64_t>> promised = {})
      : engine(e), job(std::move(j)), stop(std::move(s)), promised_(std::move(promised)) {}
  Engine& engine;
  const Job job;
  const std::stop_token stop;

  /// Marks the job done in this transaction. Throws LeaseLost when another runner holds the job by now.
  void complete(store::Tx& tx);
  bool completed() const { return completed_; }
  /// Its key may be taken by another job from here on.
  void give_key_free(store::Tx& tx);
  /// Lengthens the time of a long attempt. False when its lease is lost.
  bool renew(Millis by);

 private:
  bool completed_ = false;
  std::shared_ptr<std::atomic<std::int64_t>> promised_;
};
class LeaseLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `lease`: how long an attempt may take before it has to say that it lives (Claim::renew); another one takes over then.
struct Handler {
  std::function<Outcome(Claim&)> run;
  Millis lease = std::chrono::seconds{60};
};
/// How long what a killed replica held is kept from the others.
inline constexpr Millis shared_lease = std::chrono::seconds{6};

/// SQLite has one process: the leases of the one before, which was killed, are free at once.
void free_leases(store::Database& database);
/// What has ended before `before` and is kept no longer; those that gave up wait for a person. Returns how many.
std::int64_t forget_ended(store::Tx& tx, SysTime before);
/// These jobs are not needed any more, unless one is being run.
void end_waiting(store::Tx& tx, const std::vector<std::string>& ids, SysTime now);

/// Claims and runs one due job at a time per thread.
class Runner {
 public:
  /// `name`: who holds the leases, the same after a restart (host and state folder).
  Runner(Engine& engine, std::map<std::string, Handler> handlers, std::string name = {})
      : engine_(engine), handlers_(std::move(handlers)), name_(std::move(name)) {}
  /// Gives this process first claim on what the one of this name before us held when it was killed, as it alone knows what became of its
  /// steps. Only while nobody else runs under this name.
  void take_back_leases();
  /// Works until stop is asked, with `threads` threads. Returns after the jobs in hand have ended or been handed back.
  void run(int threads, std::stop_token stop);
  /// Runs one due job on this thread. False when nothing is due. For tests and the virtual clock.
  bool run_one(std::stop_token stop = {});
  /// When the next job is due; nothing when none waits.
  std::optional<SysTime> next_due();
  /// Jobs being run right now.
  int busy() const { return busy_.load(); }

 private:
  struct Held {
    std::string token;
    std::shared_ptr<std::atomic<std::int64_t>> promised;
  };
  std::optional<Job> claim();
  void settle(Claim& claim, const Outcome& outcome);
  Millis lease_of(const std::string& kind) const;
  bool calm();
  std::shared_ptr<std::atomic<std::int64_t>> hold(const Job& job);
  void beat(std::stop_token stop);
  void beat_once();

  Engine& engine_;
  std::map<std::string, Handler> handlers_;
  std::string name_;
  std::atomic<int> busy_{0};
  std::atomic<std::int64_t> looked_{0}, calm_since_{0};  // steady milliseconds
  std::mutex held_mutex_;
  std::map<std::string, Held> held_;  // by job
  std::once_flag heart_begins_;
  std::jthread heart_;
};

/// A dead or unconfirmed job is made due again. Error: not_found, conflict.
Result<void> retry(Work& work, const std::string& job_id);

}  // namespace evenkeel::jobs
