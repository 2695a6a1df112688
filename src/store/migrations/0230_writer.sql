-- Who has a text of the changelog open and writes in it: a sign of life, forgotten a minute later. Nothing of it is a fact of the ledger.
CREATE TABLE writer (
  text_key TEXT NOT NULL,     -- "entry ID" or "note RELEASE AUDIENCE"
  person_id TEXT NOT NULL,
  since {int} NOT NULL,
  seen_at {int} NOT NULL,
  PRIMARY KEY (text_key, person_id)
) {strict};
