#include "steps/drive.hpp"

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "steps/environment.hpp"
#include "steps/events.hpp"
#include "steps/step_process.hpp"
#include "steps/strike_out.hpp"
#include "steps/variables.hpp"

namespace evenkeel::steps {
namespace {

using capabilities::HttpAnswer;
using capabilities::HttpCall;
using jobs::Claim;
using jobs::Outcome;

/// How an attempt stands after it was performed or looked at.
struct Ending {
  enum Kind { succeeded, failed, unknown, again, interrupted } kind = again;
  std::string sentence = {};
  std::string output = {};
  std::optional<std::int64_t> exit_code = {};
  Millis wait{500};  // before looking again
};

Ending failed(std::string sentence, std::string output = {}, std::optional<std::int64_t> code = {}) {
  return {Ending::failed, std::move(sentence), std::move(output), code};
}
Ending succeeded(std::string sentence, std::string output = {}, std::optional<std::int64_t> code = {}) {
  return {Ending::succeeded, std::move(sentence), std::move(output), code};
}
Ending unknown(std::string sentence) { return {Ending::unknown, std::move(sentence)}; }
Ending again(Millis wait) { return {.kind = Ending::again, .wait = wait}; }

/// One attempt of one step: performs it, or after a restart finds out what became of it.
class Performer {
 public:
  Performer(Claim& claim, const Surroundings& around, const Run& run, const Step& step, Attempt attempt)
      : claim_(claim), around_(around), run_(run), step_(step), attempt_(std::move(attempt)), variables_(step.variables) {
    variables_["attempt"] = attempt_.id;
    variables_["run_id"] = run.id;
  }
  /// What may be kept of how it ended: no secret of this step or of the definitions, in no spelling; the output's last 64 KiB.
  Ending without_secrets(Ending ending) const {
    StrikeOut strike;
    for (const auto& s : secrets_) strike.used(s);
    if (around_.known_secrets)
      for (const auto& s : around_.known_secrets(claim_.engine, run_)) strike.known(s);
    ending.sentence = strike.from(std::move(ending.sentence));
    ending.output = strike.from(std::move(ending.output));
    if (ending.output.size() > most_step_output) ending.output.erase(0, ending.output.size() - most_step_output);
    return ending;
  }
  /// The folders of this attempt: nothing of it is needed once its end is stored.
  void clear_away() const {
    std::error_code ec;
    for (const auto* suffix : {"", "-lookup"}) std::filesystem::remove_all(folder(suffix), ec);
  }

  /// `fresh`: the attempt was committed a moment ago by this very call, so its effect has not started.
  Ending perform(bool fresh) {
    if (!fresh && attempt_.runner != around_.runner && step_.spec.kind == StepKind::command) return command_of_another_replica();
    switch (step_.spec.kind) {
      case StepKind::command:
        return command(fresh);
      case StepKind::http:
        return request(fresh);
      case StepKind::check:
        return check();
      case StepKind::flag:
        return flag();
      case StepKind::pipeline:
        return pipeline(fresh);
      case StepKind::wait:
        return wait();
      case StepKind::manual:
        break;
    }
    return unknown("a manual step is not performed");
  }

 private:
  SysTime now() const { return claim_.engine.clock.now(); }
  Result<std::string> text(const std::string& raw, Into into = Into::text) { return substitute(raw, variables_, secrets_, into); }
  Result<std::vector<std::string>> words(const std::vector<std::string>& raw) { return substitute_words(raw, variables_, secrets_); }
  bool too_late() const { return now() - attempt_.started_at > step_.spec.timeout; }
  std::string folder(std::string_view suffix = "") const { return around_.state_folder + "/attempts/" + attempt_.id + std::string(suffix); }

  Result<ProcessOrder> order_of(const std::vector<std::string>& argv) {
    ProcessOrder order{argv, TRY(text(step_.spec.directory, Into::argument)), step_.spec.timeout.count(), {}, around_.step_user};
    std::map<std::string, std::string> own;
    for (const auto& [name, value] : step_.spec.env) own[name] = TRY(text(value, Into::environment));
    order.environment = command_environment(variables_, own, around_.step_home);
    return order;
  }
  /// Whether a person ended the whole run meanwhile, on whatever replica: then what it started ends too.
  bool given_up() const {
    try {
      return claim_.engine.database.read([&](store::Tx& tx) {
        const auto run = find_run(tx, run_.id);
        return !run || run->state == RunState::abandoned;
      });
    } catch (const store::DatabaseError&) { return false; }  // it is away for a moment; the command goes on, and is asked about again
  }

