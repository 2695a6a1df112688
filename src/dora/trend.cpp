#include "dora/trend.hpp"

#include <cmath>
#include <functional>
#include <unordered_set>

#include "base/zone.hpp"
#include "dora/facts.hpp"
#include "markdown/literal.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::dora {
namespace {

constexpr int run_length = 8;
constexpr std::size_t months_for_limits = 6, most_failed_named = 5, most_named = 3;

/// The middle of values that need not be in order; 0 of none.
double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return stats::quantile_r7(values, 0.5).value_or(0);
}

std::string shown(double value, const std::string& unit) {
  return unit == "hours" ? to_words(Millis{std::llround(value * 3600) * 1000}) : fmt::format("{:.3g} {}", value, unit);
}

/// Months in a row on one side of the middle.
struct Run {
  int length = 0, side = 0;
  void add(double value, double middle) {
    const int now = value > middle ? 1 : value < middle ? -1 : 0;
    length = now != 0 && now == side ? length + 1 : now != 0 ? 1 : 0;
    side = now;
  }
  /// Nothing while it is short enough to be chance.
  std::string signal(std::string_view middle) const {
    return length < run_length ? "" : fmt::format("{} months in a row {} the {}", length, side > 0 ? "above" : "below", middle);
  }
};
std::string stand_out(int signals, std::string_view when_none) {
  return signals == 0 ? std::string(when_none)
                      : fmt::format("{} month{} stand{} out", signals, signals == 1 ? "" : "s", signals == 1 ? "s" : "");
}

}  // namespace

void chart(TrendFigure& f) {
  std::vector<double> values, ranges;
  for (const auto& m : f.months)
    if (m.value) {
      if (!values.empty()) ranges.push_back(std::abs(*m.value - values.back()));
      values.push_back(*m.value);
    }
  if (values.size() < months_for_limits) {
    f.sentence = fmt::format("{}: {} of the months have it, too few for limits.", f.title, values.size());
    return;
  }
  const double centre = middle(values);
  double reach = 3.145 * middle(ranges);
  if (reach == 0) {  // most months are alike: by the mean range, whose factor is 2.66
    double sum = 0;
    for (const double r : ranges) sum += r;
    reach = 2.66 * sum / double(ranges.size());
  }
  f.centre = centre, f.low = std::max(0.0, centre - reach), f.high = centre + reach;
  Run run;
  int signals = 0;
  for (auto& m : f.months) {
    if (!m.value) continue;
    run.add(*m.value, centre);
    if (*m.value > *f.high)
      m.signal = "above what the other months explain";
    else if (*m.value < *f.low)
      m.signal = "below what the other months explain";
    else
      m.signal = run.signal("middle");
    signals += !m.signal.empty();
  }
  f.sentence = fmt::format("{}: {} in the middle month, {} to {} by chance; {}.", f.title, shown(centre, f.unit), shown(*f.low, f.unit),
                           shown(*f.high, f.unit), stand_out(signals, "no month stands out"));
}

void chart(Trend& t) {
  std::int64_t n = 0, k = 0;
  for (const auto& m : t.months) n += m.deployments, k += m.failed;
  if (n == 0) {
    t.sentence = "No deployment in these months.";
    return;
  }
  const double p = double(k) / double(n);
  t.centre = p;
  Run run;
  int signals = 0;
  for (auto& m : t.months) {
    if (m.deployments == 0) continue;
    const double error = 3 * std::sqrt(p * (1 - p) / double(m.deployments));
    m.rate = double(m.failed) / double(m.deployments);
    m.low = std::max(0.0, p - error), m.high = std::min(1.0, p + error);
    run.add(*m.rate, p);
    if (*m.rate > *m.high)
      m.signal = "more failed than chance explains";
    else if (*m.rate < *m.low)
      m.signal = "fewer failed than chance explains";
    else
      m.signal = run.signal("average");
    signals += !m.signal.empty();
  }
  t.sentence = fmt::format("{} of {} deployments failed ({:.3g} %); {}.", k, n, 100 * p,
                           n < enough ? "too few for a trend" : stand_out(signals, "the months differ by no more than chance"));
}

