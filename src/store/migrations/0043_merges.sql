-- Merges told by a repository's host before a release that they belong to is planned: taken into it when it is.

CREATE TABLE waiting_merge (
  id TEXT PRIMARY KEY,             -- connection, '/', merge commit
  line TEXT NOT NULL,              -- release line: main, 2.x
  services TEXT NOT NULL,          -- JSON list
  change TEXT NOT NULL,            -- JSON of risk::NewChange
  received_at {int} NOT NULL,
  release_id TEXT NOT NULL         -- '' while it waits
) {strict};
CREATE INDEX waiting_merge_release ON waiting_merge (release_id, received_at);
