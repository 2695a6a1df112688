-- Wordings that a language model proposes: kept apart from every text that is published, until an author takes one over.

CREATE TABLE wording_proposal (
  id TEXT PRIMARY KEY,
  entry_id TEXT NOT NULL REFERENCES changelog_entry (id),
  release_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  model TEXT NOT NULL,
  asked_text TEXT NOT NULL,        -- id in erasable_text: what is sent, whole
  asked_hash TEXT NOT NULL,        -- sha256 of it
  state TEXT NOT NULL,             -- asked, proposed, failed, taken
  wording TEXT NOT NULL,           -- what came back
  problem TEXT NOT NULL,           -- why it failed
  asked_by TEXT NOT NULL,
  asked_at {int} NOT NULL,
  answered_at {int}
) {strict};
CREATE INDEX wording_proposal_entry ON wording_proposal (entry_id);
