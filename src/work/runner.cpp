#include "work/runner.hpp"

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "work/events.hpp"

namespace evenkeel::jobs {
namespace {

Millis back_off(std::int64_t attempts) {
  const auto base = std::min<std::int64_t>(1000LL << std::min<std::int64_t>(attempts, 10), 600'000);
  const auto jitter = static_cast<unsigned char>(random_bytes(1)[0]);
  return Millis{base * 3 / 4 + base * jitter / 1024};  // 75 % to 100 %
}

std::int64_t steady_now() { return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// One process owns an SQLite file: nobody else would take over.
bool is_shared(const store::Database& database) { return database.dialect() == store::Dialect::postgres; }
Millis in_database(const store::Database& database, Millis lease) { return is_shared(database) ? std::min(lease, shared_lease) : lease; }

constexpr Millis beat_every = std::chrono::seconds{2};
/// Whoever could not look for `long_silence` waits `until_calm`, in which those who live beat their leases again.
constexpr Millis long_silence = std::chrono::seconds{3}, until_calm = std::chrono::seconds{8};

/// What went wrong, without the mail addresses in it: an error is read by more people than may know who gets what.
std::string without_addresses(std::string text) {
  const auto part_of_one = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("._%+-").find(c) != std::string_view::npos;
  };
  for (auto at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
    auto from = at, to = at + 1;
    while (from > 0 && part_of_one(text[from - 1])) --from;
    while (to < text.size() && part_of_one(text[to])) ++to;
    if (from == at || to == at + 1) continue;
    text.replace(from, to - from, "(address)");
    at = from;
  }
  return text;
}

}  // namespace

void Claim::complete(store::Tx& tx) {
  const auto n = tx.exec(
      "UPDATE job SET state = 'done', finished_at = $3, last_error = '', lease_token = NULL WHERE id = $1 AND lease_token = $2 AND state = "
      "'running'",
      {job.id, job.lease_token.value_or(""), to_millis(engine.clock.now())});
  if (n != 1) throw LeaseLost("the lease of job " + job.id + " was lost");
  completed_ = true;
}

bool Claim::renew(Millis by) {
  const auto lease = in_database(engine.database, by);
  const bool held = engine.database.write([&](store::Tx& tx) {
    return tx.exec("UPDATE job SET lease_until = $3 WHERE id = $1 AND lease_token = $2",
                   {job.id, job.lease_token.value_or(""), tx.database_now() + lease.count()}) == 1;
  });
  if (held && promised_) *promised_ = steady_now() + by.count();
  return held;
}

void Claim::give_key_free(store::Tx& tx) { tx.exec("UPDATE job SET dedup_key = dedup_key || ':' || id WHERE id = $1", {job.id}); }

void free_leases(store::Database& database) {
  if (database.dialect() == store::Dialect::sqlite)
    database.write([](store::Tx& tx) { tx.exec("UPDATE job SET state = 'waiting', lease_token = NULL WHERE state = 'running'"); });
}

std::int64_t forget_ended(store::Tx& tx, SysTime before) {
  return tx.exec("DELETE FROM job WHERE state = 'done' AND finished_at < $1", {to_millis(before)});
}

void end_waiting(store::Tx& tx, const std::vector<std::string>& ids, SysTime now) {
  for (const auto& id : ids)
    tx.exec("UPDATE job SET state = 'done', finished_at = $2 WHERE id = $1 AND state IN ('waiting', 'dead')", {id, to_millis(now)});
}

void Runner::take_back_leases() {
  engine_.database.write([&](store::Tx& tx) {
    tx.exec("UPDATE job SET lease_token = NULL, lease_until = $2 WHERE state = 'running' AND lease_owner = $1",
            {name_, tx.database_now() + shared_lease.count()});
  });
}

Millis Runner::lease_of(const std::string& kind) const {
  const auto found = handlers_.find(kind);
  return found == handlers_.end() ? Millis{1000} : found->second.lease;
}

bool Runner::calm() {
  const auto now = steady_now(), last = looked_.exchange(now);
  if (now - last > long_silence.count()) calm_since_ = now;
  return now - calm_since_ >= until_calm.count();
}

std::shared_ptr<std::atomic<std::int64_t>> Runner::hold(const Job& job) {
  auto promised = std::make_shared<std::atomic<std::int64_t>>(steady_now() + lease_of(job.kind).count());
  if (!is_shared(engine_.database)) return promised;
  std::call_once(heart_begins_, [this] { heart_ = std::jthread([this](std::stop_token stop) { beat(stop); }); });
  const std::lock_guard lock{held_mutex_};
  held_[job.id] = {job.lease_token.value_or(""), promised};
  return promised;
}

/// Outside the turns of write transactions (Database::begin): a long one must not cost anybody its lease.
void Runner::beat_once() {
  std::vector<std::pair<std::string, std::string>> alive;
  {
    const std::lock_guard lock{held_mutex_};
    for (const auto& [id, held] : held_)
      if (*held.promised > steady_now()) alive.emplace_back(id, held.token);
  }
  if (alive.empty()) return;
  auto connection = engine_.database.writer();
  store::Tx tx{connection.connection()};
  const auto until = tx.database_now() + shared_lease.count();
  for (const auto& [id, token] : alive)
    tx.exec("UPDATE job SET lease_until = $3 WHERE id = $1 AND lease_token = $2 AND state = 'running'", {id, token, until});
}

void Runner::beat(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any pause;
  while (!stop.stop_requested()) {
    try {
      beat_once();
    } catch (const store::DatabaseError& e) { log(LogLevel::warn, "leases wait for the database", {{"error", e.what()}}); }
    std::unique_lock lock(mutex);
    pause.wait_for(lock, stop, beat_every, [] { return false; });
  }
}

std::optional<Job> Runner::claim() {
  const bool shared = is_shared(engine_.database), takes_over = !shared || calm();
  const auto began = steady_now();
  return engine_.database.write([&](store::Tx& tx) -> std::optional<Job> {
    const auto now = tx.database_now();
    const auto due = to_millis(engine_.clock.now());
    auto sql = fmt::format(
        "SELECT id FROM job WHERE (state = 'waiting' AND due_at <= $1) OR (state = 'running' AND ({} OR (lease_owner = $3 AND (lease_until "
        "< $2 OR lease_token IS NULL)))) ORDER BY due_at, id LIMIT 1",
        takes_over ? "lease_until < $2" : "false");
    if (shared) sql += " FOR UPDATE SKIP LOCKED";
    const auto id = tx.value(sql, {due, now, name_});
    if (!id) return {};
    const auto before = store::one<Job>(tx, "job", "WHERE id = $1", {*id});
    // The look itself took long: the database stood still, for those who hold leases too.
    if (shared && before->state == JobState::running && steady_now() - began > long_silence.count()) return {};
    const auto lease = in_database(engine_.database, lease_of(before->kind));
    tx.exec("UPDATE job SET state = 'running', attempts = attempts + 1, lease_token = $2, lease_until = $3, lease_owner = $4 WHERE id = $1",
            {*id, to_hex(random_bytes(12)), now + lease.count(), name_});
    return store::one<Job>(tx, "job", "WHERE id = $1", {*id});
  });
}

void Runner::settle(Claim& claim, const Outcome& outcome) {
  engine_.database.write([&](store::Tx& tx) {
    const auto& job = claim.job;
    // A use case that ended the job and was refused afterwards took its ending back with it: the row tells, not what was called.
    if (claim.completed()) {
      const auto still = tx.value("SELECT id FROM job WHERE id = $1 AND lease_token = $2", {job.id, job.lease_token.value_or("")});
      if (!still) return;
    }
    if (outcome.kind == Outcome::done && !claim.completed()) {
      claim.complete(tx);
      return;
    }
    const bool taken_back = outcome.kind == Outcome::done;
    const auto error = taken_back ? "what would have ended it was refused" : without_addresses(clean_text(outcome.error));
    const bool spent = (outcome.kind == Outcome::retry || taken_back) && job.attempts >= job.max_attempts;
    const auto state = outcome.kind == Outcome::unconfirmed ? "unconfirmed" : outcome.kind == Outcome::dead || spent ? "dead" : "waiting";
    const auto wait = outcome.wait.count() > 0 ? outcome.wait : back_off(job.attempts);
    tx.exec("UPDATE job SET state = $3, last_error = $4, due_at = $5, lease_token = NULL, attempts = $6 WHERE id = $1 AND lease_token = $2",
            {job.id, job.lease_token.value_or(""), std::string(state), error, to_millis(engine_.clock.now() + wait),
             outcome.kind == Outcome::again ? job.attempts - 1 : job.attempts});
    if (std::string_view(state) == "dead") log(LogLevel::error, "job gave up", {{"job", job.id}, {"kind", job.kind}, {"error", error}});
  });
}

bool Runner::run_one(std::stop_token stop) {
  auto job = claim();
  if (!job) return false;
  ++busy_;
  const auto promised = hold(*job);
  Claim claim{engine_, std::move(*job), stop, promised};
  Outcome outcome;
  try {
    const auto found = handlers_.find(claim.job.kind);
    outcome = found == handlers_.end() ? Outcome{Outcome::retry, "no handler for jobs of kind " + claim.job.kind + " in this binary"}
                                       : found->second.run(claim);
    settle(claim, outcome);
  } catch (const LeaseLost& e) { log(LogLevel::warn, e.what(), {{"kind", claim.job.kind}}); } catch (const std::exception& e) {
    log(LogLevel::error, "job failed", {{"job", claim.job.id}, {"kind", claim.job.kind}, {"error", e.what()}});
    try {
      settle(claim, {Outcome::retry, e.what()});
    } catch (const store::DatabaseError& gone) {
      log(LogLevel::warn, "the job is claimed again when its lease runs out", {{"job", claim.job.id}, {"error", gone.what()}});
    }
  }
  {
    const std::lock_guard lock{held_mutex_};
    held_.erase(claim.job.id);
  }
  --busy_;
  engine_.bell.ring();
  return true;
}

std::optional<SysTime> Runner::next_due() {
  return engine_.database.read([&](store::Tx& tx) -> std::optional<SysTime> {
    const auto due = tx.value("SELECT due_at FROM job WHERE state = 'waiting' ORDER BY due_at LIMIT 1");
    if (!due) return {};
    return from_millis(std::get<std::int64_t>(*due));
  });
}

void Runner::run(int threads, std::stop_token stop) {
  const auto work = [this, stop] {
    while (!stop.stop_requested()) {
      const auto seen = engine_.bell.count();
      Millis nap{1000};
      try {
        if (run_one(stop)) continue;
        if (const auto due = next_due())
          nap = std::clamp(std::chrono::duration_cast<Millis>(*due - engine_.clock.now()), Millis{10}, Millis{1000});
      } catch (const store::DatabaseError& e) { log(LogLevel::error, "job runner waits for the database", {{"error", e.what()}}); }
      engine_.bell.wait(seen, nap, stop);
    }
  };
  std::vector<std::jthread> pool;
  pool.reserve(std::size_t(threads));
  for (int i = 0; i < threads; ++i) pool.emplace_back(work);
}

Result<void> retry(Work& work, const std::string& job_id) {
  const auto job = store::one<Job>(work.tx, "job", "WHERE id = $1", {job_id});
  if (!job) return not_found("there is no job " + job_id);
  if (job->state != JobState::dead && job->state != JobState::unconfirmed)
    return conflict(fmt::format("job {} is {}, only dead or unconfirmed jobs are retried", job_id, json::enum_text(job->state)));
  work.tx.exec("UPDATE job SET state = 'waiting', due_at = $2, attempts = 0, last_error = '' WHERE id = $1", {job_id, to_millis(work.now)});
  record(work, JobRetried{.kind_ = job->kind}, {.subject = job_id, .release = job->release_id});
  return {};
}

}  // namespace evenkeel::jobs
