-- Who is away from when to when, and who stands in.
CREATE TABLE absence (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  deputy TEXT NOT NULL,          -- person; empty: nobody by name
  from_at {int} NOT NULL,
  until_at {int} NOT NULL,
  reason_text TEXT NOT NULL,
  noted_by TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: absence
CREATE INDEX absence_by_end ON absence (until_at);
-- Back before its end, or not away after all.
CREATE TABLE absence_end (
  id TEXT PRIMARY KEY,           -- the absence's id
  person TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: absence_end
