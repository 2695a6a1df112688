// Every kind of job.
#include "comms/jobs.hpp"
#include "app/app.hpp"
#include "comms/comms.hpp"
#include "health/jobs.hpp"
#include "jobs/check_items.hpp"
#include "jobs/deliver.hpp"
#include "jobs/delivery_days.hpp"
#include "jobs/delivery_month.hpp"
#include "jobs/deployment_events.hpp"
#include "jobs/mailings.hpp"
#include "jobs/owner_mail.hpp"
#include "jobs/page.hpp"
#include "jobs/propose_wording.hpp"
#include "jobs/read_flags.hpp"
#include "jobs/read_tickets.hpp"
#include "jobs/record_keeping.hpp"
#include "jobs/status.hpp"
#include "jobs/tell_awaited.hpp"
#include "validation/calibrate.hpp"
#include "validation/checkpoint.hpp"
#include "validation/watch_health.hpp"
#include "validation/watch_validation.hpp"

namespace evenkeel::app {

std::map<std::string, jobs::Handler> all_job_handlers(App& app) {
  using jobs::Claim;
  using jobs::on;
  using std::chrono::minutes;
  using std::chrono::seconds;
  const auto& outside = *app.connections;
  const auto& url = app.options.public_url;
  return {
      on<steps::DriveRun>([&app](Claim& c, const auto& order) { return steps::drive_run(c, order, *app.surroundings); }),
      on<comms::Deliver>(
          [&app](Claim& c, const auto& order) {
            return jobs::deliver(c, order, *app.connections, app.options.public_url, app.options.publish_under);
          },
          seconds{120}),
      on<comms::DeliverStatus>([&outside](Claim& c, const auto& order) { return jobs::deliver_status(c, order, outside); }, seconds{120}),
      on<comms::IncidentStatus>([](Claim& c, const auto& order) { return jobs::incident_status(c, order); }),
      on<comms::CommunicationDue>([](Claim& c, const auto& order) { return jobs::communication_due(c, order); }),
      on<comms::ConfirmSubscription>(
          [&outside, &url](Claim& c, const auto& order) { return jobs::confirm_subscription(c, order, outside, url); }),
      on<comms::SendDigests>([](Claim& c, const auto& order) { return jobs::digest(c, order); }, seconds{120}),
      on<comms::DigestMail>([&outside, &url](Claim& c, const auto& order) { return jobs::digest_mail(c, order, outside, url); }),
      on<changelog::ProposeWording>([&outside](Claim& c, const auto& order) { return jobs::propose_wording(c, order, outside); },
                                    seconds{90}),
      on<changelog::ReadTickets>([&outside](Claim& c, const auto& order) { return jobs::read_tickets(c, order, outside); }, minutes{10}),
      on<changelog::ReadLaunchFlags>([&outside](Claim& c, const auto& order) { return jobs::read_launch_flags(c, order, outside); }),
      on<planning::CheckItems>([&app](Claim& c, const auto& order) { return jobs::check_items(c, order, *app.surroundings); }, minutes{2}),
      on<planning::ReadFlags>([&outside](Claim& c, const auto& order) { return jobs::read_flags(c, order, outside); }),
      on<health::WatchHealth>([&outside](Claim& c, const auto& order) { return validation::watch_health(c, order, outside); },
                              validation::watch_lease),
      on<health::WatchValidation>([&outside](Claim& c, const auto& order) { return validation::watch_validation(c, order, outside); },
                                  seconds{30}),
      on<health::Calibrate>([&outside](Claim& c, const auto& order) { return validation::calibrate(c, order, outside); }, seconds{120}),
      on<health::Page>([&outside](Claim& c, const auto& order) { return jobs::page(c, order, outside); }),
      on<health::EscalatePage>([&outside](Claim& c, const auto& order) { return jobs::escalate_page(c, order, outside); }),
      on<health::KeepPage>([&outside](Claim& c, const auto& order) { return jobs::keep_page(c, order, outside); }),
      on<validation::HealthCheckpoint>([&outside](Claim& c, const auto& order) { return validation::health_checkpoint(c, order, outside); },
                                       seconds{120}),
      on<jobs::TellDeployment>([&outside, &url](Claim& c, const auto& order) { return jobs::deployment_event(c, order, outside, url); }),
      on<planning::WindowPassed>([](Claim& c, const auto& order) { return jobs::window_passed(c, order); }),
      on<planning::TellAwaited>(
          [&app](Claim& c, const auto&) { return jobs::tell_awaited(c, app.awaited, app.gates, app.options.public_url); }),
      on<planning::AwaitedChat>([&outside](Claim& c, const auto& order) { return jobs::awaited_chat(c, order, outside); }),
      on<planning::AwaitedMail>([&outside](Claim& c, const auto& order) { return jobs::awaited_mail(c, order, outside); }),
      on<planning::OwnerMail>([&outside](Claim& c, const auto& order) { return jobs::owner_mail(c, order, outside); }),
      on<dora::DeliveryMonth>([](Claim& c, const auto&) { return jobs::delivery_month(c); }),
      on<dora::DeliveryMail>([&outside](Claim& c, const auto& order) { return jobs::delivery_mail(c, order, outside); }),
      on<dora::DeliveryDays>([](Claim& c, const auto&) { return jobs::delivery_days(c); }),
      on<jobs::MakeCheckpoint>([&app](Claim& c, const auto&) { return jobs::make_checkpoint(c, [&app] { return signing_key(app); }); }),
      on<jobs::SendCheckpoint>(
          [&app](Claim& c, const auto& order) {
            return jobs::send_checkpoint(c, order, *app.connections, {app.options.publish_under, app.surroundings->state_folder});
          },
          minutes{5}),
      on<jobs::WitnessCheckpoint>([&outside](Claim& c, const auto& order) { return jobs::witness_checkpoint(c, order, outside); },
                                  minutes{3}),
      on<jobs::VerifyLedger>([](Claim& c, const auto&) { return jobs::verify_ledger(c); }, minutes{30}),
      on<jobs::ApplyRetention>([](Claim& c, const auto&) { return jobs::apply_retention(c); }, minutes{10}),
  };
}

}  // namespace evenkeel::app
