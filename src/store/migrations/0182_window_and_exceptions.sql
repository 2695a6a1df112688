-- A new window after a go: within a day of it a second person agrees.
CREATE TABLE window_proposal (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  window_start {int} NOT NULL,
  window_end {int} NOT NULL,
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: window_proposal
CREATE TABLE window_agreement (
  id TEXT PRIMARY KEY,           -- the proposal's id
  release_id TEXT NOT NULL,
  person TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: window_agreement
-- Freeze exceptions: asked for and answered with no; approved and taken back.
CREATE TABLE freeze_exception_denial (
  id TEXT PRIMARY KEY,           -- the request's id
  release_id TEXT NOT NULL,
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: freeze_exception_denial
CREATE TABLE freeze_exception_revocation (
  id TEXT PRIMARY KEY,           -- the exception's id
  release_id TEXT NOT NULL,
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: freeze_exception_revocation