Result<Trend> stored_trend(store::Tx& tx, const TrendAsk& ask, SysTime now) {
  const auto months = ask.months.value_or(12);
  if (months < 1 || months > 60) return invalid("months: between 1 and 60", "months");
  const auto o = TRY(definitions::current(tx));
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(on_the_wall(now, o->zone))};
  const std::chrono::year_month last{today.year(), today.month()};
  const auto begin = [&](std::chrono::year_month m) { return begin_of_day(m / 1, o->zone); };  // as the monthly report
  const auto known_since = first_record(tx, *o).value_or(now);
  auto first = last - std::chrono::months{months - 1};
  while (first < last && begin(first + std::chrono::months{1}) <= known_since) first += std::chrono::months{1};  // nothing is known of it
  Trend t{ask.service.value_or(""), ask.area.value_or(""), "", {}, {}, {}, o->zone};
  const auto stored = read_stored(tx, *o, {{begin(first), now}, t.service, t.area});
  const auto& facts = stored.facts;
  const auto all = measured(facts);
  struct Gathered {
    std::vector<Made> lead, recovery;
    std::vector<const Facts::Run*> failed;
  };
  std::vector<Gathered> gathered(static_cast<std::size_t>((last - first).count() + 1));
  std::vector<SysTime> begins;
  for (auto m = first; m <= last; m += std::chrono::months{1}) {
    begins.push_back(begin(m));
    t.months.push_back({.month = fmt::format("{:04}-{:02}", int(m.year()), unsigned(m.month()))});
  }
  const auto month_of = [&](const Facts::Run& run) {
    return std::size_t(std::ranges::upper_bound(begins, run.finished) - begins.begin()) - 1;
  };
  for (const auto& run : facts.runs) {
    if (!run.in_window) continue;
    const auto i = month_of(run);
    ++t.months[i].deployments;
    if (all.failed.contains(&run)) ++t.months[i].failed, gathered[i].failed.push_back(&run);
  }
  for (const auto& m : all.lead) gathered[month_of(*m.of)].lead.push_back(m);
  for (const auto& m : all.recovery) gathered[month_of(*m.of)].recovery.push_back(m);
  const auto name = [&](const Facts::Run& run) {
    const auto& told = stored.runs[run.source];
    return fmt::format("{} {} of {}", told.services, told.version, local_date(run.finished, o->zone));
  };
  TrendFigure frequency{"deployments_per_week", "Deployments per week", "per week"},
      lead{"change_lead_time_hours_median", "Change lead time (median)", "hours"},
      recovery{"failed_deployment_recovery_hours_median", "Failed deployment recovery time (median)", "hours"};
  for (std::size_t i = 0; i < begins.size(); ++i) {
    auto& month = t.months[i];
    const auto end = i + 1 < begins.size() ? begins[i + 1] : now;
    const double weeks = double((end - std::max(begins[i], std::min(known_since, end))).count()) / (7 * 86'400'000.0);
    month.recovered = std::int64_t(gathered[i].recovery.size());
    if (month.recovered > 0) month.recovery_hours = middle(hours_of(gathered[i].recovery));
    frequency.months.push_back(
        {month.month, weeks >= 1 ? std::optional(double(month.deployments) / weeks) : std::nullopt, month.deployments});
    lead.months.push_back({month.month, {}, std::int64_t(gathered[i].lead.size())});
    if (!gathered[i].lead.empty()) lead.months.back().value = middle(hours_of(gathered[i].lead));
    recovery.months.push_back({month.month, month.recovery_hours, month.recovered});
  }
  chart(t);
  for (auto* f : {&frequency, &lead, &recovery}) chart(*f);
  const auto greatest = [&](std::vector<Made> made, bool low) {
    const auto n = std::min(most_named, made.size());
    std::partial_sort(made.begin(), made.begin() + std::ptrdiff_t(n), made.end(),
                      [low](const Made& a, const Made& b) { return low ? a.hours < b.hours : a.hours > b.hours; });
    std::vector<std::string> out;
    out.reserve(n);
    for (std::size_t i = 0; i < n; ++i) out.push_back(fmt::format("{}: {}", name(*made[i].of), shown(made[i].hours, "hours")));
    return out;
  };
  for (std::size_t i = 0; i < begins.size(); ++i) {
    if (!t.months[i].signal.empty())
      for (std::size_t k = 0; k < std::min(most_failed_named, gathered[i].failed.size()); ++k)
        t.months[i].behind.push_back(name(*gathered[i].failed[k]));
    for (auto [f, made] : {std::pair{&lead, &gathered[i].lead}, std::pair{&recovery, &gathered[i].recovery}})
      if (auto& point = f->months[i]; !point.signal.empty()) point.behind = greatest(*made, *point.value < *f->centre);
  }
  t.figures = {std::move(frequency), std::move(lead), std::move(recovery)};
  return t;
}

