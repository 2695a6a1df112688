-- What each daily verification of the ledger found.

CREATE TABLE ledger_check (
  id TEXT PRIMARY KEY,
  entries {int} NOT NULL,
  problems {int} NOT NULL,
  root TEXT NOT NULL,             -- hexadecimal, of those entries
  at {int} NOT NULL
) {strict};
-- insert_only: ledger_check
CREATE INDEX ledger_check_at ON ledger_check (at);
