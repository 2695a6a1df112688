-- Alerts and silences of other systems, as far as they speak of a service that is watched here.
CREATE TABLE outside_alert (
  id TEXT PRIMARY KEY,             -- service, '/', fingerprint, '/', when it began
  service TEXT NOT NULL,
  fingerprint TEXT NOT NULL,       -- the sender's: hash of its labels
  name TEXT NOT NULL,
  summary TEXT NOT NULL,
  muted TEXT NOT NULL,             -- "silenced by ... until ...", '' when it speaks
  recommends_rollback {int} NOT NULL,
  starts_at {int} NOT NULL,
  seen_at {int} NOT NULL,          -- when it was heard first
  ends_at {int}                    -- null while it fires
) {strict};
CREATE INDEX outside_alert_service ON outside_alert (service, starts_at);

CREATE TABLE outside_silence (
  id TEXT PRIMARY KEY,             -- service, '/', the sender's id
  service TEXT NOT NULL,
  silence TEXT NOT NULL,
  created_by TEXT NOT NULL,        -- as the sender names them
  comment TEXT NOT NULL,
  starts_at {int} NOT NULL,
  ends_at {int} NOT NULL,          -- brought forward when it was ended early
  seen_at {int} NOT NULL
) {strict};
CREATE INDEX outside_silence_service ON outside_silence (service, ends_at);

CREATE TABLE alert_reading (       -- how the newest look went
  id TEXT PRIMARY KEY,             -- service
  connection TEXT NOT NULL,
  read_at {int} NOT NULL,          -- the newest that was answered; 0 when none was
  problem TEXT NOT NULL            -- why the newest one was not; '' it was
) {strict};
