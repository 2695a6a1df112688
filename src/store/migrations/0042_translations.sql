-- Notes for customers in further languages: a text for each locale, approved on its own, shown beside the text it translates.

CREATE TABLE note_translation (
  id TEXT PRIMARY KEY,             -- note id, '/', locale
  note_id TEXT NOT NULL REFERENCES note (id),
  release_id TEXT NOT NULL,
  locale TEXT NOT NULL,
  body TEXT NOT NULL,              -- Markdown
  body_hash TEXT NOT NULL,
  of_hash TEXT NOT NULL,           -- of the wording that it translates
  written_by TEXT NOT NULL,
  written_at {int} NOT NULL
) {strict};
CREATE INDEX note_translation_release ON note_translation (release_id);

CREATE TABLE public_note_text (    -- as it is published: later edits do not leak out
  id TEXT PRIMARY KEY,             -- public_note id, '/', locale
  public_note_id TEXT NOT NULL REFERENCES public_note (id),
  locale TEXT NOT NULL,
  body TEXT NOT NULL,
  published_at {int} NOT NULL
) {strict};
CREATE INDEX public_note_text_locale ON public_note_text (locale, public_note_id);

-- Which product areas there are, and the newest of one, without reading a single text.
CREATE INDEX public_note_area ON public_note (area, published_at, id);
