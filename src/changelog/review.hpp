// Reviewing a note (CL4): an approval is bound to what the text says. Who approved before sees only what differs since; comments stand on
// lines, and open ones hold the approval back.
#pragma once
#include "changelog/line_diff.hpp"
#include "changelog/notes.hpp"
#include "changelog/ticket.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

struct NoteComment {
  Id<NoteComment> id;
  NoteId note_id;
  ReleaseId release_id;
  std::int64_t line = 0;
  std::string excerpt, person, comment_text;
  SysTime at;
  std::string resolved_by;
  std::optional<SysTime> resolved_at;
};
BOOST_DESCRIBE_STRUCT(NoteComment, (), (id, note_id, release_id, line, excerpt, person, comment_text, at, resolved_by, resolved_at))
struct CommentView {
  std::string id;
  std::int64_t line = 0;
  std::string excerpt, person, comment;
  SysTime at;
  std::string resolved_by;
};
BOOST_DESCRIBE_STRUCT(CommentView, (), (id, line, excerpt, person, comment, at, resolved_by))

/// A ticket behind a sentence, as it was read last.
struct ToldTicket {
  std::string reference, title, url;
  TicketState state = TicketState::unknown;
  std::string problem;
  std::optional<SysTime> read_at;  // none: not read yet
};
BOOST_DESCRIBE_STRUCT(ToldTicket, (), (reference, title, url, state, problem, read_at))

/// What a sentence stands on: the entry, its change, and what of it customers can see already.
struct ToldChange {
  std::string entry, text, change, title, tier;
  std::vector<std::string> services, flags;  // "wish-lists: off -> on"
  std::vector<ToldTicket> tickets;
};
BOOST_DESCRIBE_STRUCT(ToldChange, (), (entry, text, change, title, tier, services, flags, tickets))

struct ReviewView {
  NoteView note;
  std::string approved_before_by;    // whose approval of an earlier wording there is; empty: nobody's
  std::vector<DiffPart> since_then;  // what differs from that wording
  std::vector<CommentView> comments;
  std::vector<ToldChange> told;
};
BOOST_DESCRIBE_STRUCT(ReviewView, (), (note, approved_before_by, since_then, comments, told))
Result<ReviewView> review_of(Work& work, const std::string& release, NoteAudience audience);

struct CommentOnNote {
  static constexpr std::string_view required[] = {"release", "audience", "comment"};
  std::string release;
  NoteAudience audience = NoteAudience::customers;
  std::string comment;
  std::int64_t line = 0;
};
BOOST_DESCRIBE_STRUCT(CommentOnNote, (), (release, audience, comment, line))
/// Whether it has a note to comment on. Error: not_found.
Result<void> may_comment(Work& work, const planning::Release& release);
/// Needs: product, author, support, engineering lead, security or coordinator of the area. Ledger: note.commented.
Result<CommentView> comment_on_note(Work& work, const CommentOnNote& command);
struct ResolveComment {
  std::string comment;
};
BOOST_DESCRIBE_STRUCT(ResolveComment, (), (comment))
/// By who made it, or an author. Ledger: note.comment_resolved.
Result<CommentView> resolve_comment(Work& work, const ResolveComment& command);

}  // namespace evenkeel::changelog
