-- What a vote speaks of, component by component: who changes one component voids what was said of that one alone. A vote without a row is
-- from before, and speaks of its whole scope.
CREATE TABLE sign_off_parts (
  id TEXT PRIMARY KEY,           -- the sign-off's id
  release_id TEXT NOT NULL,
  parts TEXT NOT NULL            -- JSON: of each service the hash of its part of the scope
) {strict};
-- insert_only: sign_off_parts
-- A change that left the scope of a release, or stays in it dark.
CREATE TABLE change_taken_out (
  id TEXT PRIMARY KEY,           -- the change's id
  release_id TEXT NOT NULL,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  reverted_by TEXT NOT NULL,     -- the commit that takes it back; '' while it is dark
  behind TEXT NOT NULL,          -- FLAG@PLATFORM; '' where it was reverted
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: change_taken_out
