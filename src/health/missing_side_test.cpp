// A sentence never says less than the counts: a side that is missing is named, since when, and what the other one had meanwhile; and a
// canary that fails plainly is found as soon as the evidence suffices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "health/stream.hpp"

namespace evenkeel::health {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Side {
  double requests = 0, errors = 0;
  bool there = true;
};
std::string told(const char* name, const Side& s) {
  return s.there ? fmt::format(R"(,"{}":{{"requests":{},"errors":{},"latency_ms_bucket_counts":[0,0,0,0,0,0,0,0,0,0,0,0]}})", name,
                               s.requests, s.errors)
                 : "";
}
Verdict judged(int minutes, auto&& canary, auto&& control) {
  std::string line = R"({"id":"x","minutes":[)";
  for (int m = 0; m < minutes; ++m)
    line += fmt::format(R"({}{{"minute":{}{}{}}})", m ? "," : "", m, told("canary", canary(m)), told("control", control(m)));
  const auto stream = parse_stream(line + "]}");
  if (!stream) throw std::runtime_error(stream.error().message);
  CriteriaSet set = default_criteria();
  std::erase_if(set.criteria, [](const Criterion& c) { return c.kind != MetricKind::rate; });
  set.not_applicable = {{Coverage::latency, "not here"}, {Coverage::business, "not here"}};
  return judge_stream(*stream, set);
}

TEST(MissingSide, IsNamedWithSinceWhenAndWithWhatTheOtherHad) {
  const auto canary = [](int) { return Side{200, 10}; };
  const auto gone = judged(60, canary, [](int m) { return Side{1800, 18, m < 5}; });
  EXPECT_EQ(gone.verdict, ReleaseVerdict::hold);
  EXPECT_THAT(gone.sentence, AllOf(HasSubstr("no request on the control since minute 5"),
                                   HasSubstr("the canary had 550 events in 11,000 requests"), Not(HasSubstr("no event on the canary"))));
  const auto never = judged(60, canary, [](int) { return Side{0, 0, false}; });
  EXPECT_EQ(never.verdict, ReleaseVerdict::hold);
  EXPECT_THAT(never.sentence, AllOf(HasSubstr("no sample of a control has arrived"), HasSubstr("600 events in 12,000 requests")));
  const auto idle = judged(60, canary, [](int) { return Side{0, 0}; });
  EXPECT_EQ(idle.verdict, ReleaseVerdict::hold);
  EXPECT_THAT(idle.sentence, HasSubstr("no request on the control so far"));
  const auto no_traffic = judged(60, [](int) { return Side{0, 0}; }, [](int) { return Side{1800, 18}; });
  EXPECT_EQ(no_traffic.verdict, ReleaseVerdict::hold);
  EXPECT_THAT(no_traffic.sentence, HasSubstr("no request on the canary so far"));
}

TEST(PlainFailure, IsFoundLongBeforeFiftyRequestsAndAHandfulIsNone) {
  const auto control = [](int) { return Side{9, 0}; };
  const auto all = judged(60, [](int) { return Side{1, 1}; }, control);
  ASSERT_EQ(all.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_LT(*all.first_breach, 25);
  const auto half = judged(60, [](int m) { return Side{1, double(m % 2)}; }, control);
  ASSERT_EQ(half.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_LT(*half.first_breach, 40);
  for (const auto& canary : {+[](int m) { return Side{1, double(m == 2)}; }, +[](int m) { return Side{1, double(m < 3)}; },
                             +[](int m) { return Side{double(m == 10 || m == 40), double(m == 10 || m == 40)}; }})
    EXPECT_EQ(judged(60, canary, control).verdict, ReleaseVerdict::hold);
  EXPECT_NE(judged(
                60, [](int) { return Side{1, 1}; }, [](int) { return Side{9, 8}; })
                .verdict,
            ReleaseVerdict::rollback_recommended)
      << "the control fails as well";
}

}  // namespace
}  // namespace evenkeel::health
