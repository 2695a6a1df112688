// The pictures of a checkpoint report (DH7): each criterion around the deployment, with the same clock yesterday and a week ago, drawn on
// the server as SVG, so that they are the same on a page, in a mail's attachment and on paper.
#pragma once
#include <boost/describe.hpp>

#include "health/source.hpp"

namespace evenkeel::health {

/// Something that happened while the chart's time ran.
struct ChartMarker {
  SysTime at;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ChartMarker, (), (at, text))

/// Values at even steps; none where there was no sample. All three lines begin at `from`, each on its own day.
struct Chart {
  std::string service, criterion;
  bool share = true;  // values are shares of one, shown in per cent
  SysTime from, deployed_from, deployed_to;
  std::int64_t step_ms = 60'000;
  std::vector<std::optional<double>> now, yesterday, last_week;
  std::optional<double> limit;
  std::vector<ChartMarker> markers;
};
BOOST_DESCRIBE_STRUCT(Chart, (),
                      (service, criterion, share, from, deployed_from, deployed_to, step_ms, now, yesterday, last_week, limit, markers))

/// What a sample of the criterion is on its chart: the share of its events, or the gauge's value; latency: the share above `slow_from_ms`.
std::vector<std::optional<double>> chart_values(const Criterion& criterion, const SideSeries& series, std::optional<double> slow_from_ms);

/// A whole document of its own: light and dark by the reader's system, black on white on paper, readable without script.
std::string to_svg(const Chart& chart);

}  // namespace evenkeel::health
