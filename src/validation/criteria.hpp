// Criteria looked at with the service's own metrics (G4): proposed from history with a replay, and tried on a stretch of time. Both ask
// the metric sources, so they run outside any transaction.
#pragma once
#include "capabilities/integration.hpp"
#include "health/judge.hpp"
#include "health/propose.hpp"
#include "work/engine.hpp"

namespace evenkeel::validation {

struct ProposeCriteria {
  std::string service;  // empty: the most critical one
  std::int64_t days = 14;
};
struct Proposed {
  std::string service, how_chosen;
  std::vector<health::Proposal> proposals;
  std::vector<std::string> without;  // criteria that nothing could be proposed for, and why
};
BOOST_DESCRIBE_STRUCT(Proposed, (), (service, how_chosen, proposals, without))
/// Errors: not_found (service), conflict (it has no criteria to ask about), invalid (days).
Result<Proposed> propose_criteria(Engine& engine, const capabilities::Connections& outside, const ProposeCriteria& command);

struct Tried {
  std::string service;
  SysTime from;
  health::Verdict verdict;
  std::vector<health::Asked> asked;
};
BOOST_DESCRIBE_STRUCT(Tried, (), (service, from, verdict, asked))
struct TestCriteria {
  std::string service;
  std::string version = {}, from_version = {};  // what $version and $from_version stand for
  SysTime from = {};
};
/// Judges the service's criteria as if a watch had begun at `from`.
Result<Tried> test_criteria(Engine& engine, const capabilities::Connections& outside, const TestCriteria& command);

}  // namespace evenkeel::validation
