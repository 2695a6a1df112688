// The public changelog: rendered here, readable without script, from texts as they were published; nothing unpublished can get in.
//
//   /changelog   /changelog/{version}   /changelog/atom.xml (RFC 4287)   /changelog/feed.json (JSON Feed 1.1)   /changelog/style.css
//   /changelog?area=A   /changelog?q=WORDS   /changelog/archive/2026-03   /changelog/digests/2026-Q1   /changelog/sitemap.xml   /robots.txt
//   /changelog/widget.js   /changelog/images/{name}   /changelog/subscribe and /changelog/subscriptions/... (subscribe_page.cpp)
#pragma once
#include <string>
#include <vector>

#include "api/endpoints.hpp"
#include "comms/reader_words.hpp"
#include "definitions/organisation.hpp"

namespace evenkeel::api {

/// One release as the public sees it. The columns of the table `public_note`.
struct PublicNote {
  std::string id, release_id, version, title, body;
  SysTime published_at;
  std::optional<SysTime> withdrawn_at;
  std::string area = {};
  std::optional<SysTime> deployed_at = {}, switched_on_at = {};  // what came before it was announced
  std::string withdrawn_words = {};                              // Markdown: what is said instead once it was taken back
  std::string locale = {};  // of the body, where it is not the one that notes are written in; no column
};
BOOST_DESCRIBE_STRUCT(PublicNote, (),
                      (id, release_id, version, title, body, published_at, withdrawn_at, area, deployed_at, switched_on_at,
                       withdrawn_words))

/// What stands around the notes. `base`: the address of this server without a final slash, for feeds.
struct PublicFrame {
  std::string title = "Changelog", base;
  std::string newer = {}, older = {};                // links to the pages beside this one; empty: none
  std::string path = "/changelog";                   // of this page, for its canonical address
  std::string heading = {};                          // what is shown of it: "March 2026", "Found: invoices"; empty: everything
  std::vector<std::string> areas = {}, months = {};  // to choose from
  std::string area = {}, words = {};                 // chosen, asked for
  bool mail = false;                                 // subscriptions by mail are possible
  std::vector<std::string> locales = {"en"};         // of the notes; the first one is what they are written in
  std::string locale = "en";                         // shown, where a note has a text for it
  definitions::PublicPageDef look = {};              // the organisation's logo and colours

  const comms::ReaderWords& says() const { return comms::reader_words(locale); }
};
/// What is answered at an address that is the public changelog's alone (`public_url`, where the server's own is another): "/" leads to it,
/// and nothing else of the server is there. Nothing at other addresses, and for the public pages themselves.
std::optional<http::Response> at_public_address(app::App& app, const http::Request& request);

/// The frame that this request sees: title, address, language, look.
PublicFrame frame_of(app::App& app, const Call& call);
/// A page in the same frame with a body of its own (HTML).
std::string public_frame(const PublicFrame& frame, const std::string& main);
std::string sitemap(const PublicFrame& frame, const std::vector<PublicNote>& notes, const std::vector<std::string>& months);
/// The script of the widget; see widget.cpp.
std::string_view widget_script();

std::string public_html(const PublicFrame& frame, const std::vector<PublicNote>& notes);
std::string atom_feed(const PublicFrame& frame, const std::vector<PublicNote>& notes);
std::string json_feed(const PublicFrame& frame, const std::vector<PublicNote>& notes);
/// Light and dark by the reader's system, with the organisation's colours.
std::string public_style(const definitions::PublicPageDef& look);

}  // namespace evenkeel::api
