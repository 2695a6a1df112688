// What the ledger says of entries, notes and what is read for them.
#pragma once
#include "changelog/launch.hpp"
#include "changelog/ticket.hpp"
#include "work/event.hpp"

namespace evenkeel::changelog {

struct EntriesDrafted {
  static constexpr std::string_view kind = "entries.drafted";
  std::int64_t added = 0, renewed = 0;
};
BOOST_DESCRIBE_STRUCT(EntriesDrafted, (), (added, renewed))

struct EntryFact {
  std::string change;
  std::int64_t revision = 0;
  std::string text_hash;
};
BOOST_DESCRIBE_STRUCT(EntryFact, (), (change, revision, text_hash))

struct EntryEdited : EntryFact {
  static constexpr std::string_view kind = "entry.edited";
};
BOOST_DESCRIBE_STRUCT(EntryEdited, (EntryFact), ())

struct EntryNotNotable : EntryFact {
  static constexpr std::string_view kind = "entry.not_notable";
};
BOOST_DESCRIBE_STRUCT(EntryNotNotable, (EntryFact), ())

struct NoteFact {
  std::string audience, text_hash, body_sha256;
};
BOOST_DESCRIBE_STRUCT(NoteFact, (), (audience, text_hash, body_sha256))

struct NoteDrafted : NoteFact {
  static constexpr std::string_view kind = "note.drafted";
};
BOOST_DESCRIBE_STRUCT(NoteDrafted, (NoteFact), ())

struct NoteEdited : NoteFact {
  static constexpr std::string_view kind = "note.edited";
};
BOOST_DESCRIBE_STRUCT(NoteEdited, (NoteFact), ())

struct NoteApproved {
  static constexpr std::string_view kind = "note.approved";
  std::string audience, text_hash;
};
BOOST_DESCRIBE_STRUCT(NoteApproved, (), (audience, text_hash))

struct NoteRead {
  static constexpr std::string_view kind = "note.read";
  std::string team, text_hash;
};
BOOST_DESCRIBE_STRUCT(NoteRead, (), (team, text_hash))

struct NoteCommented {
  static constexpr std::string_view kind = "note.commented";
  std::string comment;
  std::int64_t line = 0;
  std::string text_hash;
};
BOOST_DESCRIBE_STRUCT(NoteCommented, (), (comment, line, text_hash))

struct NoteCommentResolved {
  static constexpr std::string_view kind = "note.comment_resolved";
  std::string comment;
};
BOOST_DESCRIBE_STRUCT(NoteCommentResolved, (), (comment))

struct NoteTranslated {
  static constexpr std::string_view kind = "note.translated";
  std::string locale, text_hash, of, body_sha256;
};
BOOST_DESCRIBE_STRUCT(NoteTranslated, (), (locale, text_hash, of, body_sha256))

struct TranslationApproved {
  static constexpr std::string_view kind = "translation.approved";
  std::string locale, text_hash;
};
BOOST_DESCRIBE_STRUCT(TranslationApproved, (), (locale, text_hash))

struct BriefWritten {
  static constexpr std::string_view kind = "brief.written";
  std::string entry, text_hash;
};
BOOST_DESCRIBE_STRUCT(BriefWritten, (), (entry, text_hash))

struct GuideWritten {
  static constexpr std::string_view kind = "guide.written";
  std::string entry, text_hash;
};
BOOST_DESCRIBE_STRUCT(GuideWritten, (), (entry, text_hash))

struct QuestionAsked {
  static constexpr std::string_view kind = "question.asked";
  std::string entry, owner;
  SysTime due;
};
BOOST_DESCRIBE_STRUCT(QuestionAsked, (), (entry, owner, due))

struct QuestionAnswered {
  static constexpr std::string_view kind = "question.answered";
  bool in_time = false;
};
BOOST_DESCRIBE_STRUCT(QuestionAnswered, (), (in_time))

struct WordingFact {
  std::string proposal, connection, model, asked_hash;
};
BOOST_DESCRIBE_STRUCT(WordingFact, (), (proposal, connection, model, asked_hash))

struct WordingAsked : WordingFact {
  static constexpr std::string_view kind = "wording.asked";
};
BOOST_DESCRIBE_STRUCT(WordingAsked, (WordingFact), ())

struct WordingProposed : WordingFact {
  static constexpr std::string_view kind = "wording.proposed";
};
BOOST_DESCRIBE_STRUCT(WordingProposed, (WordingFact), ())

struct WordingTaken : WordingFact {
  static constexpr std::string_view kind = "wording.taken";
};
BOOST_DESCRIBE_STRUCT(WordingTaken, (WordingFact), ())

struct WordingFailed : WordingFact {
  static constexpr std::string_view kind = "wording.failed";
};
BOOST_DESCRIBE_STRUCT(WordingFailed, (WordingFact), ())

struct ImageAdded {
  static constexpr std::string_view kind = "image.added";
  std::string media_type;
  std::int64_t bytes = 0;
  std::string sha256;
};
BOOST_DESCRIBE_STRUCT(ImageAdded, (), (media_type, bytes, sha256))

struct MergeWaits {
  static constexpr std::string_view kind = "merge.waits";
  std::string line;
};
BOOST_DESCRIBE_STRUCT(MergeWaits, (), (line))

struct LaunchFlagRead {
  static constexpr std::string_view kind = "launch_flag.read";
  std::string flag, platform;
  planning::FlagState reads = planning::FlagState::unknown;
};
BOOST_DESCRIBE_STRUCT(LaunchFlagRead, (), (flag, platform, reads))

struct TicketRead {
  static constexpr std::string_view kind = "ticket.read";
  std::string ticket;
  TicketState reads = TicketState::unknown;
};
BOOST_DESCRIBE_STRUCT(TicketRead, (), (ticket, reads))

}  // namespace evenkeel::changelog
