-- What the calendar's feed last said of each event, so that a changed one comes with a greater sequence and an unchanged one with the
-- same bytes.

CREATE TABLE calendar_event (
  id TEXT PRIMARY KEY,             -- of the event, or of the freeze whose occurrences are told
  hash TEXT NOT NULL,              -- of what was said
  sequence {int} NOT NULL,
  modified_at {int} NOT NULL
) {strict};
