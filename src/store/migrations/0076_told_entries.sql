-- Which entries customers were told, and by which release's note: what was deployed dark is told by a later one, unless its author leaves
-- it out there too.

CREATE TABLE told_entry (
  id TEXT PRIMARY KEY,             -- of the changelog entry
  release_id TEXT NOT NULL REFERENCES release (id),
  told {int} NOT NULL,             -- 0: it was offered to that note, and left out
  told_at {int} NOT NULL
) {strict};
CREATE INDEX told_entry_release ON told_entry (release_id);
