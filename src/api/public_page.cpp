#include "api/public_page.hpp"

#include <fmt/format.h>

#include "api/endpoints.hpp"
#include "changelog/note_text.hpp"
#include "definitions/apply.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::api {
namespace {

using markdown::escaped;

constexpr int per_page = 20;
constexpr int per_feed = 50;

/// Nothing from elsewhere, nothing inline, no script at all.
constexpr const char* policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr const char* taken_back = "<p class=\"withdrawn\">This release was taken back. What it announced is not available now.</p>\n";

std::string heading_of(const PublicNote& n) { return n.version + changelog::title_behind(n.version, n.title); }
std::string path_of(const PublicNote& n) { return "/changelog/" + http::percent_encode(n.version); }

/// The headings that notes are drafted with become tags.
std::string with_tags(std::string html) {
  static constexpr std::pair<std::string_view, std::string_view> tags[] = {
      {"You may need to act", "act"}, {"Safer", "security"}, {"New", "added"}, {"Better", "changed"}, {"Fixed", "fixed"},
      {"Going away", "deprecated"},   {"Removed", "removed"}};
  for (const auto& [title, name] : tags) {
    const auto plain = fmt::format("<h3>{}</h3>", title);
    for (std::size_t at = 0; (at = html.find(plain, at)) != std::string::npos;)
      html.replace(at, 3, fmt::format("<h3 class=\"tag {}\"", name));
  }
  return html;
}
std::string body_html(const PublicNote& n) { return n.withdrawn_at ? taken_back : with_tags(markdown::to_html(n.body, 3)); }

std::string article(const PublicNote& n) {
  return fmt::format(
      "<article id=\"{0}\">\n<h2><a href=\"{1}\">{2}</a></h2>\n<p class=\"date\"><time datetime=\"{3}\">{4}</time></p>\n{5}</article>\n",
      escaped(n.version), escaped(path_of(n)), escaped(heading_of(n)), to_iso(n.published_at), to_date(n.published_at), body_html(n));
}

/// "rel_0192..." -> "urn:uuid:0192...": a feed's entry keeps its id for ever, whatever the server is called.
std::string urn_of(const PublicNote& n) {
  const auto under = n.release_id.find('_');
  return "urn:uuid:" + n.release_id.substr(under == std::string::npos ? 0 : under + 1);
}
SysTime updated(const PublicNote& n) { return n.withdrawn_at.value_or(n.published_at); }

}  // namespace

std::string public_html(const PublicFrame& frame, const std::vector<PublicNote>& notes) {
  std::string articles;
  for (const auto& n : notes) articles += article(n);
  if (notes.empty()) articles = "<p>No releases yet. Subscribe to hear of the first one.</p>\n";
  std::string pages;
  if (!frame.newer.empty()) pages += fmt::format("<a rel=\"prev\" href=\"{}\">Newer releases</a>\n", escaped(frame.newer));
  if (!frame.older.empty()) pages += fmt::format("<a rel=\"next\" href=\"{}\">Older releases</a>\n", escaped(frame.older));
  if (!pages.empty()) pages = "<nav aria-label=\"Pages\">\n" + pages + "</nav>\n";
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"description\" content=\"{0}: what changed in each "
      "release\">\n<title>{0}</title>\n"
      "<link rel=\"stylesheet\" href=\"/changelog/style.css\">\n<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{0}\" "
      "href=\"/changelog/atom.xml\">\n"
      "<link rel=\"alternate\" type=\"application/feed+json\" title=\"{0}\" href=\"/changelog/feed.json\">\n</head>\n<body>\n<a "
      "class=\"skip\" href=\"#releases\">Skip to the releases</a>\n"
      "<header>\n<h1><a href=\"/changelog\">{0}</a></h1>\n<p>Subscribe: <a href=\"/changelog/atom.xml\">Atom</a> · <a "
      "href=\"/changelog/feed.json\">JSON Feed</a></p>\n</header>\n"
      "<main id=\"releases\">\n{1}</main>\n{2}</body>\n</html>\n",
      escaped(frame.title), articles, pages);
}

