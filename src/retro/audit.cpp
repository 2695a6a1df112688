#include "retro/audit.hpp"

#include <fmt/format.h>

#include "base/semver.hpp"
#include "deploy/cause.hpp"

namespace evenkeel::retro {
namespace {

using std::chrono::hours;

double in_hours(Millis d) { return double(d.count()) / 3'600'000.0; }
double in_minutes(Millis d) { return double(d.count()) / 60'000.0; }
double rounded(double value) { return std::round(value * 100) / 100; }

/// Linear interpolation between the two nearest values; `sorted` is not empty.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * double(sorted.size() - 1);
  const auto below = std::size_t(at);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - double(below)) * (sorted[above] - sorted[below]);
}
std::optional<double> mean(const std::vector<double>& values) {
  if (values.empty()) return {};
  double sum = 0;
  for (const double v : values) sum += v;
  return rounded(sum / double(values.size()));
}
std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return rounded(quantile(values, 0.5));
}

std::string version_of(const gitlog::Tag& tag) {
  const auto version = gitlog::version_of_tag(tag.name);
  return version ? version->version : tag.name;
}
std::string_view without_v(std::string_view version) {
  return version.size() > 1 && (version[0] == 'v' || version[0] == 'V') ? version.substr(1) : version;
}

// ---- what git says --------------------------------------------------------------------------------------------------

std::optional<LeadTime> lead_time(const gitlog::History& history, const gitlog::TaggedRelease& release, SysTime released) {
  std::vector<double> waits;
  for (const auto place : release.commits)
    if (const auto& commit = history.commits[place]; !commit.is_merge())
      waits.push_back(std::max(0.0, in_hours(released - commit.authored)));
  if (waits.empty()) return {};
  std::sort(waits.begin(), waits.end());
  return LeadTime{rounded(quantile(waits, 0.5)), rounded(quantile(waits, 0.9))};
}

