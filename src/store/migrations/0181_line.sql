-- Stop-the-line: who stopped which area, who let a release through, who lifted it.
CREATE TABLE line_stop (
  id TEXT PRIMARY KEY,
  area TEXT NOT NULL,            -- '*': every area
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: line_stop
CREATE TABLE line_resumption (
  id TEXT PRIMARY KEY,           -- the stop's id
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: line_resumption
CREATE TABLE line_exemption (    -- one of the two people who let a release through
  id TEXT PRIMARY KEY,
  stop_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL,
  UNIQUE (stop_id, release_id, person)
) {strict};
-- insert_only: line_exemption
