#include "api/public_page.hpp"

#include <fmt/format.h>

#include "changelog/image.hpp"
#include "changelog/note_text.hpp"
#include "changelog/translation.hpp"
#include "comms/archive.hpp"
#include "comms/digest.hpp"
#include "definitions/apply.hpp"
#include "markdown/links.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::api {
namespace {

using markdown::escaped;

constexpr int per_page = 20;
constexpr int per_feed = 50;

/// Nothing from elsewhere, nothing inline, no script at all. `connect-src`: those who audit pages read robots.txt from within them.
constexpr const char* policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
    "'self'; frame-ancestors 'none'";

std::string heading_of(const PublicNote& n) { return n.version + changelog::title_behind(n.version, n.title); }
std::string path_of(const PublicNote& n) { return "/changelog/" + http::percent_encode(n.version); }

/// The headings that notes are drafted with become tags, in the language of the note.
std::string with_tags(std::string html, const comms::PartNames& parts) {
  const std::pair<std::string_view, std::string_view> tags[] = {
      {parts.act, "act"},     {parts.safer, "security"},        {parts.fresh, "added"},    {parts.better, "changed"},
      {parts.fixed, "fixed"}, {parts.going_away, "deprecated"}, {parts.removed, "removed"}};
  for (const auto& [title, name] : tags) {
    const auto plain = fmt::format("<h3>{}</h3>", title);
    for (std::size_t at = 0; (at = html.find(plain, at)) != std::string::npos;)
      html.replace(at, 3, fmt::format("<h3 class=\"tag {}\"", name));
  }
  return html;
}
/// The language a note is read in: that of its text, else the one that notes are written in.
const std::string& language_of(const PublicFrame& frame, const PublicNote& n) {
  return n.locale.empty() ? frame.locales.front() : n.locale;
}

std::string body_html(const PublicFrame& frame, const PublicNote& n) {
  if (!n.withdrawn_at) return with_tags(markdown::to_html(n.body, 3), comms::reader_words(language_of(frame, n)).parts);
  return n.withdrawn_words.empty() ? fmt::format("<p class=\"withdrawn\">{}</p>\n", frame.says().withdrawn)
                                   : fmt::format("<div class=\"withdrawn\">\n{}</div>\n", markdown::to_html(n.withdrawn_words, 3));
}
/// For readers elsewhere: every address is whole.
std::string feed_html(const PublicFrame& frame, PublicNote n) {
  n.body = markdown::with_whole_links(n.body, frame.base, path_of(n));
  n.withdrawn_words = markdown::with_whole_links(n.withdrawn_words, frame.base, path_of(n));
  return body_html(frame, n);
}

/// Each entry gets a place to link to: "#2.0.0-3" is the third one of 2.0.0. Only the outermost lists hold entries.
std::string with_places(const std::string& html, const std::string& version, std::string_view link_to_entry) {
  std::string out;
  int depth = 0, number = 0;
  for (std::size_t at = 0; at < html.size();) {
    const auto tag = html.find('<', at);
    out += html.substr(at, tag - at);
    if (tag == std::string::npos) break;
    const auto rest = std::string_view(html).substr(tag);
    depth += rest.starts_with("<ul") || rest.starts_with("<ol");
    depth -= rest.starts_with("</ul") || rest.starts_with("</ol");
    if (depth == 1 && rest.starts_with("<li>")) {
      const auto place = fmt::format("{}-{}", escaped(version), ++number);
      out += fmt::format("<li id=\"{0}\"><a class=\"place\" href=\"#{0}\" aria-label=\"{1}\">#</a> ", place, link_to_entry);
      at = tag + 4;
      continue;
    }
    out += '<';
    at = tag + 1;
  }
  return out;
}

std::string time_tag(SysTime at) { return fmt::format("<time datetime=\"{}\">{}</time>", to_iso(at), to_date(at)); }

/// When it was announced, and what came before on another day.
std::string dates_of(const PublicFrame& frame, const PublicNote& n) {
  auto out = time_tag(n.published_at);
  if (n.deployed_at && (n.switched_on_at || to_date(*n.deployed_at) != to_date(n.published_at)))
    out += fmt::format(" · {} {}", frame.says().deployed, time_tag(*n.deployed_at));
  if (n.switched_on_at) out += fmt::format(" · {} {}", frame.says().switched_on, time_tag(*n.switched_on_at));
  return out;
}

std::string article(const PublicFrame& frame, const PublicNote& n) {
  const auto& language = language_of(frame, n);
  return fmt::format("<article id=\"{0}\"{5}>\n<h2><a href=\"{1}\">{2}</a></h2>\n<p class=\"date\">{3}</p>\n{4}</article>\n",
                     escaped(n.version), escaped(path_of(n)), escaped(heading_of(n)), dates_of(frame, n),
                     with_places(body_html(frame, n), n.version, frame.says().link_to_entry),
                     language == frame.says().tag ? "" : fmt::format(" lang=\"{}\"", escaped(language)));
}

/// "rel_0192..." -> "urn:uuid:0192...": a feed's entry keeps its id for ever, whatever the server is called.
std::string urn_of(const PublicNote& n) {
  const auto under = n.release_id.find('_');
  return "urn:uuid:" + n.release_id.substr(under == std::string::npos ? 0 : under + 1);
}
SysTime updated(const PublicNote& n) { return n.withdrawn_at.value_or(n.published_at); }

}  // namespace

