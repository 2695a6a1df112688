-- Who was told what is a row, not a reading of job keys or of Markdown.

CREATE TABLE page (                 -- the jobs that tell the pager of an alert
  id TEXT PRIMARY KEY,              -- of the job
  alert_id TEXT NOT NULL REFERENCES alert (id),
  action TEXT NOT NULL              -- trigger, resolve, keep
) {strict};
CREATE INDEX page_of ON page (alert_id);
INSERT INTO page (id, alert_id, action)
  SELECT j.id, a.id, 'trigger' FROM job j JOIN alert a
    ON j.dedup_key = 'page:trigger:' || a.dedup_key
    OR substr(j.dedup_key, 1, length(a.dedup_key) + 14) = 'page:trigger:' || a.dedup_key || '#'
  WHERE j.kind = 'page';
INSERT INTO page (id, alert_id, action)
  SELECT j.id, a.id, 'keep' FROM job j JOIN alert a ON j.dedup_key = 'keep_page:' || a.id WHERE j.kind = 'keep_page';

CREATE TABLE digest_item (          -- the releases that a digest tells of
  id TEXT PRIMARY KEY,              -- digest id, '/', release id
  digest_id TEXT NOT NULL REFERENCES digest (id),
  release_id TEXT NOT NULL REFERENCES release (id)
) {strict};
CREATE INDEX digest_item_release ON digest_item (release_id);
INSERT INTO digest_item (id, digest_id, release_id)
  SELECT d.id || '/' || r.id, d.id, r.id FROM digest d JOIN release r
    ON replace(d.body, '(' || r.area || ' ' || r.version || ', ', '') <> d.body;

CREATE TABLE digest_mailing (       -- the subscribers that have a digest
  id TEXT PRIMARY KEY,              -- digest id, '/', subscription id
  digest_id TEXT NOT NULL REFERENCES digest (id),
  subscription_id TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX digest_mailing_of ON digest_mailing (digest_id);
INSERT INTO digest_mailing (id, digest_id, subscription_id, at)
  SELECT d.id || '/' || s.id, d.id, s.id, coalesce(j.finished_at, j.created_at) FROM digest d JOIN subscription s ON 1 = 1 JOIN job j
    ON j.kind = 'digest_mail' AND j.state = 'done' AND j.dedup_key = d.id || ':' || s.id;

ALTER TABLE communication_part ADD COLUMN refused {int} NOT NULL DEFAULT 0;  -- it never will have it; `receipt` says why
UPDATE communication_part SET refused = 1 WHERE substr(receipt, 1, 8) = 'refused:';
ALTER TABLE status_part ADD COLUMN refused {int} NOT NULL DEFAULT 0;
UPDATE status_part SET refused = 1 WHERE substr(receipt, 1, 8) = 'refused:';

ALTER TABLE note_wording ADD COLUMN changes_nothing {int} NOT NULL DEFAULT 0;  -- drafted by rule of a release without anything for customers
UPDATE note_wording SET changes_nothing = 1 WHERE substr(body, 1, 28) = 'This release changes nothing';
