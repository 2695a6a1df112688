-- One alert a release with the components inside, and what a watch after promotion knows of each metric's past.
ALTER TABLE alert ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';  -- JSON: component, sentence, since when
CREATE INDEX alert_release ON alert (release_id);

CREATE TABLE metric_past (
  id TEXT PRIMARY KEY,
  watch_id TEXT NOT NULL,
  criterion TEXT NOT NULL,
  tail TEXT NOT NULL,            -- JSON: the last three days before the deployment, a value each five minutes, null where there is none
  learned TEXT NOT NULL,         -- JSON of health::Learned
  slow_from_ms {real},           -- latency: the bound above which a request counts as slow
  problem TEXT NOT NULL,         -- why nothing is known
  UNIQUE (watch_id, criterion)
) {strict};
