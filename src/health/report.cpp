#include "health/report.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "health/sentence.hpp"

namespace evenkeel::health {
namespace {

std::string checkpoint_name(Millis after) { return json::duration_text(after); }

ReportCell cell_of(const std::string& checkpoint, const MetricVerdict& m) {
  return {checkpoint, m.state, m.ratio, m.canary_events, m.canary_total, m.control_events, m.control_total, m.detail};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
      continue;
    }
    if (c == '<') {
      out += "&lt;";
      continue;
    }
    if (c == '>') {
      out += "&gt;";
      continue;
    }
    if (c == '&') {
      out += "&amp;";
      continue;
    }
    if (std::string_view("|\\`*_[]#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

const char* words(MetricState state) {
  switch (state) {
    case MetricState::insufficient:
      return "too little data";
    case MetricState::no_data:
      return "**no data**";
    case MetricState::disturbed:
      return "**both sides degraded**";
    case MetricState::watch:
      return "watch";
    case MetricState::no_harm_seen:
      return "no harm seen";
    case MetricState::healthy:
      return "healthy";
    case MetricState::breach:
      return "**breach**";
  }
  return "";
}
const char* words(ReleaseVerdict verdict) {
  switch (verdict) {
    case ReleaseVerdict::healthy:
      return "Healthy";
    case ReleaseVerdict::no_harm_seen:
      return "No harm seen";
    case ReleaseVerdict::hold:
      return "Hold";
    case ReleaseVerdict::suspect:
      return "Suspect";
    case ReleaseVerdict::rollback_recommended:
      return "Rollback recommended";
  }
  return "";
}

std::string ratio_text(const RatioRange& r) {
  const auto end = [](std::optional<double> x) { return x ? fmt::format("{:.2f}", *x) : std::string("?"); };
  return r.low || r.high ? fmt::format(", {} to {} times", end(r.low), end(r.high)) : "";
}

std::string cell_text(const ReportCell& c) {
  std::string text = words(c.state);
  if (c.canary_total > 0 && c.control_total > 0)
    text += fmt::format("<br>{} of {} against {} of {}{}", grouped(c.canary_events), grouped(c.canary_total), grouped(c.control_events),
                        grouped(c.control_total), ratio_text(c.ratio));
  else if (c.canary_total > 0)
    text += fmt::format("<br>{} of {}", grouped(c.canary_events), grouped(c.canary_total));
  if (!c.detail.empty()) text += "<br>" + escaped(c.detail);
  return text;
}

}  // namespace

HealthReport make_report(const ReportSubject& subject, const CriteriaSet& set, const std::vector<Snapshot>& snapshots, SysTime now) {
  HealthReport report{.subject = subject, .made = now};
  report.criteria_hash = to_hex(criteria_hash(set)), report.method = method_version;
  for (const auto& n : set.not_applicable) report.not_covered.push_back(fmt::format("{}: {}", json::enum_text(n.covers), n.because));
  for (const auto after : report_checkpoints)
    if (snapshots.empty() || snapshots.back().after < after) report.owed.push_back(checkpoint_name(after));
  if (snapshots.empty()) {
    report.outcome = "Nothing has been judged yet.";
    return report;
  }
  const auto& last = snapshots.back().verdict;
  report.outcome = last.sentence, report.verdict = last.verdict, report.label = last.label;
  report.criteria_hash = last.criteria_hash, report.method = last.method;
  for (const auto& m : last.metrics) {
    ReportRow row{.criterion = m.name, .critical = m.critical};
    for (const auto& s : snapshots)
      for (const auto& then : s.verdict.metrics)
        if (then.name == m.name) row.cells.push_back(cell_of(checkpoint_name(s.after), then));
    report.rows.push_back(std::move(row));
    report.coverage.push_back({m.name, m.intervals, last.intervals});
  }
  for (const auto& s : snapshots) report.checkpoints.push_back(checkpoint_name(s.after));
  return report;
}

std::string to_markdown(const HealthReport& r) {
  std::string out = fmt::format("# Health of {}\n\n", escaped(r.subject.release));
  out += fmt::format("{} {} in {}, deployed {}.\n\n", escaped(r.subject.service), escaped(r.subject.version),
                     escaped(r.subject.environment), to_iso(r.subject.deployed));
  out += fmt::format("**{}.** {}\n\n", words(r.verdict), escaped(r.outcome));
  if (!r.rows.empty()) {
    out += "| criterion |";
    for (const auto& c : r.checkpoints) out += " " + c + " |";
    out += "\n|---|";
    for (std::size_t i = 0; i < r.checkpoints.size(); ++i) out += "---|";
    out += "\n";
    for (const auto& row : r.rows) {
      out += fmt::format("| {}{} |", escaped(row.criterion), row.critical ? "" : " (shown only)");
      for (const auto& c : row.cells) out += " " + cell_text(c) + " |";
      out += "\n";
    }
    out += "\n## Coverage\n\n";
    for (const auto& c : r.coverage)
      out += fmt::format("- {}: data on both sides in {} of {} intervals\n", escaped(c.criterion), c.with_data, c.intervals);
  }
  for (const auto& n : r.not_covered) out += fmt::format("- not looked at: {}\n", escaped(n));
  if (!r.owed.empty()) {
    out += "\nStill to come:";
    for (std::size_t i = 0; i < r.owed.size(); ++i) out += (i ? ", " : " ") + r.owed[i];
    out += ".\n";
  }
  out += fmt::format("\nJudged by `{}`{}{}; criteria `{}`. Made {}.\n", r.method, r.label.empty() ? "" : ", ", r.label,
                     r.criteria_hash.substr(0, 16), to_iso(r.made));
  return out;
}

}  // namespace evenkeel::health
