#include "ledger/pack_story.hpp"

#include <fmt/format.h>

#include <set>

namespace evenkeel::ledger {
namespace {

/// A code span that nothing in the text can end: its fence is longer than any run of backticks in it (CommonMark 6.1).
std::string as_code(std::string_view text) {
  std::string line;
  std::size_t run = 0, longest = 0;
  for (const char c : text) {
    line += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  if (line.empty()) return "\"\"";
  const std::string fence(longest + 1, '`');
  const auto* room = line.front() == '`' || line.back() == '`' ? " " : "";
  return fence + room + line + room + fence;
}

const char* control_of(const std::string& kind) {
  if (kind.starts_with("release.planned") || kind.starts_with("changes.") || kind.starts_with("change."))
    return "CC8.1: changes are authorised and documented; A.8.32: change requests are recorded";
  if (kind.starts_with("risk.") || kind.starts_with("assessment.")) return "CC8.1: changes are assessed; A.8.32: impact is assessed";
  if (kind.starts_with("rollback.re") || kind.starts_with("rollback.doc")) return "A.8.32: fall-back procedures exist and are tested";
  if (kind.starts_with("tests.")) return "CC8.1: changes are tested; A.8.32: testing before production";
  if (kind.starts_with("signoff.") || kind.starts_with("decision.") || kind.starts_with("gate.") || kind.starts_with("security.") ||
      kind.starts_with("freeze_exception."))
    return "CC8.1: changes are approved, with separation of duties";
  if (kind.starts_with("run.") || kind.starts_with("step.") || kind.starts_with("deployment."))
    return "CC8.1: changes are implemented as approved";
  if (kind.starts_with("health.") || kind.starts_with("report.") || kind.starts_with("alert.") || kind.starts_with("rollback.") ||
      kind.starts_with("retrospective."))
    return "CC8.1: changes are monitored and corrected";
  if (kind.starts_with("communication.") || kind.starts_with("note.") || kind.starts_with("entry."))
    return "A.8.32: those affected are told";
  return "CC8.1: the record of the change";
}

}  // namespace

std::string story_of(const PackHead& head, const std::vector<IndexedEntry>& entries) {
  auto story = fmt::format("# {}\n\nWhat the ledger of {} holds about it, exported {}.\n\n", as_code(head.title),
                           as_code(head.organisation), head.exported);
  for (const auto& [index, e] : entries) {
    std::string facts;
    for (const auto& [name, value] : e.facts) facts += (facts.empty() ? "" : ", ") + as_code(name + " " + value);
    story += fmt::format("- {}: {} **{}** by {}{}{}\n", index, to_iso(e.at), e.kind, as_code(e.actor_kind + " " + e.actor),
                         facts.empty() ? "" : ": ", facts);
  }
  return story;
}

std::string controls_of(const std::vector<IndexedEntry>& entries) {
  std::string out = "# Controls\n\nWhich control each kind of entry serves.\n\n";
  std::set<std::string> seen;
  for (const auto& [index, e] : entries)
    if (seen.insert(e.kind).second) out += fmt::format("- `{}`: {}\n", e.kind, control_of(e.kind));
  return out;
}

}  // namespace evenkeel::ledger
