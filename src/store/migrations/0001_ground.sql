-- What the process stands on: ledger, texts that can be erased, jobs, people, definitions, idempotency.
-- Times are milliseconds UTC. {int} {blob} {real} {strict} are spelled by migrate.cpp. Tables marked insert_only refuse UPDATE and DELETE.

CREATE TABLE ledger_entry (
  id {int} PRIMARY KEY,          -- leaf index, from 0: the public order
  kind TEXT NOT NULL,
  at {int} NOT NULL,
  actor TEXT NOT NULL,           -- opaque id, never a name
  subject TEXT NOT NULL,
  release_id TEXT NOT NULL,      -- '' when it belongs to none
  bytes {blob} NOT NULL,         -- format: ledger/entry.hpp
  leaf {blob} NOT NULL           -- RFC 6962 leaf hash of bytes
) {strict};
-- insert_only: ledger_entry
CREATE INDEX ledger_entry_release ON ledger_entry (release_id, id);
CREATE INDEX ledger_entry_subject ON ledger_entry (subject, id);

CREATE TABLE ledger_head (
  id {int} PRIMARY KEY,
  size {int} NOT NULL,
  roots {blob}                   -- compact range: hashes of the perfect subtrees, largest first
) {strict};
INSERT INTO ledger_head (id, size, roots) VALUES (1, 0, NULL);

CREATE TABLE ledger_seal (       -- which entry sealed which row
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  entry_id {int} NOT NULL,
  PRIMARY KEY (table_name, row_id)
) {strict};
-- insert_only: ledger_seal

CREATE TABLE erasable_text (     -- free text and personal data: an entry holds sha256(salt, body) only
  id TEXT PRIMARY KEY,
  salt {blob},
  body TEXT,                     -- NULL once erased
  written_at {int} NOT NULL
) {strict};

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  release_id TEXT NOT NULL,
  due_at {int} NOT NULL,         -- business clock
  state TEXT NOT NULL,           -- waiting, running, done, dead, unconfirmed
  attempts {int} NOT NULL,
  max_attempts {int} NOT NULL,
  lease_token TEXT,
  lease_until {int},             -- the database's clock
  dedup_key TEXT NOT NULL UNIQUE,
  last_error TEXT NOT NULL,
  created_at {int} NOT NULL,
  finished_at {int}
) {strict};
CREATE INDEX job_due ON job (state, due_at);

CREATE TABLE person (
  id TEXT PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  aliases TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  active {int} NOT NULL,
  origin TEXT NOT NULL           -- file, setup
) {strict};
CREATE TABLE grant_of_role (
  person_id TEXT NOT NULL REFERENCES person (id),
  role TEXT NOT NULL,
  area TEXT NOT NULL,            -- '*' for all
  PRIMARY KEY (person_id, role, area)
) {strict};
CREATE TABLE credential (
  person_id TEXT PRIMARY KEY REFERENCES person (id),
  password_hash TEXT NOT NULL,   -- Argon2id
  changed_at {int} NOT NULL
) {strict};
CREATE TABLE api_token (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id),
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL,           -- full, read
  via TEXT NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int},
  revoked_at {int}
) {strict};

CREATE TABLE definitions (       -- evenkeel.yaml as applied, whole, by version
  id TEXT PRIMARY KEY,
  number {int} NOT NULL UNIQUE,
  hash TEXT NOT NULL,            -- sha256 of body
  body TEXT NOT NULL,
  origin TEXT NOT NULL,          -- file, ui
  applied_at {int} NOT NULL,
  applied_by TEXT NOT NULL
) {strict};
-- insert_only: definitions

CREATE TABLE area (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, aliases TEXT NOT NULL) {strict};
CREATE TABLE service (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, area TEXT NOT NULL, aliases TEXT NOT NULL) {strict};
CREATE TABLE team (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, aliases TEXT NOT NULL) {strict};

CREATE TABLE idempotency (
  actor TEXT NOT NULL,
  request_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status {int} NOT NULL,
  response TEXT NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (actor, request_key)
) {strict};
