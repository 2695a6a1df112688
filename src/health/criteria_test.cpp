#include "health/criteria.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"

namespace evenkeel::health {
namespace {

std::vector<std::string> fields(const std::vector<Complaint>& all) {
  std::vector<std::string> out;
  for (const auto& c : all) out.push_back(c.field);
  return out;
}

TEST(Criteria, TheDefaultsAreValidAndRoundTripAsJson) {
  const auto set = default_criteria();
  EXPECT_THAT(complaints_of(set), testing::IsEmpty());
  const auto again = read_criteria(json::write(set));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(criteria_hash(*again), criteria_hash(set));
}
TEST(Criteria, ASetMustCoverErrorsLatencyAndBusinessOrSayWhyNot) {
  auto set = default_criteria();
  set.not_applicable.clear();
  set.criteria.pop_back();
  auto all = complaints_of(set);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_THAT(all[0].message, testing::HasSubstr("a latency percentile"));
  EXPECT_THAT(all[1].message, testing::HasSubstr("a business metric"));
  set.not_applicable = {{Coverage::latency, "a nightly batch"}, {Coverage::business, ""}};
  EXPECT_THAT(fields(complaints_of(set)), testing::ElementsAre("not_applicable[1].because"));
}
TEST(Criteria, AllComplaintsAreCollected) {
  auto set = default_criteria();
  set.criteria[0].queries.events = "errors_total";
  set.criteria[0].weight = 0;
  set.criteria[1].name = "error rate";
  set.criteria[1].limit = 3;
  EXPECT_THAT(fields(complaints_of(set)),
              testing::ElementsAre("criteria[0].weight", "criteria[0].queries.events", "criteria[1].limit", "criteria[1].name"));
}
TEST(Criteria, AnUnknownKeyNamesTheNearestKnownOne) {
  const auto read = read_criteria(R"({"name":"x","windw_intervals":30,"criteria":[]})");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().complaints.back().message, testing::HasSubstr("did you mean 'window_intervals'"));
}
TEST(Criteria, TheHashChangesWithEveryFieldAndOnlyThen) {
  const auto base = criteria_hash(default_criteria());
  const std::vector<std::function<void(CriteriaSet&)>> changes = {[](auto& s) { s.name += "x"; },
                                                                  [](auto& s) { s.interval_seconds = 5; },
                                                                  [](auto& s) { s.window_intervals = 61; },
                                                                  [](auto& s) { s.burn_in_intervals = 0; },
                                                                  [](auto& s) { s.restart_every = 11; },
                                                                  [](auto& s) { s.alpha = 0.01; },
                                                                  [](auto& s) { s.extend_until = 90; },
                                                                  [](auto& s) { s.on_too_few = OnTooFew::proceed; },
                                                                  [](auto& s) { s.on_too_few = OnTooFew::fail; },
                                                                  [](auto& s) { s.expected_canary_share = 0.1; },
                                                                  [](auto& s) { s.criteria.pop_back(); },
                                                                  [](auto& s) { s.not_applicable[0].because += "."; },
                                                                  [](auto& s) { s.criteria[0].name += "x"; },
                                                                  [](auto& s) { s.criteria[0].kind = MetricKind::business; },
                                                                  [](auto& s) { s.criteria[0].queries.total += " "; },
                                                                  [](auto& s) { s.criteria[0].queries.events += " "; },
                                                                  [](auto& s) { s.criteria[0].queries.gauge = "g"; },
                                                                  [](auto& s) { s.criteria[0].queries.source = "x"; },
                                                                  [](auto& s) { s.criteria[0].sides.label = "x"; },
                                                                  [](auto& s) { s.criteria[0].sides.canary = "x"; },
                                                                  [](auto& s) { s.criteria[0].sides.control = "x"; },
                                                                  [](auto& s) { s.criteria[0].direction = Direction::decrease; },
                                                                  [](auto& s) { s.criteria[0].events_are = EventsAre::per_unit; },
                                                                  [](auto& s) { s.criteria[0].tolerated_ratio = 1; },
                                                                  [](auto& s) { s.criteria[0].healthy_ratio = 2; },
                                                                  [](auto& s) { s.criteria[0].critical = false; },
                                                                  [](auto& s) { s.criteria[0].weight = 2; },
                                                                  [](auto& s) { s.criteria[0].minimum.events = 6; },
                                                                  [](auto& s) { s.criteria[0].minimum.intervals = 4; },
                                                                  [](auto& s) { s.criteria[0].minimum.requests = 51; },
                                                                  [](auto& s) { s.criteria[0].silence = Silence::breach; },
                                                                  [](auto& s) { s.criteria[1].percentiles.pop_back(); },
                                                                  [](auto& s) { s.criteria[0].limit = 0.1; },
                                                                  [](auto& s) { s.criteria[1].queries.buckets += " "; }};
  std::set<std::string> seen{to_hex(base)};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto set = default_criteria();
    changes[i](set);
    EXPECT_TRUE(seen.insert(to_hex(criteria_hash(set))).second) << "change " << i;
  }
}
TEST(Criteria, TheFormatOfTheHashIsFrozen) {
  // A release of last year must still verify. If this fails, give the new layout a new format version and keep the old one.
  CriteriaSet set{.name = "golden"};
  set.criteria = {{.name = "errors"}};
  EXPECT_EQ(to_hex(criteria_hash(set)), "48ec7c73508fbf56e575bad09de652d354f468daea57decd8ce7987036324599");
}

}  // namespace
}  // namespace evenkeel::health
