// The archive (CL6): scope, date, author, outcome and words of every release, found by full text, under links that stay.
#pragma once
#include "comms/comms.hpp"

namespace evenkeel::comms {

struct ArchiveDocument {
  std::string id, release_id, version, area, kind, title, body;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(ArchiveDocument, (), (id, release_id, version, area, kind, title, body, at))

/// Writes the release's documents anew. Called on events of the release; done twice it is done once.
Result<void> archive_release(Work& work, const ReleaseId& release_id);

struct ArchiveQuery {
  std::string text;          // all its words must be there, the last one may be a beginning
  std::string area = {};     // empty: every one
  bool public_only = false;  // what is on the public page, and nothing else
  std::int64_t limit = 50;
};
struct ArchiveHit {
  std::string release_id, version, area, kind, title, excerpt, link;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(ArchiveHit, (), (release_id, version, area, kind, title, excerpt, link, at))
/// Best first. A text without a word finds nothing.
std::vector<ArchiveHit> search_archive(store::Tx& tx, const ArchiveQuery& query);

}  // namespace evenkeel::comms