namespace {

std::string option(const std::string& value, const std::string& words, bool chosen) {
  return fmt::format("<option value=\"{}\"{}>{}</option>", escaped(value), chosen ? " selected" : "", escaped(words));
}

/// Search and choices: a plain form, so that no script is needed.
std::string choices(const PublicFrame& frame) {
  std::string out = fmt::format(
      "<form class=\"choose\" action=\"/changelog\" method=\"get\" role=\"search\">\n<label for=\"q\">{}</label>\n"
      "<input id=\"q\" name=\"q\" type=\"search\" value=\"{}\" maxlength=\"200\">\n",
      frame.says().search, escaped(frame.words));
  if (frame.areas.size() > 1) {
    out += fmt::format("<label for=\"area\">{}</label>\n<select id=\"area\" name=\"area\">{}", frame.says().product,
                       option("", std::string(frame.says().all), frame.area.empty()));
    for (const auto& area : frame.areas) out += option(area, area, area == frame.area);
    out += "</select>\n";
  }
  return out + fmt::format("<button>{}</button>\n</form>\n", frame.says().show);
}

}  // namespace

namespace {

/// The same page in each language that notes are offered in.
std::string languages(const PublicFrame& frame) {
  std::string out;
  for (const auto& locale : frame.locales.size() > 1 ? frame.locales : std::vector<std::string>{})
    out += fmt::format("{}<a href=\"{}{}lang={}\" hreflang=\"{}\"{}>{}</a>", out.empty() ? "" : " · ", escaped(frame.path),
                       frame.path.find('?') == std::string::npos ? "?" : "&amp;", http::percent_encode(locale), escaped(locale),
                       locale == frame.locale ? " aria-current=\"true\"" : "", escaped(locale));
  return out.empty() ? out : fmt::format("<p>{}: {}</p>\n", frame.says().languages, out);
}

/// Logo and title. The logo leads where the organisation says, the title to the whole changelog.
std::string masthead(const PublicFrame& frame) {
  const auto title = escaped(frame.title);
  if (frame.look.logo.empty()) return fmt::format("<h1><a href=\"/changelog\">{}</a></h1>\n", title);
  auto logo = fmt::format("<img class=\"logo\" src=\"{}\" alt=\"{}\">", escaped(frame.look.logo),
                          escaped(frame.look.logo_text.empty() ? frame.title : frame.look.logo_text));
  if (!frame.look.home.empty()) logo = fmt::format("<a href=\"{}\">{}</a>", escaped(frame.look.home), logo);
  return fmt::format("{}\n<h1><a href=\"/changelog\">{}</a></h1>\n", logo, title);
}

}  // namespace

