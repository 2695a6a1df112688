// Internal briefs (CL3): what support and customer success must know of a change before customers hear of it, who has read it, and
// questions that the change's owner answers by a due time.
#pragma once
#include "changelog/notes.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

struct InternalBrief {
  Id<InternalBrief> id;
  EntryId entry_id;
  ReleaseId release_id;
  std::string context, known_issues, how_to_recognise, what_to_answer, affected, escalation, written_by;
  SysTime written_at;
};
BOOST_DESCRIBE_STRUCT(InternalBrief, (),
                      (id, entry_id, release_id, context, known_issues, how_to_recognise, what_to_answer, affected, escalation, written_by,
                       written_at))

/// A field left out stays as it is.
struct WriteBrief {
  static constexpr std::string_view required[] = {"entry"};
  std::string entry;
  std::optional<std::string> context, known_issues, how_to_recognise, what_to_answer, affected, escalation;
};
BOOST_DESCRIBE_STRUCT(WriteBrief, (), (entry, context, known_issues, how_to_recognise, what_to_answer, affected, escalation))
/// Needs what editing the entry needs. The entry's internal text becomes the brief in words. Ledger: brief.written.
Result<InternalBrief> write_brief(Work& work, const WriteBrief& command);
std::vector<InternalBrief> briefs_of(store::Tx& tx, const ReleaseId& release_id);
std::string brief_text(const std::string& first_sentence, const InternalBrief& brief);

struct NoteReading {
  Id<NoteReading> id;
  NoteId note_id;
  ReleaseId release_id;
  std::string body_hash, person, team;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(NoteReading, (), (id, note_id, release_id, body_hash, person, team, at))
struct ReadNote {
  static constexpr std::string_view required[] = {"release"};
  std::string release;
  std::string team = {};  // empty: the role the person has
};
BOOST_DESCRIBE_STRUCT(ReadNote, (), (release, team))
/// Error: forbidden for who is no person, not_found without a note.
Result<void> may_read_note(Work& work, const planning::Release& release);
/// "I have read the internal note as it stands": any person, once per wording. Ledger: note.read.
Result<NoteReading> read_note(Work& work, const ReadNote& command);
std::vector<NoteReading> readings_of(store::Tx& tx, const ReleaseId& release_id);

struct NoteQuestion {
  Id<NoteQuestion> id;
  ReleaseId release_id;
  EntryId entry_id;
  std::string asked_by, question_text, owner;
  SysTime due_at;
  std::string answer_text, answered_by;
  SysTime asked_at;
  std::optional<SysTime> answered_at;
};
BOOST_DESCRIBE_STRUCT(NoteQuestion, (),
                      (id, release_id, entry_id, asked_by, question_text, owner, due_at, answer_text, answered_by, asked_at, answered_at))
struct QuestionView {
  std::string id, entry, asked_by, question, owner, answer, answered_by;
  SysTime asked_at, due_at;
  std::optional<SysTime> answered_at;
  bool overdue = false;
};
BOOST_DESCRIBE_STRUCT(QuestionView, (), (id, entry, asked_by, question, owner, answer, answered_by, asked_at, due_at, answered_at, overdue))

struct Ask {
  static constexpr std::string_view required[] = {"release", "question"};
  std::string release, question;
  std::string entry = {};
};
BOOST_DESCRIBE_STRUCT(Ask, (), (release, question, entry))
/// Any person asks; the owner of the change's service (else of the release) owes the answer within four hours. Ledger: question.asked.
Result<QuestionView> ask(Work& work, const Ask& command);
struct Answer {
  std::string question, answer;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (question, answer))
/// By its owner, an author or an engineering lead; once. Ledger: question.answered.
Result<QuestionView> answer(Work& work, const Answer& command);
std::vector<QuestionView> questions_of(Work& work, const ReleaseId& release_id);

}  // namespace evenkeel::changelog
