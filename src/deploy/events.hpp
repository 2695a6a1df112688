// What the ledger says of deployments, rollbacks and the answers to recommendations.
#pragma once
#include "deploy/deploy.hpp"
#include "work/event.hpp"

namespace evenkeel::deploy {

struct DeploymentStarted {
  static constexpr std::string_view kind = "deployment.started";
  std::string service, version, environment, digest;
};
BOOST_DESCRIBE_STRUCT(DeploymentStarted, (), (service, version, environment, digest))

struct DeploymentFinished {
  static constexpr std::string_view kind = "deployment.finished";
  std::string service, version;
  DeploymentResult result = DeploymentResult::success;
};
BOOST_DESCRIBE_STRUCT(DeploymentFinished, (), (service, version, result))

struct DeploymentRolledBack {
  static constexpr std::string_view kind = "deployment.rolled_back";
  std::string service, version, restored;
};
BOOST_DESCRIBE_STRUCT(DeploymentRolledBack, (), (service, version, restored))

struct RollbackOrdered {
  static constexpr std::string_view kind = "rollback.ordered";
  std::int64_t components = 0, flags = 0;
  health::ActKind act = health::ActKind::release;
  std::optional<std::string> to;  // other versions than ran before: "catalog 0.8.0"
};
BOOST_DESCRIBE_STRUCT(RollbackOrdered, (), (components, flags, act, to))

struct RecommendationAnswered {
  static constexpr std::string_view kind = "recommendation.answered";
  Answer answer = Answer::accepted;
  std::optional<std::string> by, calibration;  // by: "itself", where no person answered
};
BOOST_DESCRIBE_STRUCT(RecommendationAnswered, (), (answer, by, calibration))

struct PartUndone {
  static constexpr std::string_view kind = "release.part_undone";
  health::ActKind act = health::ActKind::component;
  std::string service;
};
BOOST_DESCRIBE_STRUCT(PartUndone, (), (act, service))

struct ReleaseRolledBack {
  static constexpr std::string_view kind = "release.rolled_back";
};
BOOST_DESCRIBE_STRUCT(ReleaseRolledBack, (), ())

}  // namespace evenkeel::deploy
