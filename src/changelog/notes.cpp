#include "changelog/notes.hpp"

#include "accounts/accounts.hpp"
#include "base/hex.hpp"
#include "changelog/events.hpp"
#include "changelog/image.hpp"
#include "changelog/launch.hpp"
#include "changelog/taken_out.hpp"
#include "changelog/write_notes.hpp"
#include "planning/find.hpp"
#include "planning/in_force.hpp"
#include "risk/take_out.hpp"

namespace evenkeel::changelog {
namespace {

using planning::Stage;

constexpr std::size_t longest_note = std::size_t{256} * 1024;

std::string audience_name(NoteAudience a) { return std::string(json::enum_text(a)); }

/// Changes that were taken out of the release into the dark, behind flags that are not on yet: customers are not told of them.
std::set<std::string> still_dark(store::Tx& tx, const ReleaseId& release_id) {
  std::set<std::string> out;
  for (const auto& [change, flag] : risk::dark_changes(tx, release_id))
    if (!tx.value("SELECT id FROM launch_flag WHERE id = $1 AND state = 'on'", {release_id + "/" + flag})) out.insert(change);
  return out;
}

/// What needs words, then what is hard to read.
std::vector<Hint> hints_of(const std::string& body, const std::vector<definitions::JargonDef>& jargon) {
  std::vector<Hint> hints;
  for (const auto& wanted : needing_words(body))
    hints.push_back({wanted.line, "needs_words", wanted.about, "say what is different for a customer"});
  std::ranges::move(plain_language(body, jargon), std::back_inserter(hints));
  return hints;
}

NoteView view_of(store::Tx& tx, const planning::Release& release, const Note& note, const std::vector<EntryView>& entries) {
  NoteView v{.audience = note.audience, .state = note.state, .body = note.body, .body_hash = note.body_hash, .edited_by = note.edited_by};
  if (const auto a = approval_of(tx, note)) {
    v.approved = true;
    v.approved_by = accounts::name_of(tx, a->person);
    v.approved_at = a->at;
  }
  if (note.audience == NoteAudience::customers) v.hints = hints_of(note.body, planning::organisation_of(tx, release)->words.jargon);
  const auto named = entries_named(note.body);
  const auto dark = note.audience == NoteAudience::customers ? still_dark(tx, release.id) : std::set<std::string>{};
  for (const auto& e : entries)
    if (e.notable && !dark.contains(e.change) && (note.audience != NoteAudience::migration || e.breaking) &&
        std::find(named.begin(), named.end(), e.id) == named.end())
      v.missing.push_back(e.id);
  if (note.audience == NoteAudience::customers && note.state == NoteState::draft)
    for (const auto& e : launched_entries(tx, release))
      if (std::find(named.begin(), named.end(), e.id) == named.end()) v.missing.push_back(e.id);
  v.stale = stale_entries(tx, note);
  return v;
}

/// What a changelog file shows of the release: its entries, from wherever they come. Empty where no channel is one.
std::string entries_shown(store::Tx& tx, const planning::Release& release) {
  const auto o = planning::organisation_of(tx, release);
  if (std::none_of(o->channels.begin(), o->channels.end(), is_changelog_file)) return {};
  std::string shown = "evenkeel entries 1\n";
  for (const auto& e : entries_of(tx, release))
    if (e.notable) shown += fmt::format("{}\n{}{}\n{}\n", e.id, type_text(e.type), e.breaking ? " breaking" : "", e.text);
  return shown;
}

/// What channels show with a note: the release's name in subjects and headings, and the entries in a changelog file.
std::string shown_beside(store::Tx& tx, const planning::Release& release) {
  return to_hex(sha256(fmt::format("evenkeel beside 2\n{}{}\n{}", release.version, title_behind(release.version, release.title),
                                   entries_shown(tx, release))));
}
/// Whether it is what was shown at the approval; those of before held the entries alone.
bool shows_still(store::Tx& tx, const ReleaseId& release_id, const std::string& approved) {
  const auto release = planning::find_release(tx, release_id);
  return !release || approved == shown_beside(tx, *release) || approved == to_hex(sha256(entries_shown(tx, *release)));
}

/// The note, while its text may still change.
Result<Note> changeable(Work& work, const planning::Release& release, NoteAudience audience) {
  auto note = find_note(work.tx, release.id, audience);
  if (!note)
    return not_found(fmt::format("release {} has no {} note yet; `evenkeel notes draft {}`", release.version, audience_name(audience),
                                 planning::called(release)));
  if (note->state != NoteState::draft)
    return conflict(fmt::format("the {} note of {} is {}", audience_name(audience), release.version, json::enum_text(note->state)));
  return std::move(*note);
}

Result<Note> hold(Work& work, const planning::Release& release, NoteAudience audience) {
  work.tx.lock("release", release.id);
  return changeable(work, release, audience);
}

Result<void> may_edit(const Work& work, const planning::Release& release, NoteAudience audience) {
  std::vector<Role> roles{Role::author};
  if (audience == NoteAudience::customers) roles.push_back(Role::product);
  if (audience == NoteAudience::internal) roles.push_back(Role::support);
  if (audience == NoteAudience::migration) roles.push_back(Role::engineering_lead);
  return work.require(roles, release.area, fmt::format("editing the {} note", audience_name(audience)));
}

Result<void> may_approve(const Work& work, const planning::Release& release, NoteAudience audience) {
  if (work.actor.kind != ActorKind::person) return forbidden("a note is approved by a person");
  std::vector<Role> roles{Role::product};
  if (audience == NoteAudience::internal) roles = {Role::author, Role::support};
  if (audience == NoteAudience::migration) roles = {Role::product, Role::engineering_lead};
  return work.require(roles, release.area, fmt::format("approving the {} note", audience_name(audience)));
}
/// Whether a note waits for words that customers understand before it can be approved: where its gate is enforced. Else it is only said.
bool waits_for_words(Work& work, const planning::Release& release) {
  const auto o = planning::in_force(work.tx, release);
  return std::ranges::any_of(o->gates, [&](const definitions::GateDef& gate) {
    return gate.name == "notes_approved" && gate.mode == definitions::GateMode::enforce &&
           (gate.areas.empty() || std::ranges::find(gate.areas, release.area) != gate.areas.end());
  });
}
/// Nothing stands against this text, and somebody else wrote it.
Result<void> may_be_approved(Work& work, const planning::Release& release, const Note& note) {
  if (const auto open = open_comments(work.tx, note.id); open > 0)
    return conflict(fmt::format("{} on the {} note {} open; answer and close {} first",
                                open == 1 ? "a comment" : fmt::format("{} comments", open), audience_name(note.audience),
                                open == 1 ? "is" : "are", open == 1 ? "it" : "them"));
  TRY(images_may_be_approved(note.body));
  if (const auto wanted = needing_words(note.body); !wanted.empty() && waits_for_words(work, release))
    return conflict(fmt::format(
        "{} of the {} note {} words that a customer understands: line {} ({}); an author writes them: `evenkeel entries edit {} "
        "--customer \"...\"`",
        wanted.size() == 1 ? "a line" : fmt::format("{} lines", wanted.size()), audience_name(note.audience),
        wanted.size() == 1 ? "needs" : "need", wanted[0].line, wanted[0].about, wanted[0].entry));
  if (note.edited_by == work.actor.id) return forbidden("you wrote this text; somebody else approves it");
  return {};
}
/// Whether it holds for the note of some audience; else the refusal that came nearest: a role that is missing counts least.
Result<void> of_some_audience(const std::function<Result<void>(NoteAudience)>& may) {
  std::optional<Error> no;
  for (const auto audience : {NoteAudience::customers, NoteAudience::internal, NoteAudience::migration}) {
    auto one = may(audience);
    if (one) return {};
    if (!no || no->kind == ErrorKind::forbidden) no = std::move(one).error();
  }
  return std::unexpected(std::move(*no));
}

/// Puts a text in the note's place; false when it says the same to the letter.
template <class E>
bool put_text(Work& work, const planning::Release& release, NoteAudience audience, const std::string& body, bool changes_nothing = false) {
  auto note = find_note(work.tx, release.id, audience);
  if (note && note->body == body) return false;
  const bool made = !note;
  if (made) note = Note{.id = work.new_id("note"), .release_id = release.id, .audience = audience, .drafted_at = work.now};
  note->body = body;
  note->body_hash = meaning_hash(body);
  note->edited_by = work.actor.id;
  note->edited_at = work.now;
  if constexpr (std::is_same_v<E, NoteDrafted>)
    note->edited_by = member(Member::notes_author).id;  // whoever asked: the words are the rules'
  if (made)
    store::insert(work.tx, "note", *note);
  else
    store::update(work.tx, "note", *note);
  work.tx.exec(
      "INSERT INTO note_wording (id, note_id, release_id, body, at, changes_nothing) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO "
      "NOTHING",
      {note->id + "/" + note->body_hash, note->id, release.id, body, to_millis(work.now), std::int64_t{changes_nothing}});
  record(work, E{{.audience = audience_name(audience), .text_hash = note->body_hash, .body_sha256 = to_hex(sha256(body))}},
         {.subject = note->id, .release = release.id});
  return true;
}

/// Words that came since a person edited the note stand where it said that they are needed; whoever wrote the rest stays its author.
void put_words_in_place(Work& work, const planning::Release& release, const std::vector<EntryView>& entries) {
  const auto note = find_note(work.tx, release.id, NoteAudience::customers);
  if (!note || note->edited_by == member(Member::notes_author).id) return;
  auto body = note->body;
  for (const auto& e : entries)
    if (e.notable && !e.lacks_words()) body = with_words(body, e.id, customers_line(e));
  if (!put_text<NoteEdited>(work, release, NoteAudience::customers, body)) return;
  work.tx.exec("UPDATE note SET edited_by = $2 WHERE id = $1", {note->id, note->edited_by});
}

}  // namespace

Result<void> may_draft_notes(Work&, const planning::Release& release) {
  if (release.stage >= Stage::communication)
    return conflict(fmt::format("release {} is in stage {}; its notes stand", release.version, json::enum_text(release.stage)));
  return {};
}
Result<void> may_edit_notes(Work& work, const planning::Release& release) {
  return of_some_audience([&](NoteAudience audience) -> Result<void> {
    TRY(may_edit(work, release, audience));
    TRY(changeable(work, release, audience));
    return {};
  });
}
Result<void> may_approve_notes(Work& work, const planning::Release& release) {
  return of_some_audience([&](NoteAudience audience) -> Result<void> {
    TRY(may_approve(work, release, audience));
    return may_be_approved(work, release, TRY(changeable(work, release, audience)));
  });
}

Result<std::vector<NoteView>> draft_notes(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  if (work.actor.kind == ActorKind::person)
    TRY(work.require({Role::author, Role::coordinator, Role::admin}, release.area, "drafting notes"));
  TRY(may_draft_notes(work, release));
  work.tx.lock("release", release.id);
  if (!changes_without_entry(work.tx, release.id).empty()) bring_entries_along(work, release);
  const auto entries = entries_of(work.tx, release);
  auto for_customers = entries;
  std::erase_if(for_customers, [dark = still_dark(work.tx, release.id)](const EntryView& e) { return dark.contains(e.change); });
  std::ranges::move(launched_entries(work.tx, release), std::back_inserter(for_customers));
  put_words_in_place(work, release, for_customers);
  const bool nothing = std::ranges::none_of(for_customers, &EntryView::notable);
  const auto draft = [&](NoteAudience audience, const std::string& body) {
    const auto note = find_note(work.tx, release.id, audience);
    const bool by_a_person = note && note->edited_by != member(Member::notes_author).id;
    if (!by_a_person && !(body.empty() && !note))
      put_text<NoteDrafted>(work, release, audience, body, nothing && audience == NoteAudience::customers);
  };
  draft(NoteAudience::customers, customers_note(for_customers));
  draft(NoteAudience::internal,
        internal_note(release, planning::components_of(work.tx, release.id), planning::flags_of(work.tx, release.id), entries));
  draft(NoteAudience::migration, migration_note(entries));
  return notes_of(work.tx, release);
}

Result<void> tell_no_more(Work& work, const ReleaseId& release_id, const ChangeId& change_id) {
  const auto release = TRY(planning::find_release(work.tx, release_id));
  const auto entry = work.tx.value("SELECT id FROM changelog_entry WHERE change_id = $1", {change_id});
  const bool dark = !risk::dark_behind(work.tx, change_id).empty();
  if (!entry || release.stage >= Stage::communication) return {};
  for (const auto audience : {NoteAudience::customers, NoteAudience::internal, NoteAudience::migration}) {
    const auto note = find_note(work.tx, release.id, audience);
    if (!note || note->state != NoteState::draft || (dark && audience != NoteAudience::customers)) continue;
    auto body = without_entry(note->body, std::get<std::string>(*entry));
    if (body.find_first_not_of(" \t\r\n") == std::string::npos) body = customers_note({});
    put_text<NoteEdited>(work, release, audience, body);
    work.tx.exec("UPDATE note SET edited_by = $2 WHERE id = $1", {note->id, note->edited_by});  // the words that stay are still theirs
  }
  return {};
}

Result<NoteView> edit_note(Work& work, const EditNote& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(may_edit(work, release, command.audience));
  const auto note = TRY(hold(work, release, command.audience));
  if (!command.seen_hash.empty() && command.seen_hash != note.body_hash) return conflict("the note was edited meanwhile; read it again");
  if (command.body.find_first_not_of(" \t\r\n") == std::string::npos) return invalid("a note needs words", "body");
  if (command.body.size() > longest_note) return invalid(fmt::format("a note is at most {} KiB long", longest_note / 1024), "body");
  put_text<NoteEdited>(work, release, command.audience, command.body);
  return view_of(work.tx, release, *find_note(work.tx, release.id, command.audience), entries_of(work.tx, release));
}

Result<NoteView> approve_note(Work& work, const ApproveNote& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(may_approve(work, release, command.audience));
  const auto note = TRY(hold(work, release, command.audience));
  if (!command.seen_hash.empty() && command.seen_hash != note.body_hash)
    return conflict("the note was edited meanwhile; read it again before you approve it");
  TRY(may_be_approved(work, release, note));
  if (!approval_of(work.tx, note)) {
    const NoteApproval approval{work.new_id("apr"), note.id, release.id, note.audience, note.body_hash, work.actor.id, work.now};
    store::insert(work.tx, "note_approval", approval);
    work.tx.exec("INSERT INTO approved_beside (id, release_id, shown_hash) VALUES ($1, $2, $3)",
                 {approval.id, release.id, shown_beside(work.tx, release)});
    record(work, NoteApproved{.audience = audience_name(note.audience), .text_hash = note.body_hash},
           {.subject = note.id, .release = release.id, .seals = {{"note_approval", approval.id}}});
  }
  return view_of(work.tx, release, note, entries_of(work.tx, release));
}

bool is_changelog_file(const definitions::ChannelDef& channel) {
  return channel.kind == definitions::ChannelKind::file || channel.kind == definitions::ChannelKind::git;
}

std::optional<Note> find_note(store::Tx& tx, const ReleaseId& release_id, NoteAudience audience) {
  return store::one<Note>(tx, "note", "WHERE release_id = $1 AND audience = $2", {release_id, audience_name(audience)});
}

std::vector<NoteView> notes_of(store::Tx& tx, const planning::Release& release) {
  const auto entries = entries_of(tx, release);
  std::vector<NoteView> out;
  for (const auto& note : store::all<Note>(tx, "note", "WHERE release_id = $1 ORDER BY audience", {release.id}))
    out.push_back(view_of(tx, release, note, entries));
  return out;
}

std::optional<NoteApproval> approval_of(store::Tx& tx, const Note& note) {
  auto approval = store::one<NoteApproval>(tx, "note_approval", "WHERE note_id = $1 AND body_hash = $2 ORDER BY at DESC, id DESC LIMIT 1",
                                           {note.id, note.body_hash});
  if (!approval || note.state != NoteState::draft) return approval;
  const auto beside = tx.value("SELECT shown_hash FROM approved_beside WHERE id = $1", {approval->id});
  if (beside && !shows_still(tx, note.release_id, std::get<std::string>(*beside))) approval.reset();
  return approval;
}

std::int64_t open_comments(store::Tx& tx, const NoteId& note_id) {
  return tx.integer("SELECT count(*) FROM note_comment WHERE note_id = $1 AND resolved_at IS NULL", {note_id});
}

std::vector<std::string> stale_entries(store::Tx& tx, const Note& note) {
  std::vector<std::string> out;
  for (const auto& id : entries_named(note.body))
    if (tx.integer("SELECT count(*) FROM changelog_entry e WHERE e.id = $1 AND e.not_notable_because = '' AND (e.release_id = $2 OR EXISTS "
                   "(SELECT 1 FROM launch_flag f WHERE f.id = e.release_id || '/' || e.flag AND f.state = 'on'))",
                   {id, note.release_id}) == 0)
      out.push_back(id);
  return out;
}

}  // namespace evenkeel::changelog
