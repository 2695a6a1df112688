-- Tickets that the changes of a release name: the newest reading of each at the host of its repository.

CREATE TABLE ticket (
  id TEXT PRIMARY KEY,             -- release id, '/', reference
  release_id TEXT NOT NULL REFERENCES release (id),
  reference TEXT NOT NULL,         -- acme/shop#12
  state TEXT NOT NULL,             -- open, closed, unknown, none (the number is of something else)
  title TEXT NOT NULL,
  url TEXT NOT NULL,
  problem TEXT NOT NULL,           -- why the newest reading failed
  read_at {int} NOT NULL
) {strict};
CREATE INDEX ticket_release ON ticket (release_id);