  /// Runs argv in its own process and waits for it; after a restart waits for the process that is still there.
  Ending process(const std::vector<std::string>& argv, const std::string& where, bool start) {
    if (start) {
      const auto order = order_of(argv);
      if (!order) return failed(order.error().message);
      if (auto begun = start_process(where, *order); !begun) return failed(begun.error().message);
    }
    using Clock = std::chrono::steady_clock;
    auto renewed = Clock::now(), asked = Clock::now() - std::chrono::seconds{1};
    for (;;) {
      const auto view = look_at_process(where);
      switch (view.state) {
        case ProcessState::exited:
          if (view.exit_code == 0) return succeeded("exit code 0", view.output, 0);
          return failed(view.exit_code == timed_out_code                   ? fmt::format("timed out after {}", to_words(step_.spec.timeout))
                        : view.exit_code == told_to_end_code && given_up() ? "ended with the run, which was abandoned"
                                                                           : fmt::format("exit code {}", view.exit_code),
                        view.output, view.exit_code);
        case ProcessState::not_started:
          return {.kind = Ending::interrupted};
        case ProcessState::lost:
          return unknown("the process is gone and left no result");
        case ProcessState::running:
          break;
      }
      if (claim_.stop.stop_requested()) return {.kind = Ending::interrupted};  // the process goes on; the next driver waits for it
      if (Clock::now() - renewed > std::chrono::seconds{10}) {
        if (!claim_.renew(std::chrono::seconds{60})) return {.kind = Ending::interrupted};
        renewed = Clock::now();
      }
      if (Clock::now() - asked > Millis{250}) {
        if (given_up()) kill_process(where);
        asked = Clock::now();
      }
      std::this_thread::sleep_for(Millis{20});
    }
  }

  Ending command(bool fresh) {
    const auto argv = words(step_.spec.command);
    if (!argv) return failed(argv.error().message);
    const bool start = fresh || (look_at_process(folder()).state == ProcessState::not_started && cancel_start(folder()));
    auto ending = process(*argv, folder(), start);
    if (fresh || (ending.kind != Ending::unknown && ending.kind != Ending::interrupted) || claim_.stop.stop_requested()) return ending;
    if (look_at_process(folder()).state == ProcessState::running) return ending;
    return look_up("the server stopped while the command ran, and the command left no result");
  }

  /// The replica that started it is gone, and its process cannot be seen from here: it may still run there until its time is over. So a
  /// look-up that finds it done is believed, and one that does not only then.
  Ending command_of_another_replica() {
    const std::string what = "the replica that started it is gone";
    auto ending = look_up(what);
    if (ending.kind != Ending::failed || too_late()) return ending;
    return unknown(fmt::format("{}; the look-up does not find it done, and it may run there until {}; a person says how it ended", what,
                               to_iso(attempt_.started_at + step_.spec.timeout)));
  }

  /// After a crash with no recorded end: the declared look-up decides, else a person is asked.
  Ending look_up(const std::string& what) {
    if (step_.spec.lookup.empty()) return unknown(what + "; a person says how it ended");
    const auto argv = words(step_.spec.lookup);
    if (!argv) return unknown(argv.error().message);
    std::error_code ec;
    std::filesystem::remove_all(folder("-lookup"), ec);
    const auto ending = process(*argv, folder("-lookup"), true);
    if (ending.kind == Ending::interrupted) return ending;
    if (ending.exit_code == 0) return succeeded("found done after a restart", ending.output, 0);
    if (ending.exit_code == 1) return failed("found not done after a restart; it may be retried", ending.output, 1);
    return unknown(what + "; the look-up could not tell");
  }

  Result<HttpCall> make_call(const std::string& method, const std::string& url, bool with_body) {
    HttpCall call{.method = method,
                  .url = TRY(text(url, Into::address)),
                  .key = attempt_.id,
                  .deadline = std::min<Millis>(step_.spec.timeout, std::chrono::seconds{30})};
    for (const auto& [name, value] : step_.spec.headers) call.headers.emplace_back(name, TRY(text(value, Into::header)));
    if (with_body && !step_.spec.body.is_null()) call.body = json::dump(TRY(substitute_json(step_.spec.body, variables_, secrets_)));
    return call;
  }
  bool expected(const HttpAnswer& answer) const {
    return step_.spec.expect_status != 0 ? answer.status == step_.spec.expect_status : answer.status >= 200 && answer.status < 300;
  }
  std::string shown(const HttpAnswer& answer) const {
    return fmt::format("HTTP {}\n{}", answer.status, answer.body.substr(0, most_step_output));
  }

