// The ledger as people read it: who did what to what, newest first, narrowed by who, what and which release.
#pragma once
#include "work/work.hpp"

namespace evenkeel::views {

struct ReadEntries {
  std::string kind;                         // how it begins: "release", "gate.waived"; empty: any
  std::string actor;                        // a person's login; empty: anybody
  std::string release;                      // id, version or area/version; empty: any
  std::optional<std::int64_t> before = {};  // entries older than this one
  std::int64_t limit = 100;                 // at most 500
};
BOOST_DESCRIBE_STRUCT(ReadEntries, (), (kind, actor, release, before, limit))
struct EntryRow {
  std::int64_t entry = 0;
  SysTime at;
  std::string actor, kind, subject, release, deed;  // deed: what stands behind the actor's name
  std::string leaf;                                 // hex: what the tree holds of it
};
BOOST_DESCRIBE_STRUCT(EntryRow, (), (entry, at, actor, kind, subject, release, deed, leaf))

/// Error: not_found, of a release or a person that is not there.
Result<std::vector<EntryRow>> read_entries(Work& work, const ReadEntries& in);

}  // namespace evenkeel::views