std::string to_markdown(const Trend& t) {
  const auto percent = [](const std::optional<double>& v) { return v ? fmt::format("{:.3g} %", 100 * *v) : std::string("-"); };
  const auto too_few = [](std::int64_t n) { return n > 0 && n < enough ? fmt::format("too few ({}): ", n) : std::string(); };
  std::string out = fmt::format(
      "# Delivery by month{}\n\nMonths of {}.\n\n## Change fail rate\n\n{}\n\n| Month | Deployments | Failed | Rate | By chance | "
      "Stands out |\n| --- | ---: | ---: | ---: | --- | --- |\n",
      !t.service.empty() ? " of " + t.service
      : !t.area.empty()  ? " of " + t.area
                         : "",
      t.zone, t.sentence);
  std::vector<std::string> behind;
  for (const auto& m : t.months) {
    out += fmt::format("| {} | {} | {} | {}{} | {} | {} |\n", m.month, m.deployments, m.failed, too_few(m.deployments), percent(m.rate),
                       m.low ? percent(m.low) + " to " + percent(m.high) : "-", m.signal);
    for (const auto& b : m.behind) behind.push_back(fmt::format("{}, failed: {}", m.month, b));
  }
  for (const auto& f : t.figures) {
    out += fmt::format("\n## {}\n\n{}\n\n| Month | Value | n | Stands out |\n| --- | ---: | ---: | --- |\n", f.title, f.sentence);
    for (const auto& m : f.months) {
      out += fmt::format("| {} | {} | {} | {} |\n", m.month, m.value ? too_few(m.n) + shown(*m.value, f.unit) : "-", m.n, m.signal);
      for (const auto& b : m.behind) behind.push_back(fmt::format("{}, {}: {}", m.month, f.title, b));
    }
  }
  if (!behind.empty()) out += "\n## Behind the months that stand out\n\n";
  for (const auto& b : behind) out += "- " + markdown::of_plain(b) + "\n";
  return out;
}

std::string to_csv(const Trend& t) {
  const auto cell = [](std::string text) {
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) text.insert(0, "'");
    for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) text.insert(at, "\"");
    return '"' + text + '"';
  };
  const auto number = [](const std::optional<double>& v) { return v ? fmt::format("{}", *v) : std::string(); };
  std::string out = "figure,unit,month,value,n,centre,low,high,signal,behind\r\n";
  const auto line = [&](const std::string& key, const std::string& unit, const std::string& month, const std::optional<double>& value,
                        std::int64_t n, const std::optional<double>& centre, const std::optional<double>& low,
                        const std::optional<double>& high, const std::string& signal, const std::vector<std::string>& behind) {
    out += fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", cell(key), cell(unit), month, number(value), n, number(centre), number(low),
                       number(high), cell(signal), cell(fmt::format("{}", fmt::join(behind, "; "))));
  };
  for (const auto& m : t.months)
    line("change_fail_rate", "share", m.month, m.rate, m.deployments, t.centre, m.low, m.high, m.signal, m.behind);
  for (const auto& f : t.figures)
    for (const auto& m : f.months) line(f.key, f.unit, m.month, m.value, m.n, f.centre, f.low, f.high, m.signal, m.behind);
  return out;
}

namespace {

constexpr double width = 640, height = 240, left = 64, top = 16, bottom = 200;

/// A frame with its axis, by how a share of its height is written.
struct Frame {
  double most = 1;
  std::size_t months = 1;
  double step() const { return months == 0 ? 0 : (width - left - 16) / double(months); }
  double x(std::size_t i) const { return left + step() * (double(i) + 0.5); }
  double y(double value) const { return bottom - (bottom - top) * value / most; }

