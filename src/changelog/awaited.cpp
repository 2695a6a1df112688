#include "changelog/awaited.hpp"

#include "accounts/accounts.hpp"
#include "changelog/internal_brief.hpp"
#include "changelog/migration_guide.hpp"
#include "changelog/notes.hpp"
#include "planning/in_force.hpp"

namespace evenkeel::changelog {
namespace {

using definitions::Organisation;
using planning::Awaited;
using planning::called;
using planning::holders_of;
using planning::Release;

const char* words_for(NoteAudience audience) { return audience == NoteAudience::customers ? "customers" : "insiders"; }

void entries(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o) {
  const auto missing = changes_without_entry(tx, release.id);
  if (missing.empty()) return;
  all.push_back(
      {.act = "entries.draft",
       .gate = "changelog_coverage",
       .what = fmt::format("Draft the changelog: {} {} no entry", missing.size(), missing.size() == 1 ? "change has" : "changes have"),
       .command = "evenkeel entries draft " + called(release),
       .people = holders_of(tx, o, {Role::author}, release.area),
       .needs = "author",
       .due = release.window_start});
}

/// What keeps a drafted note from being approved, else its approval.
Awaited of_note(store::Tx& tx, const Release& release, const Organisation& o, const Note& note) {
  const auto ref = called(release);
  const auto audience = json::enum_text(note.audience);
  const bool customers = note.audience == NoteAudience::customers;
  const auto open = open_comments(tx, note.id);
  Awaited item{.subject = std::string(audience), .gate = "notes_approved", .due = release.window_start};
  if (!stale_entries(tx, note).empty()) {
    item.act = "notes.edit";
    item.what = fmt::format("Edit the note for {}: it tells what left the release", words_for(note.audience));
    item.command = fmt::format("evenkeel notes edit {} --audience {}", ref, audience);
    item.people = holders_of(tx, o, {Role::author}, release.area);
    item.needs = "author";
  } else if (const auto wanted = needing_words(note.body); !wanted.empty()) {
    item.act = "entries.edit";
    item.subject = wanted[0].entry;
    item.what = fmt::format("Say to {} what is different: {}{}", words_for(note.audience), wanted[0].about,
                            wanted.size() == 1 ? "" : fmt::format(", and {} more", wanted.size() - 1));
    item.command = fmt::format("evenkeel entries edit {} --customer TEXT", wanted[0].entry);
    item.people = holders_of(tx, o, {Role::author}, release.area);
    item.needs = "author";
  } else if (open > 0) {
    item.act = "notes.review";
    item.what = fmt::format("Answer and close {} on the note for {}", open == 1 ? "the comment" : fmt::format("{} comments", open),
                            words_for(note.audience));
    item.command = fmt::format("evenkeel notes review {} --audience {}", ref, audience);
    item.people = holders_of(tx, o, {Role::author}, release.area);
    item.needs = "author";
  } else {
    const auto approvers = customers ? std::vector{Role::product} : std::vector{Role::author, Role::support};
    item.act = "notes.approve";
    item.what = fmt::format("Read and approve the note for {}", words_for(note.audience));
    item.command = fmt::format("evenkeel notes approve {} --audience {}", ref, audience);
    item.people = holders_of(tx, o, approvers, release.area, {note.edited_by});
    item.needs = planning::any_of(approvers);
  }
  return item;
}

void notes(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o) {
  bool drafted = true;
  for (const auto audience : {NoteAudience::customers, NoteAudience::internal}) {
    const auto note = find_note(tx, release.id, audience);
    if (!note)
      drafted = false;
    else if (note->state == NoteState::draft && (!stale_entries(tx, *note).empty() || !approval_of(tx, *note)))
      all.push_back(of_note(tx, release, o, *note));
  }
  if (!drafted)
    all.push_back({.act = "notes.draft",
                   .gate = "notes_approved",
                   .what = "Draft the notes for customers and insiders",
                   .command = "evenkeel notes draft " + called(release),
                   .people = holders_of(tx, o, {Role::author}, release.area),
                   .needs = "author",
                   .due = release.window_start});
}

void guides(std::vector<Awaited>& all, store::Tx& tx, const Release& release, const Organisation& o) {
  for (const auto& g : guides_of(tx, release)) {
    if (g.missing.empty()) continue;
    all.push_back({.act = "migration.write",
                   .subject = g.guide.entry_id,
                   .gate = "migration_guides",
                   .what = fmt::format("Write the migration guide for \"{}\"", g.text),
                   .command = "evenkeel migration write " + g.guide.entry_id,
                   .people = holders_of(tx, o, {Role::author}, release.area),
                   .needs = "author",
                   .due = release.window_start});
  }
}

}  // namespace

std::vector<Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime) {
  if (release.stage > planning::Stage::validation) return {};
  const auto o = planning::in_force(tx, release);
  std::vector<Awaited> all;
  entries(all, tx, release, *o);
  notes(all, tx, release, *o);
  guides(all, tx, release, *o);
  return all;
}

std::vector<planning::AwaitedAnyTime> questions_awaited(store::Tx& tx, SysTime) {
  std::vector<planning::AwaitedAnyTime> all;
  for (const auto& q : store::all<NoteQuestion>(tx, "note_question", "WHERE answered_at IS NULL ORDER BY due_at")) {
    const auto release = planning::find_release(tx, q.release_id);
    if (!release) continue;
    const auto owner = accounts::person_by_id(tx, q.owner);
    all.push_back({release->id,
                   release->area,
                   {.act = "notes.answer",
                    .subject = q.id,
                    .what = fmt::format("Answer {}'s question on {}", accounts::name_of(tx, q.asked_by), release->title),
                    .command = fmt::format("evenkeel notes answer {} ANSWER", q.id),
                    .people = owner ? std::vector{owner->login} : std::vector<std::string>{},
                    .needs = "who owns the change",
                    .due = q.due_at,
                    .by_name = true}});
  }
  return all;
}

}  // namespace evenkeel::changelog
