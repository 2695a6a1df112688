-- What runs where: a row a target, written when a run ends, whichever way, or when a person says it. Each target of a component goes back
-- to what ran on it.
CREATE TABLE target_version (
  service TEXT NOT NULL,
  environment TEXT NOT NULL,
  target TEXT NOT NULL,
  version TEXT NOT NULL,         -- '': a run ended half-way, so nobody knows until it is said
  run_id TEXT NOT NULL,          -- '' where a person said it
  stated_by TEXT NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (service, environment, target)
) {strict};
ALTER TABLE component_target ADD COLUMN from_version TEXT NOT NULL DEFAULT '';  -- '': that of the component