std::string public_frame(const PublicFrame& frame, const std::string& main) {
  std::string pages, months;
  const auto& says = frame.says();
  if (!frame.newer.empty()) pages += fmt::format("<a rel=\"prev\" href=\"{}\">{}</a>\n", escaped(frame.newer), says.newer);
  if (!frame.older.empty()) pages += fmt::format("<a rel=\"next\" href=\"{}\">{}</a>\n", escaped(frame.older), says.older);
  if (!pages.empty()) pages = fmt::format("<nav aria-label=\"{}\">\n{}</nav>\n", says.pages, pages);
  for (const auto& month : frame.months) months += fmt::format("<li><a href=\"/changelog/archive/{0}\">{0}</a></li>\n", escaped(month));
  if (!months.empty())
    months = fmt::format(
        "<footer>\n<nav class=\"months\" aria-labelledby=\"archive\">\n<h2 id=\"archive\">{}</h2>\n<ul>\n{}</ul>\n</nav>\n</footer>\n",
        says.archive, months);
  const auto canonical =
      frame.base.empty() ? std::string() : fmt::format("<link rel=\"canonical\" href=\"{}\">\n", escaped(frame.base + frame.path));
  return fmt::format(
      "<!doctype html>\n<html lang=\"{8}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"description\" content=\"{9}\">\n<title>{1}{0}</title>\n{2}"
      "<link rel=\"stylesheet\" href=\"/changelog/style.css\">\n<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\n"
      "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{0}\" "
      "href=\"/changelog/atom.xml\">\n"
      "<link rel=\"alternate\" type=\"application/feed+json\" title=\"{0}\" href=\"/changelog/feed.json\">\n</head>\n<body>\n<a "
      "class=\"skip\" href=\"#releases\">{10}</a>\n"
      "<header>\n{11}<p>{12}: {3}<a href=\"/changelog/atom.xml\">Atom</a> · <a "
      "href=\"/changelog/feed.json\">JSON Feed</a></p>\n{4}</header>\n"
      "<main id=\"releases\">\n{5}</main>\n{6}{7}</body>\n</html>\n",
      escaped(frame.title), frame.heading.empty() ? "" : escaped(frame.heading) + " · ", canonical,
      frame.mail ? fmt::format("<a href=\"/changelog/subscribe\">{}</a> · ", says.by_mail) : "", languages(frame) + choices(frame), main,
      pages, months, says.tag, escaped(fmt::format(fmt::runtime(says.what_changed), frame.title)), says.skip, masthead(frame),
      says.subscribe);
}

std::string public_html(const PublicFrame& frame, const std::vector<PublicNote>& notes) {
  std::string articles = frame.heading.empty() ? "" : fmt::format("<p class=\"shown\">{}</p>\n", escaped(frame.heading));
  for (const auto& n : notes) articles += article(frame, n);
  const auto& says = frame.says();
  if (notes.empty() && frame.heading.empty()) articles = fmt::format("<p>{}</p>\n", says.no_releases);
  if (notes.empty() && !frame.heading.empty())
    articles += fmt::format("<p>{} <a href=\"/changelog\">{}</a>.</p>\n", says.nothing_here, says.see_all);
  return public_frame(frame, articles);
}

std::string sitemap(const PublicFrame& frame, const std::vector<PublicNote>& notes, const std::vector<std::string>& months) {
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
  const auto add = [&](const std::string& path, const std::string& date) {
    out += fmt::format("  <url><loc>{}</loc>{}</url>\n", escaped(frame.base + path), date.empty() ? "" : "<lastmod>" + date + "</lastmod>");
  };
  add("/changelog", notes.empty() ? "" : to_date(updated(notes.front())));
  for (const auto& month : months) add("/changelog/archive/" + month, "");
  for (const auto& n : notes) add(path_of(n), to_date(updated(n)));
  return out + "</urlset>\n";
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
        escaped(feed_html(frame, n)));
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
  for (const auto& n : notes) {
    json::Object item{{"id", urn_of(n)},
                      {"url", frame.base + path_of(n)},
                      {"title", heading_of(n)},
                      {"content_html", feed_html(frame, n)},
                      {"date_published", to_iso(n.published_at)},
                      {"date_modified", to_iso(updated(n))}};
    if (!n.locale.empty()) item["language"] = n.locale;
    json::Object dates;  // an extension's name begins with an underscore (JSON Feed 1.1)
    if (n.deployed_at) dates["deployed_at"] = to_iso(*n.deployed_at);
    if (n.switched_on_at) dates["switched_on_at"] = to_iso(*n.switched_on_at);
    if (!dates.empty()) item["_evenkeel"] = std::move(dates);
    items.push_back(std::move(item));
  }
  return json::dump(json::Object{{"version", "https://jsonfeed.org/version/1.1"},
                                 {"title", frame.title},
                                 {"home_page_url", frame.base + "/changelog"},
                                 {"feed_url", frame.base + "/changelog/feed.json"},
                                 {"items", std::move(items)}});
}