std::string atom_feed(const PublicFrame& frame, const std::vector<PublicNote>& notes) {
  SysTime newest{};
  std::string entries;
  for (const auto& n : notes) {
    newest = std::max(newest, updated(n));
    entries += fmt::format(
        "  <entry>\n    <id>{}</id>\n    <title>{}</title>\n    <link rel=\"alternate\" href=\"{}\"/>\n    <published>{}</published>\n    "
        "<updated>{}</updated>\n    <content type=\"html\">{}</content>\n  </entry>\n",
        escaped(urn_of(n)), escaped(heading_of(n)), escaped(frame.base + path_of(n)), to_iso(n.published_at), to_iso(updated(n)),
        escaped(body_html(n)));
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n  <id>{0}/changelog</id>\n  "
      "<title>{1}</title>\n  <author><name>{1}</name></author>\n"
      "  <link rel=\"alternate\" href=\"{0}/changelog\"/>\n  <link rel=\"self\" href=\"{0}/changelog/atom.xml\"/>\n  "
      "<updated>{2}</updated>\n{3}</feed>\n",
      escaped(frame.base), escaped(frame.title), to_iso(newest), entries);
}

std::string json_feed(const PublicFrame& frame, const std::vector<PublicNote>& notes) {
  json::Array items;
  for (const auto& n : notes)
    items.push_back(json::Object{{"id", urn_of(n)},
                                 {"url", frame.base + path_of(n)},
                                 {"title", heading_of(n)},
                                 {"content_html", body_html(n)},
                                 {"date_published", to_iso(n.published_at)},
                                 {"date_modified", to_iso(updated(n))}});
  return json::dump(json::Object{{"version", "https://jsonfeed.org/version/1.1"},
                                 {"title", frame.title},
                                 {"home_page_url", frame.base + "/changelog"},
                                 {"feed_url", frame.base + "/changelog/feed.json"},
                                 {"items", std::move(items)}});
}

std::string_view public_style() {
  return R"(:root { color-scheme: light dark; --bg: #f6f7f9; --surface: #ffffff; --surface-2: #eff2f5; --border: #d8dee6; --text: #14181f; --text-2: #465160; --accent: #2456d6;
  --go: #0a6072; --go-bg: #dff1f4; --watch: #8a5400; --watch-bg: #fdf1d7; --nogo: #c0112f; --nogo-bg: #fdebe9; --idle-bg: #eceff3; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #0d1015; --surface: #14191f; --surface-2: #1b222b; --border: #2b3440; --text: #e9edf2; --text-2: #b0bac6; --accent: #84a9ff;
    --go: #4fdcc8; --go-bg: #0c2c2f; --watch: #f0b54a; --watch-bg: #33270f; --nogo: #f2646e; --nogo-bg: #331418; --idle-bg: #222a34; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 24px 16px 48px; background: var(--bg); color: var(--text);
  font: 16px/1.5 Inter, system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; }
.skip:focus { position: static; }
h1, h2, h3 { line-height: 1.2; font-weight: 650; }
h1 { font-size: 26px; margin: 0; }
h1 a, h2 a { color: inherit; text-decoration: none; }
h1 a:hover, h2 a:hover { text-decoration: underline; }
h2 { font-size: 20px; margin: 0; }
h3 { font-size: 16px; margin: 24px 0 8px; }
header { margin-bottom: 24px; }
header p, .date { margin: 4px 0 0; color: var(--text-2); font-size: 14px; font-variant-numeric: tabular-nums; }
article { background: var(--surface); border: 1px solid var(--border); border-radius: 8px; padding: 24px; margin: 0 0 16px; }
article > :last-child { margin-bottom: 0; }
.tag { display: table; font-size: 14px; font-weight: 600; padding: 2px 8px; border-radius: 4px; background: var(--idle-bg); color: var(--text-2); }
.tag.act, .tag.removed { background: var(--nogo-bg); color: var(--nogo); }
.tag.deprecated, .tag.security { background: var(--watch-bg); color: var(--watch); }
.tag.added { background: var(--go-bg); color: var(--go); }
.withdrawn { color: var(--text-2); }
code { font: 0.9em "JetBrains Mono", ui-monospace, monospace; background: var(--surface-2); padding: 1px 4px; border-radius: 4px; }
pre { background: var(--surface-2); padding: 12px; border-radius: 4px; overflow-x: auto; }
pre code { padding: 0; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid var(--border); padding: 4px 8px; text-align: left; }
img { max-width: 100%; }
nav { display: flex; gap: 16px; }
nav a { padding: 4px 0; }
)";
}

