// What the ledger says of runs and their steps.
#pragma once
#include "steps/run.hpp"
#include "work/event.hpp"

namespace evenkeel::steps {

struct RunStarted {
  static constexpr std::string_view kind = "run.started";
  RunKind kind_ = RunKind::deployment;
  std::string environment;
  std::int64_t steps = 0;
  std::string sequence, steps_sha256;
};
BOOST_DESCRIBE_STRUCT(RunStarted, (), (kind_, environment, steps, sequence, steps_sha256))

struct RunEnded {
  static constexpr std::string_view kind = "run.ended";
  RunKind kind_ = RunKind::deployment;
  RunState state = RunState::done;
  std::optional<std::string> environment, because;  // because: fixed words, of a run that another ended
};
BOOST_DESCRIBE_STRUCT(RunEnded, (), (kind_, state, environment, because))

struct RunFact {
  std::string run;
};
BOOST_DESCRIBE_STRUCT(RunFact, (), (run))
struct RunHeld : RunFact {
  static constexpr std::string_view kind = "run.held";
};
BOOST_DESCRIBE_STRUCT(RunHeld, (RunFact), ())
struct RunResumed : RunFact {
  static constexpr std::string_view kind = "run.resumed";
};
BOOST_DESCRIBE_STRUCT(RunResumed, (RunFact), ())
struct RunAbandoned : RunFact {
  static constexpr std::string_view kind = "run.abandoned";
};
BOOST_DESCRIBE_STRUCT(RunAbandoned, (RunFact), ())

struct StepFact {
  std::string run, step;
  std::int64_t position = 0;
};
BOOST_DESCRIBE_STRUCT(StepFact, (), (run, step, position))
struct StepSkipped : StepFact {
  static constexpr std::string_view kind = "step.skipped";
};
BOOST_DESCRIBE_STRUCT(StepSkipped, (StepFact), ())
struct StepRetried : StepFact {
  static constexpr std::string_view kind = "step.retried";
};
BOOST_DESCRIBE_STRUCT(StepRetried, (StepFact), ())
struct StepConfirmed : StepFact {
  static constexpr std::string_view kind = "step.confirmed";
};
BOOST_DESCRIBE_STRUCT(StepConfirmed, (StepFact), ())
struct StepDenied : StepFact {
  static constexpr std::string_view kind = "step.denied";
};
BOOST_DESCRIBE_STRUCT(StepDenied, (StepFact), ())

struct StepWaits {
  static constexpr std::string_view kind = "step.waits_for_person";
  std::string run, step;
};
BOOST_DESCRIBE_STRUCT(StepWaits, (), (run, step))

struct StepEnded {
  static constexpr std::string_view kind = "step.ended";
  std::string run, step, service;
  Phase phase = Phase::deploy;
  AttemptState outcome = AttemptState::unknown;
  std::int64_t attempt = 1;
};
BOOST_DESCRIBE_STRUCT(StepEnded, (), (run, step, service, phase, outcome, attempt))

}  // namespace evenkeel::steps
