#include "jobs/delivery_month.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::jobs {
namespace {

SysTime at(const char* t) { return parse_time(t).value(); }

TEST(DeliveryMonth, IsDueOnTheFirstWorkingDayInTheOrganisationsZone) {
  EXPECT_EQ(to_iso(next_report_day(at("2026-03-15T00:00:00Z"), "UTC")), "2026-04-01T08:00:00Z");
  EXPECT_EQ(to_iso(next_report_day(at("2026-01-20T00:00:00Z"), "Europe/Berlin")), "2026-02-02T07:00:00Z") << "1 February is a Sunday";
  EXPECT_EQ(to_iso(next_report_day(at("2026-07-31T23:30:00Z"), "Europe/Berlin")), "2026-08-03T06:00:00Z") << "it is August there already";
  EXPECT_EQ(to_iso(next_report_day(at("2026-04-01T08:00:00Z"), "UTC")), "2026-05-01T08:00:00Z") << "made: the next one";
}
TEST(DeliveryMonth, IsAboutTheLocalMonthWhateverTheClocksDidInIt) {
  const auto march = month_before(at("2026-04-01T06:00:00Z"), "Europe/Berlin");
  EXPECT_EQ(march.name, "2026-03");
  EXPECT_EQ(to_iso(march.from), "2026-02-28T23:00:00Z");
  EXPECT_EQ(to_iso(march.to), "2026-03-31T22:00:00Z") << "one hour shorter: summer time began";
}

}  // namespace
}  // namespace evenkeel::jobs
