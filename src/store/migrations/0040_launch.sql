-- Launches: a change may be deployed and still dark behind a flag; what is said of it waits until the flag is on.

ALTER TABLE changelog_entry ADD COLUMN flag TEXT NOT NULL DEFAULT '';  -- FLAG@PLATFORM it is dark behind; '' none

CREATE TABLE launch_flag (         -- what such a flag reads since the deployment: the newest reading
  id TEXT PRIMARY KEY,             -- release id, '/', FLAG@PLATFORM
  release_id TEXT NOT NULL REFERENCES release (id),
  flag TEXT NOT NULL,
  platform TEXT NOT NULL,
  state TEXT NOT NULL,             -- on, off, unknown
  problem TEXT NOT NULL,           -- why it is unknown
  read_at {int} NOT NULL,
  on_since {int}                   -- when it was first seen on; null while it is not
) {strict};
CREATE INDEX launch_flag_release ON launch_flag (release_id);

-- The three dates of a release beside published_at, as they were when it was announced.
ALTER TABLE public_note ADD COLUMN deployed_at {int};
ALTER TABLE public_note ADD COLUMN switched_on_at {int};
