-- How far a history that is brought along in parts has come, so that it goes on where it stopped.
CREATE TABLE delivery_backfill (
  id TEXT PRIMARY KEY,             -- name of the history
  lines {int} NOT NULL,            -- of the file, that are stored
  prefix_hash TEXT NOT NULL,       -- over these lines: the same file goes on
  fresh {int} NOT NULL,
  changed {int} NOT NULL,
  updated_at {int} NOT NULL
) {strict};
