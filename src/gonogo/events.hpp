// What the ledger says of votes, evidence and decisions.
#pragma once
#include "gonogo/gonogo.hpp"
#include "work/event.hpp"

namespace evenkeel::gonogo {

struct SignoffGiven {
  static constexpr std::string_view kind = "signoff.given";
  Role role = Role::qa;
  Verdict verdict = Verdict::go;
  std::string scope;
};
BOOST_DESCRIBE_STRUCT(SignoffGiven, (), (role, verdict, scope))

struct TestsRecorded {
  static constexpr std::string_view kind = "tests.recorded";
  std::string service, digest;
  std::int64_t passed = 0, failed = 0;
};
BOOST_DESCRIBE_STRUCT(TestsRecorded, (), (service, digest, passed, failed))

struct DecisionRecorded {
  static constexpr std::string_view kind = "decision.recorded";
  Verdict verdict = Verdict::no_go, recommendation = Verdict::no_go;
  std::string scope, sequence, criteria, procedures, flags;  // SHA-256, hexadecimal
};
BOOST_DESCRIBE_STRUCT(DecisionRecorded, (), (verdict, recommendation, scope, sequence, criteria, procedures, flags))

struct GateWaived {
  static constexpr std::string_view kind = "gate.waived";
  std::string gate;
  SysTime until;
};
BOOST_DESCRIBE_STRUCT(GateWaived, (), (gate, until))

}  // namespace evenkeel::gonogo
