-- Notes in depth: migration guides, internal briefs with questions, and the review of a text.

CREATE TABLE migration_guide (     -- of one breaking entry
  id TEXT PRIMARY KEY,
  entry_id TEXT NOT NULL UNIQUE REFERENCES changelog_entry (id),
  release_id TEXT NOT NULL,
  affected TEXT NOT NULL,          -- who must act
  before_use TEXT NOT NULL,        -- how it is done up to now
  after_use TEXT NOT NULL,         -- how it is done from now on
  steps TEXT NOT NULL,             -- JSON list
  deadline {int},                  -- until when the old way works
  how_to_check TEXT NOT NULL,
  written_by TEXT NOT NULL,
  written_at {int} NOT NULL
) {strict};

CREATE TABLE internal_brief (      -- what insiders must know of one entry
  id TEXT PRIMARY KEY,
  entry_id TEXT NOT NULL UNIQUE REFERENCES changelog_entry (id),
  release_id TEXT NOT NULL,
  context TEXT NOT NULL,
  known_issues TEXT NOT NULL,
  how_to_recognise TEXT NOT NULL,
  what_to_answer TEXT NOT NULL,
  affected TEXT NOT NULL,          -- customers, plans, flags
  escalation TEXT NOT NULL,
  written_by TEXT NOT NULL,
  written_at {int} NOT NULL
) {strict};

CREATE TABLE note_question (       -- asked by a reader of a brief
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  entry_id TEXT NOT NULL,          -- '' about the release as a whole
  asked_by TEXT NOT NULL,
  question_text TEXT NOT NULL,
  owner TEXT NOT NULL,             -- who answers: owner of the change's service
  due_at {int} NOT NULL,
  answer_text TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  asked_at {int} NOT NULL,
  answered_at {int}
) {strict};
CREATE INDEX note_question_release ON note_question (release_id, asked_at);

CREATE TABLE note_wording (        -- each text a note ever had: what an approval was for, what was published
  id TEXT PRIMARY KEY,             -- note id, '/', hash of its meaning
  note_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  body TEXT NOT NULL,
  at {int} NOT NULL
) {strict};

CREATE TABLE note_comment (        -- of a reviewer, on a line
  id TEXT PRIMARY KEY,
  note_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  line {int} NOT NULL,             -- from 1; 0: on the whole text
  excerpt TEXT NOT NULL,           -- the line as it was
  person TEXT NOT NULL,
  comment_text TEXT NOT NULL,
  at {int} NOT NULL,
  resolved_by TEXT NOT NULL,
  resolved_at {int}
) {strict};
CREATE INDEX note_comment_note ON note_comment (note_id, at);

CREATE TABLE note_reading (        -- read receipt
  id TEXT PRIMARY KEY,
  note_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  person TEXT NOT NULL,
  team TEXT NOT NULL,              -- support, customer success ...
  at {int} NOT NULL
) {strict};
-- insert_only: note_reading
CREATE INDEX note_reading_note ON note_reading (note_id, body_hash);
