-- A change is told by whoever knows of it first; what the first teller lacked, a later one completes.

ALTER TABLE change ADD COLUMN files_known {int} NOT NULL DEFAULT 1;  -- 0: the teller did not say which files it touches
ALTER TABLE change ADD COLUMN completed_at {int};                   -- when a later telling said more
UPDATE change SET files_known = 0 WHERE source IN ('github', 'gitlab') AND files = '[]';
UPDATE change SET tier = 'normal' WHERE tier = '';