std::string public_style(const definitions::PublicPageDef& look) {
  std::string style =
      R"(:root { color-scheme: light dark; --bg: #f6f7f9; --surface: #ffffff; --surface-2: #eff2f5; --border: #d8dee6; --text: #14181f; --text-2: #465160; --accent: #2456d6;
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
img { max-width: 100%; height: auto; }
nav { display: flex; gap: 16px; }
nav a { padding: 4px 0; }
.choose { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-top: 16px; }
label { font-size: 14px; color: var(--text-2); }
input, select, button { font: inherit; color: var(--text); background: var(--surface); border: 1px solid var(--text-2); border-radius: 4px;
  padding: 8px 12px; min-height: 44px; }
input[type="search"], input[type="email"] { flex: 1 1 12rem; min-width: 0; }
button { cursor: pointer; font-weight: 600; }
:is(input, select, button):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.form { display: grid; gap: 8px; max-width: 28rem; }
.form fieldset { border: 1px solid var(--border); border-radius: 4px; }
.form fieldset label { display: flex; gap: 8px; align-items: center; min-height: 44px; }
.form fieldset input { min-height: 24px; min-width: 24px; }
.error { color: var(--nogo); background: var(--nogo-bg); padding: 8px 12px; border-radius: 4px; }
.shown { color: var(--text-2); }
.place { color: var(--text-2); text-decoration: none; float: left; width: 20px; margin-left: -44px; text-align: right; opacity: 0; }
li:hover > .place, .place:focus { opacity: 1; }
li:target { background: var(--watch-bg); border-radius: 4px; }
.months { display: block; }
.months ul { display: flex; flex-wrap: wrap; gap: 8px 16px; list-style: none; padding: 0; }
footer { margin-top: 32px; }
.logo { display: block; max-height: 48px; max-width: 100%; margin-bottom: 8px; }
)";
  if (!look.accent.empty()) style += fmt::format(":root {{ --accent: {}; }}\n", look.accent);
  if (!look.accent.empty() || !look.accent_dark.empty())  // the light one would not be read on dark grounds
    style += fmt::format("@media (prefers-color-scheme: dark) {{ :root {{ --accent: {}; }} }}\n",
                         look.accent_dark.empty() ? "#84a9ff" : look.accent_dark);
  return style;
}

namespace {

/// "https://News.example.org:8443/x" -> "news.example.org".
std::string host_of(std::string_view address) {
  if (const auto slashes = address.find("://"); slashes != std::string_view::npos) address.remove_prefix(slashes + 3);
  address = address.substr(0, address.find('/'));
  if (const auto colon = address.rfind(':'); colon != std::string_view::npos && !address.ends_with(']')) address = address.substr(0, colon);
  std::string host(address);
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return host;
}

/// Notes in the reader's language where they have a text in it: two queries, however many notes.
std::vector<PublicNote> published(app::App& app, const PublicFrame& frame, const std::string& tail, const store::Args& args) {
  return app.database->read([&](store::Tx& tx) {
    auto notes = store::all<PublicNote>(tx, "public_note", tail, args);
    if (frame.locale == frame.locales.front() || notes.empty()) return notes;
    std::string marks;
    store::Args wanted{frame.locale};
    for (const auto& n : notes) {
      wanted.push_back(n.id);
      marks += fmt::format("{}${}", marks.empty() ? "" : ", ", wanted.size());
    }
    std::map<std::string, std::string> texts;
    tx.exec("SELECT public_note_id, body FROM public_note_text WHERE locale = $1 AND public_note_id IN (" + marks + ")", wanted,
            [&](const store::Row& row) { texts[row.text(0)] = row.text(1); });
    for (auto& n : notes)
      if (const auto text = texts.find(n.id); text != texts.end() && !n.withdrawn_at) n.body = text->second, n.locale = frame.locale;
    return notes;
  });
}

}  // namespace

