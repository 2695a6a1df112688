// Reports of the checkpoints, and a person's word that a release is healthy.
#include "planning/acts.hpp"
#include "validation/healthy.hpp"
#include "validation/report.hpp"

namespace evenkeel::validation {
namespace {

using catalogue::act;
using catalogue::option;
using catalogue::positional;
using planning::OfRelease;

struct OfReport {
  std::string release, checkpoint;
};
BOOST_DESCRIBE_STRUCT(OfReport, (), (release, checkpoint))

std::string show_reports(const std::vector<StoredReport>& all) {
  if (all.empty()) return "No report yet: the first is made at the first checkpoint after the deployment.";
  std::string out;
  for (const auto& r : all) {
    out += fmt::format("{:<4} {}\n", r.checkpoint, r.body.outcome);
    for (const auto& row : r.body.rows)
      out += fmt::format("       {} {}: {} after, {} before ({})\n", row.service, row.criterion, row.after, row.before,
                         json::enum_text(row.state));
  }
  return out;
}

}  // namespace

std::vector<catalogue::Act> acts() {
  const std::string release = "/api/v1/releases/{release}";
  return {
      act("release.healthy", "Declare a release healthy where its reports cannot", declare_healthy)
          .decides()
          .for_roles({Role::health_monitor, Role::on_call, Role::engineering_lead})
          .possible_when(planning::of_release(may_declare_healthy))
          .says("", "evenkeel comms list {release}")
          .http("POST", release + "/healthy", "deployment")
          .words("release healthy", "Declare it healthy where its reports cannot, with a reason")
          .takes({positional(&DeclareHealthy::release, planning::release_help),
                  option(&DeclareHealthy::reason, "What was looked at").required()})
          .prints([](const planning::Release& r) {
            return fmt::format("Release {} is declared healthy; stage {}", r.version, json::enum_text(r.stage));
          }),
      act("release.reports", "Health reports of the checkpoints, for ever",
          [](Work& work, const OfRelease& in) -> Result<std::vector<StoredReport>> {
            return reports_of(work.tx, TRY(planning::find_release(work.tx, in.release)).id);
          })
          .reads()
          .for_any_role()
          .http("GET", release + "/reports", "health")
          .words("release reports", "Health reports: what was seen at each checkpoint after the deployment")
          .takes({planning::the_release()})
          .prints(show_reports),
      act("release.report", "One health report, as it was made",
          [](Work& work, const OfReport& in) { return report_at(work.tx, in.release, in.checkpoint); })
          .reads()
          .for_any_role()
          .http("GET", release + "/reports/{checkpoint}", "health"),
  };
}

}  // namespace evenkeel::validation
