#include "changelog/gates.hpp"
#include "planning/find.hpp"

#include "changelog/migration_guide.hpp"
#include "changelog/notes.hpp"

namespace evenkeel::changelog {
namespace {

using planning::Finding;
using planning::GateVerdict;
using planning::passed;
using planning::Stage;

std::string joined(const std::vector<std::string>& names, std::size_t most = 5) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) out += (i ? ", " : "") + names[i];
  if (names.size() > most) out += fmt::format(" and {} more", names.size() - most);
  return out;
}

Finding changelog_coverage(store::Tx& tx, const planning::Release& r, SysTime) {
  const auto missing = changes_without_entry(tx, r.id);
  if (!missing.empty())
    return {GateVerdict::fail,
            fmt::format("{} without an entry: {}", missing.size() == 1 ? "one change" : fmt::format("{} changes", missing.size()),
                        joined(missing)),
            "every change has an entry, or a reason why not",
            "",
            fmt::format("`evenkeel entries draft {}`", planning::called(r)),
            "author"};
  std::size_t told = 0, reasons = 0;
  for (const auto& e : entries_of(tx, r)) e.notable ? ++told : ++reasons;
  if (told + reasons == 0)
    return {GateVerdict::unknown,
            "the scope is empty",
            "every change has an entry, or a reason why not",
            "",
            fmt::format("`evenkeel change import {}`", planning::called(r)),
            "coordinator"};
  return passed(fmt::format("{} entries, {} changes not notable with a reason", told, reasons));
}

Finding notes_approved(store::Tx& tx, const planning::Release& r, SysTime) {
  Finding finding = passed("", "the customers' and the internal note approved as they stand");
  const auto complain = [&](std::string value, std::string evidence, std::string step, std::string who) {
    finding.verdict = GateVerdict::fail;
    finding.details.push_back({"notes_approved", std::move(value), finding.limit, std::move(evidence), std::move(step), std::move(who)});
  };
  for (const auto audience : {NoteAudience::customers, NoteAudience::internal}) {
    const auto name = json::enum_text(audience);
    const auto* approver = audience == NoteAudience::customers ? "product" : "author or support";
    const auto note = find_note(tx, r.id, audience);
    if (!note) {
      complain(fmt::format("the {} note is not drafted", name), "", fmt::format("`evenkeel notes draft {}`", planning::called(r)),
               "author");
      continue;
    }
    const auto stale = stale_entries(tx, *note);
    if (!stale.empty()) {
      complain(fmt::format("the {} note tells what left the release", name), stale.front(),
               fmt::format("edit it: `evenkeel notes edit {} --audience {}`", planning::called(r), name), "author");
      continue;
    }
    if (const auto wanted = needing_words(note->body); !wanted.empty()) {
      complain(fmt::format("{} of the {} note need{} words", wanted.size() == 1 ? "a line" : fmt::format("{} lines", wanted.size()), name,
                           wanted.size() == 1 ? "s" : ""),
               wanted.front().entry, fmt::format("`evenkeel entries edit {} --customer \"...\"`", wanted.front().entry), "author");
      continue;
    }
    const auto approval = approval_of(tx, *note);
    if (!approval) {
      complain(fmt::format("the {} note is not approved as it stands", name), note->id,
               fmt::format("`evenkeel notes approve {} --audience {}`", planning::called(r), name), approver);
      continue;
    }
    finding.value += fmt::format("{}{}: approved {}", finding.value.empty() ? "" : "; ", name, to_iso(approval->at));
    finding.evidence += (finding.evidence.empty() ? "" : ", ") + approval->id;
  }
  if (!finding.details.empty()) {
    const auto& first = finding.details.front();
    finding.value = first.value, finding.evidence = first.evidence, finding.next_step = first.next_step, finding.who = first.who;
  }
  return finding;
}

Finding migration_guides(store::Tx& tx, const planning::Release& r, SysTime) {
  std::vector<std::string> lacking;
  std::string evidence;
  const auto guides = guides_of(tx, r);
  for (const auto& g : guides) {
    if (g.missing.empty()) continue;
    lacking.push_back(g.missing == std::vector<std::string>{"the guide"} ? fmt::format("no migration guide for {}", g.text)
                                                                         : fmt::format("{} (lacks {})", g.text, joined(g.missing)));
    if (evidence.empty()) evidence = g.guide.entry_id;
  }
  if (lacking.empty())
    return passed(guides.empty() ? "nothing breaks" : fmt::format("{} breaking changes, each with its guide", guides.size()));
  return {GateVerdict::fail,
          joined(lacking),
          "who is affected, before and after, steps, deadline and how to check, for every breaking change",
          evidence,
          fmt::format("`evenkeel migration write {}`", evidence),
          "author, engineering_lead"};
}

}  // namespace

planning::Gates changelog_gates() {
  return {
      {"changelog_coverage", Stage::changelog, true, "Does every change have an entry, or a reason why not?", changelog_coverage},
      {"notes_approved", Stage::changelog, true, "Are the customers' and the internal note approved as they stand?", notes_approved},
      {"migration_guides", Stage::changelog, true, "Does every breaking change have a migration guide?", migration_guides},
  };
}

}  // namespace evenkeel::changelog
