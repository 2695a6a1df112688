-- What was proposed, until it is in force, declined, or over another version: the whole text, with names and addresses of people, which
-- the proposal itself does not hold. Proposals from before have none.
CREATE TABLE definitions_draft (
  id TEXT PRIMARY KEY,           -- of the proposal
  body TEXT NOT NULL,            -- JSON, as definitions.body
  proposed_by TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
INSERT INTO definitions_draft (id, body, proposed_by, at) SELECT id, '', proposed_by, at FROM definitions_proposal;
