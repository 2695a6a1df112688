// Trends behind the delivery figures (CR8): months beside each other on a control chart, so that chance is not taken for a turn.
//
// A p-chart: the centre line is the share over all months, the limits are three standard errors of each month's own n. A month outside
// them, or eight in a row on one side of the centre, is a signal; anything else is what the same process does by chance.
#pragma once
#include "dora/report.hpp"

namespace evenkeel::dora {

struct TrendMonth {
  std::string month;
  std::int64_t deployments = 0, failed = 0;
  std::optional<double> rate, low, high;  // control limits
  std::optional<double> recovery_hours;   // median
  std::int64_t recovered = 0;
  std::string signal;  // why this month stands out; empty: it does not
};
BOOST_DESCRIBE_STRUCT(TrendMonth, (), (month, deployments, failed, rate, low, high, recovery_hours, recovered, signal))

struct Trend {
  std::string service, area, sentence;
  std::optional<double> centre;
  std::vector<TrendMonth> months;
};
BOOST_DESCRIBE_STRUCT(Trend, (), (service, area, sentence, centre, months))

/// Pure: fills limits, signals and the sentence.
void chart(Trend& trend);
struct TrendAsk {
  std::optional<std::string> service, area;
  std::optional<std::int64_t> months;  // 12
};
BOOST_DESCRIBE_STRUCT(TrendAsk, (), (service, area, months))
Result<Trend> stored_trend(store::Tx& tx, const TrendAsk& ask, SysTime now);

/// The change fail rate with its limits, as a picture of its own: light and dark by the reader's system, readable without script.
std::string to_svg(const Trend& trend);

}  // namespace evenkeel::dora
