#include "health/chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::health {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}
Chart chart() {
  return {.service = "catalog",
          .criterion = "error rate",
          .from = from_millis(0),
          .deployed_from = from_millis(120'000),
          .deployed_to = from_millis(180'000),
          .now = {0.01, 0.02, {}, 0.02, 0.03},
          .yesterday = {0.01, 0.01, 0.01, 0.01, 0.01}};
}

TEST(Chart, AGapInTheSamplesIsAGapInTheLine) {
  const auto svg = to_svg(chart());
  EXPECT_EQ(count(svg, "<polyline"), 3u) << "two pieces of today, one of yesterday, none of last week";
  EXPECT_THAT(svg, HasSubstr("deployed 00:03"));
  EXPECT_THAT(svg, HasSubstr("error rate of catalog"));
}
TEST(Chart, MarkersInsideItsTimeAreShownAndNothingIsMarkup) {
  auto c = chart();
  c.criterion = "<script>";
  c.markers = {{from_millis(200'000), "basket \"2\" & more"}, {from_millis(900'000), "later"}};
  const auto svg = to_svg(c);
  EXPECT_THAT(svg, HasSubstr("basket &quot;2&quot; &amp; more"));
  EXPECT_THAT(svg, Not(HasSubstr("later")));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
}
TEST(Chart, ALimitAboveAllValuesIsOnTheChart) {
  auto c = chart();
  c.limit = 0.5;
  EXPECT_THAT(to_svg(c), HasSubstr("limit 50 %"));
}
TEST(Chart, NothingAtAllIsStillADocument) { EXPECT_THAT(to_svg(Chart{}), testing::EndsWith("</svg>")); }

}  // namespace
}  // namespace evenkeel::health
