// Changelog entries and notes.
#include "api/endpoints.hpp"
#include "changelog/notes.hpp"

namespace evenkeel::api {
namespace {

using changelog::EntryView;
using changelog::NoteView;

struct OfRelease {
  std::string release;
};
BOOST_DESCRIBE_STRUCT(OfRelease, (), (release))
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
                     .tagged("changelog"));
  list.push_back(command<OfRelease, changelog::Drafted>(
                     app, "POST", release + "/entries", "Draft entries of changes that have none",
                     [](Work& work, Call&, const OfRelease& in) { return changelog::draft_entries_of(work, in.release); })
                     .tagged("changelog"));
  list.push_back(command<changelog::EditEntry, EntryView>(
                     app, "PATCH", "/api/v1/entries/{entry}", "Edit an entry's texts or type",
                     [](Work& work, Call&, const changelog::EditEntry& in) { return changelog::edit_entry(work, in); })
                     .tagged("changelog"));
  list.push_back(command<changelog::MarkNotNotable, EntryView>(
                     app, "POST", "/api/v1/entries/{entry}/not-notable", "Leave a change out, with a reason",
                     [](Work& work, Call&, const changelog::MarkNotNotable& in) { return changelog::mark_not_notable(work, in); })
                     .tagged("changelog"));
  list.push_back(query<std::vector<NoteView>>(app, release + "/notes", "Notes for customers, insiders and migration",
                                              [=](Work& work, Call& call) -> Result<std::vector<NoteView>> {
                                                return changelog::notes_of(work.tx, TRY(release_of(work, call)));
                                              })
                     .tagged("changelog"));
  list.push_back(command<OfRelease, std::vector<NoteView>>(
                     app, "POST", release + "/notes", "Draft the notes from the entries",
                     [](Work& work, Call&, const OfRelease& in) { return changelog::draft_notes(work, in.release); })
                     .tagged("changelog"));
  list.push_back(command<changelog::EditNote, NoteView>(
                     app, "PUT", release + "/notes/{audience}", "Write a note",
                     [](Work& work, Call&, const changelog::EditNote& in) { return changelog::edit_note(work, in); })
                     .tagged("changelog"));
  list.push_back(command<changelog::ApproveNote, NoteView>(
                     app, "POST", release + "/notes/{audience}/approval", "Approve a note as it stands",
                     [](Work& work, Call&, const changelog::ApproveNote& in) { return changelog::approve_note(work, in); })
                     .tagged("changelog"));
  list.push_back(endpoint<Text, Hints>("POST", "/api/v1/plain-language", "What makes a text hard to read for somebody outside",
                                       [](Call&, const Text& in) -> Result<Hints> { return Hints{changelog::plain_language(in.body)}; })
                     .tagged("changelog"));
  return list;
}

}  // namespace evenkeel::api
