// Pages, what waits for people, the report of a month, and the jobs themselves.
#include "planning/acts.hpp"
#include "catalogue/print.hpp"
#include "jobs/delivery_month.hpp"
#include "jobs/page.hpp"
#include "jobs/tell_awaited.hpp"

namespace evenkeel::jobs {
namespace {

using catalogue::act;
using catalogue::Done;
using catalogue::Nothing;
using catalogue::option;
using catalogue::positional;
using planning::OfRelease;

struct OfJob {
  std::string job;
};
BOOST_DESCRIBE_STRUCT(OfJob, (), (job))
struct OfMonth {
  std::string month;
};
BOOST_DESCRIBE_STRUCT(OfMonth, (), (month))
std::string show_pages(const std::vector<health::Alert>& all) {
  std::vector<std::vector<std::string>> rows{{"SINCE", "STATE", "SEEN", "DEPUTY PAGED", "WHAT"}};
  for (const auto& a : all)
    rows.push_back({catalogue::short_time(a.opened_at), std::string(json::enum_text(a.state)), catalogue::short_time(a.acknowledged_at),
                    catalogue::short_time(a.escalated_at), a.summary});
  return catalogue::table(rows);
}

std::string show_jobs(const std::vector<Job>& all) {
  std::vector<std::vector<std::string>> rows{{"JOB", "KIND", "STATE", "DUE", "ATTEMPTS", "LAST ERROR"}};
  for (const auto& j : all)
    rows.push_back(
        {j.id, j.kind, std::string(json::enum_text(j.state)), catalogue::short_time(j.due_at), std::to_string(j.attempts), j.last_error});
  return catalogue::table(rows);
}

}  // namespace

std::vector<catalogue::Act> acts() {
  const std::string release = "/api/v1/releases/{release}";
  return {
      act("page.list", "Its alerts: since when, seen by whom, whether the deputy was paged",
          [](Work& work, const OfRelease& in) -> Result<std::vector<health::Alert>> {
            return pages_of(work.tx, TRY(planning::find_release(work.tx, in.release)).id);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/pages", "incidents")
          .words("page list", "Pages of a release: since when, seen by whom, whether the deputy was paged")
          .takes({planning::the_release()})
          .prints(show_pages),
      act("page.acknowledge", "Somebody has seen the page; nobody else is woken", acknowledge_page)
          .decides()
          .for_any_role("who is on call is named by the definitions")
          .or_on_call()
          .possible_when(planning::of_release(may_acknowledge))
          .says("", "evenkeel page list {release}")
          .http("POST", release + "/pages/acknowledge", "incidents")
          .words("page acknowledge", "You have seen the page of a release: nobody else is woken")
          .takes({positional(&AcknowledgePage::release, planning::release_help)})
          .prints([](const health::Alert& a) {
            return fmt::format("acknowledged at {}: {}", catalogue::short_time(a.acknowledged_at), a.summary);
          }),
      act("awaited.take", "You have in hand what waits for you: no reminder until it is due", take_awaited)
          .drafts()
          .for_roles(catalogue::doers)
          .in_any_area("who was told of it takes it")
          .says("", "evenkeel today")
          .http("POST", "/api/v1/awaited/take", "releases")
          .words("awaited take", "You have it in hand: no reminder until it is due")
          .takes({positional(&TakeAwaited::key, "Its key, as `evenkeel today` prints it")})
          .prints([](const AwaitedNotice& t) { return "You have it in hand: " + t.what; }),
      act("dora.month", "The month's report as it was made on its first working day",
          [](Work& work, const OfMonth& in) { return delivery_report_at(work.tx, in.month); })
          .reads()
          .for_any_role()
          .http("GET", "/api/v1/dora/months/{month}", "dora")
          .words("dora month", "The report that was made by itself for a month")
          .takes({positional(&OfMonth::month, "Such as 2026-03")})
          .prints([](const DeliveryReport& r) { return r.markdown; }),
      act("jobs.list", "Jobs that wait, run or gave up",
          [](Work& work, const Nothing&) -> Result<std::vector<Job>> {
            return store::all<Job>(work.tx, "job", "WHERE state <> 'done' ORDER BY due_at LIMIT 200");
          })
          .reads()
          .for_roles(catalogue::operators)
          .http("GET", "/api/v1/jobs", "jobs")
          .words("jobs list")
          .prints(show_jobs),
      act("jobs.retry", "Try a dead or unconfirmed job again",
          [](Work& work, const OfJob& in) -> Result<Done> {
            TRY(work.require({Role::coordinator, Role::admin}, "*", "retrying a job"));
            TRY(retry(work, in.job));
            return Done{};
          })
          .decides()
          .for_roles({Role::coordinator, Role::admin})
          .says("Job {job} is tried again.", "evenkeel jobs list")
          .http("POST", "/api/v1/jobs/{job}/retry", "jobs")
          .words("jobs retry")
          .takes({positional(&OfJob::job, "Id of the job")}),
  };
}

}  // namespace evenkeel::jobs
