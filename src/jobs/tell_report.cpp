#include "jobs/tell_report.hpp"

#include <set>

#include "accounts/accounts.hpp"
#include "health/checkpoint.hpp"
#include "markdown/literal.hpp"
#include "planning/awaited.hpp"
#include "planning/find.hpp"
#include "planning/in_force.hpp"
#include "planning/jobs.hpp"
#include "planning/on_call.hpp"
#include "validation/events.hpp"
#include "validation/report.hpp"

namespace evenkeel::jobs {
namespace {

/// Logins: the owner, who is on call now, and the coordinator of the area, or where it names none whoever holds the role.
std::set<std::string> who_answers(store::Tx& tx, const definitions::Organisation& o, const planning::Release& release, SysTime now) {
  std::set<std::string> all;
  const auto* area = definitions::find_area(o, release.area);
  if (area && !area->coordinator.empty())
    all.insert(area->coordinator);
  else
    for (auto& login : planning::holders_of(tx, o, {Role::coordinator}, release.area)) all.insert(std::move(login));
  if (const auto owner = accounts::person_by_id(tx, release.owner)) all.insert(owner->login);
  if (const auto on_call = planning::on_call_at(tx, o, release.area, now)) all.insert(on_call->person);
  return all;
}

}  // namespace

Result<void> tell_report(Work& work, const ledger::Entry& made) {
  const auto release = TRY(planning::find_release(work.tx, made.release));
  const auto report = TRY(validation::report_at(work.tx, release.id, as<validation::ReportMade>(made)->checkpoint));
  const auto o = planning::in_force(work.tx, release);
  const auto subject = fmt::format("Health of {} {} at {}", release.area, release.version, report.checkpoint);
  const auto more = fmt::format("\nThe whole report: `evenkeel release report {} {}`\n", planning::called(release), report.checkpoint);
  if (o->escalation.mail)
    for (const auto& login : who_answers(work.tx, *o, release, work.now))
      enqueue(work, planning::AwaitedMail{login, subject, health::to_letter(report.body) + more},
              {.at = work.now, .key = fmt::format("report_mail:{}:{}", report.id, login), .release = release.id, .tries = Tries::patient});
  const auto* area = definitions::find_area(*o, release.area);
  if (area && definitions::find_channel(*o, area->chat))
    enqueue(work, planning::AwaitedChat{release.area, subject, markdown::of_plain(report.body.outcome) + "\n"},
            {.at = work.now, .key = fmt::format("report_chat:{}", report.id), .release = release.id, .tries = Tries::patient});
  return {};
}

}  // namespace evenkeel::jobs