  Ending request(bool fresh) {
    const auto method = step_.spec.method.empty() ? "POST" : step_.spec.method;
    if (!fresh && method == "POST")
      return look_up("the request may have been sent before the server stopped");  // others are idempotent by RFC 9110 section 9.2.2
    const auto call = make_call(method, step_.spec.url, true);
    if (!call) return failed(call.error().message);
    const auto answer = around_.http.call(*call, claim_.stop);
    if (!answer) return answer.error().kind == ErrorKind::unknown ? look_up(answer.error().message) : failed(answer.error().message);
    return expected(*answer) ? succeeded(fmt::format("HTTP {}", answer->status), shown(*answer), answer->status)
                             : failed(fmt::format("HTTP {}", answer->status), shown(*answer), answer->status);
  }

  /// Looked at again until it holds or its time is over; it changes nothing, so a restart simply looks again.
  Ending check() {
    if (step_.spec.health) {
      const auto answer = around_.health(claim_.engine, run_, step_);
      if (answer.kind == HealthAnswer::proceed) return succeeded(answer.sentence);
      if (answer.kind == HealthAnswer::stop) return failed(answer.sentence);
      if (answer.kind == HealthAnswer::ask) return unknown(answer.sentence);
      return again(step_.spec.wait.count() > 0 ? step_.spec.wait : Millis{1000});
    }
    Ending ending;
    if (!step_.spec.command.empty()) {
      const auto argv = words(step_.spec.command);
      if (!argv) return failed(argv.error().message);
      std::error_code ec;
      std::filesystem::remove_all(folder(), ec);
      ending = process(*argv, folder(), true);
    } else {
      const auto call = make_call(step_.spec.method.empty() ? "GET" : step_.spec.method, step_.spec.url, false);
      if (!call) return failed(call.error().message);
      const auto answer = around_.http.call(*call, claim_.stop);
      if (!answer)
        ending = failed(answer.error().message);
      else
        ending = expected(*answer) ? succeeded(fmt::format("HTTP {}", answer->status), shown(*answer), answer->status)
                                   : failed(fmt::format("HTTP {}", answer->status), shown(*answer), answer->status);
    }
    if (ending.kind == Ending::succeeded && !step_.spec.expect.empty()) {
      const auto wanted = text(step_.spec.expect);
      if (!wanted) return failed(wanted.error().message);
      if (wanted->empty()) return failed(fmt::format("'{}' is empty here, so nothing would be proven", step_.spec.expect));
      if (ending.output.find(*wanted) == std::string::npos)
        ending = failed(fmt::format("the answer does not hold '{}'", *wanted), ending.output);
      else
        ending.sentence = fmt::format("found '{}'", *wanted);
    }
    if (ending.kind == Ending::failed && !too_late()) return again(step_.spec.wait.count() > 0 ? step_.spec.wait : Millis{1000});
    return ending;
  }

