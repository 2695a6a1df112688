-- Words: what entries and notes need beside 0002_process.sql, what the public page shows, and how far a mailing has come.

-- Why the rules leave a change out: a new reason (a revert came in) outranks a person's wording, an old one does not.
ALTER TABLE changelog_entry ADD COLUMN generated_because TEXT NOT NULL DEFAULT '';

ALTER TABLE note ADD COLUMN edited_by TEXT NOT NULL DEFAULT '';  -- who wrote the text as it stands: a person, or the member that drafted it
ALTER TABLE note ADD COLUMN edited_at {int};

CREATE TABLE public_note (       -- the text as it was published: later edits of the note do not leak out
  id TEXT PRIMARY KEY,           -- the publication's id
  release_id TEXT NOT NULL,
  version TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,            -- Markdown
  published_at {int} NOT NULL,
  withdrawn_at {int}             -- the release was rolled back: the page says so instead of the text
) {strict};
CREATE INDEX public_note_version ON public_note (version);

CREATE TABLE communication_part (  -- a mailing's recipients that have it: a later attempt does not mail them again
  id TEXT PRIMARY KEY,             -- communication id, '/', hash of the address
  communication_id TEXT NOT NULL REFERENCES communication (id),
  receipt TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX communication_part_of ON communication_part (communication_id);

ALTER TABLE retrospective ADD COLUMN summary_text TEXT NOT NULL DEFAULT '';  -- id in erasable_text
