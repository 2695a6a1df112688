-- Who has seen an alert, and whether the deputy was paged because nobody had.

ALTER TABLE alert ADD COLUMN acknowledged_at {int};
ALTER TABLE alert ADD COLUMN escalated_at {int};
ALTER TABLE alert ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