std::optional<http::Response> at_public_address(app::App& app, const http::Request& request) {
  const auto asked = host_of(request.headers.get("Host"));
  const auto own = host_of(app.options.public_url);
  if (own.empty() || asked == own) return {};
  const auto o = app.database->read([](store::Tx& tx) { return definitions::current(tx); });
  if (!o || (*o)->public_url.empty() || asked != host_of((*o)->public_url)) return {};
  if (request.path == "/changelog" || request.path.starts_with("/changelog/") || request.path == "/icon.svg" ||
      request.path == "/robots.txt")
    return {};
  if (request.path != "/") return problem(404, "there is nothing at " + request.path);
  return http::Response::redirect("/changelog", 302);
}

PublicFrame frame_of(app::App& app, const Call& call) {
  PublicFrame frame;
  app.database->read([&](store::Tx& tx) {
    if (const auto o = definitions::current(tx)) {
      frame.title = (*o)->public_title;
      frame.base = (*o)->public_url;
      frame.locales = (*o)->words.locales;
      frame.look = (*o)->public_page;
      frame.mail = definitions::find_connection(**o, definitions::Ability::mail) != nullptr;
    }
    tx.exec("SELECT DISTINCT area FROM public_note WHERE area <> '' ORDER BY area LIMIT 50", {},
            [&](const store::Row& row) { frame.areas.push_back(row.text(0)); });
  });
  frame.locale = changelog::choose_locale(frame.locales, call.query("lang"), call.request.headers.get("Accept-Language"));
  if (frame.base.empty()) frame.base = app.options.public_url;
  frame.mail = frame.mail && !frame.base.empty();  // the link in the mail needs an address
  if (frame.base.empty())
    frame.base = "http://" + std::string(call.request.headers.get("Host").empty() ? "localhost" : call.request.headers.get("Host"));
  while (frame.base.ends_with('/')) frame.base.pop_back();
  return frame;
}

