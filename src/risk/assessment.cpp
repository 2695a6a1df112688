#include "risk/assessment.hpp"

#include <cmath>

namespace evenkeel::risk {
namespace {

using definitions::Criticality;
using definitions::ServiceDef;

std::string first_criterion(const ServiceDef& s, health::MetricKind kind) {
  for (const auto& c : s.health.criteria)
    if (c.kind == kind) return c.name;
  return {};
}
std::string first_rollback(const ServiceDef& s) { return s.rollback.empty() ? "" : s.rollback.front().name; }

}  // namespace

BlastRadius blast_radius(const definitions::Organisation& o, const std::vector<std::string>& changed) {
  BlastRadius radius{.changed = changed};
  std::map<std::string, double> share;
  std::map<std::string, std::vector<std::string>> path;
  std::vector<std::string> queue;
  for (const auto& name : changed) {
    share[name] = 1;
    path[name] = {name};
    queue.push_back(name);
  }
  for (std::size_t i = 0; i < queue.size();
       ++i)  // breadth first against the edges; a better (larger) share is followed again, cycles end by the strict comparison
    for (const auto& s : o.services)
      for (const auto& d : s.depends_on) {
        const auto* provider = definitions::find_service(o, d.service);
        if (!provider || provider->name != queue[i]) continue;
        const double through = share[queue[i]] * d.share;
        if (share.contains(s.name) && share[s.name] >= through) continue;
        share[s.name] = through;
        path[s.name] = path[queue[i]];
        path[s.name].push_back(s.name);
        queue.push_back(s.name);
      }
  auto worst = Criticality::low;
  std::set<std::string> capabilities;
  for (const auto& [name, part] : share) {
    const auto* s = definitions::find_service(o, name);
    if (!s) continue;
    worst = std::max(worst, s->criticality);
    const auto users = static_cast<std::int64_t>(std::llround(static_cast<double>(s->users_per_hour) * part));
    radius.reached.push_back(
        {name, path[name], static_cast<std::int64_t>(std::llround(part * 1000)), users, std::string(json::enum_text(s->criticality))});
    radius.users_lower = std::max(radius.users_lower, users);
    radius.users_upper += users;
    for (const auto& c : s->capabilities) capabilities.insert(c);
  }
  const bool any_users = std::any_of(o.services.begin(), o.services.end(), [](const auto& s) { return s.users_per_hour > 0; });
  radius.upper_bound_only = std::any_of(o.services.begin(), o.services.end(), [](const auto& s) {
    return std::any_of(s.depends_on.begin(), s.depends_on.end(), [](const auto& d) { return d.share == 1; });
  });
  std::sort(radius.reached.begin(), radius.reached.end(),
            [](const auto& a, const auto& b) { return std::tie(b.users_per_hour, a.service) < std::tie(a.users_per_hour, b.service); });
  radius.severity = std::string(json::enum_text(worst));
  radius.capabilities.assign(capabilities.begin(), capabilities.end());
  std::string names;
  for (const auto& r : radius.reached) names += (names.empty() ? "" : ", ") + r.service;
  radius.sentence =
      any_users ? fmt::format("reaches {} ({} to {} users an hour{}); worst criticality {}", names, radius.users_lower, radius.users_upper,
                              radius.upper_bound_only ? ", an upper bound where no traffic share is known" : "", radius.severity)
                : fmt::format("reaches {}; no traffic figures are known; worst criticality {}", names, radius.severity);
  return radius;
}

RiskResult assess(const definitions::Organisation& o, const RiskFacts& facts, const BlastRadius& radius) {
  RiskResult result{.impact = radius.severity};
  std::vector<std::pair<double, std::string>> points;
  std::int64_t deployments = 0, failures = 0;
  for (const auto& [service, past] : facts.past) {
    deployments += past.first;
    failures += past.second;
  }
  const double base =
      (static_cast<double>(failures) + 1) / (static_cast<double>(deployments) + 20);  // Laplace with the industry's 5 % as prior
  double odds = base / (1 - base);
  const auto raise = [&](double factor, std::string why) {
    odds *= factor;
    points.emplace_back(factor, std::move(why));
  };

  std::int64_t lines = 0, files = 0, migrations = 0, one_way = 0, emergencies = 0;
  std::set<std::string> folders;
  for (const auto& c : facts.changes) {
    lines += c.lines_added + c.lines_deleted;
    files += static_cast<std::int64_t>(c.files.size());
    for (const auto& f : c.files) folders.insert(f.substr(0, f.find('/')));
    if (c.kind == ChangeKind::schema || c.kind == ChangeKind::data) ++migrations;
    if (c.one_way) ++one_way;
    if (c.tier == Tier::emergency) ++emergencies;
  }
  if (lines > o.classification.high_risk_lines)
    raise(2, fmt::format("{} lines change in {} files; above {} a release is cut smaller", lines, files, o.classification.high_risk_lines));
  if (facts.changes.size() > 10)
    raise(1.5, fmt::format("{} changes go out at once; smaller releases fail less often", facts.changes.size()));
  if (folders.size() > 3) raise(1.3, fmt::format("the changes touch {} parts of the repository", folders.size()));
  if (migrations > 0) raise(1.6, fmt::format("{} change{} a schema or data", migrations, migrations == 1 ? " changes" : "s change"));
  if (one_way > 0) raise(1.5, fmt::format("{} change{} cannot be undone", one_way, one_way == 1 ? "" : "s"));
  if (emergencies > 0) raise(1.5, fmt::format("{} emergency change{}", emergencies, emergencies == 1 ? "" : "s"));
  if (radius.severity == "critical") raise(1.3, "a critical service is reached");
  for (const auto& name : radius.changed)
    if (!facts.rehearsed.contains(name)) raise(1.3, fmt::format("the rollback of {} is not rehearsed", name));
  const double likelihood = odds / (1 + odds);
  result.likelihood_permille = static_cast<std::int64_t>(std::llround(likelihood * 1000));
  const bool severe = radius.severity == "critical" || radius.severity == "high";
  result.level = likelihood >= 0.3 || (likelihood >= 0.15 && severe)   ? RiskLevel::high
                 : likelihood >= 0.1 || (severe && likelihood >= 0.06) ? RiskLevel::medium
                                                                       : RiskLevel::low;
  std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (auto& [factor, why] : points) result.reasons.push_back(std::move(why));
  result.reasons.push_back(deployments == 0 ? "no deployment of these services is on record; the base rate is the industry's 5 %"
                                            : fmt::format("{} of {} earlier deployments of these services failed", failures, deployments));

  for (const auto& name : radius.changed) {
    const auto* s = definitions::find_service(o, name);
    if (!s) continue;
    const auto impact = std::string(json::enum_text(s->criticality));
    result.scenarios.push_back({fmt::format("{} answers with errors", name), "new code in its request path", impact,
                                result.likelihood_permille / 2, first_criterion(*s, health::MetricKind::rate), first_rollback(*s)});
    result.scenarios.push_back({fmt::format("{} becomes slow", name), "new code in its request path", impact,
                                result.likelihood_permille / 4, first_criterion(*s, health::MetricKind::latency), first_rollback(*s)});
    if (std::any_of(facts.changes.begin(), facts.changes.end(), [&](const Change& c) {
          return (c.kind == ChangeKind::schema || c.kind == ChangeKind::data) &&
                 std::find(c.services.begin(), c.services.end(), name) != c.services.end();
        }))
      result.scenarios.push_back({fmt::format("a migration of {} does not fit the running version", name), "a schema or data change",
                                  impact, result.likelihood_permille / 3, first_criterion(*s, health::MetricKind::rate),
                                  first_rollback(*s)});
  }
  return result;
}

}  // namespace evenkeel::risk