  /// The wanted state is set, then read back: setting it twice is the same as once. A deployment keeps what the flag was before (its share,
  /// its variants), and what a rollback returns is that state, not just on or off.
  Ending flag() {
    const auto platform = around_.flag_switch(claim_.engine, run_, step_.spec.platform);
    if (!platform) return failed(platform.error().message);
    if (run_.kind == RunKind::deployment && attempt_.correlation.empty()) {
      const auto before = (*platform)->read(step_.spec.flag, step_.environment, claim_.stop);
      if (!before.enabled && !before.missing) return too_late() ? failed(before.problem, before.said) : again(Millis{1000});
      if (!remember(json::dump(before.state))) return {.kind = Ending::interrupted};
    }
    json::Object wanted{{"enabled", step_.spec.value == "on"}};
    if (run_.kind == RunKind::rollback)
      if (const auto before = flag_before_the_deployment())
        for (const auto& [name, was] : *before) wanted[name] = was;
    const auto answer = (*platform)->set(step_.spec.flag, step_.environment, wanted, attempt_.id, claim_.stop);
    if (!answer.enabled) {
      if (answer.may_change && !too_late()) return again(Millis{1000});
      return failed(answer.problem, answer.said, answer.status == 0 ? std::nullopt : std::optional<std::int64_t>{answer.status});
    }
    for (const auto& [name, want] : wanted)
      if (const auto* reads = answer.state.if_contains(name); !reads || *reads != want)
        return failed(fmt::format("flag {} does not read {} after it was set", step_.spec.flag, json::dump(wanted)), answer.said);
    return succeeded(fmt::format("{} reads {}", step_.spec.flag, *answer.enabled ? "on" : "off"), answer.said);
  }
  /// As the release's newest deployment first found it; nothing when it found none.
  std::optional<json::Object> flag_before_the_deployment() const {
    std::optional<json::Object> before;
    claim_.engine.database.read([&](store::Tx& tx) {
      tx.exec(
          "SELECT s.spec, a.correlation FROM step_attempt a JOIN step s ON s.id = a.step_id JOIN run r ON r.id = a.run_id WHERE "
          "r.release_id "
          "= $1 AND r.kind = 'deployment' AND s.phase = 'flag' AND s.environment = $2 AND a.correlation <> '' ORDER BY r.id DESC, "
          "a.started_at, "
          "a.number",
          {run_.release_id, step_.environment}, [&](const store::Row& row) {
            const auto spec = json::read_text<StepSpec>(row.text(0));
            const auto state = json::parse(row.text(1));
            if (!spec || spec->flag != step_.spec.flag || spec->platform != step_.spec.platform || before) return;
            if (state && state->is_object() && state->get_object().contains("enabled")) before = state->get_object();
          });
    });
    return before;
  }

  Ending pipeline(bool fresh) {
    using capabilities::PipelineLook;
    if (attempt_.correlation.empty()) {
      if (!fresh && !step_.spec.lookup_url.empty()) {
        const auto found = find_pipeline();
        if (!found) return found.error().kind == ErrorKind::not_found ? trigger() : again(Millis{1000});
        if (!remember(*found)) return {.kind = Ending::interrupted};
      } else if (!fresh)
        return look_up("the pipeline may have been started before the server stopped");
      else
        return trigger();
    }
    variables_["run"] = attempt_.correlation;
    const auto call = make_call("GET", step_.spec.status_url, false);
    if (!call) return failed(call.error().message);
    const auto look = around_.pipeline.look(*call, claim_.stop);
    if (too_late()) return failed(fmt::format("pipeline run {} did not end within {}", attempt_.correlation, to_words(step_.spec.timeout)));
    if (look.kind == PipelineLook::succeeded) return succeeded(fmt::format("pipeline run {} succeeded", attempt_.correlation), look.said);
    if (look.kind == PipelineLook::failed) return failed(fmt::format("pipeline run {}: {}", attempt_.correlation, look.word), look.said);
    if (look.said.empty()) return again(Millis{1000});  // nobody answered
    return again(step_.spec.wait.count() > 0 ? step_.spec.wait : Millis{1000});
  }
  Ending trigger() {
    using capabilities::PipelineStart;
    const auto call = make_call(step_.spec.method.empty() ? "POST" : step_.spec.method, step_.spec.url, true);
    if (!call) return failed(call.error().message);
    const auto start = around_.pipeline.start(*call, int(step_.spec.expect_status), claim_.stop);
    switch (start.kind) {
      case PipelineStart::started:
        if (!remember(start.run)) return {.kind = Ending::interrupted};
        return again(Millis{200});
      case PipelineStart::unsure:
        return step_.spec.lookup_url.empty() ? look_up(start.problem) : again(Millis{1000});
      case PipelineStart::not_sent:
      case PipelineStart::refused:
        break;
    }
    return failed(start.problem, start.said, start.status == 0 ? std::nullopt : std::optional<std::int64_t>{start.status});
  }
  Result<std::string> find_pipeline() { return around_.pipeline.find(TRY(make_call("GET", step_.spec.lookup_url, false)), claim_.stop); }
  bool remember(const std::string& id) {
    attempt_.correlation = id;
    return claim_.engine.database.write([&](store::Tx& tx) {
      return tx.exec("UPDATE step_attempt SET correlation = $2 WHERE id = $1 AND state = 'started'", {attempt_.id, id}) == 1;
    });
  }

  Ending wait() {
    const auto left = attempt_.started_at + step_.spec.wait - now();
    if (left.count() <= 0) return succeeded("waited " + to_words(step_.spec.wait));
    return again(std::chrono::duration_cast<Millis>(left));
  }

