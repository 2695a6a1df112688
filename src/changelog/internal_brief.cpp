#include "changelog/internal_brief.hpp"

#include "accounts/absence.hpp"
#include "changelog/events.hpp"
#include "planning/find.hpp"

namespace evenkeel::changelog {
namespace {

constexpr auto answer_within = std::chrono::hours{4};

QuestionView view_of(const Work& work, const NoteQuestion& q) {
  return {.id = q.id,
          .entry = q.entry_id,
          .asked_by = accounts::name_of(work.tx, q.asked_by),
          .question = work.read_text(q.question_text),
          .owner = q.owner,
          .answer = work.read_text(q.answer_text),
          .answered_by = q.answered_by.empty() ? "" : accounts::name_of(work.tx, q.answered_by),
          .asked_at = q.asked_at,
          .due_at = q.due_at,
          .answered_at = q.answered_at,
          .overdue = !q.answered_at && work.now > q.due_at};
}

/// Person who owns the service of the entry's change; the release's owner where none is known.
std::string owner_of(store::Tx& tx, const planning::Release& release, const EntryId& entry_id) {
  const auto o = planning::organisation_of(tx, release);
  for (const auto& e : entries_of(tx, release))
    if (e.id == entry_id)
      for (const auto& name : e.services)
        if (const auto* s = definitions::find_service(*o, name))
          if (const auto person = accounts::find_person(tx, s->owner)) return person->id;
  return release.owner;
}

std::string team_of(const Actor& actor, const std::string& area) {
  for (const auto role : {Role::support, Role::product, Role::on_call, Role::engineering_lead, Role::author, Role::coordinator})
    if (actor.has(role, area)) return role_name(role);
  return "reader";
}

/// A team's receipt is signed by its own people: who holds its role here, or answers for a service of it.
Result<std::string> own_team(Work& work, const planning::Release& release, const std::string& team) {
  if (team.empty()) return team_of(work.actor, release.area);
  const auto role = json::enum_from<Role>(team);
  if (role && work.actor.has(*role, release.area)) return team;
  const auto me = accounts::person_by_id(work.tx, work.actor.id);
  const auto o = planning::organisation_of(work.tx, release);
  for (const auto& s : o->services)
    if (me && s.team == team && (s.owner == me->login || s.deputy == me->login)) return team;
  return forbidden(
      fmt::format("'{}' signs for itself: one of its own people says that they have read it (your own team: `evenkeel notes read {}`)",
                  team, planning::called(release)));
}

}  // namespace

std::string brief_text(const std::string& first_sentence, const InternalBrief& b) {
  std::string out = first_sentence;
  const auto part = [&](std::string_view title, const std::string& text) {
    if (!text.empty()) out += fmt::format("{}**{}** {}", out.empty() ? "" : "\n\n", title, text);
  };
  part("Context:", b.context);
  part("Affected:", b.affected);
  part("Known issues:", b.known_issues);
  part("How to recognise it:", b.how_to_recognise);
  part("What to answer:", b.what_to_answer);
  part("Escalate to:", b.escalation);
  return out;
}

Result<InternalBrief> write_brief(Work& work, const WriteBrief& command) {
  const auto entry = store::one<ChangelogEntry>(work.tx, "changelog_entry", "WHERE id = $1 OR change_id = $1", {command.entry});
  if (!entry) return not_found(fmt::format("there is no changelog entry '{}'; `evenkeel entries list` names them", command.entry));
  auto brief = store::one<InternalBrief>(work.tx, "internal_brief", "WHERE entry_id = $1", {entry->id})
                   .value_or(InternalBrief{.entry_id = entry->id, .release_id = entry->release_id});
  const bool is_new = brief.id.empty();
  if (is_new) brief.id = work.new_id("brf");
  for (const auto& [in, field] : std::initializer_list<std::pair<const std::optional<std::string>*, std::string*>>{
           {&command.context, &brief.context},
           {&command.known_issues, &brief.known_issues},
           {&command.how_to_recognise, &brief.how_to_recognise},
           {&command.what_to_answer, &brief.what_to_answer},
           {&command.affected, &brief.affected},
           {&command.escalation, &brief.escalation}})
    if (*in) *field = **in;
  brief.written_by = work.actor.id;
  brief.written_at = work.now;
  // The first sentence: a person's own where the text was written before the brief, else the rules'.
  std::string first = is_new ? entry->internal_text : entry->internal_text.substr(0, entry->internal_text.find("\n\n**"));
  if (first.empty() || first.starts_with("**")) first = entry->text();
  EditEntry words;
  words.entry = entry->id;
  words.internal_text = brief_text(first, brief);
  TRY(edit_entry(work, words));
  if (is_new)
    store::insert(work.tx, "internal_brief", brief);
  else
    store::update(work.tx, "internal_brief", brief);
  record(work, BriefWritten{.entry = entry->id, .text_hash = to_hex(sha256(*words.internal_text))},
         {.subject = brief.id, .release = brief.release_id});
  return brief;
}

std::vector<InternalBrief> briefs_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<InternalBrief>(tx, "internal_brief", "WHERE release_id = $1 ORDER BY id", {release_id});
}