  std::string open(const std::string& title, const std::string& description, const std::function<std::string(double)>& words) const {
    auto svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{} by month\"><style>svg{{font:11px "
        "system-ui,sans-serif;--ink:#222;--soft:#999;--band:#0001;--line:#2563eb;--out:#c2410c}}@media(prefers-color-scheme:dark){{svg{{--"
        "ink:#ddd;--soft:#888;--band:#fff2;--line:#7aa7ff;--out:#ff9466}}}}text{{fill:var(--ink)}}</style><title>{} by "
        "month</title><desc>{}</desc>",
        width, height, title, title, markdown::escaped(description));
    for (const double value : {0.0, most / 2, most})
      svg += fmt::format(
          "<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"var(--soft)\" stroke-width=\".5\"/><text x=\"{3}\" "
          "y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>",
          left, width - 16, y(value), left - 6, y(value) + 4, words(value));
    return svg;
  }
  std::string centre(double value) const {
    return fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"var(--soft)\" stroke-dasharray=\"4 3\"/>", left,
                       width - 16, y(value));
  }
  std::string band(std::size_t i, double low, double high) const {
    return fmt::format("<rect x=\"{:.1f}\" width=\"{:.1f}\" y=\"{:.1f}\" height=\"{:.1f}\" fill=\"var(--band)\"/>", x(i) - step() / 2,
                       step(), y(high), y(low) - y(high));
  }
  std::string label(std::size_t i, const std::string& month, std::int64_t n) const {
    std::string svg;
    if (months <= 14 || i % 3 == 0)
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>", x(i), bottom + 16, month.substr(2));
    return svg + fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\" fill-opacity=\".6\">{}</text>", x(i), bottom + 30, n);
  }
  std::string point(std::size_t i, double value, const std::string& words, const std::string& signal) const {
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"var({})\"><title>{}{}</title></circle>", x(i), y(value),
                       signal.empty() ? 3 : 5, signal.empty() ? "--line" : "--out", words, signal.empty() ? "" : "; " + signal);
  }
};

std::string polyline(const std::string& points) {
  return fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"var(--line)\" stroke-width=\"1.5\"/>", points);
}

}  // namespace

std::string to_svg(const Trend& t) {
  double most = 0.05;
  for (const auto& m : t.months) most = std::max({most, m.rate.value_or(0), m.high.value_or(0)});
  const Frame frame{std::min(1.0, most * 1.1), t.months.size()};
  auto svg = frame.open("Change fail rate", t.sentence, [](double share) { return fmt::format("{:.0f} %", share * 100); });
  if (t.centre) svg += frame.centre(*t.centre);
  std::string line, points;
  for (std::size_t i = 0; i < t.months.size(); ++i) {
    const auto& m = t.months[i];
    if (m.high) svg += frame.band(i, *m.low, *m.high);
    svg += frame.label(i, m.month, m.deployments);
    if (!m.rate) continue;
    line += fmt::format("{}{:.1f},{:.1f}", line.empty() ? "" : " ", frame.x(i), frame.y(*m.rate));
    points += frame.point(i, *m.rate, fmt::format("{}: {} of {} failed", m.month, m.failed, m.deployments), m.signal);
  }
  return svg + polyline(line) + points + "</svg>";
}

std::string to_svg(const TrendFigure& f) {
  double most = f.high.value_or(0);
  for (const auto& m : f.months) most = std::max(most, m.value.value_or(0));
  const Frame frame{most > 0 ? most * 1.1 : 1, f.months.size()};
  auto svg = frame.open(f.title, f.sentence, [&](double value) { return value == 0 ? std::string("0") : shown(value, f.unit); });
  if (f.centre) svg += frame.centre(*f.centre);
  std::string line, points;
  for (std::size_t i = 0; i < f.months.size(); ++i) {
    const auto& m = f.months[i];
    if (f.high) svg += frame.band(i, *f.low, *f.high);
    svg += frame.label(i, m.month, m.n);
    if (!m.value) continue;
    line += fmt::format("{}{:.1f},{:.1f}", line.empty() ? "" : " ", frame.x(i), frame.y(*m.value));
    points += frame.point(i, *m.value, fmt::format("{}: {} (n {})", m.month, shown(*m.value, f.unit), m.n), m.signal);
  }
  return svg + polyline(line) + points + "</svg>";
}

}  // namespace evenkeel::dora