namespace {

/// Months with a release, newest first.
std::vector<std::string> months_of(app::App& app) {
  std::vector<std::string> months;
  app.database->read([&](store::Tx& tx) {
    tx.exec("SELECT published_at FROM public_note ORDER BY published_at DESC", {}, [&](const store::Row& row) {
      auto month = to_date(from_millis(row.integer(0))).substr(0, 7);
      if (months.empty() || months.back() != month) months.push_back(std::move(month));
    });
  });
  return months;
}

Result<http::Response> answer(Call& call, std::string type, std::string body) {
  call.etag(to_hex(sha256(body)).substr(0, 20));
  http::Response response{200, std::move(type), std::move(body)};
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("Cache-Control", "public, max-age=60");
  response.headers.set("Vary", "Accept-Language");
  return response;
}
Result<http::Response> html(Call& call, std::string body) { return answer(call, "text/html; charset=utf-8", std::move(body)); }

/// What a search finds, newest first among the fifty best.
Result<http::Response> found(app::App& app, Call& call, PublicFrame frame) {
  const auto hits = app.database->read([&](store::Tx& tx) {
    return comms::search_archive(tx, {.text = frame.words, .area = frame.area, .public_only = true, .limit = per_feed});
  });
  const auto& says = frame.says();
  frame.heading = hits.size() > 1 ? fmt::format(fmt::runtime(says.found_many), hits.size(), frame.words)
                                  : fmt::format(fmt::runtime(hits.empty() ? says.found_none : says.found_one), frame.words);
  std::string list = fmt::format("<p class=\"shown\">{}</p>\n", escaped(frame.heading));
  for (const auto& hit : hits)
    list +=
        fmt::format("<article>\n<h2><a href=\"{}\">{}</a></h2>\n<p class=\"date\">{}</p>\n<p>{}</p>\n</article>\n",
                    escaped("/changelog/" + http::percent_encode(hit.version)), escaped(hit.title), to_date(hit.at), escaped(hit.excerpt));
  return html(call, public_frame(frame, list));
}

Result<http::Response> page(app::App& app, Call& call) {
  auto frame = frame_of(app, call);
  frame.area = call.query("area");
  frame.words = call.query("q");
  if (frame.words.size() > 200) return invalid("search for less: at most 200 characters", "q");
  if (frame.words.find_first_not_of(" \t") != std::string::npos) return found(app, call, std::move(frame));
  const auto text = call.query("page");
  std::int64_t number = 1;
  if (!text.empty()) {
    if (text.size() > 6 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) || text == "0")
      return invalid("page is a number from 1", "page");
    number = std::max(1, std::stoi(text));
  }
  const bool one_area = !frame.area.empty();
  auto notes = one_area ? published(app, frame, "WHERE area = $3 ORDER BY published_at DESC, id DESC LIMIT $1 OFFSET $2",
                                    {std::int64_t{per_page + 1}, (number - 1) * per_page, frame.area})
                        : published(app, frame, "ORDER BY published_at DESC, id DESC LIMIT $1 OFFSET $2",
                                    {std::int64_t{per_page + 1}, (number - 1) * per_page});
  const auto address = [&](std::int64_t n) {
    std::string query = one_area ? "?area=" + http::percent_encode(frame.area) : "";
    if (n > 1) query += fmt::format("{}page={}", query.empty() ? "?" : "&", n);
    if (n != number && !call.query("lang").empty()) query += fmt::format("{}lang={}", query.empty() ? "?" : "&", frame.locale);
    return "/changelog" + query;
  };
  frame.path = address(number);
  if (one_area) frame.heading = fmt::format(fmt::runtime(frame.says().releases_of), frame.area);
  if (number > 1) frame.newer = address(number - 1);
  if (notes.size() > per_page) {
    frame.older = address(number + 1);
    notes.pop_back();
  }
  frame.months = months_of(app);
  if (frame.months.size() > 24) frame.months.resize(24);
  return html(call, public_html(frame, notes));
}

Result<http::Response> month_page(app::App& app, Call& call) {
  const auto period = comms::read_period(call.param("month"));
  if (!period || period->name[5] == 'Q') return not_found("a month is written 2026-03");
  auto frame = frame_of(app, call);
  frame.path = "/changelog/archive/" + period->name;
  frame.heading = fmt::format(fmt::runtime(frame.says().releases_of), period->name);
  frame.months = months_of(app);
  const auto notes = published(app, frame, "WHERE published_at >= $1 AND published_at < $2 ORDER BY published_at DESC, id DESC",
                               {to_millis(period->from), to_millis(period->to)});
  return html(call, public_html(frame, notes));
}

