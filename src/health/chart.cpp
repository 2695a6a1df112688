#include "health/chart.hpp"

#include <fmt/format.h>

#include <cmath>

#include "markdown/markdown.hpp"

namespace evenkeel::health {
namespace {

constexpr double width = 680, height = 250, left = 56, right = 664, top = 34, bottom = 196;

/// The next of 1, 2, 5, 10, 20, ... times a power of ten, so that the axis has round numbers.
double round_up(double value) {
  if (!(value > 0)) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 4.0, 5.0, 10.0})
    if (value <= step * power * (1 + 1e-9)) return step * power;
  return 10 * power;
}

double greatest(const Chart& c) {
  double most = c.limit.value_or(0);
  for (const auto* line : {&c.now, &c.yesterday, &c.last_week})
    for (const auto& v : *line)
      if (v && std::isfinite(*v)) most = std::max(most, *v);
  return most;
}

class Drawing {
 public:
  explicit Drawing(const Chart& c) : chart_(c), most_(round_up(greatest(c) * 1.05)) {
    const auto n = std::max({c.now.size(), c.yesterday.size(), c.last_week.size(), std::size_t{1}});
    span_ = double(n) * double(c.step_ms);
  }

  std::string document() {
    open();
    axes();
    deployment();
    line(chart_.last_week, "week");
    line(chart_.yesterday, "yesterday");
    line(chart_.now, "now");
    markers();
    legend();
    return out_ + "</svg>";
  }

 private:
  double x(double ms) const { return left + (right - left) * std::clamp(ms / span_, 0.0, 1.0); }
  double x(SysTime t) const { return x(double((t - chart_.from).count())); }
  double y(double value) const { return bottom - (bottom - top) * std::clamp(value / most_, 0.0, 1.0); }
  std::string label(double value) const { return chart_.share ? fmt::format("{:.3g} %", value * 100) : fmt::format("{:.4g}", value); }

