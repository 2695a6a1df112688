-- Incidents from several sources: who said when what happened, and one row per outside incident.
ALTER TABLE incident ADD COLUMN external_id TEXT NOT NULL DEFAULT '';  -- of the sender; '' when opened here
ALTER TABLE incident ADD COLUMN opened_by TEXT NOT NULL DEFAULT '';    -- actor id
CREATE UNIQUE INDEX incident_external ON incident (external_id) WHERE external_id <> '';
CREATE INDEX incident_service ON incident (service, started_at);
CREATE INDEX incident_time_started ON incident (started_at);

CREATE TABLE incident_time (     -- when it started, was noticed, acknowledged, mitigated, resolved: by whose word
  id TEXT PRIMARY KEY,
  incident_id TEXT NOT NULL,
  what TEXT NOT NULL,            -- started, detected, acknowledged, mitigated, resolved
  at {int} NOT NULL,
  source TEXT NOT NULL,          -- watch, monitor, on_call, staff, customer
  person TEXT NOT NULL,          -- who recorded it
  recorded_at {int} NOT NULL
) {strict};
-- insert_only: incident_time
CREATE INDEX incident_time_of ON incident_time (incident_id);
