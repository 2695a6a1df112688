// The audit as a newcomer reads it.
#include <fmt/format.h>

#include "base/counted.hpp"
#include "retro/audit.hpp"

namespace evenkeel::retro {
namespace {

std::string hours_in_words(double hours) {
  return hours < 1 ? "an hour" : hours < 48 ? fmt::format("{:.0f} h", hours) : fmt::format("{:.0f} days", hours / 24);
}
std::string number(const std::optional<double>& value, const char* unit = "") {
  return value ? fmt::format("{:.{}f}{}", *value, *value < 10 ? 1 : 0, unit) : "no source";
}

std::string one_release(const AuditedRelease& r) {
  auto text = fmt::format("  {}  {}  {} by {}, {}, +{} -{} lines\n", r.version, to_date(r.date), counted(r.commits, "commit", "commits"),
                          counted(r.authors, "person", "people"), counted(r.files, "file", "files"), r.lines_added, r.lines_deleted);
  if (r.lead_time_hours)
    text += fmt::format("      written to released: half of the commits within {}, nine of ten within {}\n",
                        hours_in_words(r.lead_time_hours->median), hours_in_words(r.lead_time_hours->p90));
  if (r.deployment)
    text += fmt::format("      deployed to {}: {}{}\n", r.deployment->environment, json::enum_text(r.deployment->result),
                        r.deployment->minutes ? fmt::format(" after {:.0f} minutes", *r.deployment->minutes) : "");
  for (const auto& why : r.failed_because) text += "      ! " + why + "\n";
  return text;
}

std::string one_gate(const ProposedGate& gate) {
  auto text = fmt::format("  # {}\n", gate.why);
  std::string caught;
  for (const auto& version : gate.would_have_caught) caught += (caught.empty() ? "" : ", ") + version;
  text += caught.empty() ? std::string("  # nothing in these releases called for it; a sound start all the same\n")
                         : fmt::format("  # would have held {}", caught);
  if (!caught.empty()) text += gate.would_have_held_good ? fmt::format(" (and {} without a failure)\n", gate.would_have_held_good) : "\n";
  return text + fmt::format("  - {{name: {}, mode: {}}}\n", gate.gate, gate.mode);
}

/// A name that YAML reads as a text.
std::string name_in_yaml(const std::string& repository) {
  std::string name;
  for (const char c : repository.substr(repository.find_last_of('/') + 1)) name += std::isalnum(static_cast<unsigned char>(c)) ? c : ' ';
  return "\"" + (name.find_first_not_of(' ') == std::string::npos ? "Our organisation" : name) + "\"";
}

}  // namespace

std::string gates_yaml(const std::vector<ProposedGate>& gates) {
  std::string out = "gates:\n";
  for (const auto& gate : gates) out += one_gate(gate);
  return out;
}

std::string report(const Audit& audit, const std::string& repository, bool has_definitions) {
  const auto& a = audit.averages;
  std::string out = fmt::format("Audit of the last {} releases of {}\n\n", a.releases, repository);
  if (!audit.releases.empty()) {
    std::size_t failed = 0;
    for (const auto& r : audit.releases) failed += !r.failed_because.empty();
    out += fmt::format("{} of {} show a failure: {} had a hotfix within a week, {} had commits taken back after the release{}\n\n", failed,
                       a.releases, a.releases_with_hotfix, a.releases_with_reverted_commits,
                       a.rolled_back ? fmt::format(", {} were rolled back", *a.rolled_back) : "");
    out += "On average\n";
    out += fmt::format("  size of a release          {} commits, {} lines in {} files\n", number(a.commits), number(a.lines_changed),
                       number(a.files));
    out += fmt::format("  days between releases      {}\n", number(a.days_between_releases));
    out += fmt::format("  written to released        {}\n",
                       a.lead_time_hours_median ? hours_in_words(*a.lead_time_hours_median) : "no source");
    out += fmt::format("  a deployment takes         {}\n", number(a.deployment_minutes, " minutes"));
    const bool none_reported = a.customer_reports == 0;
    out += fmt::format("  first customer report      {}\n\nEach release, newest first\n",
                       none_reported ? "none came in" : number(a.minutes_to_first_customer_report, " minutes after deployment"));
    for (const auto& release : audit.releases) out += one_release(release);
  }
  if (!audit.gaps.empty()) {
    out += "\nWhat this audit cannot say\n";
    for (const auto& gap : audit.gaps) out += fmt::format("  {}\n      {}\n", gap.what, gap.how);
  }
  out += fmt::format("\nThree gates that would have helped, to be pasted into {}; in observe mode they report and stop nobody\n\n",
                     has_definitions ? "evenkeel.yaml" : "a new evenkeel.yaml, or written for you by `evenkeel init`");
  if (!has_definitions) out += fmt::format("name: {}\n", name_in_yaml(repository));
  return out + gates_yaml(audit.proposed_gates);
}

}  // namespace evenkeel::retro
