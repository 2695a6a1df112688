-- The monthly delivery report, as it was made: one a month, kept for ever.
CREATE TABLE delivery_report (
  id TEXT PRIMARY KEY,
  month TEXT NOT NULL UNIQUE,    -- 2026-03
  definition TEXT NOT NULL,
  body TEXT NOT NULL,            -- JSON of dora::Report
  markdown TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: delivery_report
