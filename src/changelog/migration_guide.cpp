#include "changelog/migration_guide.hpp"

#include "changelog/events.hpp"

namespace evenkeel::changelog {
namespace {

std::optional<MigrationGuide> guide_of(store::Tx& tx, const EntryId& entry_id) {
  return store::one<MigrationGuide>(tx, "migration_guide", "WHERE entry_id = $1", {entry_id});
}
bool is_empty(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

std::string guide_text(const MigrationGuide& g) {
  std::string out;
  const auto part = [&](std::string_view title, const std::string& text) {
    if (!is_empty(text)) out += fmt::format("{}**{}** {}", out.empty() ? "" : "\n\n", title, text);
  };
  part("Who is affected:", g.affected);
  part("Before:", g.before_use);
  part("After:", g.after_use);
  if (!g.steps.empty()) {
    out += std::string(out.empty() ? "" : "\n\n") + "**What to do:**\n";
    for (std::size_t i = 0; i < g.steps.size(); ++i) out += fmt::format("\n{}. {}", i + 1, g.steps[i]);
  }
  if (g.deadline) part("Until:", to_date(*g.deadline));
  part("How to check:", g.how_to_check);
  return out;
}

std::vector<std::string> missing_parts(const MigrationGuide& g, std::optional<SysTime> release_at, Millis notice) {
  std::vector<std::string> out;
  if (is_empty(g.affected)) out.emplace_back("who is affected");
  if (is_empty(g.before_use)) out.emplace_back("how it was done before");
  if (is_empty(g.after_use)) out.emplace_back("how it is done after");
  if (g.steps.empty()) out.emplace_back("the steps");
  if (!g.deadline)
    out.emplace_back("the deadline");
  else if (release_at && notice > Millis{0} && *g.deadline < *release_at + notice)
    out.push_back(fmt::format("a deadline that leaves {} from the release on", to_words(notice)));
  if (is_empty(g.how_to_check)) out.emplace_back("how to check that it is done");
  return out;
}

Result<MigrationGuide> write_guide(Work& work, const WriteGuide& command) {
  const auto entry = store::one<ChangelogEntry>(work.tx, "changelog_entry", "WHERE id = $1 OR change_id = $1", {command.entry});
  if (!entry) return not_found(fmt::format("there is no changelog entry '{}'; `evenkeel entries list` names them", command.entry));
  if (!entry->breaking) return conflict("this change breaks nothing; a migration guide belongs to a breaking change");
  auto guide = guide_of(work.tx, entry->id).value_or(MigrationGuide{.entry_id = entry->id, .release_id = entry->release_id});
  const bool is_new = guide.id.empty();
  if (is_new) guide.id = work.new_id("mig");
  if (command.affected) guide.affected = *command.affected;
  if (command.before) guide.before_use = *command.before;
  if (command.after) guide.after_use = *command.after;
  if (command.how_to_check) guide.how_to_check = *command.how_to_check;
  if (command.steps) guide.steps = *command.steps;
  if (command.deadline) guide.deadline = command.deadline;
  guide.written_by = work.actor.id;
  guide.written_at = work.now;
  // The entry keeps the words, so that every note tells them; its own rules of authority and stage hold.
  EditEntry words;
  words.entry = entry->id;
  words.migration_text = guide_text(guide);
  TRY(edit_entry(work, words));
  if (is_new)
    store::insert(work.tx, "migration_guide", guide);
  else
    store::update(work.tx, "migration_guide", guide);
  record(work, GuideWritten{.entry = entry->id, .text_hash = to_hex(sha256(*words.migration_text))},
         {.subject = guide.id, .release = guide.release_id});
  return guide;
}

std::vector<GuideView> guides_of(store::Tx& tx, const planning::Release& release) {
  const auto o = planning::organisation_of(tx, release);
  std::vector<GuideView> out;
  for (const auto& e : entries_of(tx, release)) {
    if (!e.notable || !e.breaking) continue;
    GuideView view{.guide = guide_of(tx, e.id).value_or(MigrationGuide{.entry_id = e.id, .release_id = release.id}),
                   .version = release.version,
                   .text = e.text,
                   .missing = {}};
    if (!view.guide.id.empty())
      view.missing = missing_parts(view.guide, release.window_start, o->migration_notice);
    else if (is_empty(e.migration_text))
      view.missing = {"the guide"};
    out.push_back(std::move(view));  // words written without the form are taken as they are
  }
  return out;
}

}  // namespace evenkeel::changelog
