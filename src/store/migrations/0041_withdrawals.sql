-- Taking published words back, and status updates on deployments and incidents.

CREATE TABLE withdrawal (          -- what was published of a release that stays out was taken back
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL UNIQUE REFERENCES release (id),
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: withdrawal

ALTER TABLE public_note ADD COLUMN withdrawn_words TEXT NOT NULL DEFAULT '';  -- Markdown: what the page says instead

CREATE TABLE status_update (       -- one word on one moment, to one audience over one channel
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,        -- '' for an incident that is tied to no release
  incident_id TEXT NOT NULL,       -- '' for a deployment
  moment TEXT NOT NULL,            -- deployment_started, deployment_finished, ... incident_resolved
  number {int} NOT NULL,           -- of the updates while an incident lasts, from 1; else 0
  audience TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,             -- planned, sending, delivered, not_needed, failed
  because TEXT NOT NULL,           -- why it was not needed, or failed
  subject TEXT NOT NULL,           -- as it is sent; '' while planned
  body TEXT NOT NULL,
  job_id TEXT NOT NULL,
  receipt TEXT NOT NULL,
  happened_at {int},               -- null: it has not come to this
  delivered_at {int},
  UNIQUE (release_id, incident_id, moment, number, audience, channel)
) {strict};
CREATE INDEX status_update_incident ON status_update (incident_id);
CREATE TABLE status_part (         -- its recipients that have it: a later attempt does not mail them again
  id TEXT PRIMARY KEY,             -- status id, '.', hash of the address
  status_id TEXT NOT NULL REFERENCES status_update (id),
  receipt TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
