-- How far a repository's history was read into a release's scope, each time it was read to another commit.
CREATE TABLE scope_reading (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  up_to TEXT NOT NULL,           -- the last commit of the range, in full
  at {int} NOT NULL,
  UNIQUE (release_id, up_to, at)
) {strict};
-- insert_only: scope_reading
