#include "dora/report.hpp"

#include <unordered_set>

#include "base/zone.hpp"
#include "dora/facts.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::dora {
namespace {

enum class Unit { number, share, hours, minutes, other };

struct Title {
  std::string_view key, title;
  Unit unit;
};
constexpr Title titles[] = {
    {"change_lead_time_hours_median", "Change lead time (median)", Unit::hours},
    {"deployments_per_week", "Deployments per week", Unit::number},
    {"failed_deployment_recovery_hours_median", "Failed deployment recovery time (median)", Unit::hours},
    {"change_fail_rate", "Change fail rate", Unit::share},
    {"deployment_rework_rate", "Deployment rework rate", Unit::share},
    {"median_deployment_days_per_week", "Deployment days per week (median)", Unit::number},
    {"median_deployment_days_per_month", "Deployment days per month (median)", Unit::number},
    {"median_days_with_deployments_per_week", "Deployment days per week (median)", Unit::number},
    {"change_failure_rate", "Change failure rate", Unit::share},
    {"median_lead_time_minutes", "Lead time (median)", Unit::minutes},
    {"median_failed_deployment_recovery_minutes", "Failed deployment recovery time (median)", Unit::minutes},
    {"median_time_to_restore_minutes", "Time to restore (median)", Unit::minutes},
    {"median_time_to_restore_hours", "Time to restore (median)", Unit::hours},
    {"deployments", "Deployments", Unit::number},
};

Title title_of(std::string_view key) {
  for (const auto& t : titles)
    if (t.key == key) return t;
  return {key, key, Unit::other};
}

std::string shown(double value, Unit unit) {
  switch (unit) {
    case Unit::share:
      return fmt::format("{:.3g} %", value * 100);
    case Unit::hours:
      return to_words(Millis{std::llround(value * 3600) * 1000});
    case Unit::minutes:
      return to_words(Millis{std::llround(value * 60) * 1000});
    default:
      return fmt::format("{:.3g}", value);
  }
}

FigureRow row_of(Figure f) {
  const auto title = title_of(f.key);
  FigureRow row{f.key, std::string(title.title), "", f.value, f.n, {}, {}, f.n < enough};
  if (f.interval) {
    row.low = f.interval->low, row.high = f.interval->high;
    row.interval = fmt::format("{} to {}", shown(*row.low, title.unit), shown(*row.high, title.unit));
  }
  if (f.value.is_null())
    row.text = "nothing to measure";
  else if (!f.value.is_number())
    row.text = f.value.is_string() ? std::string(f.value.get_string()) : json::dump(f.value);
  else
    row.text = (row.too_few ? fmt::format("too few ({}): ", f.n) : "") + shown(f.value.to_number<double>(), title.unit);
  return row;
}

/// "2026-06-09 11:05" on the wall of the zone.
std::string local_minute(SysTime at, const std::string& zone) {
  auto text = to_iso(SysTime{on_the_wall(at, zone).time_since_epoch()}).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string name_of(const StoredRun& run) { return fmt::format("{} {}", run.services, run.version); }

/// `incident`: the title of the one it caused; null: none.
Explained explained(const StoredRun& run, const std::string* incident) {
  Explained e{
      .kind = "deployment", .id = std::string(run.id), .what = name_of(run), .at = run.finished, .release = std::string(run.release_id)};
  if (run.result == PartResult::success || run.result == PartResult::rolled_back)
    e.counted_in = {"deployments_per_week", "change_fail_rate"};
  if (run.result == PartResult::rolled_back) {
    e.because = "failed: it was rolled back";
    if (run.restored) {
      e.counted_in.emplace_back("failed_deployment_recovery_hours_median");
      e.because += fmt::format(", the old version was proven back {} after it began", to_words(*run.restored - run.started));
    }
  } else if (run.result == PartResult::success) {
    e.counted_in.emplace_back("change_lead_time_hours_median");
    e.because = incident ? fmt::format("failed: it caused the incident \"{}\"", *incident) : "it stayed";
  } else
    e.because = run.release_id.empty() ? "not counted: it failed, as it was told" : "not counted: it was ended before its sequence had run";
  if (run.detected) {
    std::string by(run.detected_by);
    std::ranges::replace(by, '_', ' ');
    e.because += "; noticed first by " + by;
  }
  return e;
}

/// `run`: the name of the deployment that caused it.
Explained explained(const StoredIncident& i, const std::string& run) {
  Explained e{.kind = "incident", .id = i.id, .what = i.title, .at = i.started};
  if (i.run.empty())
    e.because = i.cause == "rejected" ? "not counted: somebody said that no deployment caused it"
                                      : "not counted: it is tied to no deployment of this window";
  else {
    e.counted_in = {"change_fail_rate"};
    if (i.mitigated || i.resolved) e.counted_in.emplace_back("failed_deployment_recovery_hours_median");
    e.because = fmt::format("caused by the deployment of {} ({})", run, i.cause);
  }
  return e;
}

/// What was counted where, by dora-2025's rules; the other definitions say the same of deployments and link incidents by their own. Of
/// more than `most_explained` the newest deployments that stayed are told, after all that did not.
void explain(const Stored& stored, Report& r) {
  std::unordered_map<std::string_view, std::string> incident_of;
  for (const auto& i : stored.incidents)
    if (!i.run.empty()) incident_of.emplace(i.run, i.title);
  std::unordered_map<std::string_view, const StoredRun*> run_of;
  if (!incident_of.empty())
    for (const auto& run : stored.runs) run_of.emplace(run.id, &run);
  const auto cause_of = [&](const StoredIncident& i) {
    const auto found = run_of.find(i.run);
    return found == run_of.end() ? "another window" : name_of(*found->second);
  };
  const auto failure_of = [&](const StoredRun& run) -> const std::string* {
    const auto found = incident_of.empty() ? incident_of.end() : incident_of.find(run.id);
    return found == incident_of.end() ? nullptr : &found->second;
  };
  const auto all = stored.runs.size() + stored.incidents.size();
  std::size_t stayed_untold = all > most_explained ? all - most_explained : 0;
  for (const auto& run : stored.runs) {
    const auto* incident = failure_of(run);
    if (r.behind.size() >= most_explained || (stayed_untold > 0 && run.result == PartResult::success && !incident)) {
      stayed_untold -= stayed_untold > 0;
      ++r.behind_left_out;
    } else
      r.behind.push_back(explained(run, incident));
  }
  for (const auto& i : stored.incidents) {
    if (r.behind.size() >= most_explained)
      ++r.behind_left_out;
    else
      r.behind.push_back(explained(i, cause_of(i)));
  }
}

void set_beside(store::Tx& tx, const Stored& stored, Report& r, bool on_record) {
  if (!r.service.empty() || !r.area.empty()) return;  // the audit was of the whole
  const auto kept = baseline_of(tx);
  if (!kept) return;
  std::optional<double> lead;
  std::int64_t n = 0;
  for (const auto& m : r.metrics) {
    if (!m.value.is_number()) continue;
    if (m.key == "change_lead_time_hours_median") lead = m.value.to_number<double>(), n = m.n;
    if (m.key == "median_lead_time_minutes") lead = m.value.to_number<double>() / 60, n = m.n;
  }
  r.baseline = beside(kept->averages, stored, lead, n, on_record);
  r.baseline_of = fmt::format("{} release{}{}, audited {}", kept->releases, kept->releases == 1 ? "" : "s",
                              kept->repository.empty() ? "" : " of " + kept->repository, local_date(kept->at, r.zone));
}

std::string sentence_of(const Report& r) {
  std::string text = fmt::format("{} deployment{}, {} failed", r.deployments, r.deployments == 1 ? "" : "s", r.failed);
  for (const auto& m : r.metrics)
    if (m.key == "failed_deployment_recovery_hours_median" && m.value.is_number())
      text += fmt::format("; recovered in {}{}", m.n > 1 ? "a median of " : "", shown(m.value.to_number<double>(), Unit::hours));
  if (r.deployments > 0 && r.deployments < enough) text += ". Too few for a rate";
  if (r.first_record) text += fmt::format(". Nothing is on record before {}", *r.first_record);
  return text + ".";
}

}  // namespace

Result<Report> stored_report(store::Tx& tx, const Ask& ask, SysTime now) {
  const auto definition = TRY(definition_from(ask.definition));
  const auto o = TRY(definitions::current(tx));
  Scope scope{{ask.from.value_or(ask.to.value_or(now) - std::chrono::days{30}), ask.to.value_or(now)},
              ask.service.value_or(""),
              ask.area.value_or("")};
  if (scope.window.to <= scope.window.from) return invalid("the window ends before it begins", "to");
  if (!scope.service.empty() && !definitions::find_service(*o, scope.service))
    return invalid(fmt::format("there is no service '{}'; evenkeel.yaml lists them under `services`", scope.service), "service");
  if (!scope.area.empty() && !definitions::find_area(*o, scope.area))
    return invalid(fmt::format("there is no area '{}'; evenkeel.yaml lists them under `areas`", scope.area), "area");
  const auto stored = read_stored(tx, *o, scope);
  Report r{o->name, std::string(name_of(definition)), scope.service, scope.area, scope.window.from, scope.window.to};
  r.zone = o->zone, r.first_day = local_date(r.from, r.zone), r.last_day = local_date(r.to, r.zone);
  for (auto& f : compute(stored.facts, definition))
    if (!f.value.is_object()) r.metrics.push_back(row_of(std::move(f)));
  std::unordered_set<std::string_view> causes;
  for (const auto& i : stored.facts.incidents)
    if (i.deployment && !i.deployment->empty()) causes.insert(*i.deployment);
  for (const auto& run : stored.runs) {
    const bool rolled_back = run.result == PartResult::rolled_back;
    if (!rolled_back && run.result != PartResult::success) continue;
    ++r.deployments;
    r.rolled_back += rolled_back;
    const bool failed = rolled_back || (!causes.empty() && causes.contains(run.id));
    r.failed += failed;
    r.found_by_customers += failed && run.detected_by == "customer";
  }
  r.incidents = std::int64_t(stored.incidents.size());
  explain(stored, r);
  for (auto& e : r.behind) e.when = local_minute(e.at, r.zone);
  const auto first = first_record(tx, *o);
  if (first && *first > r.from && *first <= r.to) r.first_record = local_date(*first, r.zone);
  set_beside(tx, stored, r, first.has_value());
  r.sentence = sentence_of(r);
  return r;
}

std::string to_markdown(const Report& r) {
  std::string out = fmt::format(
      "# Delivery of {}{}, {} to {} ({})\n\n{}\n\nBy the definition {}; intervals are 95 %. Below {} a figure says \"too few\".\n\n",
      r.organisation.empty() ? "the organisation" : markdown::of_plain(r.organisation),
      !r.service.empty() ? ", " + r.service
      : !r.area.empty()  ? ", " + r.area
                         : "",
      r.first_day.value_or(to_date(r.from)), r.last_day.value_or(to_date(r.to)), r.zone, r.sentence, r.definition, enough);
  out += "| Figure | Value | n | from | to |\n| --- | --- | ---: | ---: | ---: |\n";
  for (const auto& m : r.metrics) {
    const auto unit = title_of(m.key).unit;
    const auto edge = [&](const std::optional<double>& v) { return v ? shown(*v, unit) : std::string("-"); };
    out += fmt::format("| {} | {} | {} | {} | {} |\n", m.title, m.text, m.n, edge(m.low), edge(m.high));
  }
  if (!r.baseline.empty()) {
    out += fmt::format(
        "\n## Beside the first audit\n\n{}. \"No source\" is what nothing told of; \"none\" what did not happen.\n\n| Figure | Then | Now "
        "|\n| --- | --- | --- |\n",
        r.baseline_of);
    for (const auto& b : r.baseline)
      out += fmt::format("| {} | {} | {} |\n", markdown::of_cell(b.title), b.then.empty() ? "no source" : b.then,
                         b.now.empty() ? "no source" : b.now);
  }
  if (r.behind.empty()) return out;
  out += "\n## Behind the numbers\n\n";
  if (r.behind_left_out > 0)
    out += fmt::format(
        "The {} deployments and incidents below are those that count against the figures, and the newest of the rest; {} more "
        "stayed.\n\n",
        r.behind.size(), r.behind_left_out);
  for (const auto& e : r.behind)
    out += fmt::format("- {} {} {}: {}.\n", local_date(e.at, r.zone), e.kind, markdown::of_plain(e.what), markdown::of_plain(e.because));
  return out;
}

std::string to_csv(const Report& r) {
  const auto cell = [](std::string text) {
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) text.insert(0, "'");
    for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) text.insert(at, "\"");
    return '"' + text + '"';
  };
  const auto number = [](const std::optional<double>& v) { return v ? fmt::format("{}", *v) : std::string(); };
  std::string out = "figure,value,n,from,to,too_few,definition,window_from,window_to,service,area,zone\r\n";
  for (const auto& m : r.metrics)
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\r\n", cell(m.key),
                       m.value.is_number() ? json::dump(m.value)
                       : m.value.is_null() ? ""
                                           : cell(m.text),
                       m.n, number(m.low), number(m.high), m.too_few ? "yes" : "no", cell(r.definition), to_iso(r.from), to_iso(r.to),
                       cell(r.service), cell(r.area), cell(r.zone));
  for (const auto& b : r.baseline) {
    const auto line = [&](const char* when, const std::optional<double>& value, std::int64_t n) {
      if (value)
        out += fmt::format("{},{},{},,,{},{},{},{},,,\r\n", cell(fmt::format("{}, {}", b.title, when)), *value, n,
                           n < enough ? "yes" : "no", cell("first audit"), to_iso(r.from), to_iso(r.to));
    };
    line("then", b.then_value, b.n_then), line("now", b.now_value, b.n_now);
  }
  return out;
}

}  // namespace evenkeel::dora
