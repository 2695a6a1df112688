-- Which key signs for this ledger: replicas share one, and a second history signed by another is found out.

CREATE TABLE ledger_key (
  id TEXT PRIMARY KEY,             -- verifier key as in signed-note: name+id+base64
  since_entry {int} NOT NULL,      -- size of the ledger when it began to sign
  at {int} NOT NULL
) {strict};
-- insert_only: ledger_key
