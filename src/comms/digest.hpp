// Digests (CL8): what changed in a month or a quarter, for one audience and its product areas. Breaking, removed and deprecated come first.
//
// A digest is made of words that were published to that audience, entry by entry, as they were approved: it needs no approval of its own,
// and what was taken back is not in it.
#pragma once
#include "comms/subscription.hpp"
#include "work/ids.hpp"

namespace evenkeel::comms {

struct Period {
  std::string name;  // "2026-03", "2026-Q1"
  SysTime from, to;  // to: the first moment after it
};
/// Error: invalid for another form.
Result<Period> read_period(std::string_view name);
/// The month or quarter (UTC) that `at` lies in.
Period period_of(SysTime at, Rhythm rhythm);

struct Digest {
  Id<Digest> id;
  std::string period, audience;
  std::vector<std::string> areas;
  std::string title, body;
  std::int64_t entries = 0;
  SysTime composed_at;
};
BOOST_DESCRIBE_STRUCT(Digest, (), (id, period, audience, areas, title, body, entries, composed_at))

/// Composes; stores nothing. `locale`: of the texts, where they were approved in it; empty: as the notes were written.
Digest compose_digest(store::Tx& tx, const Period& period, const std::string& audience, const std::vector<std::string>& areas, SysTime now,
                      const std::string& locale = {});

/// A release's published note, as its parts (heading of the draft, or of the author) and their items.
struct PublishedNote {
  ReleaseId release_id;
  std::string version, area, body;
  SysTime at;
  bool changes_nothing = false;  // the words are the rules', of a release without notable entries
};
BOOST_DESCRIBE_STRUCT(PublishedNote, (), (release_id, version, area, body, at, changes_nothing))
Digest digest_of(const std::vector<PublishedNote>& notes, const Period& period, const std::string& organisation,
                 std::string_view locale = "en");

/// Makes the timer that sends the digest of the period that runs now, once it is over. Every-release subscribers need none.
void plan_next_digest(Work& work, Rhythm rhythm);
/// When the timer fires: composes for each audience and choice of areas, stores what is not empty, leaves one mail job a subscriber, and
/// plans the next; in further languages for whom it has texts in theirs. Ledger: digest.composed.
Result<void> send_digests(Work& work, Rhythm rhythm, const std::string& period);

}  // namespace evenkeel::comms
