// The baseline audit of the last releases: what a plain git repository says about how releases went, joined with deployment and
// incident records where there are any. What has no source is not guessed: it is a gap, with the flag that closes it.
//
// Failures it can see: a release that was rolled back or failed (records), a customer who reported an issue (records), a commit that
// was taken back after it had been released, and a hotfix: the next patch version of the same tag family within seven days.
// From these it proposes the three gates that would have held most of the failed releases, and says how many good ones they would
// have held too. A gate is proposed in observe mode: it reports and stops nobody.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "dora/words.hpp"
#include "gitlog/release_tags.hpp"
#include "gitlog/reverts.hpp"

namespace evenkeel::retro {

// ---- records that may be given --------------------------------------------------------------------------------------

using DeploymentResult = dora::ToldResult;
struct DeploymentRecord {
  std::string id;
  std::string service;
  std::string version;
  SysTime started;
  std::optional<SysTime> finished;
  DeploymentResult result = DeploymentResult::success;
  std::string environment = "production";
};
BOOST_DESCRIBE_STRUCT(DeploymentRecord, (), (id, service, version, started, finished, result, environment))

enum class IncidentSource { customer, monitor, staff };
BOOST_DESCRIBE_ENUM(IncidentSource, customer, monitor, staff)
struct IncidentRecord {
  std::string id;
  SysTime created;
  std::optional<SysTime> resolved;
  std::optional<std::string> service;
  IncidentSource source = IncidentSource::staff;
  std::optional<std::string> deployment;
};
BOOST_DESCRIBE_STRUCT(IncidentRecord, (), (id, created, resolved, service, source, deployment))

// ---- the answer -----------------------------------------------------------------------------------------------------

struct LeadTime {
  double median = 0, p90 = 0;  // hours from the writing of a commit to its release, merges left out
};
BOOST_DESCRIBE_STRUCT(LeadTime, (), (median, p90))
struct RevertedCommit {
  std::string commit, by;
  bool after_release = false;  // the commit that took it back is not part of the same release
};
BOOST_DESCRIBE_STRUCT(RevertedCommit, (), (commit, by, after_release))
struct Hotfix {
  std::string version;
  double hours_after = 0;
};
BOOST_DESCRIBE_STRUCT(Hotfix, (), (version, hours_after))
/// All production deployments of a version, with the worst result. One that puts an older version out again is none of that version: it is
/// the rollback of what ran.
struct ReleaseDeployment {
  std::vector<std::string> ids;
  SysTime started;
  std::optional<SysTime> finished;
  std::optional<double> minutes;  // of one deployment, on average
  DeploymentResult result = DeploymentResult::success;
  std::string environment;
  std::vector<std::string> incidents;
  std::optional<double> minutes_to_first_customer_report;  // from the end of the deployment, else from its start
  std::vector<std::string> rolled_back_by;                 // ids of deployments that put an older version out again
};
BOOST_DESCRIBE_STRUCT(ReleaseDeployment, (),
                      (ids, started, finished, minutes, result, environment, incidents, minutes_to_first_customer_report, rolled_back_by))

struct AuditedRelease {
  std::string version, tag;
  SysTime date;
  std::int64_t commits = 0, authors = 0;
  std::int64_t files = 0, lines_added = 0, lines_deleted = 0;  // difference to the release before
  std::optional<LeadTime> lead_time_hours;                     // none when the release has only merges
  std::vector<RevertedCommit> reverted;
  std::optional<Hotfix> hotfix;
  std::optional<ReleaseDeployment> deployment;
  std::vector<std::string> failed_because;  // in words; empty: no failure was seen
};
BOOST_DESCRIBE_STRUCT(AuditedRelease, (),
                      (version, tag, date, commits, authors, files, lines_added, lines_deleted, lead_time_hours, reverted, hotfix,
                       deployment, failed_because))

/// Over the audited releases; none where no release has a source for it.
struct Averages {
  std::int64_t releases = 0;
  std::optional<double> commits, authors, files, lines_changed, lead_time_hours_median, days_between_releases;
  std::int64_t releases_with_hotfix = 0, releases_with_reverted_commits = 0;
  std::optional<double> deployment_minutes;
  std::optional<std::int64_t> rolled_back;
  std::optional<std::int64_t> customer_reports;  // releases with one
  std::optional<double> minutes_to_first_customer_report;
};
BOOST_DESCRIBE_STRUCT(Averages, (),
                      (releases, commits, authors, files, lines_changed, lead_time_hours_median, days_between_releases,
                       releases_with_hotfix, releases_with_reverted_commits, deployment_minutes, rolled_back, customer_reports,
                       minutes_to_first_customer_report))
struct Gap {
  std::string what, how;
};
BOOST_DESCRIBE_STRUCT(Gap, (), (what, how))
struct ProposedGate {
  std::string gate;  // one of definitions::gate_names that may be observed
  std::string mode = "observe";
  std::string why;
  std::vector<std::string> would_have_caught;  // versions that failed
  std::int64_t would_have_held_good = 0;       // releases without a failure that it would have held too
};
BOOST_DESCRIBE_STRUCT(ProposedGate, (), (gate, mode, why, would_have_caught, would_have_held_good))
struct Audit {
  std::vector<AuditedRelease> releases;  // newest first
  Averages averages;
  std::vector<Gap> gaps;
  std::vector<ProposedGate> proposed_gates;
};
BOOST_DESCRIBE_STRUCT(Audit, (), (releases, averages, gaps, proposed_gates))

// ---- the rules ------------------------------------------------------------------------------------------------------

/// A release to be audited and the one before it; what is asked of git about the two is filled in by the caller.
struct ReleaseToAudit {
  gitlog::TaggedRelease release;
  std::optional<std::string> tag_before;
  gitlog::DiffSize size;
};
/// The newest `last` releases of the history's main tag family; pre-releases only when there is nothing else.
std::vector<ReleaseToAudit> releases_to_audit(const gitlog::History& history, std::size_t last);

struct AuditInput {
  const gitlog::History& history;
  std::vector<ReleaseToAudit> releases;
  std::vector<gitlog::Tag> all_tags;  // of the repository: hotfixes live on release branches
  std::size_t asked = 5;
  bool shallow = false;
  std::optional<std::vector<DeploymentRecord>> deployments;
  std::optional<std::vector<IncidentRecord>> incidents;
};
Audit audit(const AuditInput& input);

/// The gates as the section `gates:` of evenkeel.yaml, with why as comments.
std::string gates_yaml(const std::vector<ProposedGate>& gates);
/// For a newcomer: averages, each release, gaps, and the gates ready to paste: into the evenkeel.yaml that is there, or as a new one.
std::string report(const Audit& audit, const std::string& repository, bool has_definitions = true);

}  // namespace evenkeel::retro
