// Changelog entries and notes.
#include "api/endpoints.hpp"
#include "api/printable.hpp"
#include "changelog/image.hpp"
#include "changelog/internal_brief.hpp"
#include "changelog/migration_guide.hpp"
#include "changelog/proposal.hpp"
#include "changelog/review.hpp"
#include "changelog/translation.hpp"
#include "changelog/write_notes.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::api {
namespace {

using changelog::EntryView;
using changelog::NoteView;

struct OfRelease {
  std::string release;
};
BOOST_DESCRIBE_STRUCT(OfRelease, (), (release))
struct OfEntry {
  std::string entry;
};
BOOST_DESCRIBE_STRUCT(OfEntry, (), (entry))
struct Document {
  std::string title, markdown;
};
struct Text {
  std::string body;
};
BOOST_DESCRIBE_STRUCT(Text, (), (body))
struct Hints {
  std::vector<changelog::Hint> hints;
};
BOOST_DESCRIBE_STRUCT(Hints, (), (hints))

}  // namespace

std::vector<Endpoint> changelog_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string release = "/api/v1/releases/{release}";
  const auto release_of = [](Work& work, Call& call) { return planning::find_release(work.tx, call.param("release")); };
  list.push_back(query<std::vector<EntryView>>(app, release + "/entries", "Changelog entries, by change",
                                               [=](Work& work, Call& call) -> Result<std::vector<EntryView>> {
                                                 return changelog::entries_of(work.tx, TRY(release_of(work, call)));
                                               })
                     .tagged("changelog")
                     .for_roles(insiders));
  list.push_back(command<OfRelease, changelog::Drafted>(
                     app, "POST", release + "/entries", "Draft entries of changes that have none",
                     [](Work& work, Call&, const OfRelease& in) { return changelog::draft_entries_of(work, in.release); })
                     .taking_bodies_of(std::size_t{256} << 10)
                     .tagged("changelog")
                     .for_roles({Role::author, Role::engineering_lead, Role::coordinator, Role::admin}));
  list.push_back(command<changelog::EditEntry, EntryView>(
                     app, "PATCH", "/api/v1/entries/{entry}", "Edit an entry's texts or type",
                     [](Work& work, Call&, const changelog::EditEntry& in) { return changelog::edit_entry(work, in); })
                     .tagged("changelog")
                     .for_roles({Role::author, Role::engineering_lead}));
  list.push_back(command<changelog::MarkNotNotable, EntryView>(
                     app, "POST", "/api/v1/entries/{entry}/not-notable", "Leave a change out, with a reason",
                     [](Work& work, Call&, const changelog::MarkNotNotable& in) { return changelog::mark_not_notable(work, in); })
                     .tagged("changelog")
                     .for_roles({Role::author, Role::engineering_lead}));
  list.push_back(command<OfEntry, changelog::ProposalView>(
                     app, "POST", "/api/v1/entries/{entry}/proposals", "Ask a language model for a sentence for customers (off by default)",
                     [](Work& work, Call&, const OfEntry& in) { return changelog::ask_wording(work, in.entry); })
                     .tagged("changelog")
                     .for_roles({Role::author, Role::product, Role::engineering_lead}));
  list.push_back(query<std::vector<changelog::ProposalView>>(app, "/api/v1/entries/{entry}/proposals",
                                                             "Proposed wordings, and what was sent for each",
                                                             [](Work& work, Call& call) -> Result<std::vector<changelog::ProposalView>> {
                                                               return changelog::proposals_of(work, call.param("entry"));
                                                             })
                     .tagged("changelog")
                     .for_roles(insiders));
  list.push_back(command<changelog::TakeProposal, EntryView>(
                     app, "POST", "/api/v1/proposals/{proposal}/taking", "Take a proposed wording over as the entry's text for customers",
                     [](Work& work, Call&, const changelog::TakeProposal& in) { return changelog::take_proposal(work, in); })
                     .tagged("changelog")
                     .for_roles({Role::author, Role::engineering_lead}));
  list.push_back(query<std::vector<NoteView>>(app, release + "/notes", "Notes for customers, insiders and migration",
                                              [=](Work& work, Call& call) -> Result<std::vector<NoteView>> {
                                                return changelog::notes_of(work.tx, TRY(release_of(work, call)));
                                              })
                     .tagged("changelog")
                     .for_roles(insiders));
  const auto as_document = [&](const std::string& path, const char* what, auto text_of) {
    const auto text = [&app, text_of](Call& call) -> Result<Document> {
      const auto actor = TRY(actor_of(app, call));
      return app.engine->look(actor, [&](Work& work) -> Result<Document> { return text_of(work, call); });
    };
    list.push_back(endpoint<Nothing, http::Response>("GET", path + ".md", fmt::format("{} as Markdown", what),
                                                     [text](Call& call) -> Result<http::Response> {
                                                       return text_response("text/markdown; charset=utf-8",
                                                                            markdown::without_html(TRY(text(call)).markdown));
                                                     })
                       .tagged("changelog")
                       .for_roles(insiders)
                       .of_type("text/markdown"));
    list.push_back(endpoint<Nothing, http::Response>("GET", path + ".html", fmt::format("{} as a page to print", what),
                                                     [text](Call& call) -> Result<http::Response> {
                                                       const auto d = TRY(text(call));
                                                       return printable(d.title, fmt::format("# {}\n\n{}", d.title, d.markdown));
                                                     })
                       .tagged("changelog")
                       .for_roles(insiders)
                       .of_type("text/html"));
  };
  as_document(release + "/notes/{audience}/note", "A note", [=](Work& work, Call& call) -> Result<Document> {
    const auto r = TRY(release_of(work, call));
    const auto audience = TRY(json::enum_from<changelog::NoteAudience>(call.param("audience")));
    const auto note = changelog::find_note(work.tx, r.id, audience);
    if (!note) return not_found(fmt::format("release {} has no {} note yet", r.version, json::enum_text(audience)));
    return Document{fmt::format("{} {}: {} note{}", r.area, r.version, json::enum_text(audience),
                                changelog::approval_of(work.tx, *note) ? "" : " (not approved)"),
                    changelog::without_marks(note->body)};
  });
  as_document(release + "/changelog", "What CHANGELOG.md says of the release", [=](Work& work, Call& call) -> Result<Document> {
    const auto r = TRY(release_of(work, call));
    const auto out = work.tx.value("SELECT min(at) FROM publication WHERE release_id = $1", {r.id});
    const auto* at = out ? std::get_if<std::int64_t>(&*out) : nullptr;
    return Document{fmt::format("Changelog of {} {}", r.area, r.version),
                    changelog::changelog_section(r.version, at ? to_date(from_millis(*at)) : "", changelog::entries_of(work.tx, r))};
  });
  list.push_back(command<OfRelease, std::vector<NoteView>>(
                     app, "POST", release + "/notes", "Draft the notes from the entries",
                     [](Work& work, Call&, const OfRelease& in) { return changelog::draft_notes(work, in.release); })
                     .tagged("changelog")
                     .for_roles({Role::author, Role::coordinator, Role::admin}));
  list.push_back(command<changelog::EditNote, NoteView>(
                     app, "PUT", release + "/notes/{audience}", "Write a note",
                     [](Work& work, Call&, const changelog::EditNote& in) { return changelog::edit_note(work, in); })
                     .taking_bodies_of(std::size_t{1} << 20)
                     .tagged("changelog")
                     .for_roles({Role::author, Role::product, Role::support, Role::engineering_lead}));
  list.push_back(command<changelog::ApproveNote, NoteView>(
                     app, "POST", release + "/notes/{audience}/approval", "Approve a note as it stands",
                     [](Work& work, Call&, const changelog::ApproveNote& in) { return changelog::approve_note(work, in); })
                     .tagged("changelog")
                     .for_roles({Role::product, Role::author, Role::support, Role::engineering_lead}));
  list.push_back(
      query<changelog::ReviewView>(app, release + "/notes/{audience}/review",
                                   "A note as its reviewer sees it: what differs since the last approval, comments, changes behind it",
                                   [](Work& work, Call& call) -> Result<changelog::ReviewView> {
                                     const auto audience = TRY(json::enum_from<changelog::NoteAudience>(call.param("audience")));
                                     return changelog::review_of(work, call.param("release"), audience);
                                   })
          .tagged("changelog")
          .for_roles(insiders));
  list.push_back(command<changelog::CommentOnNote, changelog::CommentView>(
                     app, "POST", release + "/notes/{audience}/comments", "Comment on a line of a note",
                     [](Work& work, Call&, const changelog::CommentOnNote& in) { return changelog::comment_on_note(work, in); })
                     .tagged("changelog")
                     .for_roles({Role::product, Role::author, Role::support, Role::engineering_lead, Role::security, Role::coordinator}));
  list.push_back(command<changelog::ResolveComment, changelog::CommentView>(
                     app, "POST", "/api/v1/note-comments/{comment}/resolution", "Close a comment",
                     [](Work& work, Call&, const changelog::ResolveComment& in) { return changelog::resolve_comment(work, in); })
                     .tagged("changelog")
                     .for_roles({Role::author})
                     .or_named());
  list.push_back(
      query<std::vector<changelog::TranslationView>>(app, release + "/translations", "The customers' note in further languages",
                                                     [=](Work& work, Call& call) -> Result<std::vector<changelog::TranslationView>> {
                                                       return changelog::translations_of(work.tx, TRY(release_of(work, call)));
                                                     })
          .tagged("changelog")
          .for_roles(insiders));
  list.push_back(command<changelog::Translate, changelog::TranslationView>(
                     app, "PUT", release + "/translations/{locale}", "Write the customers' note in another language",
                     [](Work& work, Call&, const changelog::Translate& in) { return changelog::translate_note(work, in); })
                     .taking_bodies_of(std::size_t{1} << 20)
                     .tagged("changelog")
                     .for_roles({Role::author, Role::product}));
  list.push_back(command<changelog::ApproveTranslation, changelog::TranslationView>(
                     app, "POST", release + "/translations/{locale}/approval", "Approve a translation as it stands",
                     [](Work& work, Call&, const changelog::ApproveTranslation& in) { return changelog::approve_translation(work, in); })
                     .tagged("changelog")
                     .for_roles({Role::product}));
  list.push_back(query<std::vector<changelog::GuideView>>(app, release + "/migration-guides",
                                                          "Migration guides of breaking changes, and what each lacks",
                                                          [=](Work& work, Call& call) -> Result<std::vector<changelog::GuideView>> {
                                                            return changelog::guides_of(work.tx, TRY(release_of(work, call)));
                                                          })
                     .tagged("changelog")
                     .for_roles(insiders));
  list.push_back(command<changelog::WriteGuide, changelog::MigrationGuide>(
                     app, "PUT", "/api/v1/entries/{entry}/migration-guide", "Write the migration guide of a breaking change",
                     [](Work& work, Call&, const changelog::WriteGuide& in) { return changelog::write_guide(work, in); })
                     .taking_bodies_of(std::size_t{256} << 10)
                     .tagged("changelog")
                     .for_roles({Role::author, Role::engineering_lead}));
  list.push_back(query<std::vector<changelog::InternalBrief>>(app, release + "/briefs", "What insiders must know, by entry",
                                                              [=](Work& work, Call& call) -> Result<std::vector<changelog::InternalBrief>> {
                                                                return changelog::briefs_of(work.tx, TRY(release_of(work, call)).id);
                                                              })
                     .tagged("changelog")
                     .for_roles(insiders));
  list.push_back(command<changelog::WriteBrief, changelog::InternalBrief>(
                     app, "PUT", "/api/v1/entries/{entry}/brief", "Write what insiders must know of an entry",
                     [](Work& work, Call&, const changelog::WriteBrief& in) { return changelog::write_brief(work, in); })
                     .taking_bodies_of(std::size_t{256} << 10)
                     .tagged("changelog")
                     .for_roles({Role::author, Role::engineering_lead}));
  list.push_back(query<std::vector<changelog::NoteReading>>(app, release + "/readings",
                                                            "Who has read the internal note, and for which team",
                                                            [=](Work& work, Call& call) -> Result<std::vector<changelog::NoteReading>> {
                                                              return changelog::readings_of(work.tx, TRY(release_of(work, call)).id);
                                                            })
                     .tagged("changelog")
                     .for_roles(insiders));
  list.push_back(command<changelog::ReadNote, changelog::NoteReading>(
                     app, "POST", release + "/readings", "\"I have read the internal note\"",
                     [](Work& work, Call&, const changelog::ReadNote& in) { return changelog::read_note(work, in); })
                     .tagged("changelog")
                     .for_roles(doers));
  list.push_back(query<std::vector<changelog::QuestionView>>(app, release + "/questions",
                                                             "Questions on the internal note, with owner and due time",
                                                             [=](Work& work, Call& call) -> Result<std::vector<changelog::QuestionView>> {
                                                               return changelog::questions_of(work, TRY(release_of(work, call)).id);
                                                             })
                     .tagged("changelog")
                     .for_roles(insiders));
  list.push_back(
      command<changelog::Ask, changelog::QuestionView>(app, "POST", release + "/questions", "Ask about the release or one entry",
                                                       [](Work& work, Call&, const changelog::Ask& in) { return changelog::ask(work, in); })
          .tagged("changelog")
          .for_roles(doers));
  list.push_back(command<changelog::Answer, changelog::QuestionView>(
                     app, "POST", "/api/v1/questions/{question}/answer", "Answer a question",
                     [](Work& work, Call&, const changelog::Answer& in) { return changelog::answer(work, in); })
                     .tagged("changelog")
                     .for_roles({Role::author, Role::engineering_lead})
                     .or_named());
  list.push_back(command<changelog::AddImage, changelog::ImageView>(
                     app, "POST", "/api/v1/images", "Add a picture for notes: PNG, JPEG, GIF or WebP, base64, at most 2 MiB",
                     [](Work& work, Call&, const changelog::AddImage& in) { return changelog::add_image(work, in); })
                     .taking_bodies_of(std::size_t{8} << 20)
                     .tagged("changelog")
                     .for_roles({Role::author, Role::product, Role::support, Role::admin})
                     .in_any_area("a picture belongs to no area until a note of one shows it"));
  list.push_back(endpoint<Text, Hints>("POST", "/api/v1/plain-language", "What makes a text hard to read for somebody outside",
                                       [&app](Call&, const Text& in) -> Result<Hints> {
                                         const auto o = app.database->read([](store::Tx& tx) { return definitions::current(tx); });
                                         return Hints{changelog::plain_language(
                                             in.body, o ? (*o)->words.jargon : std::vector<definitions::JargonDef>{})};
                                       })
                     .taking_bodies_of(std::size_t{1} << 20)
                     .tagged("changelog")
                     .for_any_role()
                     .changing_nothing());
  return list;
}

}  // namespace evenkeel::api
