#include "dora/trend.hpp"

#include <cmath>
#include <unordered_set>
#include "dora/facts.hpp"

namespace evenkeel::dora {
namespace {

constexpr int run_length = 8;

}  // namespace

void chart(Trend& t) {
  std::int64_t n = 0, k = 0;
  for (const auto& m : t.months) n += m.deployments, k += m.failed;
  if (n == 0) {
    t.sentence = "No deployment in these months.";
    return;
  }
  const double p = double(k) / double(n);
  t.centre = p;
  int run = 0, side = 0, signals = 0;
  for (auto& m : t.months) {
    if (m.deployments == 0) continue;
    const double error = 3 * std::sqrt(p * (1 - p) / double(m.deployments));
    m.rate = double(m.failed) / double(m.deployments);
    m.low = std::max(0.0, p - error), m.high = std::min(1.0, p + error);
    const int now = *m.rate > p ? 1 : *m.rate < p ? -1 : 0;
    run = now != 0 && now == side ? run + 1 : now != 0 ? 1 : 0;
    side = now;
    if (*m.rate > *m.high)
      m.signal = "more failed than chance explains";
    else if (*m.rate < *m.low)
      m.signal = "fewer failed than chance explains";
    else if (run >= run_length)
      m.signal = fmt::format("{} months in a row {} the average", run, side > 0 ? "above" : "below");
    signals += !m.signal.empty();
  }
  t.sentence =
      fmt::format("{} of {} deployments failed ({:.3g} %); {}.", k, n, 100 * p,
                  n < enough     ? "too few for a trend"
                  : signals == 0 ? "the months differ by no more than chance"
                                 : fmt::format("{} month{} stand{} out", signals, signals == 1 ? "" : "s", signals == 1 ? "s" : ""));
}

Result<Trend> stored_trend(store::Tx& tx, const TrendAsk& ask, SysTime now) {
  const auto months = ask.months.value_or(12);
  if (months < 1 || months > 60) return invalid("months: between 1 and 60", "months");
  const auto o = TRY(definitions::current(tx));
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  const std::chrono::year_month last{today.year(), today.month()};
  const auto first = last - std::chrono::months{months - 1};
  const auto begin = [](std::chrono::year_month m) { return SysTime{std::chrono::sys_days{m / 1}}; };
  Trend t{ask.service.value_or(""), ask.area.value_or(""), "", {}, {}};
  const auto stored = read_stored(tx, *o, {{begin(first), now}, t.service, t.area});
  const Facts facts(stored.history);
  const Causes causes(facts);
  std::unordered_set<const Deployment*> failed;
  for (const auto& i : stored.history.incidents)
    if (const auto* run = causes.of(i)) failed.insert(run->deployment);
  for (auto m = first; m <= last; m += std::chrono::months{1}) {
    TrendMonth month{.month = fmt::format("{:04}-{:02}", int(m.year()), unsigned(m.month()))};
    std::vector<double> recovery;
    for (const auto& run : facts.runs) {
      if (run.finished < begin(m) || run.finished >= begin(m + std::chrono::months{1})) continue;
      ++month.deployments;
      month.failed += !run.success || failed.contains(run.deployment);
      if (const auto& d = *run.deployment; d.restored)
        recovery.push_back(double((*d.restored - d.started.value_or(run.finished)).count()) / 3'600'000);
    }
    std::sort(recovery.begin(), recovery.end());
    month.recovered = std::int64_t(recovery.size());
    month.recovery_hours = stats::quantile_r7(recovery, 0.5);
    t.months.push_back(std::move(month));
  }
  chart(t);
  return t;
}

std::string to_svg(const Trend& t) {
  constexpr double width = 640, height = 240, left = 48, top = 16, bottom = 200;
  double most = 0.05;
  for (const auto& m : t.months) most = std::max({most, m.rate.value_or(0), m.high.value_or(0)});
  most = std::min(1.0, most * 1.1);
  const double step = t.months.empty() ? 0 : (width - left - 16) / double(t.months.size());
  const auto x = [&](std::size_t i) { return left + step * (double(i) + 0.5); };
  const auto y = [&](double share) { return bottom - (bottom - top) * share / most; };
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Change fail rate by "
      "month\"><style>svg{{font:11px "
      "system-ui,sans-serif;--ink:#222;--soft:#999;--band:#0001;--line:#2563eb;--out:#c2410c}}@media(prefers-color-scheme:dark){{svg{{--"
      "ink:#ddd;"
      "--soft:#888;--band:#fff2;--line:#7aa7ff;--out:#ff9466}}}}text{{fill:var(--ink)}}</style><title>Change fail rate by "
      "month</title><desc>{}</desc>",
      width, height, t.sentence);
  for (const double share : {0.0, most / 2, most})
    svg += fmt::format(
        "<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"var(--soft)\" stroke-width=\".5\"/><text x=\"{3}\" "
        "y=\"{4:.1f}\" "
        "text-anchor=\"end\">{5:.0f} %</text>",
        left, width - 16, y(share), left - 6, y(share) + 4, share * 100);
  if (t.centre)
    svg += fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"var(--soft)\" stroke-dasharray=\"4 3\"/>", left,
                       width - 16, y(*t.centre));
  std::string line;
  for (std::size_t i = 0; i < t.months.size(); ++i) {
    const auto& m = t.months[i];
    if (m.high)
      svg += fmt::format("<rect x=\"{:.1f}\" width=\"{:.1f}\" y=\"{:.1f}\" height=\"{:.1f}\" fill=\"var(--band)\"/>", x(i) - step / 2, step,
                         y(*m.high), y(*m.low) - y(*m.high));
    if (m.rate) line += fmt::format("{}{:.1f},{:.1f}", line.empty() ? "" : " ", x(i), y(*m.rate));
    if (t.months.size() <= 14 || i % 3 == 0)
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>", x(i), bottom + 16, m.month.substr(2));
    svg +=
        fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\" fill-opacity=\".6\">{}</text>", x(i), bottom + 30, m.deployments);
  }
  svg += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"var(--line)\" stroke-width=\"1.5\"/>", line);
  for (std::size_t i = 0; i < t.months.size(); ++i)
    if (const auto& m = t.months[i]; m.rate)
      svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"var({})\"><title>{}: {} of {} failed{}</title></circle>",
                         x(i), y(*m.rate), m.signal.empty() ? 3 : 5, m.signal.empty() ? "--line" : "--out", m.month, m.failed,
                         m.deployments, m.signal.empty() ? "" : "; " + m.signal);
  return svg + "</svg>";
}

}  // namespace evenkeel::dora
