// What the ledger says of changes, risk and rehearsals.
#pragma once
#include "risk/risk.hpp"
#include "work/event.hpp"

namespace evenkeel::risk {

struct ChangesImported {
  static constexpr std::string_view kind = "changes.imported";
  std::int64_t added = 0;
  std::string scope;
};
BOOST_DESCRIBE_STRUCT(ChangesImported, (), (added, scope))

struct ChangeCompleted {
  static constexpr std::string_view kind = "change.completed";
  std::int64_t files = 0;
  Tier tier = Tier::normal;
  bool security_relevant = false;
};
BOOST_DESCRIBE_STRUCT(ChangeCompleted, (), (files, tier, security_relevant))

struct TierOverridden {
  static constexpr std::string_view kind = "change.tier_overridden";
  Tier from = Tier::normal, to = Tier::normal;
};
BOOST_DESCRIBE_STRUCT(TierOverridden, (), (from, to))

struct ReversalDeclared {
  static constexpr std::string_view kind = "change.reversal_declared";
  bool one_way = false;
  std::string text;  // its SHA-256
};
BOOST_DESCRIBE_STRUCT(ReversalDeclared, (), (one_way, text))

struct SecurityReviewed {
  static constexpr std::string_view kind = "security.reviewed";
  ReviewVerdict verdict = ReviewVerdict::accepted;
};
BOOST_DESCRIBE_STRUCT(SecurityReviewed, (), (verdict))

struct RiskAssessed {
  static constexpr std::string_view kind = "risk.assessed";
  RiskLevel level = RiskLevel::low;
  std::int64_t likelihood_permille = 0;
};
BOOST_DESCRIBE_STRUCT(RiskAssessed, (), (level, likelihood_permille))

struct AssessmentRead {
  static constexpr std::string_view kind = "assessment.read";
};
BOOST_DESCRIBE_STRUCT(AssessmentRead, (), ())

struct RollbackDocumented {
  static constexpr std::string_view kind = "rollback.documented";
  std::string service, hash;
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(RollbackDocumented, (), (service, hash, number))

struct RollbackRehearsed {
  static constexpr std::string_view kind = "rollback.rehearsed";
  std::string service, environment, procedure;
  bool passed = false;
};
BOOST_DESCRIBE_STRUCT(RollbackRehearsed, (), (service, environment, procedure, passed))

}  // namespace evenkeel::risk