std::int64_t count_authors(const gitlog::History& history, const gitlog::TaggedRelease& release) {
  std::set<std::string> addresses;
  for (const auto place : release.commits) {
    auto address = history.commits[place].author_email;
    std::transform(address.begin(), address.end(), address.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    addresses.insert(std::move(address));
  }
  return std::int64_t(addresses.size());
}

/// "X.Y.(Z+1)" of the same family within seven days.
std::optional<Hotfix> find_hotfix(const gitlog::Tag& tag, const std::vector<gitlog::Tag>& all) {
  const auto own = gitlog::version_of_tag(tag.name);
  const auto version = own ? parse_semver(own->version) : parse_semver("");
  if (!version || !version->prerelease.empty()) return {};
  const auto next = next_version(*version, Bump::patch);
  for (const auto& other : all) {
    const auto theirs = gitlog::version_of_tag(other.name);
    if (!theirs || theirs->family != own->family || theirs->version != next) continue;
    const auto wait = other.date - tag.date;
    if (wait >= Millis{0} && wait <= hours{24 * 7}) return Hotfix{next, rounded(in_hours(wait))};
  }
  return {};
}

// ---- what records say -----------------------------------------------------------------------------------------------

bool any_production(const std::vector<DeploymentRecord>& all) {
  return std::any_of(all.begin(), all.end(), [](const auto& d) { return dora::is_production(d.environment); });
}

/// Deployments to production (where no record names one, to anywhere), by the version that they put out; and those that put out an older
/// one than ran there, by the version they rolled back.
struct ByVersion {
  std::map<std::string, std::vector<const DeploymentRecord*>, std::less<>> out, rollbacks;
};

ByVersion by_version(const std::vector<DeploymentRecord>& all) {
  const bool production_only = any_production(all);
  std::vector<const DeploymentRecord*> in_order;
  for (const auto& d : all)
    if (!production_only || dora::is_production(d.environment)) in_order.push_back(&d);
  std::stable_sort(in_order.begin(), in_order.end(), [](const auto* a, const auto* b) { return a->started < b->started; });
  ByVersion by;
  struct Place {
    const DeploymentRecord* runs = nullptr;
    std::set<std::string> seen;
  };
  std::map<std::pair<std::string, std::string>, Place> places;  // by service and environment
  for (const auto* d : in_order) {
    const std::string version{without_v(d->version)};
    auto& place = places[{d->service, d->environment}];
    const bool older = place.runs && gitlog::compare_versions(version, without_v(place.runs->version)) < 0;
    const bool again = place.seen.contains(version);
    if (older && (again || place.runs->result == DeploymentResult::success))
      by.rollbacks[std::string(without_v(place.runs->version))].push_back(d);
    if (!older || !again) by.out[version].push_back(d);
    place.seen.insert(version);
    if (d->result != DeploymentResult::failure) place.runs = d;  // one that was rolled back ran until it was
  }
  return by;
}

/// The deployment an incident belongs to: the one it names, else by the rule of deploy/cause.hpp.
const DeploymentRecord* deployment_of(const IncidentRecord& incident, const std::vector<DeploymentRecord>& all) {
  const bool production_only = any_production(all);
  const DeploymentRecord* best = nullptr;
  for (const auto& d : all) {
    if (incident.deployment) {
      if (d.id == *incident.deployment) return &d;
      continue;
    }
    const bool fits = (!incident.service || d.service == *incident.service) && deploy::may_have_caused(d.started, incident.created) &&
                      (!production_only || dora::is_production(d.environment));
    if (fits && (!best || d.started > best->started)) best = &d;
  }
  return best;
}

std::optional<ReleaseDeployment> deployment(std::string_view version, const AuditInput& input) {
  if (!input.deployments) return {};
  auto by = by_version(*input.deployments);
  const auto& records = by.out[std::string(without_v(version))];
  if (records.empty()) return {};
  ReleaseDeployment told{.started = records.front()->started, .environment = records.front()->environment};
  bool all_ended = true;
  std::vector<double> minutes;
  for (const auto* d : records) {
    told.ids.push_back(d->id);
    told.started = std::min(told.started, d->started);
    all_ended &= d->finished.has_value();
    if (d->finished) minutes.push_back(in_minutes(*d->finished - d->started));
    if (d->finished && (!told.finished || *d->finished > *told.finished)) told.finished = d->finished;
    told.result = std::max(told.result, d->result);
  }
  if (!all_ended) told.finished.reset();
  told.minutes = mean(minutes);
  for (const auto* d : by.rollbacks[std::string(without_v(version))]) told.rolled_back_by.push_back(d->id);
  if (!told.rolled_back_by.empty()) told.result = DeploymentResult::rolled_back;
  if (!input.incidents) return told;
  for (const auto& incident : *input.incidents) {
    const auto* cause = deployment_of(incident, *input.deployments);
    if (!cause || std::find(records.begin(), records.end(), cause) == records.end()) continue;
    told.incidents.push_back(incident.id);
    if (incident.source != IncidentSource::customer) continue;
    const double minutes = std::max(0.0, rounded(in_minutes(incident.created - cause->finished.value_or(cause->started))));
    if (!told.minutes_to_first_customer_report || minutes < *told.minutes_to_first_customer_report)
      told.minutes_to_first_customer_report = minutes;
  }
  return told;
}

// ---- one release ----------------------------------------------------------------------------------------------------

std::vector<std::string> failures(const AuditedRelease& release) {
  std::vector<std::string> all;
  if (release.deployment && release.deployment->result == DeploymentResult::rolled_back)
    all.push_back(release.deployment->rolled_back_by.empty()
                      ? std::string("it was rolled back")
                      : fmt::format("it was rolled back (deployment {})", fmt::join(release.deployment->rolled_back_by, ", ")));
  if (release.deployment && release.deployment->result == DeploymentResult::failure) all.push_back("its deployment failed");
  if (release.deployment && release.deployment->minutes_to_first_customer_report)
    all.push_back(fmt::format("a customer reported an issue after {:.0f} minutes", *release.deployment->minutes_to_first_customer_report));
  else if (release.deployment && !release.deployment->incidents.empty())
    all.push_back(
        fmt::format("{} incident{} followed", release.deployment->incidents.size(), release.deployment->incidents.size() == 1 ? "" : "s"));
  if (release.hotfix)
    all.push_back(fmt::format("hotfix {} came {} later", release.hotfix->version,
                              to_words(std::chrono::minutes(std::int64_t(std::ceil(release.hotfix->hours_after * 60))))));
  const auto late = std::count_if(release.reverted.begin(), release.reverted.end(), [](const auto& r) { return r.after_release; });
  if (late) all.push_back(fmt::format("{} of its commits {} taken back afterwards", late, late == 1 ? "was" : "were"));
  return all;
}

AuditedRelease audit_release(const AuditInput& input, const ReleaseToAudit& item,
                             const std::unordered_map<std::size_t, std::size_t>& reverted_by) {
  const auto& tag = *item.release.tag;
  AuditedRelease out{.version = version_of(tag), .tag = tag.name, .date = tag.date, .commits = std::int64_t(item.release.commits.size())};
  out.authors = count_authors(input.history, item.release);
  out.files = item.size.files;
  out.lines_added = item.size.lines_added;
  out.lines_deleted = item.size.lines_deleted;
  out.deployment = deployment(out.version, input);
  out.lead_time_hours =
      lead_time(input.history, item.release, out.deployment && out.deployment->finished ? *out.deployment->finished : tag.date);
  const std::set<std::size_t> own(item.release.commits.begin(), item.release.commits.end());
  for (const auto place : item.release.commits)
    if (const auto by = reverted_by.find(place); by != reverted_by.end())
      out.reverted.push_back({input.history.commits[place].sha, input.history.commits[by->second].sha, !own.contains(by->second)});
  out.hotfix = find_hotfix(tag, input.all_tags);
  out.failed_because = failures(out);
  return out;
}

// ---- over all releases ----------------------------------------------------------------------------------------------

Averages averages(const std::vector<AuditedRelease>& releases, const AuditInput& input) {
  std::vector<double> commits, authors, files, lines, leads, pauses, minutes, reports;
  Averages a{.releases = std::int64_t(releases.size())};
  for (std::size_t i = 0; i < releases.size(); ++i) {
    const auto& r = releases[i];
    commits.push_back(double(r.commits));
    authors.push_back(double(r.authors));
    files.push_back(double(r.files));
    lines.push_back(double(r.lines_added + r.lines_deleted));
    if (r.lead_time_hours) leads.push_back(r.lead_time_hours->median);
    if (i + 1 < releases.size()) pauses.push_back(in_hours(r.date - releases[i + 1].date) / 24);
    a.releases_with_hotfix += r.hotfix.has_value();
    a.releases_with_reverted_commits += std::any_of(r.reverted.begin(), r.reverted.end(), [](const auto& x) { return x.after_release; });
    if (!r.deployment) continue;
    a.rolled_back = a.rolled_back.value_or(0) + (r.deployment->result == DeploymentResult::rolled_back);
    if (r.deployment->minutes) minutes.push_back(*r.deployment->minutes);
    if (r.deployment->minutes_to_first_customer_report) reports.push_back(*r.deployment->minutes_to_first_customer_report);
  }
  a.commits = mean(commits);
  a.authors = mean(authors);
  a.files = mean(files);
  a.lines_changed = mean(lines);
  a.lead_time_hours_median = median(leads);
  a.days_between_releases = mean(pauses);
  a.deployment_minutes = mean(minutes);
  if (input.incidents && a.rolled_back) {
    a.customer_reports = std::int64_t(reports.size());
    a.minutes_to_first_customer_report = mean(reports);
  }
  return a;
}

/// The highest final version of the main family, wherever it is.
const gitlog::Tag* highest(const std::vector<gitlog::Tag>& family) {
  const gitlog::Tag* best = nullptr;
  for (const auto& tag : family) {
    const auto version = gitlog::version_of_tag(tag.name);
    if (version && !version->prerelease && (!best || gitlog::compare_versions(version_of(*best), version->version) < 0)) best = &tag;
  }
  return best;
}

std::vector<Gap> find_gaps(const std::vector<AuditedRelease>& releases, const AuditInput& input) {
  std::vector<Gap> gaps;
  if (input.shallow)
    gaps.push_back({"the clone is shallow: older commits and releases are missing", "git fetch --unshallow --tags, then run again"});
  const auto family = gitlog::main_family(input.all_tags);
  const auto* newest = highest(family);
  if (releases.empty() && family.empty())
    gaps.push_back(
        {"the repository has no tag that names a version, so no release can be seen", "tag releases, for example: git tag v1.0.0"});
  else if (releases.empty())
    gaps.push_back({fmt::format("no version tag is on this history; {} are on other branches", family.size()),
                    fmt::format("--rev {} (or the branch you release from)", newest ? newest->name : family.front().name)});
  else {
    if (releases.size() < input.asked)
      gaps.push_back({fmt::format("{} releases were asked for, the history has {}", input.asked, releases.size()),
                      "fewer is what there is; averages over few releases say little"});
    if (newest && gitlog::compare_versions(version_of(*newest), releases.front().version) > 0)
      gaps.push_back({fmt::format("newer releases, up to {}, are tagged on other branches", version_of(*newest)),
                      fmt::format("--rev {} (or the branch you release from)", newest->name)});
  }
  if (!input.deployments)
    gaps.push_back({"how long deployments took, and how many failed or were rolled back", "--deployments FILE"});
  else {
    std::string missing;
    for (const auto& r : releases)
      if (!r.deployment) missing += (missing.empty() ? "" : ", ") + r.version;
    if (!missing.empty()) gaps.push_back({"no deployment is recorded for " + missing, "--deployments FILE with these versions"});
  }
  if (!input.incidents)
    gaps.push_back({"how long it took until the first customer reported an issue",
                    "--incidents FILE" + std::string(input.deployments ? "" : " together with --deployments FILE")});
  else if (!input.deployments)
    gaps.push_back({"incidents were given, but nothing to tie them to", "--deployments FILE"});
  return gaps;
}

/// A gate as it would have acted: did it hold this release?
struct Candidate {
  ProposedGate gate;
  std::function<bool(const AuditedRelease&)> holds;
};

bool on_weekend_eve(SysTime t) {
  const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(t)};
  return day == std::chrono::Friday || day == std::chrono::Saturday || day == std::chrono::Sunday;
}

