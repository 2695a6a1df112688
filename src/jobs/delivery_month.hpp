// The monthly delivery report (A8): made by itself on the first working day of the month, for the month before, in the organisation's zone.
#pragma once
#include "capabilities/integration.hpp"
#include "dora/jobs.hpp"
#include "dora/report.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

struct DeliveryReport {
  std::string id, month, definition;
  dora::Report body;
  std::string markdown;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(DeliveryReport, (), (id, month, definition, body, markdown, at))

/// 08:00 local time on the first day of the month after `t`'s that is no Saturday and no Sunday.
SysTime next_report_day(SysTime t, const std::string& zone);
/// The month that a report made at `t` is about: [from, to) in the zone, and its name "2026-03".
struct Month {
  std::string name;
  SysTime from, to;
};
Month month_before(SysTime t, const std::string& zone);

/// Sees to it that the job waits; once. Called when definitions are applied.
Result<void> plan_delivery_month(Work& work);
/// "delivery_month": makes the report that is due, once a month, and comes again. Ledger: delivery.reported.
Outcome delivery_month(Claim& claim);
/// "delivery_mail": one report over one channel. Ledger: delivery.report_sent.
Outcome delivery_mail(Claim& claim, const dora::DeliveryMail& order, const capabilities::Connections& outside);

/// Error: not_found.
Result<DeliveryReport> delivery_report_at(store::Tx& tx, const std::string& month);
std::optional<DeliveryReport> delivery_report_of(store::Tx& tx, const std::string& month);

}  // namespace evenkeel::jobs
