-- Who takes a turn on call that would be somebody else's.
CREATE TABLE on_call_swap (
  id TEXT PRIMARY KEY,
  area TEXT NOT NULL,            -- as `on_call` names it: '*' where one entry is for every area
  person TEXT NOT NULL,
  from_at {int} NOT NULL,
  until_at {int} NOT NULL,
  reason_text TEXT NOT NULL,
  noted_by TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: on_call_swap
CREATE INDEX on_call_swap_by_end ON on_call_swap (area, until_at);
CREATE TABLE on_call_swap_end (
  id TEXT PRIMARY KEY,           -- the swap's id
  person TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: on_call_swap_end
