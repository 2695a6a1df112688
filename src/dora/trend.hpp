// Trends behind the delivery figures (CR8): months beside each other on a control chart, so that chance is not taken for a turn.
//
// A p-chart: the centre line is the share over all months, the limits are three standard errors of each month's own n. A month outside
// them, or eight in a row on one side of the centre, is a signal; anything else is what the same process does by chance.
//
// What is one value a month (a frequency, a median time) stands on a chart of individuals (XmR): the centre is the median month, the limits
// lie 3.145 median moving ranges around it (Wheeler, Understanding Variation: the factor for the median range), so that the month that
// stands out does not widen them itself. Below six months there are no limits. What a signal rests on is named beside it.
#pragma once
#include "dora/report.hpp"

namespace evenkeel::dora {

struct TrendMonth {
  std::string month;
  std::int64_t deployments = 0, failed = 0;
  std::optional<double> rate, low, high;  // control limits
  std::optional<double> recovery_hours;   // median
  std::int64_t recovered = 0;
  std::string signal;               // why this month stands out; empty: it does not
  std::vector<std::string> behind;  // with a signal: the deployments that failed, at most five
};
BOOST_DESCRIBE_STRUCT(TrendMonth, (), (month, deployments, failed, rate, low, high, recovery_hours, recovered, signal, behind))

struct TrendPoint {
  std::string month;
  std::optional<double> value;
  std::int64_t n = 0;  // what it is made of
  std::string signal;
  std::vector<std::string> behind;  // with a signal: what it is made of, the greatest first, at most three
};
BOOST_DESCRIBE_STRUCT(TrendPoint, (), (month, value, n, signal, behind))
/// One figure by month on a chart of individuals. `unit`: per week, hours.
struct TrendFigure {
  std::string key, title, unit, sentence;
  std::optional<double> centre, low, high;
  std::vector<TrendPoint> months;
};
BOOST_DESCRIBE_STRUCT(TrendFigure, (), (key, title, unit, sentence, centre, low, high, months))

struct Trend {
  std::string service, area, sentence;
  std::optional<double> centre;
  std::vector<TrendMonth> months;
  std::vector<TrendFigure> figures;  // beside the change fail rate
  std::string zone = "UTC";          // the organisation's: where the months begin
};
BOOST_DESCRIBE_STRUCT(Trend, (), (service, area, sentence, centre, months, figures, zone))

/// Pure: fills limits, signals and the sentence.
void chart(Trend& trend);
void chart(TrendFigure& figure);
struct TrendAsk {
  std::optional<std::string> service, area;
  std::optional<std::int64_t> months;  // 12
};
BOOST_DESCRIBE_STRUCT(TrendAsk, (), (service, area, months))
Result<Trend> stored_trend(store::Tx& tx, const TrendAsk& ask, SysTime now);

/// The change fail rate with its limits, as a picture of its own: light and dark by the reader's system, readable without script.
std::string to_svg(const Trend& trend);
std::string to_svg(const TrendFigure& figure);
/// All figures with their limits, and what is behind the months that stand out.
std::string to_markdown(const Trend& trend);
/// One line a figure and month (RFC 4180).
std::string to_csv(const Trend& trend);

}  // namespace evenkeel::dora
