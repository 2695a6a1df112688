// The public changelog: rendered here, readable without script, from texts as they were published; nothing unpublished can get in.
//
//   /changelog   /changelog/{version}   /changelog/atom.xml (RFC 4287)   /changelog/feed.json (JSON Feed 1.1)   /changelog/style.css
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::api {

/// One release as the public sees it. The columns of the table `public_note`.
struct PublicNote {
  std::string id, release_id, version, title, body;
  SysTime published_at;
  std::optional<SysTime> withdrawn_at;
};
BOOST_DESCRIBE_STRUCT(PublicNote, (), (id, release_id, version, title, body, published_at, withdrawn_at))

/// What stands around the notes. `base`: the address of this server without a final slash, for feeds.
struct PublicFrame {
  std::string title = "Changelog", base;
  std::string newer = {}, older = {};  // links to the pages beside this one; empty: none
};

std::string public_html(const PublicFrame& frame, const std::vector<PublicNote>& notes);
std::string atom_feed(const PublicFrame& frame, const std::vector<PublicNote>& notes);
std::string json_feed(const PublicFrame& frame, const std::vector<PublicNote>& notes);
/// Light and dark by the reader's system.
std::string_view public_style();

}  // namespace evenkeel::api