/// The digest of the audience that the public page belongs to; of a period that is not over, as far as it is.
Result<http::Response> digest_page(app::App& app, Call& call) {
  const auto period = comms::read_period(call.param("period"));
  if (!period) return not_found(period.error().message);
  auto frame = frame_of(app, call);
  frame.path = "/changelog/digests/" + period->name;
  frame.heading = fmt::format(fmt::runtime(frame.says().changed_in), period->name);
  const auto digest = app.database->read([&](store::Tx& tx) {
    std::string audience;
    if (const auto o = definitions::current(tx))
      for (const auto& a : (*o)->audiences)
        for (const auto& name : a.channels)
          if (const auto* c = definitions::find_channel(**o, name); c && c->kind == definitions::ChannelKind::public_page)
            audience = a.name;
    return comms::compose_digest(tx, *period, audience, frame.area.empty() ? std::vector<std::string>{} : std::vector{frame.area},
                                 app.clock->now(), frame.locale == frame.locales.front() ? "" : frame.locale);
  });
  const auto words = digest.entries == 0 ? fmt::format("<p>{}</p>\n", frame.says().nothing_announced)
                                         : with_tags(markdown::to_html(digest.body, 3), frame.says().parts);
  return html(call, public_frame(frame, fmt::format("<article>\n<h2>{}</h2>\n{}</article>\n", escaped(frame.heading), words)));
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
  list.push_back(open("/changelog", "The public changelog", "text/html", [&app](Call& call) { return page(app, call); })
                     .with_query("page", "from 1, twenty releases each")
                     .with_query("area", "releases of one product area")
                     .with_query("q", "releases that say these words"));
  list.push_back(
      open("/changelog/archive/{month}", "Releases of a month", "text/html", [&app](Call& call) { return month_page(app, call); }));
  list.push_back(open("/changelog/digests/{period}", "What changed in a month (2026-03) or quarter (2026-Q1)", "text/html",
                      [&app](Call& call) { return digest_page(app, call); }));
  list.push_back(open("/changelog/sitemap.xml", "Every page, for search engines", "application/xml", [&app](Call& call) {
    auto frame = frame_of(app, call);
    frame.locale = frame.locales.front();
    return answer(call, "application/xml",
                  sitemap(frame, published(app, frame, "ORDER BY published_at DESC, id DESC LIMIT 40000", {}), months_of(app)));
  }));
  list.push_back(open("/robots.txt", "What search engines may read: the public changelog", "text/plain", [&app](Call& call) {
    return answer(
        call, "text/plain; charset=utf-8",
        fmt::format(
            "User-agent: *\nAllow: /changelog\nDisallow: /changelog/subscriptions/\nDisallow: /\nSitemap: {}/changelog/sitemap.xml\n",
            frame_of(app, call).base));
  }));
  list.push_back(open("/changelog/widget.js", "The widget: <evenkeel-changelog>", "text/javascript", [](Call& call) {
    auto response = answer(call, "text/javascript; charset=utf-8", std::string(widget_script()));
    response->headers.set("Access-Control-Allow-Origin", "*");
    return response;
  }));
  list.push_back(open("/changelog/style.css", "Its style", "text/css",
                      [&app](Call& call) { return answer(call, "text/css; charset=utf-8", public_style(frame_of(app, call).look)); }));
  list.push_back(open("/changelog/images/{name}", "A picture of a published note; of another one, when signed in", "image/png",
                      [&app](Call& call) -> Result<http::Response> {
                        auto image = app.database->read([&](store::Tx& tx) {
                          return changelog::find_image(tx, call.param("name"), call.session.who && !call.session.who->grants.empty());
                        });
                        if (!image) return not_found("there is no such picture");
                        http::Response response{200, image->media_type, std::move(image->bytes.bytes)};
                        response.headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
                        response.headers.set("Cache-Control", image->published_at ? "public, max-age=31536000, immutable" : "no-store");
                        response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");  // mail readers and the widget show it
                        return response;
                      }));
  list.push_back(open("/changelog/atom.xml", "It as an Atom feed", "application/atom+xml", [&app, newest](Call& call) {
    const auto frame = frame_of(app, call);
    return answer(call, "application/atom+xml; charset=utf-8", atom_feed(frame, published(app, frame, newest, {std::int64_t{per_feed}})));
  }));
  list.push_back(open("/changelog/feed.json", "It as a JSON Feed", "application/feed+json", [&app, newest](Call& call) {
    const auto frame = frame_of(app, call);
    auto response = answer(call, "application/feed+json", json_feed(frame, published(app, frame, newest, {std::int64_t{per_feed}})));
    response->headers.set("Access-Control-Allow-Origin", "*");  // public words; the widget reads them from the host's page
    return response;
  }));
  list.push_back(open("/changelog/{version}", "One release", "text/html", [&app](Call& call) -> Result<http::Response> {
    auto frame = frame_of(app, call);
    const auto notes = published(app, frame, "WHERE version = $1 ORDER BY published_at DESC, id DESC LIMIT 20", {call.param("version")});
    if (notes.empty()) {
      auto page = html(call, public_frame(frame, fmt::format("<p>{} <a href=\"/changelog\">{}</a></p>\n", frame.says().nothing_here,
                                                             frame.says().see_all)));
      page->status = 404;
      return page;
    }
    frame.path = path_of(notes.front());
    auto page_of_one = frame;
    const auto text = public_html(page_of_one, notes);
    return html(call, text);
  }));
  return list;
}

}  // namespace evenkeel::api
