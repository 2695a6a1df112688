-- The archive: every release with its words, found by full text. Rebuilt from the rows it stands for whenever they change.

CREATE TABLE archive_document (
--sqlite:  number INTEGER PRIMARY KEY,
--postgres:  number BIGSERIAL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,         -- release id, '/', kind
  release_id TEXT NOT NULL,
  version TEXT NOT NULL,
  area TEXT NOT NULL,
  kind TEXT NOT NULL,              -- release, entries, customers, internal, migration, public
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX archive_document_release ON archive_document (release_id);
--sqlite: CREATE VIRTUAL TABLE archive_words USING fts5(title, body, content='archive_document', content_rowid='number', tokenize='unicode61 remove_diacritics 2');
--sqlite: CREATE TRIGGER archive_document_in AFTER INSERT ON archive_document BEGIN INSERT INTO archive_words (rowid, title, body) VALUES (new.number, new.title, new.body); END;
--sqlite: CREATE TRIGGER archive_document_out AFTER DELETE ON archive_document BEGIN INSERT INTO archive_words (archive_words, rowid, title, body) VALUES ('delete', old.number, old.title, old.body); END;
--postgres: ALTER TABLE archive_document ADD COLUMN words tsvector GENERATED ALWAYS AS (setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', body)) STORED;
--postgres: CREATE INDEX archive_document_words ON archive_document USING GIN (words);

ALTER TABLE public_note ADD COLUMN area TEXT NOT NULL DEFAULT '';
CREATE INDEX public_note_published ON public_note (published_at, id);
