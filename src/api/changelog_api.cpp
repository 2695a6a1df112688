// Notes and the changelog of a release as documents, and who is writing in a text now.
#include "api/endpoints.hpp"
#include "api/printable.hpp"
#include "changelog/notes.hpp"
#include "changelog/write_notes.hpp"
#include "changelog/writers.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::api {
namespace {

struct Document {
  std::string title, markdown;
};
}  // namespace

std::vector<Endpoint> changelog_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string release = "/api/v1/releases/{release}";
  const auto release_of = [](Work& work, Call& call) { return planning::find_release(work.tx, call.param("release")); };
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
                                                       return printable(d.title,
                                                                        fmt::format("# {}\n\n{}", markdown::of_plain(d.title), d.markdown));
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
  list.push_back(command<changelog::SignOfWriting, std::vector<changelog::Writer>>(
                     app, "PUT", "/api/v1/writers", "Says that one writes in an entry or a note, and hears who else does",
                     [](Work& work, Call&, const changelog::SignOfWriting& sign) { return changelog::sign_of_writing(work, sign); })
                     .tagged("changelog")
                     .for_roles({Role::author, Role::product, Role::support, Role::engineering_lead, Role::coordinator, Role::admin}));
  return list;
}

}  // namespace evenkeel::api
