-- What waits for a person, as far as people were told of it (RC7). Gone from the list means closed, not deleted.

CREATE TABLE awaited (
  id TEXT PRIMARY KEY,             -- names the thing that waits: release, gate or act, subject
  release_id TEXT NOT NULL,        -- empty: of no release
  act TEXT NOT NULL,
  what TEXT NOT NULL,
  told_to TEXT NOT NULL,           -- logins, JSON
  told_at {int} NOT NULL,
  level {int} NOT NULL,            -- 0 told, 1 reminded, 2 escalated to the owners, 3 further
  seen_by TEXT NOT NULL,           -- person; empty: nobody has said that they have it in hand
  seen_at {int},
  closed_at {int}
) {strict};
CREATE INDEX awaited_open ON awaited (closed_at, told_at);
