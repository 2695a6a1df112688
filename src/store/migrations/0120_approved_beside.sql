-- What channels show beside a note when it is approved: an approval holds that too. Approvals of before have no row and hold their text.

CREATE TABLE approved_beside (
  id TEXT PRIMARY KEY,             -- of the approval
  release_id TEXT NOT NULL REFERENCES release (id),
  shown_hash TEXT NOT NULL         -- SHA-256 of the entries as a changelog file shows them
) {strict};
