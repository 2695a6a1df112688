#include "changelog/review.hpp"

#include "accounts/accounts.hpp"
#include "changelog/events.hpp"
#include "changelog/launch.hpp"

#include "changelog/note_text.hpp"

namespace evenkeel::changelog {
namespace {

CommentView view_of(const Work& work, const NoteComment& c) {
  return {c.id,
          c.line,
          c.excerpt,
          accounts::name_of(work.tx, c.person),
          work.read_text(c.comment_text),
          c.at,
          c.resolved_by.empty() ? "" : accounts::name_of(work.tx, c.resolved_by)};
}

std::string line_of(const std::string& body, std::int64_t number) {
  std::size_t from = 0;
  for (std::int64_t i = 1; i < number; ++i) {
    from = body.find('\n', from);
    if (from == std::string::npos) return {};
    ++from;
  }
  return body.substr(from, body.find('\n', from) - from).substr(0, 200);
}

/// Tickets of every change of the release; what the numbers turned out not to be is left out.
std::map<std::string, std::vector<ToldTicket>> told_tickets(store::Tx& tx, const planning::Release& release) {
  std::map<std::string, Ticket> read;
  for (auto& t : tickets_of(tx, release.id)) read[t.reference] = std::move(t);
  std::map<std::string, std::vector<ToldTicket>> out;
  for (const auto& [change, named] : tickets_by_change(tx, release))
    for (const auto& reference : named.references) {
      const auto known = read.find(reference);
      if (known == read.end())
        out[change].push_back({.reference = reference});
      else if (const auto& t = known->second; t.state != TicketState::none)
        out[change].push_back({t.reference, t.title, t.url, t.state, t.problem, t.read_at});
    }
  return out;
}

std::vector<ToldChange> told_by(store::Tx& tx, const planning::Release& release, const Note& note) {
  const auto named = entries_named(note.body);
  const auto flags = planning::flags_of(tx, release.id);
  const auto launched = launch_flags_of(tx, release);
  auto tickets = told_tickets(tx, release);
  std::vector<ToldChange> out;
  for (const auto& e : entries_of(tx, release)) {
    if (std::find(named.begin(), named.end(), e.id) == named.end()) continue;
    ToldChange t{e.id, e.text, e.external_id, e.title, {}, e.services, {}, std::move(tickets[e.change])};
    tx.exec("SELECT tier FROM change WHERE id = $1", {e.change}, [&](const store::Row& row) { t.tier = row.text(0); });
    for (const auto& f : flags)
      if (f.after_service.empty() || std::find(e.services.begin(), e.services.end(), f.after_service) != e.services.end())
        t.flags.push_back(fmt::format("{}: {} -> {}", f.flag, f.value_before, f.value_after));
    for (const auto& f : launched)
      if (f.flag + "@" + f.platform == e.flag)
        t.flags.push_back(fmt::format("{}: dark until it is on, reads {}", f.flag, json::enum_text(f.state)));
    out.push_back(std::move(t));
  }
  return out;
}

}  // namespace

Result<ReviewView> review_of(Work& work, const std::string& reference, NoteAudience audience) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  const auto note = find_note(work.tx, release.id, audience);
  if (!note) return not_found(fmt::format("release {} has no {} note yet", release.version, json::enum_text(audience)));
  ReviewView view;
  for (auto& n : notes_of(work.tx, release))
    if (n.audience == audience) view.note = std::move(n);
  const auto before =
      store::all<NoteApproval>(work.tx, "note_approval", "WHERE note_id = $1 ORDER BY at DESC, id DESC LIMIT 1", {note->id});
  if (!before.empty() && before[0].body_hash != note->body_hash) {
    view.approved_before_by = accounts::name_of(work.tx, before[0].person);
    work.tx.exec("SELECT body FROM note_wording WHERE id = $1", {note->id + "/" + before[0].body_hash},
                 [&](const store::Row& row) { view.since_then = diff_parts(without_marks(row.text(0)), without_marks(note->body)); });
  }
  for (const auto& c : store::all<NoteComment>(work.tx, "note_comment", "WHERE note_id = $1 ORDER BY at, id", {note->id}))
    view.comments.push_back(view_of(work, c));
  view.told = told_by(work.tx, release, *note);
  return view;
}

namespace {

Result<Note> note_there(store::Tx& tx, const planning::Release& release, NoteAudience audience) {
  auto note = find_note(tx, release.id, audience);
  if (!note) return not_found(fmt::format("release {} has no {} note yet", release.version, json::enum_text(audience)));
  return std::move(*note);
}

}  // namespace

Result<void> may_comment(Work& work, const planning::Release& release) {
  TRY(note_there(work.tx, release, NoteAudience::internal));  // it is made with the others, for every release
  return {};
}

Result<CommentView> comment_on_note(Work& work, const CommentOnNote& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(work.require({Role::product, Role::author, Role::support, Role::engineering_lead, Role::security, Role::coordinator}, release.area,
                   "commenting on a note"));
  const auto note = TRY(note_there(work.tx, release, command.audience));
  if (command.comment.find_first_not_of(" \t\r\n") == std::string::npos) return invalid("a comment needs words", "comment");
  const auto lines = std::count(note.body.begin(), note.body.end(), '\n') + 1;
  if (command.line < 0 || command.line > lines) return invalid(fmt::format("the text has {} lines", lines), "line");
  NoteComment c{.id = work.new_id("cmt"),
                .note_id = note.id,
                .release_id = release.id,
                .line = command.line,
                .excerpt = command.line > 0 ? line_of(note.body, command.line) : "",
                .person = work.actor.id,
                .at = work.now};
  c.comment_text = work.write_text("comment", command.comment);
  store::insert(work.tx, "note_comment", c);
  record(work, NoteCommented{.comment = c.id, .line = c.line, .text_hash = note.body_hash}, {.subject = note.id, .release = release.id});
  return view_of(work, c);
}

Result<CommentView> resolve_comment(Work& work, const ResolveComment& command) {
  auto c = store::one<NoteComment>(work.tx, "note_comment", "WHERE id = $1", {command.comment});
  if (!c) return not_found("there is no comment " + command.comment);
  const auto release = TRY(planning::find_release(work.tx, c->release_id));
  if (c->person != work.actor.id || work.actor.read_only) TRY(work.require({Role::author}, release.area, "closing another's comment"));
  if (!c->resolved_at) {
    c->resolved_by = work.actor.id;
    c->resolved_at = work.now;
    store::update(work.tx, "note_comment", *c);
    record(work, NoteCommentResolved{.comment = c->id}, {.subject = c->note_id, .release = c->release_id});
  }
  return view_of(work, *c);
}

}  // namespace evenkeel::changelog