  Claim& claim_;
  const Surroundings& around_;
  const Run& run_;
  const Step& step_;
  Attempt attempt_;
  std::map<std::string, std::string> variables_;
  std::vector<std::string> secrets_;
};

struct Next {
  enum Kind { stop, later, begin, go_on, finish } kind = stop;
  Run run;
  Step step;
  Attempt attempt;
};

/// What is to be done with the run now; a step's first attempt is committed here.
Result<Next> next_of(Claim& claim, const Surroundings& around, const RunId& run_id) {
  return claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<Next> {
    work.tx.lock("run", run_id);
    auto run = find_run(work.tx, run_id);
    if (!run) return Next{};
    if (run->state != RunState::running) {
      // Ended by a person or a rollback while something was under way: how that ends is still found out.
      const auto left =
          run->ended_at ? store::one<Attempt>(work.tx, "step_attempt", "WHERE run_id = $1 AND state = 'started'", {run_id}) : std::nullopt;
      const auto step = left ? store::one<Step>(work.tx, "step", "WHERE id = $1", {left->step_id}) : std::nullopt;
      return step && acts_outside(step->spec.kind) ? Next{Next::go_on, *run, *step, *left} : Next{};
    }
    // A rollback waits for what the deployment still has under way; its driver stores how it ended.
    if (run->kind == RunKind::rollback && work.tx.integer("SELECT count(*) FROM step_attempt a JOIN run r ON r.id = a.run_id WHERE "
                                                          "r.release_id = $1 AND r.id <> $2 AND a.state = 'started'",
                                                          {run->release_id, run->id}) > 0)
      return Next{Next::later, *run, {}, {}};
    for (auto& step : steps_of(work.tx, run_id)) {
      if (step.state == StepState::done || step.state == StepState::skipped) continue;
      if (step.state == StepState::waiting) return Next{};
      if (step.state == StepState::failed || step.state == StepState::unknown) {
        if (run->kind == RunKind::rehearsal) return Next{Next::finish, *run, step, {}};
        run->state = RunState::held;
        store::update(work.tx, "run", *run);
        return Next{};
      }
      if (step.state == StepState::running) {
        auto attempt = store::one<Attempt>(work.tx, "step_attempt", "WHERE step_id = $1 ORDER BY number DESC LIMIT 1", {step.id});
        if (attempt && attempt->state == AttemptState::started) return Next{Next::go_on, *run, step, *attempt};
      }
      if (const auto why = around.not_now ? around.not_now(work, *run, step) : std::string(); !why.empty()) {
        step.outcome = "waits: " + why;
        store::update(work.tx, "step", step);
        TRY(hold(work, run_id, why));
        return Next{};
      }
      step.started_at = work.now;
      if (step.spec.kind == StepKind::manual) {
        step.state = StepState::waiting;
        step.outcome = step.spec.prompt;
        store::update(work.tx, "step", step);
        record(work, StepWaits{.run = run->id, .step = step.name}, {.subject = step.id, .release = run->release_id});
        return Next{};
      }
      const auto number = work.tx.integer("SELECT count(*) FROM step_attempt WHERE step_id = $1", {step.id}) + 1;
      const Attempt attempt{work.new_id("att"), step.id, run->id, number, around.runner, AttemptState::started, "", {}, "", work.now, {}};
      store::insert(work.tx, "step_attempt", attempt);
      step.state = StepState::running;
      store::update(work.tx, "step", step);
      if (number == 1 && around.on_step_started) TRY(around.on_step_started(work, *run, step));
      return Next{Next::begin, *run, step, attempt};
    }
    return Next{Next::finish, *run, {}, {}};
  });
}

/// Stores how the attempt ended; sealed and entered. A failed step that may run again gets another attempt.
Result<void> store_ending(Claim& claim, const Next& next, const Ending& ending) {
  return claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    auto attempt = store::one<Attempt>(work.tx, "step_attempt", "WHERE id = $1", {next.attempt.id});
    auto step = store::one<Step>(work.tx, "step", "WHERE id = $1", {next.step.id});
    const auto run = find_run(work.tx, next.run.id);
    if (!attempt || !step || !run || attempt->state != AttemptState::started) return {};
    attempt->state = ending.kind == Ending::succeeded ? AttemptState::succeeded
                     : ending.kind == Ending::failed  ? AttemptState::failed
                                                      : AttemptState::unknown;
    attempt->exit_code = ending.exit_code;
    attempt->output = clean_text(ending.output);  // a command may print anything
    attempt->ended_at = work.now;
    store::update(work.tx, "step_attempt", *attempt);
    store::insert(work.tx, "step_result",
                  StepResult{attempt->id, step->id, run->id, run->release_id, attempt->state, ending.exit_code,
                             to_hex(sha256(attempt->output)), attempt->started_at, work.now});
    const bool once_more = attempt->state == AttemptState::failed && attempt->number <= step->spec.retries;
    step->state = ending.kind == Ending::succeeded ? StepState::done
                  : once_more                      ? StepState::pending
                  : ending.kind == Ending::failed  ? StepState::failed
                                                   : StepState::unknown;
    step->outcome = clean_text(ending.sentence);
    step->ended_at = work.now;
    store::update(work.tx, "step", *step);
    record(work,
           StepEnded{.run = run->id,
                     .step = step->name,
                     .service = step->service,
                     .phase = step->phase,
                     .outcome = attempt->state,
                     .attempt = attempt->number},
           {.subject = step->id, .release = run->release_id, .seals = {{"step_result", attempt->id}}});
    return {};
  });
}

