-- What the first audit of the organisation found: kept once, to hold every later month against.
CREATE TABLE delivery_baseline (
  id TEXT PRIMARY KEY,
  place TEXT NOT NULL UNIQUE,      -- 'first': there is one
  repository TEXT NOT NULL,        -- as it was called
  releases {int} NOT NULL,         -- that were audited
  audit TEXT NOT NULL,             -- JSON, as `evenkeel audit --json` printed it
  audit_hash TEXT NOT NULL,
  averages TEXT NOT NULL,          -- JSON of dora::AuditAverages
  kept_by TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: delivery_baseline