namespace {

std::vector<PublicNote> published(app::App& app, const std::string& tail, const store::Args& args) {
  return app.database->read([&](store::Tx& tx) { return store::all<PublicNote>(tx, "public_note", tail, args); });
}

PublicFrame frame_of(app::App& app, const Call& call) {
  PublicFrame frame;
  app.database->read([&](store::Tx& tx) {
    if (const auto o = definitions::current(tx)) frame.title = (*o)->public_title;
  });
  frame.base = app.options.public_url;
  if (frame.base.empty())
    frame.base = "http://" + std::string(call.request.headers.get("Host").empty() ? "localhost" : call.request.headers.get("Host"));
  while (frame.base.ends_with('/')) frame.base.pop_back();
  return frame;
}

Result<http::Response> answer(Call& call, std::string type, std::string body) {
  call.etag(to_hex(sha256(body)).substr(0, 20));
  http::Response response{200, std::move(type), std::move(body)};
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("Cache-Control", "public, max-age=60");
  return response;
}

Result<http::Response> page(app::App& app, Call& call) {
  const auto text = call.query("page");
  std::int64_t number = 1;
  if (!text.empty()) {
    if (text.size() > 6 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) || text == "0")
      return invalid("page is a number from 1", "page");
    number = std::max(1, std::stoi(text));
  }
  auto notes =
      published(app, "ORDER BY published_at DESC, id DESC LIMIT $1 OFFSET $2", {std::int64_t{per_page + 1}, (number - 1) * per_page});
  auto frame = frame_of(app, call);
  if (number > 1) frame.newer = number == 2 ? "/changelog" : fmt::format("/changelog?page={}", number - 1);
  if (notes.size() > per_page) {
    frame.older = fmt::format("/changelog?page={}", number + 1);
    notes.pop_back();
  }
  return answer(call, "text/html; charset=utf-8", public_html(frame, notes));
}

Endpoint open(std::string path, std::string summary, std::string type, std::function<Result<http::Response>(Call&)> handler) {
  return endpoint<Nothing, http::Response>("GET", std::move(path), std::move(summary), std::move(handler))
      .tagged("public changelog")
      .of_type(std::move(type))
      .for_anyone();
}

}  // namespace

std::vector<Endpoint> public_endpoints(app::App& app) {
  const std::string newest = "ORDER BY published_at DESC, id DESC LIMIT $1";
  std::vector<Endpoint> list;
  list.push_back(open("/changelog", "The public changelog", "text/html", [&app](Call& call) {
                   return page(app, call);
                 }).with_query("page", "from 1, twenty releases each"));
  list.push_back(open("/changelog/style.css", "Its style", "text/css",
                      [](Call& call) { return answer(call, "text/css; charset=utf-8", std::string(public_style())); }));
  list.push_back(open("/changelog/atom.xml", "It as an Atom feed", "application/atom+xml", [&app, newest](Call& call) {
    return answer(call, "application/atom+xml; charset=utf-8",
                  atom_feed(frame_of(app, call), published(app, newest, {std::int64_t{per_feed}})));
  }));
  list.push_back(open("/changelog/feed.json", "It as a JSON Feed", "application/feed+json", [&app, newest](Call& call) {
    return answer(call, "application/feed+json", json_feed(frame_of(app, call), published(app, newest, {std::int64_t{per_feed}})));
  }));
  list.push_back(open("/changelog/{version}", "One release", "text/html", [&app](Call& call) -> Result<http::Response> {
    const auto notes = published(app, "WHERE version = $1 ORDER BY published_at DESC, id DESC LIMIT 20", {call.param("version")});
    if (notes.empty()) return not_found("no published release has this version; see /changelog");
    auto frame = frame_of(app, call);
    return answer(call, "text/html; charset=utf-8", public_html(frame, notes));
  }));
  return list;
}

}  // namespace evenkeel::api
