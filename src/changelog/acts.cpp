// Changelog entries, the notes with their reviews and translations, guides and briefs.
#include "planning/acts.hpp"
#include "catalogue/print.hpp"
#include "changelog/image.hpp"
#include "changelog/internal_brief.hpp"
#include "changelog/migration_guide.hpp"
#include "changelog/proposal.hpp"
#include "changelog/review.hpp"
#include "changelog/translation.hpp"

namespace evenkeel::changelog {
namespace {

using catalogue::Act;
using catalogue::act;
using catalogue::option;
using catalogue::positional;
using catalogue::short_time;
using planning::of_release;
using planning::OfRelease;
using planning::release_help;
using planning::the_release;

struct OfEntry {
  std::string entry;
};
BOOST_DESCRIBE_STRUCT(OfEntry, (), (entry))
struct OfNote {
  std::string release;
  NoteAudience audience = NoteAudience::customers;
  static constexpr std::string_view required[] = {"release", "audience"};
};
BOOST_DESCRIBE_STRUCT(OfNote, (), (release, audience))
struct Text {
  std::string body;
};
BOOST_DESCRIBE_STRUCT(Text, (), (body))
struct Hints {
  std::vector<Hint> hints;
};
BOOST_DESCRIBE_STRUCT(Hints, (), (hints))

constexpr const char* entry_help = "Id of the entry";
constexpr const char* audience_help = "customers, internal or migration";
constexpr const char* file_help = "Markdown file; - is standard input";
constexpr const char* locale_help = "Language of the text, as in words.locales";

/// A list of what a release has.
template <class Row>
auto of_the_release(std::vector<Row> (*list)(store::Tx&, const planning::Release&)) {
  return [list](Work& work, const OfRelease& in) -> Result<std::vector<Row>> {
    return list(work.tx, TRY(planning::find_release(work.tx, in.release)));
  };
}
template <class Row>
auto of_the_release_id(std::vector<Row> (*list)(store::Tx&, const ReleaseId&)) {
  return [list](Work& work, const OfRelease& in) -> Result<std::vector<Row>> {
    return list(work.tx, TRY(planning::find_release(work.tx, in.release)).id);
  };
}

Result<Hints> plain(Work& work, const Text& in) {
  const auto o = definitions::current(work.tx);
  return Hints{plain_language(in.body, o ? (*o)->words.jargon : std::vector<definitions::JargonDef>{})};
}

std::string show_entries(const std::vector<EntryView>& all) {
  if (all.empty())
    return "No entries yet. `evenkeel change import` brings changes in, `evenkeel entries draft` drafts an entry for each.\n";
  std::vector<std::vector<std::string>> rows{{"ENTRY", "TYPE", "TEXT"}};
  for (const auto& e : all)
    rows.push_back({e.id, e.type ? type_text(e.type) : "-",
                    e.text + (e.not_notable_because.empty() ? "" : "(left out: " + e.not_notable_because + ")")});
  return catalogue::table(rows);
}
std::string show_notes(const std::vector<NoteView>& all) {
  std::string out = all.empty() ? "No notes yet. `evenkeel notes draft` makes them from the entries.\n" : "";
  for (const auto& n : all)
    out += fmt::format("--- {} ({})\n{}\n", json::enum_text(n.audience), n.approved_by.empty() ? "not approved" : "approved", n.body);
  return out;
}
std::string show_translations(const std::vector<TranslationView>& all) {
  std::string out;
  for (const auto& t : all)
    out += fmt::format("--- {} ({}{})\n{}\n", t.locale, t.approved_by.empty() ? "not approved" : "approved",
                       t.current ? "" : ", of an earlier wording", t.body);
  return out;
}
std::string show_review(const ReviewView& r) {
  auto out = fmt::format("{} note, {}\n", json::enum_text(r.note.audience), r.note.approved ? "approved" : "not approved");
  if (!r.approved_before_by.empty()) out += "Approved before in another wording; what differs:\n";
  for (const auto& part : r.since_then) {
    for (const auto& line : part.removed) out += "- " + line + "\n";
    for (const auto& line : part.added) out += "+ " + line + "\n";
  }
  if (r.approved_before_by.empty()) out += r.note.body + (r.note.body.ends_with('\n') ? "" : "\n");
  for (const auto& c : r.comments)
    out += fmt::format("{} line {}: {}{}\n", c.id, c.line, c.comment, c.resolved_by.empty() ? "" : " (closed)");
  for (const auto& t : r.told) {
    out += fmt::format("{}: {}\n", t.change, t.text);
    for (const auto& flag : t.flags) out += fmt::format("  flag {}\n", flag);
    for (const auto& ticket : t.tickets)
      out += fmt::format("  ticket {} {}{}{}\n", ticket.reference, ticket.read_at ? json::enum_text(ticket.state) : "not read yet",
                         ticket.title.empty() ? "" : ": " + ticket.title, ticket.problem.empty() ? "" : " (" + ticket.problem + ")");
  }
  return out;
}
std::string show_guides(const std::vector<GuideView>& all) {
  std::string out = all.empty() ? "No entry of this release is breaking, so that no guide is owed.\n" : "";
  for (const auto& g : all) {
    out += fmt::format("{} {}\n", g.guide.entry_id, g.text);
    for (const auto& m : g.missing) out += fmt::format("  lacks {}\n", m);
  }
  return out;
}
std::string show_questions(const std::vector<QuestionView>& all) {
  std::string out = all.empty() ? "Nobody has asked anything. `evenkeel notes ask` does.\n" : "";
  for (const auto& q : all)
    out += fmt::format("{} {} (due {}{})\n  {}\n", q.id, q.question, short_time(q.due_at), q.overdue ? ", overdue" : "",
                       q.answer.empty() ? "no answer yet" : q.answer);
  return out;
}
std::string show_proposals(const std::vector<ProposalView>& all) {
  std::string out =
      all.empty() ? "No wording was proposed. `evenkeel entries propose` asks for one, where words.drafting names a model.\n" : "";
  for (const auto& p : all) {
    out += fmt::format("{} {} ({})\n  {}\n", p.id, json::enum_text(p.state), p.model, p.wording.empty() ? p.problem : p.wording);
    for (const auto& h : p.hints) out += fmt::format("  {}: {}\n", h.excerpt, h.message);
  }
  return out;
}

std::vector<Act> entry_acts(const std::string& release, const std::string& tag) {
  const std::string entry = "/api/v1/entries/{entry}";
  const std::vector<Role> writers{Role::author, Role::engineering_lead};
  return {
      act("entries.list", "Changelog entries, by change", of_the_release(entries_of))
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/entries", tag)
          .words("entries list", "The release's changelog entries")
          .takes({the_release()})
          .prints(show_entries),
      act("entries.draft", "Draft entries of changes that have none",
          [](Work& work, const OfRelease& in) { return draft_entries_of(work, in.release); })
          .drafts()
          .for_roles({Role::author, Role::engineering_lead, Role::coordinator, Role::admin})
          .possible_when(of_release(may_draft_entries))
          .says("Entries are drafted for the changes of release {release} that had none.", "evenkeel entries list {release}")
          .http("POST", release + "/entries", tag)
          .taking_bodies_of(std::size_t{256} << 10)
          .words("entries draft", "Draft entries for changes that have none")
          .takes({the_release()}),
      act("entries.edit", "Edit an entry's texts or type", edit_entry)
          .drafts()
          .for_roles(writers)
          .says("Entry {id} is changed: {text}", "evenkeel entries proposals {id}")
          .http("PATCH", entry, tag)
          .words("entries edit")
          .takes({positional(&EditEntry::entry, entry_help),
                  option(&EditEntry::type, "added, changed, deprecated, removed, fixed, security").of(json::enum_texts<Type>()),
                  option(&EditEntry::human_text, "The entry's text").named("text"),
                  option(&EditEntry::customer_text, "What customers read").named("customer"),
                  option(&EditEntry::internal_text, "What insiders read").named("internal"),
                  option(&EditEntry::migration_text, "Steps for those affected").named("migration"),
                  option(&EditEntry::flag, "FLAG@PLATFORM it is dark behind: customers hear of it once that is on")}),
      act("entries.omit", "Leave a change out, with a reason", mark_not_notable)
          .decides()
          .for_roles(writers)
          .says("Entry {id} is left out: {not_notable_because}", "evenkeel release list")
          .http("POST", entry + "/not-notable", tag)
          .words("entries omit", "Leave a change out of the changelog, with a reason")
          .takes({positional(&MarkNotNotable::entry, entry_help), option(&MarkNotNotable::because, "Why").required()}),
      act("entries.propose", "Ask a language model for a sentence for customers (off by default)",
          [](Work& work, const OfEntry& in) { return ask_wording(work, in.entry); })
          .drafts()
          .for_roles({Role::author, Role::product, Role::engineering_lead})
          .says("Asked {model} for a wording of entry {entry}; a person takes it over or not.", "evenkeel entries proposals {entry}")
          .http("POST", entry + "/proposals", tag)
          .words("entries propose")
          .takes({positional(&OfEntry::entry, entry_help)}),
      act("entries.proposals", "Proposed wordings, and what was sent for each",
          [](Work& work, const OfEntry& in) -> Result<std::vector<ProposalView>> { return proposals_of(work, in.entry); })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", entry + "/proposals", tag)
          .words("entries proposals", "Proposed wordings of an entry, and what was sent for each")
          .takes({positional(&OfEntry::entry, entry_help)})
          .prints(show_proposals),
      act("entries.take", "Take a proposed wording over as the entry's text for customers", take_proposal)
          .decides()
          .for_roles(writers)
          .says("Entry {id} says to customers: {customer_text}", "evenkeel entries proposals {id}")
          .http("POST", "/api/v1/proposals/{proposal}/taking", tag)
          .words("entries take")
          .takes({positional(&TakeProposal::proposal, "Id of the proposal")}),
  };
}

std::vector<Act> note_acts(const std::string& release, const std::string& tag) {
  const std::string note = release + "/notes/{audience}";
  const auto audience = [](auto member) { return option(member, audience_help).required(); };
  return {
      act("notes.show", "Notes for customers, insiders and migration", of_the_release(notes_of))
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/notes", tag)
          .words("notes show")
          .takes({the_release()})
          .prints(show_notes),
      act("notes.draft", "Draft the notes from the entries", [](Work& work, const OfRelease& in) { return draft_notes(work, in.release); })
          .drafts()
          .for_roles({Role::author, Role::coordinator, Role::admin})
          .possible_when(of_release(may_draft_notes))
          .says("", "evenkeel notes review {release} --audience customers")
          .http("POST", release + "/notes", tag)
          .words("notes draft")
          .takes({the_release()})
          .prints(show_notes),
      act("notes.edit", "Write a note", edit_note)
          .drafts()
          .for_roles({Role::author, Role::product, Role::support, Role::engineering_lead})
          .possible_when(of_release(may_edit_notes))
          .says("The {audience} note of release {release} is written; it waits for approval.",
                "evenkeel notes review {release} --audience {audience}")
          .http("PUT", note, tag)
          .taking_bodies_of(std::size_t{1} << 20)
          .words("notes edit", "Write a note from a file")
          .takes({positional(&EditNote::release, release_help), audience(&EditNote::audience),
                  option(&EditNote::body, file_help).named("file").required().from_file()}),
      act("notes.approve", "Approve a note as it stands", approve_note)
          .decides()
          .for_roles({Role::product, Role::author, Role::support, Role::engineering_lead})
          .possible_when(of_release(may_approve_notes))
          .says("", "evenkeel release show {release}")
          .http("POST", note + "/approval", tag)
          .words("notes approve")
          .takes({positional(&ApproveNote::release, release_help), audience(&ApproveNote::audience)})
          .prints([](const NoteView& n) { return fmt::format("Approved: {}", json::enum_text(n.audience)); }),
      act("notes.review", "A note as its reviewer sees it: what differs since the last approval, comments, changes behind it",
          [](Work& work, const OfNote& in) { return review_of(work, in.release, in.audience); })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", note + "/review", tag)
          .words("notes review", "A note as its reviewer sees it: what differs since the last approval, and what it stands on")
          .takes({positional(&OfNote::release, release_help), audience(&OfNote::audience)})
          .prints(show_review),
      act("notes.comment", "Comment on a line of a note", comment_on_note)
          .drafts()
          .for_roles({Role::product, Role::author, Role::support, Role::engineering_lead, Role::security, Role::coordinator})
          .possible_when(of_release(may_comment))
          .says("Comment {id} is kept beside the {audience} note of release {release}.",
                "evenkeel notes review {release} --audience {audience}")
          .http("POST", note + "/comments", tag)
          .words("notes comment")
          .takes({positional(&CommentOnNote::release, release_help), audience(&CommentOnNote::audience),
                  positional(&CommentOnNote::comment, "What is wrong or missing"),
                  option(&CommentOnNote::line, "Line of the text, from 1 (default: the whole text)")}),
      act("notes.resolve", "Close a comment", resolve_comment)
          .decides()
          .for_roles({Role::author})
          .or_named()
          .says("Comment {id} of {person} is resolved.", "evenkeel release list")
          .http("POST", "/api/v1/note-comments/{comment}/resolution", tag)
          .words("notes resolve")
          .takes({positional(&ResolveComment::comment, "Id of the comment")}),
      act("notes.translations", "The customers' note in further languages", of_the_release(translations_of))
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/translations", tag)
          .words("notes translations")
          .takes({the_release()})
          .prints(show_translations),
      act("notes.translate", "Write the customers' note in another language", translate_note)
          .drafts()
          .for_roles({Role::author, Role::product})
          .possible_when(of_release(may_translate))
          .says("The customers' note of release {release} is written in {locale}; it waits for approval.",
                "evenkeel notes translations {release}")
          .http("PUT", release + "/translations/{locale}", tag)
          .taking_bodies_of(std::size_t{1} << 20)
          .words("notes translate", "Write the customers' note in another language, from a file")
          .takes({positional(&Translate::release, release_help), option(&Translate::locale, locale_help).required(),
                  option(&Translate::body, file_help).named("file").required().from_file()}),
      act("notes.approve_translation", "Approve a translation as it stands", approve_translation)
          .decides()
          .for_roles({Role::product})
          .possible_when(of_release(may_approve_translations))
          .says("The {locale} text of release {release} is approved as it stands.", "evenkeel notes translations {release}")
          .http("POST", release + "/translations/{locale}/approval", tag)
          .words("notes approve-translation")
          .takes({positional(&ApproveTranslation::release, release_help), option(&ApproveTranslation::locale, locale_help).required()}),
  };
}

std::vector<Act> word_acts(const std::string& release, const std::string& tag) {
  const std::vector<Role> writers{Role::author, Role::engineering_lead};
  return {
      act("migration.list", "Migration guides of breaking changes, and what each lacks", of_the_release(guides_of))
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/migration-guides", tag)
          .words("migration list", "Migration guides of a release, and what each lacks")
          .takes({the_release()})
          .prints(show_guides),
      act("migration.write", "Write the migration guide of a breaking change", write_guide)
          .drafts()
          .for_roles(writers)
          .says("The migration guide of entry {entry} is written.", "evenkeel migration list {release_id}")
          .http("PUT", "/api/v1/entries/{entry}/migration-guide", tag)
          .taking_bodies_of(std::size_t{256} << 10)
          .words("migration write")
          .takes({positional(&WriteGuide::entry, "Id of the entry or its change"), option(&WriteGuide::affected, "Who must act"),
                  option(&WriteGuide::before, "How it is done up to now"), option(&WriteGuide::after, "How it is done from now on"),
                  option(&WriteGuide::steps, "What to do; may be given several times").named("step"),
                  option(&WriteGuide::deadline, "Until when the old way works"),
                  option(&WriteGuide::how_to_check, "How to see that it is done").named("check")}),
      act("brief.list", "What insiders must know, by entry", of_the_release_id(briefs_of))
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/briefs", tag),
      act("brief.write", "Write what insiders must know of an entry", write_brief)
          .drafts()
          .for_roles(writers)
          .says("What insiders must know of entry {entry} is written.", "evenkeel notes show {release_id}")
          .http("PUT", "/api/v1/entries/{entry}/brief", tag)
          .taking_bodies_of(std::size_t{256} << 10)
          .words("brief write")
          .takes({positional(&WriteBrief::entry, entry_help), option(&WriteBrief::context, "What is behind it"),
                  option(&WriteBrief::known_issues, "What does not work yet"),
                  option(&WriteBrief::how_to_recognise, "How to recognise that a customer has met it").named("recognise"),
                  option(&WriteBrief::what_to_answer, "What to answer").named("answer"),
                  option(&WriteBrief::affected, "Customers, plans, flags"), option(&WriteBrief::escalation, "Who is asked next")}),
      act("notes.readings", "Who has read the internal note, and for which team", of_the_release_id(readings_of))
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/readings", tag),
      act("notes.read", "\"I have read the internal note\"", read_note)
          .decides()
          .for_roles(catalogue::doers)
          .possible_when(of_release(may_read_note))
          .says("You have read the internal note of release {release}.", "evenkeel release show {release}")
          .http("POST", release + "/readings", tag)
          .words("notes read", "Say that you have read the internal note")
          .takes({positional(&ReadNote::release, release_help), option(&ReadNote::team, "For which team (default: your role)")}),
      act("notes.questions", "Questions on the internal note, with owner and due time",
          [](Work& work, const OfRelease& in) -> Result<std::vector<QuestionView>> {
            return questions_of(work, TRY(planning::find_release(work.tx, in.release)).id);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/questions", tag)
          .words("notes questions", "Questions and answers on a release")
          .takes({the_release()})
          .prints(show_questions),
      act("notes.ask", "Ask about the release or one entry", ask)
          .drafts()
          .for_roles(catalogue::doers)
          .says("Question {id} goes to {owner}.", "evenkeel notes questions {release}")
          .http("POST", release + "/questions", tag)
          .words("notes ask", "Ask about a release or one of its entries; the change's owner answers")
          .takes({positional(&Ask::release, release_help), positional(&Ask::question, "The question"), option(&Ask::entry, entry_help)}),
      act("notes.answer", "Answer a question", answer)
          .decides()
          .for_roles(writers)
          .or_named()
          .says("Question {id} of {asked_by} is answered.", "evenkeel release list")
          .http("POST", "/api/v1/questions/{question}/answer", tag)
          .words("notes answer")
          .takes({positional(&Answer::question, "Id of the question"), positional(&Answer::answer, "The answer")}),
      act("image.add", "Add a picture for notes: PNG, JPEG, GIF or WebP, base64, at most 2 MiB", add_image)
          .drafts()
          .for_roles({Role::author, Role::product, Role::support, Role::admin})
          .in_any_area("a picture belongs to no area until a note of one shows it")
          .says("", "evenkeel notes edit --help")
          .http("POST", "/api/v1/images", tag)
          .taking_bodies_of(std::size_t{8} << 20)
          .words("image add", "Add a picture for notes: PNG, JPEG, GIF or WebP, at most 2 MiB")
          .takes({positional(&AddImage::data, "The picture").named("file").bytes_of_file()})
          .prints([](const ImageView& image) {
            return fmt::format("{}\nPut it into a note, and say in the brackets what it shows: {}", image.path, image.markdown);
          }),
      act("words.plain", "What makes a text hard to read for somebody outside", plain)
          .reads()
          .for_any_role()
          .http("POST", "/api/v1/plain-language", tag)
          .taking_bodies_of(std::size_t{1} << 20),
  };
}

}  // namespace

std::vector<Act> acts() {
  const std::string release = "/api/v1/releases/{release}", tag = "changelog";
  auto all = entry_acts(release, tag);
  for (auto more : {note_acts(release, tag), word_acts(release, tag)})
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return all;
}

}  // namespace evenkeel::changelog