Result<void> end_run(Claim& claim, const Surroundings& around, const Next& next) {
  return claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    auto run = find_run(work.tx, next.run.id);
    if (!run || run->state != RunState::running) return {};
    const auto steps = steps_of(work.tx, run->id);
    const bool all =
        std::all_of(steps.begin(), steps.end(), [](const Step& s) { return s.state == StepState::done || s.state == StepState::skipped; });
    run->state = all ? RunState::done : RunState::failed;
    run->ended_at = work.now;
    store::update(work.tx, "run", *run);
    record(work, RunEnded{.kind_ = run->kind, .state = run->state, .environment = run->environment},
           {.subject = run->id, .release = run->release_id});
    if (around.on_run_ended) TRY(around.on_run_ended(work, *run));
    return {};
  });
}

}  // namespace

void sweep_attempt_folders(store::Database& database, const std::string& state_folder) {
  std::error_code ec;
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(state_folder + "/attempts", ec)) folders.push_back(entry.path());
  for (const auto& folder : folders) {
    auto id = folder.filename().string();
    if (id.ends_with("-lookup")) id.resize(id.size() - 7);
    const auto open = database.read(
        [&](store::Tx& tx) { return tx.integer("SELECT count(*) FROM step_attempt WHERE id = $1 AND state = 'started'", {id}); });
    if (open == 0 && look_at_process(folder.string()).state != ProcessState::running) std::filesystem::remove_all(folder, ec);
  }
}

Outcome drive_run(Claim& claim, const DriveRun& order, const Surroundings& around) {
  const auto& run_id = order.run;
  const auto hold_lease = [&] {
    if (!claim.renew(std::chrono::seconds{60})) throw jobs::LeaseLost("the lease of run " + run_id + " was lost");
  };
  while (!claim.stop.stop_requested()) {
    hold_lease();
    const auto next = next_of(claim, around, run_id);
    if (!next) return {Outcome::retry, next.error().message};
    if (next->kind == Next::stop) return {Outcome::done};
    if (next->kind == Next::later) return {.kind = Outcome::again, .wait = Millis{500}};
    if (next->kind == Next::finish) {
      if (auto ended = end_run(claim, around, *next); !ended) return {Outcome::retry, ended.error().message};
      return {Outcome::done};
    }
    Performer performer{claim, around, next->run, next->step, next->attempt};
    auto ending = performer.perform(next->kind == Next::begin);
    if (ending.kind == Ending::again) return {.kind = Outcome::again, .wait = ending.wait};
    if (ending.kind == Ending::interrupted) {
      if (claim.stop.stop_requested()) return {.kind = Outcome::again, .wait = Millis{1}};
      hold_lease();  // whoever has it by now waits for the same process, and will know
      ending = unknown("it cannot be told whether it began; a person says how it ended");
    }
    if (auto stored = store_ending(claim, *next, performer.without_secrets(std::move(ending))); !stored)
      return {Outcome::retry, stored.error().message};
    performer.clear_away();
  }
  return {.kind = Outcome::again, .wait = Millis{1}};
}

}  // namespace evenkeel::steps
