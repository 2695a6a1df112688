-- An emergency has a reason and an incident, and leaves debts behind that are due.
ALTER TABLE release ADD COLUMN incident TEXT NOT NULL DEFAULT '';
ALTER TABLE release ADD COLUMN reason_text TEXT NOT NULL DEFAULT '';
CREATE TABLE debt (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  kind TEXT NOT NULL,            -- rehearsal, retrospective, late_review
  service TEXT NOT NULL,         -- of a rehearsal
  owner TEXT NOT NULL,
  due_at {int} NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: debt
CREATE TABLE debt_review (       -- the late review, said by a second person
  id TEXT PRIMARY KEY,           -- the debt's id
  release_id TEXT NOT NULL,
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: debt_review
