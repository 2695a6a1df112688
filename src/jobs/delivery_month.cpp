#include "jobs/delivery_month.hpp"

#include "base/zone.hpp"
#include "comms/send.hpp"
#include "dora/events.hpp"
#include "dora/jobs.hpp"
#include "jobs/outcome.hpp"

namespace evenkeel::jobs {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month;
using std::chrono::year_month_day;

/// The local month of `t`.
year_month month_of(SysTime t, const std::string& zone) {
  const year_month_day day{std::chrono::floor<days>(on_the_wall(t, zone))};
  return {day.year(), day.month()};
}

SysTime working_day(year_month m, const std::string& zone) {
  std::chrono::sys_days day{m / 1};
  while (std::chrono::weekday{day} == std::chrono::Saturday || std::chrono::weekday{day} == std::chrono::Sunday) day += days{1};
  return from_local(to_date(day) + " 08:00", zone).value_or(SysTime{day} + std::chrono::hours{8});
}

}  // namespace

SysTime next_report_day(SysTime t, const std::string& zone) {
  const auto m = month_of(t, zone);
  const auto due = working_day(m, zone);
  return due > t ? due : working_day(m + months{1}, zone);
}

Month month_before(SysTime t, const std::string& zone) {
  const auto m = month_of(t, zone), before = m - months{1};
  return {fmt::format("{:04}-{:02}", int(before.year()), unsigned(before.month())), begin_of_day(before / 1, zone),
          begin_of_day(m / 1, zone)};
}

Result<void> plan_delivery_month(Work& work) {
  const auto o = TRY(definitions::current(work.tx));
  enqueue(work, dora::DeliveryMonth{}, {.at = next_report_day(work.now, o->zone), .key = "delivery_month", .tries = Tries::until_done});
  return {};
}

Outcome delivery_month(Claim& claim) {
  const auto now = claim.engine.clock.now();
  std::string zone = "UTC";
  const auto made = claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    const auto o = TRY(definitions::current(work.tx));
    zone = o->zone;
    const auto month = month_before(work.now, zone);
    if (delivery_report_of(work.tx, month.name)) return {};
    auto body = TRY(dora::stored_report(work.tx, {.definition = "dora-2025", .from = month.from, .to = month.to - Millis{1}}, work.now));
    const std::string id = work.new_id("drp");
    store::insert(work.tx, "delivery_report", DeliveryReport{id, month.name, body.definition, body, dora::to_markdown(body), work.now});
    record(
        work,
        dora::DeliveryReported{.month = month.name, .definition = body.definition, .deployments = body.deployments, .failed = body.failed},
        {.subject = id, .seals = {{"delivery_report", id}}});
    for (const auto& channel : o->delivery_report_channels)
      enqueue(work, dora::DeliveryMail{month.name, channel},
              {.at = work.now, .key = fmt::format("delivery:{}:{}", month.name, channel), .tries = Tries::patient});
    return {};
  });
  if (!made) return {Outcome::retry, made.error().message};
  return {.kind = Outcome::again, .wait = std::chrono::duration_cast<Millis>(next_report_day(now, zone) - now)};
}

Outcome delivery_mail(Claim& claim, const dora::DeliveryMail& order, const capabilities::Connections& outside) {
  const auto& [month, name] = order;
  struct Found {
    std::optional<DeliveryReport> report;
    std::shared_ptr<const definitions::Organisation> organisation;
  };
  const auto found = claim.engine.database.read([&](store::Tx& tx) -> Found {
    Found f{delivery_report_of(tx, month), {}};
    if (auto current = definitions::current(tx)) f.organisation = *current;
    return f;
  });
  if (!found.report || !found.organisation) return {Outcome::dead, "the report or the definitions are gone"};
  const auto& o = *found.organisation;
  const auto* channel = definitions::find_channel(o, name);
  if (!channel) return {Outcome::dead, fmt::format("channel {} is not defined any more", name)};
  const comms::Notice notice{found.report->id, fmt::format("Delivery in {}: {}", month, found.report->body.sentence),
                             found.report->markdown, claim.job.created_at};
  const auto sent = comms::send_notice(o, *channel, notice, outside, claim.engine.clock.now(), claim.stop);
  if (sent.end != capabilities::DeliveryEnd::delivered) return outcome_of(sent, "channel " + name);
  (void)claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<void> {
    claim.complete(work.tx);
    record(work, dora::DeliveryReportSent{.month = month, .channel = name}, {.subject = found.report->id});
    return {};
  });
  return {};
}

Result<DeliveryReport> delivery_report_at(store::Tx& tx, const std::string& month) {
  auto r = delivery_report_of(tx, month);
  if (!r) return not_found(fmt::format("no report of {} was made; months are written 2026-03", month));
  return std::move(*r);
}

std::optional<DeliveryReport> delivery_report_of(store::Tx& tx, const std::string& month) {
  return store::one<DeliveryReport>(tx, "delivery_report", "WHERE month = $1", {month});
}

}  // namespace evenkeel::jobs
