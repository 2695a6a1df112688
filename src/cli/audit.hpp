// Measuring a repository's releases, for `audit` and `init`.
#pragma once
#include "cli/cli.hpp"
#include "retro/audit.hpp"

namespace evenkeel::cli {

struct AuditAsked {
  std::string repository = ".", revision = "HEAD";
  std::size_t last = 5;
  std::optional<std::vector<retro::DeploymentRecord>> deployments = {};
  std::optional<std::vector<retro::IncidentRecord>> incidents = {};
};
/// Says its progress, and on stderr when the clone is shallow.
Result<retro::Audit> audit_of(const Args& args, AuditAsked asked);

}  // namespace evenkeel::cli
