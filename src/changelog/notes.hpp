// Notes (W3): what customers get, what customer success and support get, and how to get over a breaking change.
//
// Drafted from the entries; every line that tells an entry names it in an HTML comment, which readers never get. An approval is bound to
// the text: it covers the SHA-256 of the text's meaning (comments out, white space as one blank), so that formatting keeps it and a word
// voids it. What was approved is what is sent: see comms/.
#pragma once
#include "changelog/entries.hpp"
#include "changelog/note_text.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

enum class NoteAudience { customers, internal, migration };
BOOST_DESCRIBE_ENUM(NoteAudience, customers, internal, migration)
enum class NoteState { draft, published, withdrawn };
BOOST_DESCRIBE_ENUM(NoteState, draft, published, withdrawn)

struct Note {
  NoteId id;
  ReleaseId release_id;
  NoteAudience audience = NoteAudience::customers;
  std::string body, body_hash;
  NoteState state = NoteState::draft;
  SysTime drafted_at;
  std::string edited_by;  // who wrote the text as it stands; the member when drafted by rule
  std::optional<SysTime> edited_at;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, release_id, audience, body, body_hash, state, drafted_at, edited_by, edited_at))

struct NoteApproval {
  Id<NoteApproval> id;
  std::string note_id;  // or a translation's
  ReleaseId release_id;
  NoteAudience audience = NoteAudience::customers;
  std::string body_hash, person;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(NoteApproval, (), (id, note_id, release_id, audience, body_hash, person, at))

struct NoteView {
  NoteAudience audience = NoteAudience::customers;
  NoteState state = NoteState::draft;
  std::string body, body_hash, edited_by;
  bool approved = false;
  std::string approved_by;
  std::optional<SysTime> approved_at;
  std::vector<Hint> hints;           // plain language; customers only
  std::vector<std::string> missing;  // entries that the text does not tell
  std::vector<std::string> stale;    // entries that it tells though they left the release
};
BOOST_DESCRIBE_STRUCT(NoteView, (),
                      (audience, state, body, body_hash, edited_by, approved, approved_by, approved_at, hints, missing, stale))

/// Whether there is a note that this actor may draft, edit, approve now. Errors: forbidden, conflict, not_found.
Result<void> may_draft_notes(Work& work, const planning::Release& release);
Result<void> may_edit_notes(Work& work, const planning::Release& release);
Result<void> may_approve_notes(Work& work, const planning::Release& release);
/// Writes the notes of the entries as they stand; a note that a person has edited keeps its text (`missing` and `stale` say what it
/// lacks). Migration only with breaking changes. Needs (of a person): author or coordinator. Ledger: note.drafted for each that changed.
Result<std::vector<NoteView>> draft_notes(Work& work, const std::string& release);

struct EditNote {
  static constexpr std::string_view required[] = {"release", "audience", "body"};
  std::string release;
  NoteAudience audience = NoteAudience::customers;
  std::string body, seen_hash = {};
};
BOOST_DESCRIBE_STRUCT(EditNote, (), (release, audience, body, seen_hash))
/// Needs: author; product may write the customers', support the internal note. Refused (conflict) when published, or when `seen_hash`
/// is given and the text is another by now. Ledger: note.edited.
Result<NoteView> edit_note(Work& work, const EditNote& command);

struct ApproveNote {
  static constexpr std::string_view required[] = {"release", "audience"};
  std::string release;
  NoteAudience audience = NoteAudience::customers;
  std::string seen_hash = {};
};
BOOST_DESCRIBE_STRUCT(ApproveNote, (), (release, audience, seen_hash))
/// Needs: product (customers), author or support (internal), product or engineering lead (migration); never who wrote the last edit.
/// Ledger: note.approved.
Result<NoteView> approve_note(Work& work, const ApproveNote& command);

// ---- queries and rules ---------------------------------------------------------------------------------------------
std::optional<Note> find_note(store::Tx& tx, const ReleaseId& release_id, NoteAudience audience);
std::vector<NoteView> notes_of(store::Tx& tx, const planning::Release& release);
/// Does the channel show the entries, not the note?
bool is_changelog_file(const definitions::ChannelDef& channel);
/// The newest approval of exactly this text and, where a channel is a changelog file, of exactly these entries.
std::optional<NoteApproval> approval_of(store::Tx& tx, const Note& note);
/// Comments of reviewers that nobody has closed (review.hpp).
std::int64_t open_comments(store::Tx& tx, const NoteId& note_id);
/// Ids that the text names though they are no notable entries of the release (any more), nor of an earlier one that went on since.
std::vector<std::string> stale_entries(store::Tx& tx, const Note& note);

}  // namespace evenkeel::changelog