  void open() {
    const auto title = markdown::escaped(fmt::format("{} of {}", chart_.criterion, chart_.service));
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"><style>"
        ".chart{{font:12px system-ui,sans-serif;--ink:#14181f;--soft:#5b6675;--grid:#d8dee6;--now:#2456d6;--past:#8a94a3;--mark:#b4430c;"
        "--band:#b4430c22;max-width:100%}}.chart text{{fill:var(--ink)}}.chart .soft{{fill:var(--soft)}}.chart "
        "polyline{{fill:none;stroke-linejoin:round}}"
        "@media(prefers-color-scheme:dark){{.chart{{--ink:#e6e9ee;--soft:#98a2b3;--grid:#333b47;--now:#7aa2ff;--past:#98a2b3;--mark:#"
        "ff9466;"
        "--band:#ff946633}}}}@media print{{.chart{{--ink:#000;--soft:#444;--grid:#bbb;--now:#000;--past:#555;--mark:#000;--band:#0002}}}}"
        "</style><title>{}</title><text x=\"{}\" y=\"18\" font-weight=\"600\">{}</text>",
        width, height, title, title, left, title);
  }
  void axes() {
    for (const double part : {0.0, 0.5, 1.0})
      out_ += fmt::format(
          "<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"var(--grid)\"/><text class=\"soft\" x=\"{3}\" y=\"{4:.1f}\" "
          "text-anchor=\"end\">{5}</text>",
          left, right, y(most_ * part), left - 8, y(most_ * part) + 4, label(most_ * part));
    for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const auto at = chart_.from + Millis{std::llround(span_ * part)};
      out_ += fmt::format("<text class=\"soft\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>", x(span_ * part), bottom + 16,
                          part == 0   ? "start"
                          : part == 1 ? "end"
                                      : "middle",
                          span_ > 86'400'000.0 ? to_iso(at).substr(5, 11).replace(5, 1, " ") : to_iso(at).substr(11, 5));
    }
    if (chart_.limit)
      out_ += fmt::format(
          "<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"var(--mark)\" stroke-dasharray=\"6 3\"/><text x=\"{1}\" "
          "y=\"{3:.1f}\" text-anchor=\"end\">limit {4}</text>",
          left, right, y(*chart_.limit), y(*chart_.limit) - 4, label(*chart_.limit));
  }
  void deployment() {
    const double from = x(chart_.deployed_from), to = std::max(x(chart_.deployed_to), from + 2);
    out_ += fmt::format(
        "<rect x=\"{0:.1f}\" y=\"{1}\" width=\"{2:.1f}\" height=\"{3}\" fill=\"var(--band)\"/><line x1=\"{4:.1f}\" x2=\"{4:.1f}\" "
        "y1=\"{1}\" "
        "y2=\"{5}\" stroke=\"var(--mark)\" stroke-width=\"1.5\"/><text x=\"{6:.1f}\" y=\"{7}\">deployed {8}</text>",
        from, top, to - from, bottom - top, to, bottom, to + 5, top + 14, to_iso(chart_.deployed_to).substr(11, 5));
  }
  void line(const std::vector<std::optional<double>>& values, std::string_view kind) {
    const auto* style = kind == "now"         ? "stroke=\"var(--now)\" stroke-width=\"2\""
                        : kind == "yesterday" ? "stroke=\"var(--past)\" stroke-width=\"1.2\" stroke-dasharray=\"5 3\""
                                              : "stroke=\"var(--past)\" stroke-width=\"1.2\" stroke-dasharray=\"1 3\"";
    std::string points;
    const auto end = [&] {  // a gap in the samples is a gap in the line
      if (!points.empty()) out_ += fmt::format("<polyline points=\"{}\" {}/>", points, style);
      points.clear();
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!values[i] || !std::isfinite(*values[i])) {
        end();
        continue;
      }
      points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", x((double(i) + 0.5) * double(chart_.step_ms)), y(*values[i]));
    }
    end();
  }
  void markers() {
    double row = top + 30;
    for (const auto& m : chart_.markers) {
      if (m.at < chart_.from || double((m.at - chart_.from).count()) > span_) continue;
      const bool late = x(m.at) > (left + right) / 2;
      out_ += fmt::format(
          "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"var(--mark)\" stroke-dasharray=\"2 2\"/><text x=\"{3:.1f}\" "
          "y=\"{4:.1f}\" text-anchor=\"{5}\">{6}</text>",
          x(m.at), top, bottom, x(m.at) + (late ? -5 : 5), row, late ? "end" : "start", markdown::escaped(m.text));
      row = row > top + 74 ? top + 30 : row + 15;
    }
  }
  void legend() {
    const std::pair<const char*, const char*> entries[] = {
        {"this deployment", "stroke=\"var(--now)\" stroke-width=\"2\""},
        {"the day before", "stroke=\"var(--past)\" stroke-width=\"1.2\" stroke-dasharray=\"5 3\""},
        {"a week before", "stroke=\"var(--past)\" stroke-width=\"1.2\" stroke-dasharray=\"1 3\""}};
    double at = left;
    for (const auto& [text, style] : entries) {
      out_ += fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2}\" y2=\"{2}\" {3}/><text class=\"soft\" x=\"{4}\" y=\"{5}\">{6}</text>", at,
                          at + 26, height - 14, style, at + 32, height - 10, text);
      at += 150;
    }
    out_ += fmt::format("<text class=\"soft\" x=\"{}\" y=\"{}\" text-anchor=\"end\">UTC</text>", right, height - 10);
  }

  const Chart& chart_;
  double most_, span_ = 1;
  std::string out_;
};

}  // namespace

std::vector<std::optional<double>> chart_values(const Criterion& c, const SideSeries& series, std::optional<double> slow_from_ms) {
  std::vector<std::optional<double>> out;
  out.reserve(series.intervals.size());
  for (const auto& s : series.intervals) out.push_back(level_of(c, s, series.bounds_ms, slow_from_ms));
  return out;
}

std::string to_svg(const Chart& chart) { return Drawing(chart).document(); }

}  // namespace evenkeel::health
