-- What the flags of a release read on their platform, and which server holds a job.

CREATE TABLE flag_reading (
  id TEXT PRIMARY KEY REFERENCES flag_change (id),  -- one reading for each flag of a plan: the newest
  release_id TEXT NOT NULL REFERENCES release (id),
  flag TEXT NOT NULL,
  platform TEXT NOT NULL,
  state TEXT NOT NULL,           -- on, off, unknown
  problem TEXT NOT NULL,         -- why it is unknown
  read_at {int} NOT NULL,
  changed_at {int} NOT NULL      -- since when it reads so
) {strict};
CREATE INDEX flag_reading_release ON flag_reading (release_id);

ALTER TABLE job ADD COLUMN lease_owner TEXT NOT NULL DEFAULT '';  -- host and state folder: a restarted server takes its own leases back