std::vector<Candidate> candidates(const std::vector<AuditedRelease>& releases) {
  std::vector<double> commits;
  for (const auto& r : releases) commits.push_back(double(r.commits));
  const auto limit = std::max<std::int64_t>(5, std::int64_t(std::ceil(median(commits).value_or(0) * 1.5)));
  const auto taken_back = [](const AuditedRelease& r) {
    return std::any_of(r.reverted.begin(), r.reverted.end(), [](const auto& x) { return x.after_release; });
  };
  std::vector<Candidate> all;
  all.push_back({{.gate = "health_criteria",
                  .why = "what healthy means is said before: a part of the traffic meets the new version first, and its verdict decides"},
                 [](const AuditedRelease& r) {
                   return r.hotfix ||
                          (r.deployment && (r.deployment->result != DeploymentResult::success || !r.deployment->incidents.empty()));
                 }});
  all.push_back(
      {{.gate = "changes_reversible",
        .why = "what cannot be taken back is known before it goes out; that the way back was walked in staging is asked always"},
       [=](const AuditedRelease& r) { return taken_back(r) || (r.deployment && r.deployment->result != DeploymentResult::success); }});
  all.push_back(
      {{.gate = "risk_assessed",
        .why = fmt::format("above {} commits a release is hard to judge and to take back; the assessment weighs its size", limit)},
       [=](const AuditedRelease& r) { return r.commits > limit; }});
  all.push_back({{.gate = "on_call_present",
                  .why = "releases before and on a weekend meet few people who can help: somebody is on call while it goes out"},
                 [](const AuditedRelease& r) { return on_weekend_eve(r.deployment ? r.deployment->started : r.date); }});
  return all;
}

