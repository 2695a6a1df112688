-- Pictures in notes, by what they are; and the languages that readers chose.

CREATE TABLE image (
  id TEXT PRIMARY KEY,             -- sha256 of its bytes, hexadecimal
  media_type TEXT NOT NULL,
  bytes {blob} NOT NULL,
  added_by TEXT NOT NULL,
  added_at {int} NOT NULL,
  published_at {int}               -- with the first note that shows it; nobody outside sees it before
) {strict};

ALTER TABLE subscription ADD COLUMN locale TEXT NOT NULL DEFAULT '';   -- '': the one that notes are written in

CREATE TABLE digest_text (         -- a digest in a further language, of the texts that were approved in it
  id TEXT PRIMARY KEY,             -- digest id, '/', locale
  digest_id TEXT NOT NULL REFERENCES digest (id),
  locale TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,              -- Markdown
  composed_at {int} NOT NULL
) {strict};
-- insert_only: digest_text