Result<void> may_read_note(Work& work, const planning::Release& release) {
  if (work.actor.kind != ActorKind::person) return forbidden("a note is read by a person");
  if (!find_note(work.tx, release.id, NoteAudience::internal))
    return not_found(fmt::format("release {} has no internal note yet", release.version));
  return {};
}

Result<NoteReading> read_note(Work& work, const ReadNote& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(may_read_note(work, release));
  const auto note = find_note(work.tx, release.id, NoteAudience::internal);
  if (const auto known = store::one<NoteReading>(work.tx, "note_reading", "WHERE note_id = $1 AND body_hash = $2 AND person = $3",
                                                 {note->id, note->body_hash, work.actor.id}))
    return *known;
  const auto team = TRY(own_team(work, release, command.team));
  const NoteReading reading{work.new_id("rdg"), note->id, release.id, note->body_hash, work.actor.id, team, work.now};
  store::insert(work.tx, "note_reading", reading);
  record(work, NoteRead{.team = reading.team, .text_hash = note->body_hash},
         {.subject = note->id, .release = release.id, .seals = {{"note_reading", reading.id}}});
  return reading;
}

std::vector<NoteReading> readings_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<NoteReading>(tx, "note_reading", "WHERE release_id = $1 ORDER BY at, id", {release_id});
}

Result<QuestionView> ask(Work& work, const Ask& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  if (work.actor.kind != ActorKind::person || work.actor.read_only) return forbidden("a question is asked by a person who may write");
  if (command.question.find_first_not_of(" \t\r\n") == std::string::npos) return invalid("what is the question?", "question");
  if (!command.entry.empty() &&
      work.tx.integer("SELECT count(*) FROM changelog_entry WHERE id = $1 AND release_id = $2", {command.entry, release.id}) == 0)
    return not_found(fmt::format("release {} has no entry {}", release.version, command.entry));
  NoteQuestion q{.id = work.new_id("qst"),
                 .release_id = release.id,
                 .entry_id = EntryId{command.entry},
                 .asked_by = work.actor.id,
                 .owner = owner_of(work.tx, release, EntryId{command.entry}),
                 .due_at = work.now + answer_within,
                 .asked_at = work.now};
  q.question_text = work.write_text("question", command.question);
  store::insert(work.tx, "note_question", q);
  record(work, QuestionAsked{.entry = q.entry_id, .owner = q.owner, .due = q.due_at}, {.subject = q.id, .release = release.id});
  return view_of(work, q);
}

Result<QuestionView> answer(Work& work, const Answer& command) {
  auto q = store::one<NoteQuestion>(work.tx, "note_question", "WHERE id = $1", {command.question});
  if (!q) return not_found("there is no question " + command.question);
  const auto release = TRY(planning::find_release(work.tx, q->release_id));
  if (!accounts::is_or_stands_in_for(work.tx, work.actor.id, q->owner, work.now))
    TRY(work.require({Role::author, Role::engineering_lead}, release.area, "answering a question that another owes"));
  if (q->answered_at) return conflict("the question is answered already");
  if (command.answer.find_first_not_of(" \t\r\n") == std::string::npos) return invalid("an answer needs words", "answer");
  q->answer_text = work.write_text("answer", command.answer);
  q->answered_by = work.actor.id;
  q->answered_at = work.now;
  store::update(work.tx, "note_question", *q);
  record(work, QuestionAnswered{.in_time = work.now <= q->due_at}, {.subject = q->id, .release = release.id});
  return view_of(work, *q);
}

std::vector<QuestionView> questions_of(Work& work, const ReleaseId& release_id) {
  std::vector<QuestionView> out;
  for (const auto& q : store::all<NoteQuestion>(work.tx, "note_question", "WHERE release_id = $1 ORDER BY asked_at, id", {release_id}))
    out.push_back(view_of(work, q));
  return out;
}

}  // namespace evenkeel::changelog