/// The three that would have caught most; among equals those that hold fewer good releases, then the order above.
std::vector<ProposedGate> propose_gates(const std::vector<AuditedRelease>& releases) {
  auto all = candidates(releases);
  for (auto& [gate, holds] : all)
    for (const auto& release : releases) {
      if (!holds(release)) continue;
      if (release.failed_because.empty())
        ++gate.would_have_held_good;
      else
        gate.would_have_caught.push_back(release.version);
    }
  std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    if (a.gate.would_have_caught.size() != b.gate.would_have_caught.size())
      return a.gate.would_have_caught.size() > b.gate.would_have_caught.size();
    return a.gate.would_have_caught.empty() ? false : a.gate.would_have_held_good < b.gate.would_have_held_good;
  });
  std::vector<ProposedGate> three;
  for (std::size_t i = 0; i < all.size() && i < 3; ++i) three.push_back(std::move(all[i].gate));
  return three;
}

}  // namespace

std::vector<ReleaseToAudit> releases_to_audit(const gitlog::History& history, std::size_t last) {
  auto tags = gitlog::main_family(history.tags);
  const auto is_final = [](const gitlog::Tag& tag) { return !gitlog::version_of_tag(tag.name)->prerelease; };
  if (std::any_of(tags.begin(), tags.end(), is_final)) std::erase_if(tags, [&](const auto& tag) { return !is_final(tag); });
  auto releases = gitlog::split_into_releases(history, tags);
  if (!releases.empty() && !releases.front().tag) releases.erase(releases.begin());
  std::vector<ReleaseToAudit> chosen;
  for (std::size_t i = 0; i < releases.size() && i < last; ++i)
    chosen.push_back({releases[i], i + 1 < releases.size() ? std::optional(releases[i + 1].tag->name) : std::nullopt, {}});
  return chosen;
}

Audit audit(const AuditInput& input) {
  Audit out;
  const auto reverted_by = gitlog::reverted_by(gitlog::find_reverts(input.history));
  for (const auto& item : input.releases) out.releases.push_back(audit_release(input, item, reverted_by));
  out.averages = averages(out.releases, input);
  out.gaps = find_gaps(out.releases, input);
  out.proposed_gates = propose_gates(out.releases);
  return out;
}

}  // namespace evenkeel::retro
