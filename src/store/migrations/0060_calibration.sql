-- What a service's own past taught about its health criteria, and which of it a watch judges with.

CREATE TABLE calibration (
  id TEXT PRIMARY KEY,
  service TEXT NOT NULL,
  environment TEXT NOT NULL,
  criteria_hash TEXT NOT NULL,     -- it holds for these criteria alone
  method_version TEXT NOT NULL,    -- of the judge
  level TEXT NOT NULL,             -- uncalibrated, modelled, calibrated
  windows {int} NOT NULL,
  sentence TEXT NOT NULL,
  body TEXT NOT NULL,              -- JSON: thresholds, spread, each past window, what is missing
  at {int} NOT NULL
) {strict};
-- insert_only: calibration
CREATE INDEX calibration_of ON calibration (service, environment, criteria_hash, at);

ALTER TABLE watch ADD COLUMN calibration TEXT NOT NULL DEFAULT '{}';  -- JSON: fixed when the watch begins
