-- A change that is to come into a scope that was closed: who asks for it and why, and who admits it as the second person.
CREATE TABLE late_change (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  commit_id TEXT NOT NULL,       -- as it was asked for: at least seven characters of it
  asked_by TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL,
  UNIQUE (release_id, commit_id)
) {strict};
-- insert_only: late_change
CREATE TABLE late_change_admission (
  id TEXT PRIMARY KEY,           -- the late change's id
  person TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: late_change_admission
