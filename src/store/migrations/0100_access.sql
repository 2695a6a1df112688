-- When a token was last used. A repeated request is known by a keyed hash, and for a day: what stood there before is not kept.
ALTER TABLE api_token ADD COLUMN last_used_at {int};
DELETE FROM idempotency;
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE sign_off_seat (     -- nobody fills two sign-offs: the last wall behind the use case
  release_id TEXT NOT NULL,
  scope_hash TEXT NOT NULL,
  person TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (release_id, scope_hash, person)
) {strict};

CREATE TABLE definitions_proposal (  -- applied by one person where two are needed: in force once a second applies the same
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  over_version TEXT NOT NULL,        -- the version in force then: over another one it is proposed anew
  origin TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  at {int} NOT NULL,
  UNIQUE (hash, over_version)
) {strict};
-- insert_only: definitions_proposal
